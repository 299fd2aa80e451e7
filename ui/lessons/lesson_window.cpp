#include "ui/lessons/lesson_window.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"
#include "ui/lessons/lesson_player.h"
#include "ui/lessons/picture.h"
#include "ui/lessons/question_box.h"
#include "ui/widgets/parts.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAction>
#include <QApplication>
#include <QComboBox>
#include <QEvent>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QRadioButton>
#include <QSettings>
#include <QShortcut>
#include <QStackedWidget>
#include <QStyledItemDelegate>
#include <QToolButton>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

const QString DoneKey = QStringLiteral("lessons/done");
const QString ContrastKey = QStringLiteral("lessons/highContrast");
constexpr int LargestAnswerKey = 6;

// As high as its text, wrapped into the list's width. QListView itself asks for heights by more
// than one width, and a text that just fits one of them is cut off in the other.
class WrappedItems final : public QStyledItemDelegate {
public:
    explicit WrappedItems(QListView* list) : QStyledItemDelegate(list), m_list(list) {}
    QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override {
        QStyleOptionViewItem wide = option;
        wide.rect.setRect(0, 0, m_list->viewport()->width() - 2 * m_list->spacing(), 1);
        return QStyledItemDelegate::sizeHint(wide, index);
    }

private:
    QListView* m_list;
};

} // namespace

LessonWindow::LessonWindow(Services& services, Session& session, const QList<QAction*>& viewActions,
                           QWidget* parent)
    : QWidget(parent, Qt::Window), m_services(services), m_stack(new QStackedWidget),
      m_list(new QListWidget), m_player(new LessonPlayer(services, session)),
      m_title(makeLabel(QStringLiteral("lessonTitle"))),
      m_all(makeButton(QStringLiteral("lessonAll"), tr("&All lessons"),
                       tr("The list of all lessons (Escape)"))),
      m_view(new QToolButton), m_contrast(new QAction(tr("&High contrast"), this)),
      m_fullScreen(new QAction(tr("&Full screen"), this)) {
    setObjectName(QStringLiteral("lessonWindow"));
    m_list->setObjectName(QStringLiteral("lessonList"));
    m_list->setAccessibleName(tr("Lessons"));
    m_list->setToolTip(tr("Enter or double-click opens a lesson"));
    m_list->setWordWrap(true);
    m_list->setItemDelegate(new WrappedItems(m_list));
    m_list->setResizeMode(QListView::Adjust);
    m_list->setSpacing(4);
    m_list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);

    m_contrast->setObjectName(QStringLiteral("lessonContrast"));
    m_contrast->setCheckable(true);
    m_contrast->setShortcut(QKeySequence(Qt::CTRL | Qt::SHIFT | Qt::Key_H));
    m_fullScreen->setObjectName(QStringLiteral("lessonFullScreen"));
    m_fullScreen->setCheckable(true);
    m_fullScreen->setShortcut(QKeySequence(Qt::Key_F11));
    auto* menu = new QMenu(m_view);
    menu->addActions({m_contrast, m_fullScreen});
    menu->addSeparator();
    menu->addActions(viewActions);
    addActions(viewActions); // their shortcuts work here
    addActions({m_contrast, m_fullScreen});
    m_view->setObjectName(QStringLiteral("lessonView"));
    m_view->setText(tr("&View"));
    m_view->setToolTip(tr("Text size, contrast, full screen"));
    m_view->setPopupMode(QToolButton::InstantPopup);
    m_view->setToolButtonStyle(Qt::ToolButtonTextOnly);
    m_view->setMenu(menu);

    auto* bar = new QHBoxLayout;
    bar->addWidget(m_all);
    m_title->setWordWrap(false); // one line; a narrow window shows its beginning
    m_title->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    bar->addWidget(m_title, 1);
    bar->addWidget(m_view);
    m_stack->addWidget(m_list);
    m_stack->addWidget(m_player);
    auto* column = new QVBoxLayout(this);
    column->addLayout(bar);
    column->addWidget(m_stack, 1);
    resize(1180, 760);

    connect(m_all, &QPushButton::clicked, this, &LessonWindow::showList);
    connect(m_list, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        const Status opened = openLesson(item->data(Qt::UserRole).toString());
        if (!opened) m_services.messages().fail(tr("Lesson"), qs(opened.error().message));
    });
    connect(m_player, &LessonPlayer::nextLesson, this, [this] { step(1); });
    connect(m_player, &LessonPlayer::previousLesson, this, [this] { step(-1); });
    connect(m_player, &LessonPlayer::panelRequested, this, &LessonWindow::panelRequested);
    connect(m_player, &LessonPlayer::demoRequested, this, &LessonWindow::demoRequested);
    connect(m_player, &LessonPlayer::answered, this, [this](bool right) {
        if (right) markDone();
    });
    connect(m_contrast, &QAction::toggled, this, [this](bool on) {
        QSettings().setValue(ContrastKey, on);
        applyContrast();
    });
    connect(m_fullScreen, &QAction::toggled, this, [this](bool on) {
        setWindowState(on ? windowState() | Qt::WindowFullScreen
                          : windowState() & ~Qt::WindowFullScreen);
    });
    buildKeys();
    connect(qApp, &QApplication::focusChanged, this,
            [this](const QWidget*, const QWidget* now) { followFocus(now); });
    m_contrast->setChecked(QSettings().value(ContrastKey).toBool());
    showList();
}

// The focus moves once more while the children go.
LessonWindow::~LessonWindow() { disconnect(qApp, nullptr, this, nullptr); }

bool LessonWindow::playing() const { return m_stack->currentWidget() == m_player; }

void LessonWindow::setHighContrast(bool on) { m_contrast->setChecked(on); }

// ---- Keys

void LessonWindow::buildKeys() {
    const auto key = [this](std::vector<QShortcut*>& group, int code, auto action) {
        auto* shortcut = new QShortcut(QKeySequence(code), this);
        connect(shortcut, &QShortcut::activated, this, action);
        group.push_back(shortcut);
    };
    const auto forward = [this] { m_player->next(); };
    const auto backward = [this] { m_player->back(); };
    key(m_pages, Qt::Key_PageDown, forward);
    key(m_pages, Qt::Key_PageUp, backward);
    key(m_arrows, Qt::Key_Right, forward);
    key(m_arrows, Qt::Key_Left, backward);
    key(m_space, Qt::Key_Space, forward);
    for (int i = 0; i < LargestAnswerKey; ++i)
        key(m_numbers, Qt::Key_1 + i, [this, i] {
            if (m_player->atQuestion()) m_player->question()->choose(i);
        });
    auto* escape = new QShortcut(QKeySequence(Qt::Key_Escape), this);
    connect(escape, &QShortcut::activated, this, &LessonWindow::leave);
}

// Keys that the widget with the focus needs itself are left to it.
void LessonWindow::followFocus(const QWidget* now) {
    const bool here = now && (now == this || isAncestorOf(now));
    const auto is = [now](auto* type) { return qobject_cast<decltype(type)>(now) != nullptr; };
    const bool list = here && is(static_cast<const QAbstractItemView*>(nullptr));
    const bool combo = here && is(static_cast<const QComboBox*>(nullptr));
    const bool arrows = here && (is(static_cast<const QAbstractSlider*>(nullptr)) || combo ||
                                 is(static_cast<const QRadioButton*>(nullptr)));
    const bool space = here && (is(static_cast<const QAbstractButton*>(nullptr)) || combo);
    const auto enable = [](const std::vector<QShortcut*>& group, bool on) {
        for (QShortcut* shortcut : group) shortcut->setEnabled(on);
    };
    enable(m_pages, playing() && !list);
    enable(m_arrows, playing() && !arrows && !list);
    enable(m_space, playing() && !space && !list);
    enable(m_numbers, playing());
}

void LessonWindow::leave() {
    if (isFullScreen()) m_fullScreen->setChecked(false);
    if (playing())
        showList();
    else
        close();
}

// ---- Lessons

void LessonWindow::fillList() {
    const QString at =
        m_list->currentItem() ? m_list->currentItem()->data(Qt::UserRole).toString() : QString();
    const QStringList done = QSettings().value(DoneKey).toStringList();
    m_list->clear();
    int number = 0;
    for (const Lesson& lesson : builtinLessons(windowLanguage())) {
        const QString id = qs(lesson.id);
        auto* item = new QListWidgetItem(
            tr("%1. %2   ·   %3 min%4\n%5")
                .arg(++number)
                .arg(qs(lesson.title))
                .arg(lesson.minutes)
                .arg(done.contains(id) ? tr("   ·   ✓ done") : QString(), qs(lesson.summary)),
            m_list);
        item->setData(Qt::UserRole, id);
        if (id == at || m_list->count() == 1) m_list->setCurrentItem(item);
    }
}

void LessonWindow::showList() {
    fillList();
    m_stack->setCurrentWidget(m_list);
    m_all->setEnabled(false);
    m_title->setText(tr("Learn: what quantizing does, one live picture at a time"));
    setWindowTitle(tr("Learn – Bitsmith Studio"));
    m_list->setFocus();
    followFocus(focusWidget());
}

Status LessonWindow::openLesson(const QString& idOrFile) {
    Lesson lesson;
    if (idOrFile.endsWith(QLatin1String(".md"))) {
        BITSMITH_TRY(lesson, readLesson(toPath(idOrFile)));
    } else {
        BITSMITH_TRY(const Lesson* found, findLesson(idOrFile.toStdString(), windowLanguage()));
        lesson = *found;
    }
    if (!findPicture(lesson.picture)) {
        std::string known;
        for (const PictureEntry& entry : allPictures())
            known += (known.empty() ? "" : ", ") + std::string(entry.id);
        return bitsmith::fail(ErrorCode::BadInput,
                              "the lesson '{}' wants a picture '{}'; there are: {}", lesson.id,
                              lesson.picture, known);
    }
    play(lesson);
    return {};
}

void LessonWindow::play(const Lesson& lesson) {
    for (int i = 0; i < m_list->count(); ++i)
        if (m_list->item(i)->data(Qt::UserRole).toString() == qs(lesson.id))
            m_list->setCurrentRow(i);
    m_stack->setCurrentWidget(m_player);
    m_all->setEnabled(true);
    m_title->setText(
        tr("<b>%1</b>  ·  %2 min").arg(qs(lesson.title).toHtmlEscaped()).arg(lesson.minutes));
    setWindowTitle(tr("%1 – Learn – Bitsmith Studio").arg(qs(lesson.title)));
    m_player->setLesson(lesson);
    m_player->neutral()->setFocus();
    followFocus(focusWidget());
}

void LessonWindow::step(int lessons) {
    const auto& all = builtinLessons(windowLanguage());
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].id != m_player->lesson().id) continue;
        const auto next = static_cast<std::ptrdiff_t>(i) + lessons;
        if (next < 0) return;
        if (next >= static_cast<std::ptrdiff_t>(all.size()))
            showList();
        else
            play(all[static_cast<std::size_t>(next)]);
        return;
    }
    if (lessons > 0) showList(); // a file of its own
}

void LessonWindow::markDone() {
    QSettings settings;
    QStringList done = settings.value(DoneKey).toStringList();
    const QString id = qs(m_player->lesson().id);
    if (!done.contains(id)) settings.setValue(DoneKey, done << id);
}

// ---- Contrast

void LessonWindow::applyContrast() {
    const QPalette application = QApplication::palette();
    if (!m_contrast->isChecked()) {
        setPalette(QPalette());
        return;
    }
    const bool dark = isDark(application);
    const QColor ink = dark ? Qt::white : Qt::black, paper = dark ? Qt::black : Qt::white;
    QPalette strong = application;
    for (const auto role : {QPalette::Text, QPalette::WindowText, QPalette::ButtonText,
                            QPalette::PlaceholderText, QPalette::ToolTipText})
        strong.setColor(role, ink);
    for (const auto role : {QPalette::Base, QPalette::Window, QPalette::Button,
                            QPalette::AlternateBase, QPalette::ToolTipBase})
        strong.setColor(role, paper);
    strong.setColor(QPalette::Mid, ink);
    setPalette(strong);
}

void LessonWindow::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::ApplicationPaletteChange) applyContrast();
    if (event->type() == QEvent::WindowStateChange) {
        const QSignalBlocker quiet(m_fullScreen);
        m_fullScreen->setChecked(isFullScreen());
    }
}

} // namespace bitsmith::ui

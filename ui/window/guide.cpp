#include "ui/window/guide.h"

#include "ui/charts/tradeoff_chart.h"
#include "ui/panels/experiments_panel.h"
#include "ui/widgets/parts.h"
#include "ui/window/commands.h"
#include "ui/window/main_window.h"
#include "ui/window/quantize_dialog.h"

#include <QAccessible>
#include <QAction>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QSettings>
#include <QToolBar>

#include <algorithm>

namespace bitsmith::ui {
namespace {

const QString DoneKey = QStringLiteral("guide/done");
constexpr int Room = 5; // between a button and the frame around it

QString textOf(GuideStep step) {
    switch (step) {
    case GuideStep::Open:
        return Guide::tr("1 of 4. Open the demo model: a small trained network that comes with "
                         "Bitsmith.");
    case GuideStep::Quantize:
        return Guide::tr("2 of 4. Every row of Layers has bits and a recipe. They will do for a "
                         "start: press Quantize.");
    case GuideStep::Run:
        return Guide::tr("3 of 4. The texts of the demo are filled in: press Run.");
    case GuideStep::Watch:
        return Guide::tr("It runs. The error of each layer appears under Runs; everything else can "
                         "be used meanwhile.");
    case GuideStep::Look:
        return Guide::tr("4 of 4. The quantized model is there. Look at its size against its "
                         "quality.");
    case GuideStep::Done:
        break;
    }
    return Guide::tr("The point is your model: the further left and down, the better. Set other "
                     "bits in Layers and quantize again for the next one.");
}

} // namespace

Pointer::Pointer(QWidget* target) : QWidget(target->window()), m_target(target) {
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setFocusPolicy(Qt::NoFocus);
    // Whatever moves the target is one of these.
    for (QWidget* at = target; at; at = at->isWindow() ? nullptr : at->parentWidget())
        at->installEventFilter(this);
    follow();
}

void Pointer::follow() {
    // Scrolled out of sight, even in part, it is not pointed at: the frame would lie over others.
    if (!m_target || !m_target->isVisible() ||
        m_target->visibleRegion().boundingRect() != m_target->rect())
        return hide();
    const QPoint corner = m_target->mapTo(m_target->window(), QPoint());
    setGeometry(QRect(corner, m_target->size())
                    .adjusted(-Room, -Room, Room, Room)
                    .intersected(m_target->window()->rect()));
    raise();
    show();
}

bool Pointer::eventFilter(QObject* watched, QEvent* event) {
    switch (event->type()) {
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::Show:
    case QEvent::Hide:
        // When all of them have been moved.
        QMetaObject::invokeMethod(this, &Pointer::follow, Qt::QueuedConnection);
        break;
    default:
        break;
    }
    return QWidget::eventFilter(watched, event);
}

void Pointer::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(palette().color(QPalette::Highlight), 3));
    painter.drawRoundedRect(QRectF(rect()).adjusted(1.5, 1.5, -1.5, -1.5), 6, 6);
}

Guide::Guide(Services& services, MainWindow& window)
    : QFrame(&window), m_services(services), m_window(window),
      m_text(makeLabel(QStringLiteral("guideText"))),
      m_action(makeButton(QStringLiteral("guideAction"), tr("Show the &plot"),
                          tr("Bring Experiments to the front"))),
      m_close(makeButton(QStringLiteral("guideClose"), tr("Close the &guide"),
                         tr("Help > Show the guide brings it back"))) {
    setObjectName(QStringLiteral("guide"));
    setAccessibleName(tr("Guide"));
    setFrameShape(QFrame::StyledPanel);
    setAutoFillBackground(true);
    setBackgroundRole(QPalette::AlternateBase);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(10, 4, 6, 4);
    row->addWidget(m_text, 1);
    row->addWidget(m_action);
    row->addWidget(m_close);
    connect(m_action, &QPushButton::clicked, this, &Guide::act);
    connect(m_close, &QPushButton::clicked, this, &Guide::stop);
    connect(&window.session(), &Session::stateChanged, this, &Guide::refresh);
    // Afterwards: what ended may have begun the next job by then.
    connect(&window.session(), &Session::lastOutputChanged, this, &Guide::refresh,
            Qt::QueuedConnection);
    connect(&services.jobs(), &JobCenter::changed, this, &Guide::refresh, Qt::QueuedConnection);
    connect(&services.store(), &StoreWatcher::changed, this, &Guide::refresh);
    connect(&window.commands(), &Commands::quantizeAsked, this, [this](QDialog* dialog) {
        refresh();
        connect(dialog, &QDialog::finished, this, &Guide::refresh, Qt::QueuedConnection);
    });
    window.experiments()->chart()->installEventFilter(this);
    hide();
}

bool Guide::wanted(const RecentModels& recent) {
    return !QSettings().value(DoneKey, false).toBool() && recent.paths().isEmpty();
}

void Guide::start() {
    m_active = true;
    show();
    refresh();
}

void Guide::stop() {
    QSettings().setValue(DoneKey, true);
    m_active = false;
    pointAt(nullptr);
    hide();
}

QString Guide::text() const { return m_text->text(); }
const QWidget* Guide::pointedAt() const { return m_pointer ? m_pointer->target() : nullptr; }

GuideStep Guide::stepNow() const {
    const Session& session = m_window.session();
    if (session.state() != SessionState::Open) return GuideStep::Open;
    const auto* dialog = m_window.findChild<QuantizeDialog*>();
    if (dialog && dialog->isVisible()) return GuideStep::Run;
    if (m_services.jobs().anyUnfinished()) return GuideStep::Watch;
    if (session.lastOutput().isEmpty()) return GuideStep::Quantize;
    return m_window.experiments()->chart()->isVisible() ? GuideStep::Done : GuideStep::Look;
}

QWidget* Guide::targetOf(GuideStep step) const {
    switch (step) {
    case GuideStep::Open:
        return m_window.session().state() == SessionState::Opening
                   ? nullptr
                   : m_window.findChild<QWidget*>(QStringLiteral("startDemo"));
    case GuideStep::Quantize: {
        auto* bar = m_window.findChild<QToolBar*>(QStringLiteral("mainToolBar"));
        auto* action = m_window.findChild<QAction*>(QStringLiteral("quantize"));
        return bar && action ? bar->widgetForAction(action) : nullptr;
    }
    case GuideStep::Run:
        if (const auto* dialog = m_window.findChild<QuantizeDialog*>())
            return dialog->findChild<QWidget*>(QStringLiteral("quantizeRun"));
        return nullptr;
    case GuideStep::Look:
        return m_action;
    case GuideStep::Done:
        return m_window.experiments()->chart();
    case GuideStep::Watch:
        break;
    }
    return nullptr;
}

void Guide::refresh() {
    if (!m_active) return;
    const GuideStep before = m_step;
    m_step = stepNow();
    if (m_step == GuideStep::Done) QSettings().setValue(DoneKey, true);
    m_action->setVisible(m_step == GuideStep::Look);
    if (const QString text = textOf(m_step); text != m_text->text()) {
        m_text->setText(text);
        QAccessibleEvent said(m_text, QAccessible::NameChanged);
        QAccessible::updateAccessibility(&said);
    }
    QWidget* target = targetOf(m_step);
    if (before == m_step && target == pointedAt()) return;
    pointAt(target);
}

void Guide::pointAt(QWidget* target) {
    if (m_pointer) {
        m_pointer->hide();
        m_pointer->deleteLater(); // its target's event may be under way
    }
    m_pointer = target ? new Pointer(target) : nullptr;
}

void Guide::act() { m_window.raisePanel(m_window.experiments()->objectName()); }

bool Guide::eventFilter(QObject* watched, QEvent* event) {
    if (event->type() == QEvent::Show || event->type() == QEvent::Hide)
        QMetaObject::invokeMethod(this, &Guide::refresh, Qt::QueuedConnection);
    return QFrame::eventFilter(watched, event);
}

} // namespace bitsmith::ui

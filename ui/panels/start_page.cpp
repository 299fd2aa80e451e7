#include "ui/panels/start_page.h"

#include "ui/session/recent_models.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/title_label.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QListWidget>
#include <QPushButton>
#include <QScrollArea>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace bitsmith::ui {

StartPage::StartPage(RecentModels& recent, QWidget* parent)
    : QWidget(parent), m_recent(recent), m_recentBox(new QWidget), m_list(new QListWidget) {
    setObjectName(QStringLiteral("startPage"));
    auto* title = new TitleLabel(1.35, tr("Make a language model smaller, and see what it costs"));
    auto* steps = new QLabel(tr(
        "<ol>"
        "<li>Open a model: a Hugging Face folder, a .safetensors, .gguf or PyTorch file. Dropping "
        "it here works, too.</li>"
        "<li>Choose bits and recipe per layer; the size follows at once.</li>"
        "<li>Quantize, then compare: errors per layer, perplexity, text side by side.</li></ol>"));
    steps->setWordWrap(true);
    steps->setTextFormat(Qt::RichText);

    auto* row = new FlowLayout; // large type and long words need two lines
    const auto button = [&](const char* name, const QString& text, const QString& tip,
                            auto signal) {
        auto* made = new QPushButton(text);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(tip);
        made->setMinimumHeight(made->sizeHint().height() + 8);
        connect(made, &QPushButton::clicked, this, signal);
        row->addWidget(made);
        return made;
    };
    auto* demo =
        button("startDemo", tr("Open the &demo model"),
               tr("A small trained model that comes with Bitsmith (Ctrl+D)"), &StartPage::openDemo);
    button("startFolder", tr("Open f&older…"),
           tr("A Hugging Face folder or a Bitsmith container (Ctrl+O)"), &StartPage::openFolder);
    button("startFile", tr("Open &file…"),
           tr("A .safetensors, .gguf or PyTorch (.bin, .pth) file (Ctrl+Shift+O)"),
           &StartPage::openFile);
    button("startLearn", tr("&Learn…"),
           tr("Lessons with live pictures: what quantizing does (Ctrl+L)"),
           &StartPage::openLessons);
    demo->setDefault(true);

    auto* recentTitle = new QLabel(tr("Opened before"));
    QFont bold = recentTitle->font();
    bold.setBold(true);
    recentTitle->setFont(bold);
    m_list->setObjectName(QStringLiteral("startRecent"));
    m_list->setToolTip(tr("Enter or double-click opens the model again"));
    m_list->setMaximumHeight(160);
    auto* recentColumn = new QVBoxLayout(m_recentBox);
    recentColumn->setContentsMargins(0, 8, 0, 0);
    recentColumn->addWidget(recentTitle);
    recentColumn->addWidget(m_list);

    // What is read may scroll, in large type in a small window; what is pressed is always there.
    auto* content = new QWidget;
    auto* reading = new QVBoxLayout(content);
    reading->setContentsMargins(0, 0, 0, 0);
    reading->addWidget(steps);
    reading->addWidget(m_recentBox);
    reading->addStretch();
    auto* scroll = new QScrollArea;
    scroll->setObjectName(QStringLiteral("startScroll"));
    scroll->setFrameShape(QFrame::NoFrame);
    scroll->setWidgetResizable(true);
    scroll->setWidget(content);
    auto* box = new QWidget;
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->addStretch(1);
    column->addWidget(title);
    column->addSpacing(6);
    column->addLayout(row);
    column->addSpacing(6);
    column->addWidget(scroll, 3);
    box->setMaximumWidth(std::max(640, 80 * box->fontMetrics().averageCharWidth()));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(32, 16, 32, 16);
    layout->addStretch(1);
    layout->addWidget(box, 8);
    layout->addStretch(1);

    connect(m_list, &QListWidget::itemActivated, this, [this](const QListWidgetItem* item) {
        Q_EMIT openPath(item->data(Qt::UserRole).toString());
    });
    connect(&recent, &RecentModels::changed, this, &StartPage::showRecent);
    showRecent();
}

void StartPage::showRecent() {
    m_list->clear();
    const QStringList paths = m_recent.paths();
    for (const QString& path : paths) {
        const QFileInfo info(path);
        auto* item = new QListWidgetItem(
            QStringLiteral("%1   –   %2").arg(info.fileName(), info.path()), m_list);
        item->setData(Qt::UserRole, path);
        item->setToolTip(path);
    }
    m_recentBox->setVisible(!paths.isEmpty());
}

} // namespace bitsmith::ui

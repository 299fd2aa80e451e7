#include "ui/panels/log_panel.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"
#include "ui/widgets/file_dialogs.h"
#include "ui/widgets/state_stack.h"

#include <QApplication>
#include <QClipboard>
#include <QComboBox>
#include <QEvent>
#include <QFontDatabase>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSaveFile>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

constexpr int MaxLines = 5000;

} // namespace

LogPanel::LogPanel(MessageHub& messages, QWidget* parent)
    : QWidget(parent), m_messages(messages), m_text(new QPlainTextEdit), m_level(new QComboBox),
      m_filter(new QLineEdit) {
    setObjectName(QStringLiteral("logPanel"));
    m_text->setObjectName(QStringLiteral("logText"));
    m_text->setReadOnly(true);
    m_text->setMaximumBlockCount(MaxLines);
    QFont fixed; // its size is the window's, also when that changes
    fixed.setFamilies(QFontDatabase::systemFont(QFontDatabase::FixedFont).families());
    fixed.setStyleHint(QFont::Monospace);
    m_text->setFont(fixed);
    m_text->setToolTip(tr("Messages of the engine and of this window; Ctrl+C copies a selection"));
    m_text->setTabChangesFocus(true);
    m_level->setObjectName(QStringLiteral("logLevel"));
    m_level->addItems({tr("Everything"), tr("Warnings and errors"), tr("Errors")});
    m_level->setToolTip(tr("What is shown"));
    m_filter->setObjectName(QStringLiteral("logFilter"));
    m_filter->setPlaceholderText(tr("filter"));
    m_filter->setToolTip(tr("Show messages that contain this, or fit a pattern with * and ?"));
    m_filter->setClearButtonEnabled(true);
    auto* copy = new QPushButton(tr("&Copy all"));
    copy->setObjectName(QStringLiteral("logCopy"));
    copy->setToolTip(tr("Copy what is shown to the clipboard"));
    auto* save = new QPushButton(tr("&Save…"));
    save->setObjectName(QStringLiteral("logSave"));
    save->setToolTip(tr("Write what is shown to a file"));
    auto* clear = new QPushButton(tr("C&lear"));
    clear->setObjectName(QStringLiteral("logClear"));
    clear->setToolTip(tr("Forget all messages"));
    auto* row = new QHBoxLayout;
    row->addWidget(m_level);
    row->addWidget(m_filter, 1);
    row->addWidget(copy);
    row->addWidget(save);
    row->addWidget(clear);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(4, 4, 4, 4);
    column->addLayout(row);
    column->addWidget(m_text, 1);
    m_stack = new StateStack(content, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(&messages, &MessageHub::logged, this, &LogPanel::append);
    connect(&messages, &MessageHub::cleared, this, &LogPanel::rebuild);
    connect(m_level, &QComboBox::currentIndexChanged, this, &LogPanel::rebuild);
    connect(copy, &QPushButton::clicked, this,
            [this] { QApplication::clipboard()->setText(m_text->toPlainText()); });
    connect(m_filter, &QLineEdit::textChanged, this, &LogPanel::rebuild);
    connect(save, &QPushButton::clicked, this, [this] {
        saveFile(this, tr("Save log"), QStringLiteral("bitsmith.log"),
                 tr("Text files (*.log *.txt)"), [this](const QString& path) {
                     QSaveFile file(path);
                     return file.open(QIODevice::WriteOnly) && file.write(text().toUtf8()) >= 0 &&
                            file.commit();
                 });
    });
    connect(clear, &QPushButton::clicked, &messages, &MessageHub::clear);
    rebuild();
}

QString LogPanel::text() const { return m_text->toPlainText(); }

void LogPanel::append(const LogEntry& entry) {
    m_stack->showContent();
    if (static_cast<int>(entry.kind) < m_level->currentIndex()) return;
    if (!matchesFilter(entry.source + QStringLiteral(": ") + entry.text, m_filter->text())) return;
    const ChartColors colors = chartColors(palette());
    const QColor color = entry.kind == LogEntry::Kind::Error     ? colors.warning
                         : entry.kind == LogEntry::Kind::Warning ? colors.second
                                                                 : colors.text;
    const QString mark = entry.kind == LogEntry::Kind::Error     ? tr("error")
                         : entry.kind == LogEntry::Kind::Warning ? tr("warning")
                                                                 : tr("info");
    QString line = entry.time.toString(QStringLiteral("hh:mm:ss")) + QStringLiteral("  ") +
                   mark.leftJustified(8) + QLatin1Char(' ');
    if (!entry.source.isEmpty()) line += entry.source + QStringLiteral(": ");
    line = (line + entry.text).toHtmlEscaped();
    line.replace(QLatin1Char('\n'), QStringLiteral("<br>"));
    m_text->appendHtml(QStringLiteral("<span style=\"color:%1; white-space:pre-wrap\">%2</span>")
                           .arg(color.name(), line));
}

void LogPanel::rebuild() {
    m_text->clear();
    if (m_messages.entries().empty()) {
        m_stack->showEmpty(
            tr("No messages yet. What the engine reports while it works, and every error "
               "with its full text, is kept here."));
        return;
    }
    for (const auto& entry : m_messages.entries()) append(entry);
}

void LogPanel::changeEvent(QEvent* event) {
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) rebuild();
}

} // namespace bitsmith::ui

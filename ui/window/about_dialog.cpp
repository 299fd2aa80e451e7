#include "ui/window/about_dialog.h"

#include "core/base/parallel.h"
#include "core/base/version.h"
#include "ui/bridge/preferences.h"
#include "ui/bridge/text.h"
#include "ui/widgets/parts.h"

#include <QApplication>
#include <QClipboard>
#include <QDialogButtonBox>
#include <QIcon>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSysInfo>
#include <QVBoxLayout>

namespace bitsmith::ui {

QString AboutDialog::details(const Services& services) {
    const Engine& engine = services.engine();
    const QStringList lines{
        tr("Bitsmith %1").arg(qs(version())),
        tr("Qt %1 (built with %2), window system %3")
            .arg(QLatin1String(qVersion()), QStringLiteral(QT_VERSION_STR),
                 QApplication::platformName()),
        tr("System: %1, %2").arg(QSysInfo::prettyProductName(), QSysInfo::currentCpuArchitecture()),
        tr("Computes with: %1, %2 threads")
            .arg(engine.backend ? qs(engine.backend->name()) : tr("nothing"))
            .arg(threads()),
        tr("BLAS: %1").arg(qs(blasDescription())),
        tr("Experiments: %1")
            .arg(engine.store ? pathText(engine.store->path()) : tr("not recorded")),
        tr("Quantized models: %1").arg(dataFolder() + QStringLiteral("/quantized")),
        tr("Calibration statistics: %1").arg(pathText(engine.calibrationFolder))};
    return lines.join(QLatin1Char('\n'));
}

AboutDialog::AboutDialog(Services& services, QWidget* parent) : QDialog(parent) {
    setObjectName(QStringLiteral("aboutDialog"));
    setWindowTitle(tr("About Bitsmith"));
    auto* title = makeLabel(QStringLiteral("aboutTitle"));
    title->setText(tr("<h3>Bitsmith Studio %1</h3>"
                      "<p>A workbench for quantizing neural networks. Free software under the MIT "
                      "licence.</p>"
                      "<p>Made with Qt (LGPL), OpenBLAS, oneTBB, Highway, SQLite, fmt, PCRE2, "
                      "SentencePiece, zstd, xxHash and JSON for Modern C++.</p>")
                       .arg(qs(version())));
    auto* text = new QPlainTextEdit(details(services));
    text->setObjectName(QStringLiteral("aboutDetails"));
    text->setReadOnly(true);
    text->setTabChangesFocus(true);
    text->setToolTip(tr("What a report of an error should have"));
    text->setAccessibleName(tr("Details of this program"));
    text->setMinimumHeight(text->fontMetrics().lineSpacing() * 10);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
    auto* copy = makeButton(QStringLiteral("aboutCopy"), tr("&Copy details"),
                            tr("Copy these lines to the clipboard"));
    buttons->addButton(copy, QDialogButtonBox::ActionRole);
    auto* column = new QVBoxLayout(this);
    if (const QPixmap icon = QApplication::windowIcon().pixmap(64, 64); !icon.isNull()) {
        auto* picture = new QLabel;
        picture->setPixmap(icon);
        column->addWidget(picture);
    }
    column->addWidget(title);
    column->addWidget(text, 1);
    column->addWidget(buttons);
    connect(copy, &QPushButton::clicked, this,
            [text] { QApplication::clipboard()->setText(text->toPlainText()); });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    resize(560, sizeHint().height());
}

} // namespace bitsmith::ui

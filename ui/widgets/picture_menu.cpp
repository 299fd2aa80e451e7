#include "ui/widgets/picture_menu.h"

#include "ui/widgets/file_dialogs.h"

#include <QAction>
#include <QBuffer>
#include <QFileInfo>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QWidget>
#include <QtSvg/QSvgGenerator>

namespace bitsmith::ui {
namespace {

constexpr int PictureScale = 2; // pixels per pixel of the screen: for papers and slides

// All or nothing, beside the target first.
bool write(const QString& path, const QByteArray& bytes) {
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(bytes) == bytes.size() && file.commit();
}

} // namespace

PictureMenu::PictureMenu(QWidget* widget, const QString& name)
    : QObject(widget), m_widget(widget), m_name(name) {
    auto* action = new QAction(this);
    action->setObjectName(QStringLiteral("savePicture"));
    action->setShortcut(QKeySequence::Save);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    widget->addAction(action);
    connect(action, &QAction::triggered, this, &PictureMenu::askAny);
}

void PictureMenu::popup(const QPoint& globalPosition) {
    auto* menu = new QMenu(m_widget);
    menu->setObjectName(QStringLiteral("pictureMenu"));
    menu->setAttribute(Qt::WA_DeleteOnClose);
    if (m_extra) {
        m_extra(*menu);
        menu->addSeparator();
    }
    const auto add = [&](const char* suffix, const QString& text, const QString& title,
                         const QString& filter) {
        QAction* action = menu->addAction(text);
        action->setObjectName(QStringLiteral("save-") + QLatin1String(suffix));
        action->setEnabled(filled());
        connect(
            action, &QAction::triggered, this,
            [this, title, filter, suffix = QLatin1String(suffix)] { ask(title, suffix, filter); });
    };
    add("png", tr("Save &picture (PNG)…"), tr("Save picture"), tr("PNG images (*.png)"));
    add("svg", tr("Save &drawing (SVG)…"), tr("Save drawing"), tr("SVG drawings (*.svg)"));
    if (m_csv) add("csv", tr("Save d&ata (CSV)…"), tr("Save data"), tr("CSV files (*.csv)"));
    menu->popup(globalPosition);
}

void PictureMenu::ask(const QString& title, const QString& suffix, const QString& filter) {
    saveFile(m_widget, title, m_name + QLatin1Char('.') + suffix, filter,
             [this, suffix](const QString& path) {
                 const bool named =
                     QFileInfo(path).suffix().compare(suffix, Qt::CaseInsensitive) == 0;
                 return save(named ? path : path + QLatin1Char('.') + suffix);
             });
}

void PictureMenu::askAny() {
    if (!filled()) return;
    const QString filter =
        m_csv ? tr("Pictures and data (*.png *.svg *.csv)") : tr("Pictures (*.png *.svg)");
    saveFile(m_widget, tr("Save as PNG, SVG or CSV, by the suffix"),
             m_name + QStringLiteral(".png"), filter, [this](const QString& path) {
                 return save(QFileInfo(path).suffix().isEmpty() ? path + QStringLiteral(".png")
                                                                : path);
             });
}

bool PictureMenu::save(const QString& path) const {
    if (!filled()) return false;
    const QString suffix = QFileInfo(path).suffix().toLower();
    return suffix == QLatin1String("png")   ? savePng(path)
           : suffix == QLatin1String("svg") ? saveSvg(path)
           : suffix == QLatin1String("csv") ? saveCsv(path)
                                            : false;
}

bool PictureMenu::savePng(const QString& path) const {
    QImage image(m_widget->size() * PictureScale, QImage::Format_ARGB32_Premultiplied);
    image.setDevicePixelRatio(PictureScale);
    image.fill(m_widget->palette().color(QPalette::Base));
    QPainter painter(&image);
    if (m_draw)
        m_draw(painter);
    else
        m_widget->render(&painter);
    painter.end();
    QByteArray bytes;
    QBuffer buffer(&bytes);
    return image.save(&buffer, "PNG") && write(path, bytes);
}

bool PictureMenu::saveSvg(const QString& path) const {
    QByteArray bytes;
    QBuffer buffer(&bytes);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(m_widget->size());
    generator.setViewBox(m_widget->rect());
    generator.setTitle(m_widget->accessibleName().isEmpty() ? m_name : m_widget->accessibleName());
    generator.setResolution(m_widget->logicalDpiX()); // text as large as on the screen
    QPainter painter;
    if (!painter.begin(&generator)) return false;
    painter.fillRect(m_widget->rect(), m_widget->palette().color(QPalette::Base));
    if (m_draw)
        m_draw(painter);
    else
        m_widget->render(&painter);
    painter.end();
    return write(path, bytes);
}

bool PictureMenu::saveCsv(const QString& path) const {
    return m_csv && write(path, m_csv().toUtf8());
}

} // namespace bitsmith::ui

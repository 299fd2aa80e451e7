#include "ui/heatmap/heatmap_view.h"

#include "ui/bridge/text.h"
#include "ui/heatmap/heatmap_image.h"
#include "ui/widgets/file_dialogs.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QMenu>
#include <QPainter>
#include <QSaveFile>
#include <QToolTip>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int Gap = 6;
constexpr double TopFraction = 0.995; // single extreme tiles must not darken the rest

} // namespace

HeatmapView::HeatmapView(QWidget* parent) : QWidget(parent) {
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

void HeatmapView::setData(HeatmapData data) {
    m_data = std::move(data);
    m_top = heatmapTop(m_data.tiles, TopFraction);
    m_image = heatmapImage(m_data.tiles, m_data.tileRows, m_data.tileCols, m_top);
    update();
}

QRect HeatmapView::pictureRect() const {
    const int text = fontMetrics().height();
    return rect().adjusted(text + Gap, 2, -(2 * Gap + heatScaleWidth(fontMetrics())),
                           -(text + Gap));
}

void HeatmapView::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    if (m_image.isNull()) return;
    const QRect picture = pictureRect();
    if (picture.width() < 8 || picture.height() < 8) return;
    painter.drawImage(picture, m_image);
    painter.setPen(palette().color(QPalette::Mid));
    painter.drawRect(picture.adjusted(0, 0, -1, -1));

    painter.setPen(palette().color(QPalette::Text));
    const int ascent = fontMetrics().ascent();
    paintHeatScale(painter,
                   {picture.right() + 1 + Gap, picture.top(), picture.width(), picture.height()},
                   {0, m_top, false});
    // Labels are centred on the picture where there is room, and inside the widget anyway.
    const auto label = [&](const QString& text, int middle, int room, int line) {
        const int length = fontMetrics().horizontalAdvance(text);
        const int at = std::clamp(middle - length / 2, 0, std::max(0, room - length));
        painter.drawText(at, line, text);
    };
    label(QStringLiteral("%1 (%2)").arg(m_data.colName).arg(m_data.cols), picture.center().x(),
          width(), picture.bottom() + 3 + ascent);
    painter.translate(0, height());
    painter.rotate(-90);
    label(QStringLiteral("%1 (%2)").arg(m_data.rowName).arg(m_data.rows),
          height() - picture.center().y(), height(), ascent + 1);
}

QString HeatmapView::textAt(const QPoint& position) const {
    const QRect picture = pictureRect();
    if (m_image.isNull() || !picture.contains(position)) return {};
    const int col = (position.x() - picture.left()) * m_data.tileCols / picture.width();
    const int row = (position.y() - picture.top()) * m_data.tileRows / picture.height();
    const auto span = [](std::size_t size, int tile, int tiles) {
        const auto count = static_cast<std::size_t>(tiles);
        const auto i = static_cast<std::size_t>(tile);
        const std::size_t first = i * size / count;
        const std::size_t last = std::max(first + 1, (i + 1) * size / count) - 1;
        return first == last ? QString::number(first)
                             : QStringLiteral("%1–%2").arg(first).arg(last);
    };
    const float value = m_data.tiles[static_cast<std::size_t>(row * m_data.tileCols + col)];
    return tr("%1 %2, %3 %4: %5 %6")
        .arg(m_data.rowName, span(m_data.rows, row, m_data.tileRows), m_data.colName,
             span(m_data.cols, col, m_data.tileCols), m_data.valueName, numberText(value));
}

bool HeatmapView::event(QEvent* event) {
    if (event->type() == QEvent::ToolTip) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const QString text = textAt(help->pos());
        if (!text.isEmpty()) {
            QToolTip::showText(help->globalPos(), text, this);
            return true;
        }
    }
    return QWidget::event(event);
}

bool HeatmapView::savePicture(const QString& path) const {
    return !m_image.isNull() && m_image.save(path, "PNG");
}

QString HeatmapView::csv() const {
    QString out;
    for (int r = 0; r < m_data.tileRows; ++r)
        for (int c = 0; c < m_data.tileCols; ++c)
            out += QString::number(m_data.tiles[static_cast<std::size_t>(r * m_data.tileCols + c)],
                                   'g', 9) +
                   (c + 1 < m_data.tileCols ? QStringLiteral(",") : QStringLiteral("\r\n"));
    return out;
}

void HeatmapView::contextMenuEvent(QContextMenuEvent* event) {
    if (m_image.isNull()) return;
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Save picture (PNG)…"), this, [this] {
        saveFile(this, tr("Save picture"), QStringLiteral("error-heatmap.png"),
                 tr("PNG images (*.png)"),
                 [this](const QString& path) { return savePicture(path); });
    });
    menu->addAction(tr("Save data (CSV)…"), this, [this] {
        saveFile(this, tr("Save data"), QStringLiteral("error-heatmap.csv"),
                 tr("CSV files (*.csv)"), [this](const QString& path) {
                     QSaveFile file(path);
                     return file.open(QIODevice::WriteOnly) && file.write(csv().toUtf8()) >= 0 &&
                            file.commit();
                 });
    });
    menu->popup(event->globalPos());
}

} // namespace bitsmith::ui

#include "ui/charts/chart_view.h"

#include "ui/widgets/file_dialogs.h"

#include <QContextMenuEvent>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QMenu>
#include <QSaveFile>
#include <QtCharts/QAbstractAxis>
#include <QtCharts/QLegend>

namespace bitsmith::ui {

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Base).lightness() < palette.color(QPalette::Text).lightness();
}

ChartColors chartColors(const QPalette& palette) {
    const bool dark = isDark(palette);
    ChartColors out;
    out.first = dark ? QColor(0x6c, 0xb2, 0xf7) : QColor(0x1f, 0x6f, 0xb8);
    out.second = dark ? QColor(0xf5, 0xb0, 0x5c) : QColor(0xc6, 0x62, 0x0c);
    out.third = dark ? QColor(0x7f, 0xd4, 0x9a) : QColor(0x2b, 0x86, 0x4a);
    out.warning = dark ? QColor(0xff, 0x82, 0x78) : QColor(0xc0, 0x2b, 0x22);
    out.text = palette.color(QPalette::Text);
    out.background = palette.color(QPalette::Base);
    out.grid = out.text;
    out.grid.setAlphaF(0.18F);
    return out;
}

ChartView::ChartView(QWidget* parent) : QChartView(new QChart, parent) {
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    chart()->setBackgroundRoundness(0);
    chart()->setMargins(QMargins(4, 4, 8, 4));
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->legend()->setAlignment(Qt::AlignTop);
    restyle();
}

void ChartView::setPainter(std::function<void(const ChartColors&)> painter) {
    m_painter = std::move(painter);
    restyle();
}

void ChartView::restyle() {
    const ChartColors colors = chartColors(palette());
    setBackgroundBrush(colors.background);
    chart()->setBackgroundBrush(colors.background);
    chart()->setTitleBrush(colors.text);
    chart()->legend()->setLabelColor(colors.text);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    chart()->legend()->setFont(small);
    const auto axes = chart()->axes();
    for (QAbstractAxis* axis : axes) {
        axis->setLabelsBrush(colors.text);
        axis->setTitleBrush(colors.text);
        axis->setLabelsFont(small);
        axis->setTitleFont(small);
        axis->setGridLineColor(colors.grid);
        axis->setMinorGridLineVisible(false);
        axis->setLinePenColor(colors.grid);
    }
    if (m_painter) m_painter(colors);
}

bool ChartView::savePicture(const QString& path) { return grab().save(path, "PNG"); }

bool ChartView::saveCsv(const QString& path) const {
    if (!m_csv) return false;
    QSaveFile file(path);
    return file.open(QIODevice::WriteOnly) && file.write(m_csv().toUtf8()) >= 0 && file.commit();
}

void ChartView::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) restyle();
}

void ChartView::contextMenuEvent(QContextMenuEvent* event) { showMenu(event->globalPos()); }

void ChartView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Menu)
        showMenu(mapToGlobal(rect().center()));
    else
        QChartView::keyPressEvent(event);
}

void ChartView::showMenu(const QPoint& globalPosition) {
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Save picture (PNG)…"), this, [this] {
        saveFile(this, tr("Save picture"), m_name + QStringLiteral(".png"),
                 tr("PNG images (*.png)"),
                 [this](const QString& path) { return savePicture(path); });
    });
    if (m_csv)
        menu->addAction(tr("Save data (CSV)…"), this, [this] {
            saveFile(this, tr("Save data"), m_name + QStringLiteral(".csv"),
                     tr("CSV files (*.csv)"),
                     [this](const QString& path) { return saveCsv(path); });
        });
    menu->popup(globalPosition);
}

} // namespace bitsmith::ui

// A chart that follows the application's palette, says its values under the mouse and to the arrow
// keys, and can be saved as PNG, SVG or CSV (context menu, menu key, Shift+F10, Ctrl+S).
#pragma once

#include "ui/charts/point_walk.h"
#include "ui/widgets/picture_menu.h"

#include <QtCharts/QChartView>

#include <functional>

class QValueAxis;

namespace bitsmith::ui {

// Colours with enough contrast on the palette's base, light or dark.
struct ChartColors {
    QColor first, second, third, warning, text, grid, background;
};
ChartColors chartColors(const QPalette& palette);
bool isDark(const QPalette& palette);

class BottomTitle;
class WrappedLegend;

class ChartView final : public QChartView {
    Q_OBJECT
public:
    explicit ChartView(QWidget* parent = nullptr);

    // Called now and whenever the palette changes, to colour series.
    void setPainter(std::function<void(const ChartColors&)> painter);
    // What "Save data" writes; without it the entry is absent.
    void setCsv(std::function<QString()> csv) { m_saving->setCsv(std::move(csv)); }
    // name: stem of suggested file names; title: what the chart shows, for screen readers.
    void setName(const QString& name) { m_saving->setName(name); }
    void setName(const QString& name, const QString& title);
    PictureMenu& saving() { return *m_saving; }
    // What points say, and which one the keyboard is on. nullptr: the chart's owner does it.
    PointWalk* points() { return m_points; }
    void setPointText(PointWalk::Text text);
    void readsItself(); // the owner has hover texts and keys of its own
    void restyle();     // after axes or series were added
    // Its least height in lines of text, without a legend above the plot.
    void setLeastLines(int lines);
    QSize sizeHint() const override { return {420, 240}; }
    QSize minimumSizeHint() const override;

    bool save(const QString& path) const { return m_saving->save(path); } // .png, .svg, .csv

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void drawForeground(QPainter* painter, const QRectF& rect) override;

private:
    void showPoint(const QString& text);
    void fitWords();
    void fitLegend(QMargins& margins);
    void fitAxisTitles();
    std::function<void(const ChartColors&)> m_painter;
    PictureMenu* m_saving;
    PointWalk* m_points;
    WrappedLegend* m_legend; // the scene's, as the title
    BottomTitle* m_title;
    int m_above = 0;  // height of a legend in lines
    int m_beside = 0; // height of a legend beside the plot
    int m_leastLines = 6;
};

} // namespace bitsmith::ui

// A chart that follows the application's palette and can be saved as PNG or CSV from its context
// menu (also Shift+F10 or the menu key).
#pragma once

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

class ChartView final : public QChartView {
    Q_OBJECT
public:
    explicit ChartView(QWidget* parent = nullptr);

    // Called now and whenever the palette changes, to colour series.
    void setPainter(std::function<void(const ChartColors&)> painter);
    // What "Save data" writes; without it the entry is absent.
    void setCsv(std::function<QString()> csv) { m_csv = std::move(csv); }
    void setName(const QString& name) { m_name = name; } // stem of suggested file names
    void restyle();                                      // after axes or series were added
    QSize sizeHint() const override { return {420, 240}; }
    QSize minimumSizeHint() const override { return {200, 130}; }

    bool savePicture(const QString& path);
    bool saveCsv(const QString& path) const;

protected:
    void changeEvent(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;

private:
    void showMenu(const QPoint& globalPosition);
    std::function<void(const ChartColors&)> m_painter;
    std::function<QString()> m_csv;
    QString m_name = QStringLiteral("chart");
};

} // namespace bitsmith::ui

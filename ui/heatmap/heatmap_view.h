// Shows tiles of a matrix as a picture with a colour scale; the value under the mouse as tooltip.
#pragma once

#include <QImage>
#include <QWidget>

#include <vector>

namespace bitsmith::ui {

struct HeatmapData {
    std::vector<float> tiles; // tileRows x tileCols, mean values
    int tileRows = 0, tileCols = 0;
    std::size_t rows = 0, cols = 0; // of the matrix that the tiles cover
    QString rowName, colName, valueName;
};

class HeatmapView final : public QWidget {
    Q_OBJECT
public:
    explicit HeatmapView(QWidget* parent = nullptr);
    void setData(HeatmapData data);
    QSize sizeHint() const override { return {320, 220}; }
    QSize minimumSizeHint() const override { return {160, 110}; }
    bool savePicture(const QString& path) const; // one pixel per tile

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    QRect pictureRect() const;
    QString textAt(const QPoint& position) const;
    QString csv() const;

    HeatmapData m_data;
    QImage m_image;
    float m_top = 0;
};

} // namespace bitsmith::ui

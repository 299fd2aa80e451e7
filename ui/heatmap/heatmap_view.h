// Shows tiles of a matrix as a picture with a colour scale; the value under the mouse, or of the
// tile that the arrow keys move, as tooltip.
#pragma once

#include "ui/widgets/picture_menu.h"

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
    QSize minimumSizeHint() const override;
    PictureMenu& saving() { return *m_saving; }
    QString textAt(const QPoint& position) const; // empty: not on the picture

protected:
    void paintEvent(QPaintEvent* event) override;
    bool event(QEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;

private:
    QRect pictureRect() const;
    QRect tileRect(int row, int col) const;
    QString csv() const;

    HeatmapData m_data;
    QImage m_image;
    float m_top = 0;
    QPoint m_cursor; // column and row of a tile
    PictureMenu* m_saving;
};

} // namespace bitsmith::ui

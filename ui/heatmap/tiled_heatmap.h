// A salience map as a picture that is moved with the mouse or the arrow keys and zoomed from the
// whole matrix down to single weights. Tiles are computed off the GUI thread, one at a time, those
// in the middle first, and kept while there is room; until they come, coarser ones stand in.
#pragma once

#include "ui/bridge/request.h"
#include "ui/heatmap/heatmap_image.h"
#include "ui/heatmap/matrix_window.h"
#include "ui/widgets/picture_menu.h"

#include <QCache>
#include <QImage>
#include <QWidget>

#include <map>
#include <memory>
#include <utility>

namespace bitsmith::ui {

struct TiledHeatmapData {
    std::shared_ptr<const SalienceMap> map; // null: nothing
    Pooling pooling = Pooling::Max;
    bool logarithmic = false;
    QString rowName, colName, valueName;
};

size_t qHash(const TileKey& key, size_t seed = 0);

class TiledHeatmap final : public QWidget {
    Q_OBJECT
public:
    explicit TiledHeatmap(QuickPool& pool, QWidget* parent = nullptr);
    // What is looked at stays where the matrix has the same shape; another is fitted.
    void setData(TiledHeatmapData data);
    bool complete() const; // every tile that is seen is there
    const MatrixWindow& window() const { return m_window; }
    QRect pictureRect() const;
    // "output row 3, input channel 17: |w| 0.25" of a place of this widget; empty outside.
    QString textAt(const QPoint& position) const;
    // The range of colours now; none before the first tile.
    const HeatRange* range() const;
    PictureMenu& saving() { return *m_saving; }

    QSize sizeHint() const override { return {420, 280}; }
    QSize minimumSizeHint() const override;

public Q_SLOTS:
    void zoomIn();
    void zoomOut();
    void fit();

Q_SIGNALS:
    void windowChanged();
    void hovered(const QString& text); // empty: the mouse left
    void failed(const QString& message);

protected:
    void paintEvent(QPaintEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void leaveEvent(QEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    struct Tile {
        Matrix values;
        QImage image;
    };
    using Levels = std::pair<int, int>; // y, x
    struct Made {
        TileKey key;
        std::shared_ptr<Tile> tile;
        HeatRange range;
    };
    MatrixSize matrix() const;
    void show(const MatrixWindow& window);
    void zoom(double factor, const QPointF& about);
    void requestNext();
    void paintTiles(QPainter& painter, const QRect& picture);
    void paintAxes(QPainter& painter, const QRect& picture);
    void showMenu(const QPoint& globalPosition);
    QString csv() const; // of what is seen, a value per tile pixel that is there

    TiledHeatmapData m_data;
    MatrixWindow m_window;
    bool m_fitted = true; // follows the widget's size
    QPoint m_grabbed;
    bool m_dragging = false;
    Request m_request;
    PictureMenu* m_saving;
    TileKey m_making; // what m_request is about
    std::map<Levels, HeatRange> m_ranges;
    mutable QCache<TileKey, std::shared_ptr<Tile>> m_tiles; // cost: KiB
};

} // namespace bitsmith::ui

// Which part of a matrix a picture shows, and which tiles of which level it takes. Arithmetic of
// plain values, without a widget.
//
// Rows and columns have scales of their own, since a matrix is often far higher than wide: fitted,
// a picture uses all its room. Levels are chosen per side, so that a pixel of a level is at least
// one of the screen and no maximum is lost.
#pragma once

#include "core/analysis/salience_map.h"

#include <QPointF>
#include <QRectF>
#include <QSizeF>

#include <compare>
#include <vector>

namespace bitsmith::ui {

struct MatrixWindow {
    double left = 0, top = 0;      // the weight at the picture's upper left corner; fractions count
    double scaleX = 1, scaleY = 1; // screen pixels per weight
    bool operator==(const MatrixWindow&) const = default;
};

struct MatrixSize {
    double rows = 0, cols = 0;
};

inline constexpr double MostPixelsPerWeight = 40;

MatrixWindow fitted(const MatrixSize& matrix, const QSizeF& picture);
// As it is, moved so that nothing beside the matrix is shown, and no smaller than fitted.
MatrixWindow limited(MatrixWindow window, const MatrixSize& matrix, const QSizeF& picture);
// `factor` times as large around a point of the picture, which stays where it is.
MatrixWindow zoomed(const MatrixWindow& window, double factor, const QPointF& about,
                    const MatrixSize& matrix, const QSizeF& picture);
MatrixWindow panned(const MatrixWindow& window, const QPointF& pixels, const MatrixSize& matrix,
                    const QSizeF& picture);

// The finest level whose pixels are at least a screen pixel wide.
int levelOf(double scale, int levels);

struct TileKey {
    int levelY = 0, levelX = 0;
    std::size_t row = 0, col = 0; // in tiles of TilePixels level pixels
    auto operator<=>(const TileKey&) const = default;
};
inline constexpr std::size_t TilePixels = 256;

// Where a tile lies in the picture, in screen pixels; the last tiles are cut at the matrix's end.
QRectF tileRect(const TileKey& key, const MatrixWindow& window, const MatrixSize& matrix);
// The tiles that a picture needs, those nearest its middle first.
std::vector<TileKey> visibleTiles(const MatrixWindow& window, const MatrixSize& matrix, int levels,
                                  const QSizeF& picture);

// A tile's pixels, of two levels at once: the map's at the finer one, pooled along the other side.
Matrix tileValues(const SalienceMap& map, const TileKey& key, Pooling pooling, RunContext& context);
// The same for any rectangle of level pixels, cut at the matrix's end.
Matrix pooledValues(const SalienceMap& map, int levelY, int levelX, const PixelRect& rect,
                    Pooling pooling, RunContext& context);
// Values spread over the whole of a level, for its colours: some pixel rows with all their columns.
std::vector<float> sampledValues(const SalienceMap& map, int levelY, int levelX, Pooling pooling,
                                 RunContext& context);

} // namespace bitsmith::ui

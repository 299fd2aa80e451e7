#include "ui/heatmap/matrix_window.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

std::size_t levelSize(std::size_t size, int level) { return ((size - 1) >> level) + 1; }

// Weights of a pixel along one side: fewer at the end.
double extent(std::size_t pixel, int level, std::size_t size) {
    const std::size_t begin = pixel << level;
    return static_cast<double>(std::min(size - begin, std::size_t{1} << level));
}

} // namespace

MatrixWindow fitted(const MatrixSize& matrix, const QSizeF& picture) {
    MatrixWindow out;
    out.scaleX = std::min(MostPixelsPerWeight, picture.width() / std::max(1.0, matrix.cols));
    out.scaleY = std::min(MostPixelsPerWeight, picture.height() / std::max(1.0, matrix.rows));
    return limited(out, matrix, picture);
}

MatrixWindow limited(MatrixWindow window, const MatrixSize& matrix, const QSizeF& picture) {
    const auto side = [](double& start, double& scale, double size, double pixels) {
        const double least = std::min(MostPixelsPerWeight, pixels / std::max(1.0, size));
        scale = std::clamp(scale, least, MostPixelsPerWeight);
        // A small matrix lies in the middle of its room.
        const double shown = pixels / scale;
        start = shown >= size ? (size - shown) / 2 : std::clamp(start, 0.0, size - shown);
    };
    side(window.left, window.scaleX, matrix.cols, picture.width());
    side(window.top, window.scaleY, matrix.rows, picture.height());
    return window;
}

MatrixWindow zoomed(const MatrixWindow& window, double factor, const QPointF& about,
                    const MatrixSize& matrix, const QSizeF& picture) {
    MatrixWindow out = window;
    out.scaleX *= factor;
    out.scaleY *= factor;
    out = limited(out, matrix, picture); // the scales first: they decide what stays in place
    out.left = window.left + about.x() / window.scaleX - about.x() / out.scaleX;
    out.top = window.top + about.y() / window.scaleY - about.y() / out.scaleY;
    return limited(out, matrix, picture);
}

MatrixWindow panned(const MatrixWindow& window, const QPointF& pixels, const MatrixSize& matrix,
                    const QSizeF& picture) {
    MatrixWindow out = window;
    out.left -= pixels.x() / window.scaleX;
    out.top -= pixels.y() / window.scaleY;
    return limited(out, matrix, picture);
}

int levelOf(double scale, int levels) {
    int level = 0;
    while (level + 1 < levels && scale * std::ldexp(1.0, level) < 1 - 1e-9) ++level;
    return level;
}

QRectF tileRect(const TileKey& key, const MatrixWindow& window, const MatrixSize& matrix) {
    const double width = std::ldexp(static_cast<double>(TilePixels), key.levelX),
                 height = std::ldexp(static_cast<double>(TilePixels), key.levelY);
    const double left = static_cast<double>(key.col) * width,
                 top = static_cast<double>(key.row) * height;
    const double right = std::min(left + width, matrix.cols),
                 bottom = std::min(top + height, matrix.rows);
    return {(left - window.left) * window.scaleX, (top - window.top) * window.scaleY,
            (right - left) * window.scaleX, (bottom - top) * window.scaleY};
}

std::vector<TileKey> visibleTiles(const MatrixWindow& window, const MatrixSize& matrix, int levels,
                                  const QSizeF& picture) {
    std::vector<TileKey> out;
    if (levels == 0 || picture.isEmpty()) return out;
    const int y = levelOf(window.scaleY, levels), x = levelOf(window.scaleX, levels);
    const auto range = [](double start, double shown, double size, int level) {
        const double tile = std::ldexp(static_cast<double>(TilePixels), level);
        const double first = std::clamp(start, 0.0, size - 1),
                     last = std::clamp(start + shown, first, size - 1e-6);
        return std::pair(static_cast<std::size_t>(first / tile),
                         static_cast<std::size_t>(last / tile));
    };
    const auto [top, bottom] = range(window.top, picture.height() / window.scaleY, matrix.rows, y);
    const auto [left, right] = range(window.left, picture.width() / window.scaleX, matrix.cols, x);
    for (std::size_t r = top; r <= bottom; ++r)
        for (std::size_t c = left; c <= right; ++c) out.push_back({y, x, r, c});
    const QPointF middle(picture.width() / 2, picture.height() / 2);
    std::ranges::stable_sort(out, {}, [&](const TileKey& key) {
        const QPointF away = tileRect(key, window, matrix).center() - middle;
        return QPointF::dotProduct(away, away);
    });
    return out;
}

Matrix pooledValues(const SalienceMap& map, int levelY, int levelX, const PixelRect& rect,
                    Pooling pooling, RunContext& context) {
    const int fine = std::min(levelY, levelX);
    const int poolY = levelY - fine, poolX = levelX - fine;
    const std::size_t rows = std::min(rect.rows, levelSize(map.rows(), levelY) - rect.row),
                      cols = std::min(rect.cols, levelSize(map.cols(), levelX) - rect.col);
    PixelRect from{rect.row << poolY, rect.col << poolX, rows << poolY, cols << poolX};
    from.rows = std::min(from.rows, map.levelRows(fine) - from.row);
    from.cols = std::min(from.cols, map.levelCols(fine) - from.col);
    const Matrix values = map.values(fine, from, pooling, context);
    if (poolY == 0 && poolX == 0) return values;
    Matrix out(rows, cols);
    std::vector<double> sums(pooling == Pooling::Mean ? rows * cols : 0), weights(sums.size());
    for (std::size_t r = 0; r < from.rows; ++r)
        for (std::size_t c = 0; c < from.cols; ++c) {
            const std::size_t to = (r >> poolY) * cols + (c >> poolX);
            if (pooling == Pooling::Max) {
                out.values()[to] = std::max(out.values()[to], values(r, c));
                continue;
            }
            const double weight =
                extent(from.row + r, fine, map.rows()) * extent(from.col + c, fine, map.cols());
            sums[to] += weight * static_cast<double>(values(r, c));
            weights[to] += weight;
        }
    for (std::size_t i = 0; i < sums.size(); ++i)
        out.values()[i] = static_cast<float>(sums[i] / weights[i]);
    return out;
}

Matrix tileValues(const SalienceMap& map, const TileKey& key, Pooling pooling,
                  RunContext& context) {
    return pooledValues(map, key.levelY, key.levelX,
                        {key.row * TilePixels, key.col * TilePixels, TilePixels, TilePixels},
                        pooling, context);
}

std::vector<float> sampledValues(const SalienceMap& map, int levelY, int levelX, Pooling pooling,
                                 RunContext& context) {
    constexpr std::size_t Strips = 8, StripRows = 4;
    const std::size_t rows = levelSize(map.rows(), levelY), cols = levelSize(map.cols(), levelX);
    std::vector<float> out;
    for (std::size_t i = 0; i < Strips; ++i) {
        const std::size_t first = i * rows / Strips, last = (i + 1) * rows / Strips;
        if (first == last) continue;
        const Matrix strip =
            pooledValues(map, levelY, levelX, {first, 0, std::min(StripRows, last - first), cols},
                         pooling, context);
        out.insert(out.end(), strip.values().begin(), strip.values().end());
    }
    return out;
}

} // namespace bitsmith::ui

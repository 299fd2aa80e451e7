#include "core/analysis/salience_map.h"

#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <limits>

namespace bitsmith {
namespace {

constexpr std::size_t PanelFloats = std::size_t{1} << 16; // 256 KB decoded
constexpr std::size_t Slices = 32;                        // each with sums of its own

// Saliences of the columns [first, last) of one row; not finite becomes 0. Returns how many were.
std::size_t rowValues(const float* weights, const ColumnFactors& factors, std::size_t first,
                      std::size_t last, float* out) {
    constexpr float Most = std::numeric_limits<float>::max();
    const float* factor = factors.factor.data();
    std::size_t finite = 0;
    const auto run = [&](auto power) {
        for (std::size_t c = first; c < last; ++c) {
            const float v = factor[c] * power(weights[c]);
            const bool good = v <= Most; // false for NaN
            out[c - first] = good ? v : 0.0F;
            finite += good;
        }
    };
    if (factors.exponent == 2)
        run([](float w) { return w * w; });
    else
        run([](float w) { return std::abs(w); });
    return last - first - finite;
}

// Adds a row of values to the pixels that it belongs to. col: of the first value, in the matrix.
void poolRow(std::span<const float> values, int level, float* max, double* sum) {
    const std::size_t size = std::size_t{1} << level;
    for (std::size_t begin = 0, pixel = 0; begin < values.size(); begin += size, ++pixel) {
        const std::size_t end = std::min(begin + size, values.size());
        float most = max[pixel];
        double total = 0;
        for (std::size_t c = begin; c < end; ++c) {
            most = std::max(most, values[c]);
            total += static_cast<double>(values[c]);
        }
        max[pixel] = most;
        sum[pixel] += total;
    }
}

// Mean and central moments, combined as in Pebay 2008 (SAND2008-6212): one pass, without the
// cancellation that raw moments suffer where the mean is large.
struct Moments {
    double n = 0, mean = 0, m2 = 0, m3 = 0, m4 = 0;

    void add(std::span<const float> values) {
        Moments own;
        double sum = 0;
        for (const float v : values)
            if (std::isfinite(v)) {
                own.n += 1;
                sum += static_cast<double>(v);
            }
        if (own.n == 0) return;
        own.mean = sum / own.n;
        for (const float v : values) {
            if (!std::isfinite(v)) continue;
            const double d = static_cast<double>(v) - own.mean, d2 = d * d;
            own.m2 += d2;
            own.m3 += d2 * d;
            own.m4 += d2 * d2;
        }
        add(own);
    }
    void add(const Moments& b) {
        if (b.n == 0) return;
        if (n == 0) {
            *this = b;
            return;
        }
        const double all = n + b.n, d = b.mean - mean, d2 = d * d, nb = n * b.n;
        m4 += b.m4 + d2 * d2 * nb * (n * n - nb + b.n * b.n) / (all * all * all) +
              6 * d2 * (n * n * b.m2 + b.n * b.n * m2) / (all * all) +
              4 * d * (n * b.m3 - b.n * m3) / all;
        m3 += b.m3 + d2 * d * nb * (n - b.n) / (all * all) + 3 * d * (n * b.m2 - b.n * m2) / all;
        m2 += b.m2 + d2 * nb / all;
        mean += d * b.n / all;
        n = all;
    }
    double kurtosis() const { return m2 > 0 ? n * m4 / (m2 * m2) : 0; }
};

// Positive floats sort like their bits, so the upper 16 bits below the sign are bins in order.
struct ValueHistogram {
    static constexpr int Shift = 15;
    std::vector<std::uint64_t> counts = std::vector<std::uint64_t>(std::size_t{1} << (31 - Shift));
    std::vector<double> sums = std::vector<double>(counts.size());

    void add(std::span<const float> values) {
        for (const float v : values) {
            const std::size_t bin = std::bit_cast<std::uint32_t>(v) >> Shift;
            ++counts[bin];
            sums[bin] += static_cast<double>(v);
        }
    }
    void add(const ValueHistogram& other) {
        for (std::size_t i = 0; i < counts.size(); ++i) {
            counts[i] += other.counts[i];
            sums[i] += other.sums[i];
        }
    }
    // The share of the total that the largest `wanted` values hold.
    double share(double fraction, std::uint64_t all, double total) const {
        if (!(total > 0)) return 0;
        auto wanted = std::max<std::uint64_t>(
            1, static_cast<std::uint64_t>(std::llround(fraction * static_cast<double>(all))));
        double top = 0;
        for (std::size_t i = counts.size(); i-- > 0 && wanted > 0;) {
            if (counts[i] == 0) continue;
            const std::uint64_t taken = std::min(wanted, counts[i]);
            top += sums[i] * static_cast<double>(taken) / static_cast<double>(counts[i]);
            wanted -= taken;
        }
        return std::min(1.0, top / total);
    }
};

struct SliceSums {
    std::uint64_t nonFinite = 0;
    std::vector<double> columnSum;
    std::vector<float> columnMax;
    Moments moments;
    ValueHistogram histogram;
};

} // namespace

SalienceMap::SalienceMap(std::shared_ptr<const WeightMatrix> weights, ColumnFactors factors)
    : m_weights(std::move(weights)), m_factors(std::move(factors)) {
    assert(m_factors.factor.size() == m_weights->cols());
}

std::shared_ptr<const SalienceMap> SalienceMap::build(std::shared_ptr<const WeightMatrix> weights,
                                                      ColumnFactors factors, RunContext& context,
                                                      std::size_t basePixels) {
    const std::shared_ptr<SalienceMap> map(new SalienceMap(std::move(weights), std::move(factors)));
    map->m_sums.rows = map->rows();
    map->m_sums.cols = map->cols();
    if (map->rows() == 0 || map->cols() == 0) return map;
    map->chooseBase(std::max<std::size_t>(1, basePixels));
    map->poolUpwards(map->pass(context));
    return map;
}

std::size_t SalienceMap::levelRows(int level) const {
    return ((rows() - 1) >> level) + 1; // never called on an empty matrix
}
std::size_t SalienceMap::levelCols(int level) const { return ((cols() - 1) >> level) + 1; }

void SalienceMap::chooseBase(std::size_t basePixels) {
    m_levels = static_cast<int>(std::bit_width(std::max(rows(), cols()) - 1)) + 1;
    while (levelRows(m_baseLevel) > basePixels / levelCols(m_baseLevel) &&
           m_baseLevel + 1 < m_levels)
        ++m_baseLevel;
}

// Slices are cut between the base level's pixel rows, so that each pixel belongs to one of them.
std::vector<double> SalienceMap::pass(RunContext& context) {
    Level& base = m_kept.emplace_back();
    base.rows = levelRows(m_baseLevel);
    base.cols = levelCols(m_baseLevel);
    base.max.assign(base.rows * base.cols, 0);
    std::vector<double> pixelSums(base.rows * base.cols, 0);
    m_sums.rowSum.assign(rows(), 0);
    m_sums.columnSum.assign(cols(), 0);
    m_sums.columnMax.assign(cols(), 0);

    const std::size_t sliceRows = ((base.rows + Slices - 1) / Slices) << m_baseLevel;
    const std::size_t count = (rows() + sliceRows - 1) / sliceRows;
    std::vector<SliceSums> slices(count);
    std::atomic<std::size_t> done = 0;
    parallelFor(count, 1, [&](std::size_t slice, std::size_t) {
        SliceSums& own = slices[slice];
        own.columnSum.assign(cols(), 0);
        own.columnMax.assign(cols(), 0);
        const std::size_t panel = std::max<std::size_t>(1, PanelFloats / cols());
        std::vector<float> weights(panel * cols()), values(cols());
        const std::size_t end = std::min(rows(), (slice + 1) * sliceRows);
        for (std::size_t r = slice * sliceRows; r < end; r += panel) {
            context.checkpoint(static_cast<double>(done.load()) / static_cast<double>(rows()));
            const std::size_t some = std::min(panel, end - r);
            m_weights->decodeRows(r, some, weights.data());
            own.moments.add(std::span(weights).first(some * cols()));
            for (std::size_t i = 0; i < some; ++i) {
                own.nonFinite +=
                    rowValues(weights.data() + i * cols(), m_factors, 0, cols(), values.data());
                double sum = 0;
                for (std::size_t c = 0; c < cols(); ++c) {
                    own.columnSum[c] += static_cast<double>(values[c]);
                    own.columnMax[c] = std::max(own.columnMax[c], values[c]);
                    sum += static_cast<double>(values[c]);
                }
                m_sums.rowSum[r + i] = sum;
                own.histogram.add(values);
                const std::size_t pixel = ((r + i) >> m_baseLevel) * base.cols;
                poolRow(values, m_baseLevel, base.max.data() + pixel, pixelSums.data() + pixel);
            }
            done += some;
        }
    });
    Moments moments;
    ValueHistogram histogram;
    for (const SliceSums& slice : slices) {
        m_sums.nonFinite += slice.nonFinite;
        moments.add(slice.moments);
        histogram.add(slice.histogram);
        for (std::size_t c = 0; c < cols(); ++c) {
            m_sums.columnSum[c] += slice.columnSum[c];
            m_sums.columnMax[c] = std::max(m_sums.columnMax[c], slice.columnMax[c]);
        }
    }
    for (const double sum : m_sums.rowSum) m_sums.total += sum;
    m_sums.max = *std::ranges::max_element(m_sums.columnMax);
    m_sums.kurtosis = moments.kurtosis();
    const std::uint64_t all = static_cast<std::uint64_t>(rows()) * cols();
    m_sums.topWeights = {histogram.share(0.001, all, m_sums.total),
                         histogram.share(0.01, all, m_sums.total),
                         histogram.share(0.05, all, m_sums.total)};
    return pixelSums;
}

// A level's pixels from the four of the level below; means over the weights that there are.
void SalienceMap::poolUpwards(std::vector<double> sums) {
    for (int level = m_baseLevel;; ++level) {
        Level& at = m_kept.back();
        at.mean.resize(sums.size());
        const std::size_t size = std::size_t{1} << level;
        for (std::size_t r = 0; r < at.rows; ++r)
            for (std::size_t c = 0; c < at.cols; ++c) {
                const std::size_t height = std::min(size, rows() - r * size),
                                  width = std::min(size, cols() - c * size);
                at.mean[r * at.cols + c] =
                    static_cast<float>(sums[r * at.cols + c] /
                                       (static_cast<double>(height) * static_cast<double>(width)));
            }
        if (level + 1 >= m_levels) break;
        Level above{levelRows(level + 1), levelCols(level + 1), {}, {}};
        above.max.assign(above.rows * above.cols, 0);
        std::vector<double> aboveSums(above.max.size(), 0);
        for (std::size_t r = 0; r < at.rows; ++r)
            for (std::size_t c = 0; c < at.cols; ++c) {
                const std::size_t from = r * at.cols + c, to = r / 2 * above.cols + c / 2;
                above.max[to] = std::max(above.max[to], at.max[from]);
                aboveSums[to] += sums[from];
            }
        m_kept.push_back(std::move(above));
        sums = std::move(aboveSums);
    }
}

Matrix SalienceMap::values(int level, const PixelRect& rect, Pooling pooling,
                           RunContext& context) const {
    assert(level >= 0 && level < m_levels);
    assert(rect.row + rect.rows <= levelRows(level) && rect.col + rect.cols <= levelCols(level));
    if (level < m_baseLevel) return computed(level, rect, pooling, context);
    const Level& kept = m_kept[static_cast<std::size_t>(level - m_baseLevel)];
    const std::vector<float>& from = pooling == Pooling::Max ? kept.max : kept.mean;
    Matrix out(rect.rows, rect.cols);
    for (std::size_t r = 0; r < rect.rows; ++r)
        std::copy_n(from.data() + (rect.row + r) * kept.cols + rect.col, rect.cols,
                    out.data() + r * rect.cols);
    return out;
}

Matrix SalienceMap::computed(int level, const PixelRect& rect, Pooling pooling,
                             RunContext& context) const {
    const std::size_t size = std::size_t{1} << level;
    const std::size_t firstCol = rect.col * size,
                      lastCol = std::min(cols(), (rect.col + rect.cols) * size);
    Matrix out(rect.rows, rect.cols);
    const std::size_t panel = std::max<std::size_t>(1, PanelFloats / cols());
    // Pieces of about a panel, at least one row of pixels.
    parallelFor(
        rect.rows, std::max<std::size_t>(1, panel / size),
        [&](std::size_t first, std::size_t last) {
            std::vector<float> weights(std::min(panel, (last - first) * size) * cols());
            std::vector<float> values(lastCol - firstCol);
            std::vector<double> sums(rect.cols);
            for (std::size_t p = first; p < last; ++p) {
                const std::size_t begin = (rect.row + p) * size,
                                  end = std::min(rows(), begin + size);
                std::ranges::fill(sums, 0);
                for (std::size_t r = begin; r < end; r += panel) {
                    context.checkpoint();
                    const std::size_t some = std::min(panel, end - r);
                    m_weights->decodeRows(r, some, weights.data());
                    for (std::size_t i = 0; i < some; ++i) {
                        rowValues(weights.data() + i * cols(), m_factors, firstCol, lastCol,
                                  values.data());
                        poolRow(values, level, out.data() + p * rect.cols, sums.data());
                    }
                }
                if (pooling == Pooling::Max) continue;
                for (std::size_t c = 0; c < rect.cols; ++c) {
                    const std::size_t width = std::min(size, cols() - (rect.col + c) * size);
                    out(p, c) = static_cast<float>(
                        sums[c] / (static_cast<double>(end - begin) * static_cast<double>(width)));
                }
            }
        });
    return out;
}

} // namespace bitsmith

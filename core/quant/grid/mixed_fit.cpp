#include "core/quant/grid/mixed_fit.h"

#include "core/base/message.h"
#include "core/base/parallel.h"
#include "core/quant/grid/affine_kernels.h"
#include "core/quant/grid/mixed_math.h"
#include "core/tensor/row_codes.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace bitsmith {
namespace {

constexpr int RangeSteps = 50; // on either side of the full range

class MixedFit final : public GridFit {
public:
    explicit MixedFit(MixedFitArgs args)
        : m_args(std::move(args)), m_layout(m_args.layout), m_halves(m_layout.parameters()),
          m_scales(m_layout.parameters()), m_zeros(m_layout.parameters()) {}

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_layout.bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    bool sharedAcrossRows() const override { return false; }
    bool fixedGroups() const override { return true; }
    void packCodes(std::span<const std::uint16_t> codes,
                   std::span<std::byte> packed) const override {
        packRow(m_layout, codes, packed);
    }

    void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                  std::span<const float>) override {
        for (std::size_t r = 0; r < columns.rows; ++r)
            set(parameter(firstRow + r, g), calibrated(g, columns.row(r)));
    }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        const int bits = m_layout.widthOf(g);
        constexpr std::size_t Chunk = 64;
        float scales[Chunk], zeros[Chunk];
        for (std::size_t first = 0; first < column.size(); first += Chunk) {
            const std::size_t count = std::min(Chunk, column.size() - first);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t p = parameter(firstRow + first + i, g);
                scales[i] = m_scales[p];
                zeros[i] = mixed::zeroPoint(bits, m_zeros[p]);
            }
            if (bits > 1) {
                affine::columnCodes(column.subspan(first, count), {scales, count}, {zeros, count},
                                    static_cast<float>((1 << bits) - 1),
                                    codes.subspan(first, count), values.subspan(first, count));
                continue;
            }
            for (std::size_t i = 0; i < count; ++i) {
                codes[first + i] = column[first + i] >= scales[i] * (0.5F - zeros[i]);
                values[first + i] = scales[i] * (static_cast<float>(codes[first + i]) - zeros[i]);
            }
        }
    }

    void quantizeRows(std::size_t firstRow, ConstMatrixView weights, std::span<const float>,
                      std::span<std::byte> packed) override {
        const std::size_t rowBytes = m_layout.rowBytes();
        std::vector<std::uint8_t> codes(m_layout.cols);
        for (std::size_t r = 0; r < weights.rows; ++r) {
            for (std::size_t g = 0; g < m_layout.groupsPerRow; ++g) {
                const std::size_t first = g * m_layout.groupSize;
                const std::size_t width = std::min(m_layout.groupSize, m_layout.cols - first);
                const auto group = weights.row(r).subspan(first, width);
                const AffineGroup fitted = calibrated(g, group);
                set(parameter(firstRow + r, g), fitted);
                mixed::codes(group, m_layout.widthOf(g), fitted,
                             std::span(codes).subspan(first, width));
            }
            packRow(m_layout, std::span<const std::uint8_t>(codes),
                    packed.subspan(r * rowBytes, rowBytes));
        }
    }

    std::vector<std::string> notes() const override {
        std::vector<std::string> out = m_args.notes;
        if (m_clipped > 0)
            out.push_back(
                "{} of {} groups have a range that a 16-bit scale cannot cover; their largest "
                "weights were clipped"_message(m_clipped.load(), m_layout.parameters()));
        if (m_coarse > 0)
            out.push_back(
                "{} of {} groups have weights so small that a 16-bit scale represents them only "
                "coarsely"_message(m_coarse.load(), m_layout.parameters()));
        return out;
    }

    QuantizedMatrix finish(std::vector<std::byte> packed, std::vector<std::uint32_t>) override {
        QuantizedMatrix out{m_layout};
        out.codes = std::move(packed);
        const auto scales = std::as_bytes(std::span(m_halves));
        out.scales.assign(scales.begin(), scales.end());
        out.zeros = std::move(m_zeros);
        return out;
    }

private:
    std::size_t parameter(std::size_t row, std::size_t g) const {
        return row * m_layout.groupsPerRow + g;
    }
    void set(std::size_t index, const AffineGroup& group) {
        m_halves[index] = group.half;
        m_scales[index] = group.scale;
        m_zeros[index] = group.zero;
        if (group.clipped) ++m_clipped;
        if (group.coarse) ++m_coarse;
    }

    // The best of the ranges around the full one, the full one where nothing is better.
    AffineGroup calibrated(std::size_t g, std::span<const float> weights) const {
        const int bits = m_layout.widthOf(g);
        AffineGroup best = mixed::group(weights, bits);
        float most = 0;
        for (const float w : weights) most = std::max(most, std::abs(w));
        if (m_args.range <= 0 || most == 0) return best;
        const float unit = 1.0F / std::clamp(most, 1e-30F, 1e30F);
        std::vector<float> salient;
        if (m_args.lambda != 1) salient = salientOf(g, weights);
        const auto error = [&](const AffineGroup& group) {
            double sum = mixed::error(weights, bits, group, unit);
            if (!salient.empty())
                sum += (m_args.lambda - 1) * mixed::error(salient, bits, group, unit);
            return sum;
        };
        double least = error(best);
        for (const int direction : {1, -1}) {
            AffineGroup last = best;
            for (int step = 1; step <= RangeSteps; ++step) {
                const auto factor =
                    static_cast<float>(1 + direction * step * m_args.range / RangeSteps);
                const AffineGroup group = mixed::group(weights, bits, factor);
                if (group.half == last.half && group.zero == last.zero) continue;
                last = group;
                if (const double e = error(group); e < least) {
                    least = e;
                    best = group;
                }
            }
        }
        return best;
    }

    std::vector<float> salientOf(std::size_t g, std::span<const float> weights) const {
        std::vector<float> out;
        for (std::size_t c = 0; c < weights.size(); ++c) {
            const double w = double{weights[c]};
            if (w * w * m_args.factors[g * m_layout.groupSize + c] >= m_args.thresholds[g])
                out.push_back(weights[c]);
        }
        return out;
    }

    MixedFitArgs m_args;
    const MatrixLayout& m_layout;
    std::vector<std::uint16_t> m_halves;
    std::vector<float> m_scales;
    std::vector<std::uint8_t> m_zeros;
    std::atomic<std::size_t> m_clipped = 0, m_coarse = 0;
};

} // namespace

std::vector<double> salienceThresholds(ConstMatrixView weights, std::size_t groupSize,
                                       std::span<const double> factors) {
    std::vector<double> out((weights.cols + groupSize - 1) / groupSize);
    parallelFor(out.size(), 1, [&](std::size_t from, std::size_t to) {
        for (std::size_t g = from; g < to; ++g) {
            const std::size_t first = g * groupSize;
            const std::size_t last = std::min(weights.cols, first + groupSize);
            const auto forEach = [&](auto&& body) {
                for (std::size_t r = 0; r < weights.rows; ++r)
                    for (std::size_t c = first; c < last; ++c) {
                        const double w = double{weights(r, c)};
                        body(w * w * factors[c]);
                    }
            };
            const double count = static_cast<double>(weights.rows * (last - first));
            double sum = 0, squares = 0;
            forEach([&](double salience) { sum += salience; });
            const double mean = sum / count;
            forEach([&](double salience) { squares += (salience - mean) * (salience - mean); });
            const double bound = mean + 2 * std::sqrt(squares / count);
            double least = std::numeric_limits<double>::infinity();
            forEach([&](double salience) {
                if (salience > bound) least = std::min(least, salience);
            });
            out[g] = least;
        }
    });
    return out;
}

std::unique_ptr<GridFit> makeMixedFit(MixedFitArgs args) {
    return std::make_unique<MixedFit>(std::move(args));
}

} // namespace bitsmith

#include "core/quant/grid/float_fit.h"

#include "core/base/message.h"
#include "core/base/parallel.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/nearest_level.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <limits>

namespace bitsmith {
namespace {

constexpr float LargestE4m3 = 448;

// ---- Formats

enum class Scaling { Chosen, Blocks, TwoLevels, Exponents };

struct Family {
    std::string_view name;
    Scaling scaling;
    std::size_t block;                      // columns that share a scale; Chosen: 0
    bool anyBlock;                          // or as many as the parameters say
    std::array<std::string_view, 6> levels; // one of each width, narrowest first
};

constexpr Family Families[] = {
    {"e4m3", Scaling::Chosen, 0, false, {"e4m3"}},
    {"e5m2", Scaling::Chosen, 0, false, {"e5m2"}},
    {"e3m2", Scaling::Chosen, 0, false, {"e3m2"}},
    {"e2m3", Scaling::Chosen, 0, false, {"e2m3"}},
    {"nvfp4", Scaling::TwoLevels, 16, false, {"e2m1"}},
    {"mxfp4", Scaling::Exponents, 32, false, {"e2m1"}},
    {"mxfp6_e2m3", Scaling::Exponents, 32, false, {"e2m3"}},
    {"mxfp6_e3m2", Scaling::Exponents, 32, false, {"e3m2"}},
    {"mxfp8_e4m3", Scaling::Exponents, 32, false, {"e4m3"}},
    {"mxfp8_e5m2", Scaling::Exponents, 32, false, {"e5m2"}},
    {"mxint8", Scaling::Exponents, 32, false, {"int8"}},
    {"nf4", Scaling::Blocks, 64, true, {"nf4"}},
    {"fp4", Scaling::Blocks, 64, true, {"fp4"}},
    {"bfp", Scaling::Exponents, 16, true, {"bfp3", "bfp4", "bfp5", "bfp6", "bfp7", "bfp8"}},
    {"block_minifloat", Scaling::Exponents, 16, true, {"e2m1", "e2m2", "e3m2", "e3m3", "e4m3x"}},
    {"block_log", Scaling::Exponents, 16, true, {"log3", "log4", "log5", "log6", "log7", "log8"}},
};

Result<const LevelFormat*> levelsOf(const Family& family, int bits) {
    const LevelFormat *first = nullptr, *last = nullptr;
    for (const std::string_view name : family.levels) {
        const LevelFormat* format = findLevelFormat(name);
        if (!format) break;
        if (format->bits == bits) return format;
        if (!first) first = format;
        last = format;
    }
    return fail(ErrorCode::Usage, "the format {} has {} bits, not {}", family.name,
                first == last ? std::to_string(first->bits)
                              : fmt::format("{} to {}", first->bits, last->bits),
                bits);
}

// ---- Adapter

class FloatFit final : public GridFit {
public:
    FloatFit(MatrixLayout layout, bool searched)
        : m_layout(std::move(layout)), m_nearest(*findLevelFormat(m_layout.format)),
          m_levels(floatLevels(m_layout.format)), m_searched(searched),
          m_scales(m_layout.parameters() * byteSize(m_layout.scaleType)),
          m_values(m_layout.parameters()) {}

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_layout.bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    // Scales below one of the tensor depend on its largest weight, so that all are fitted at once.
    bool sharedAcrossRows() const override {
        return twoLevels() || (m_layout.parameterRows == 1 && m_layout.rows > 1);
    }

    void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                  std::span<const float>) override {
        if (sharedAcrossRows()) {
            fitAll(columns);
            return;
        }
        for (std::size_t r = 0; r < columns.rows; ++r)
            fit((firstRow + r) * m_layout.groupsPerRow + g, columns.row(r));
    }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        constexpr std::size_t Most = 256;
        float scales[Most];
        std::uint8_t nearest[Most];
        for (std::size_t at = 0; at < column.size(); at += Most) {
            const std::size_t n = std::min(Most, column.size() - at);
            for (std::size_t i = 0; i < n; ++i)
                scales[i] = m_values[parameter(firstRow + at + i, g)];
            m_nearest(column.subspan(at, n), scales, nearest);
            for (std::size_t i = 0; i < n; ++i) {
                codes[at + i] = nearest[i];
                values[at + i] = scales[i] * m_levels[nearest[i]];
            }
        }
    }

    void quantizeRows(std::size_t firstRow, ConstMatrixView weights, std::span<const float>,
                      std::span<std::byte> packed) override {
        const std::size_t cols = m_layout.cols, size = m_layout.groupSize, bytes = rowBytes();
        std::vector<std::uint8_t> codes(cols);
        for (std::size_t r = 0; r < weights.rows; ++r) {
            const auto row = weights.row(r);
            for (std::size_t g = 0, first = 0; first < cols; ++g, first += size) {
                const auto group = row.subspan(first, std::min(size, cols - first));
                const std::size_t p = parameter(firstRow + r, g);
                if (!sharedAcrossRows()) fit(p, group);
                m_nearest(group, m_values[p], codes.data() + first);
            }
            packBits(codes, m_layout.bits, packed.subspan(r * bytes, bytes));
        }
    }

    std::vector<std::string> notes() const override {
        if (m_clipped == 0) return {};
        return {"{} of {} groups have a range that the scale's type cannot cover; their largest "
                "weights were clipped"_message(m_clipped.load(), m_layout.parameters())};
    }

    QuantizedMatrix finish(std::vector<std::byte> packed,
                           std::vector<std::uint32_t> groupOfColumn) override {
        QuantizedMatrix out;
        static_cast<MatrixLayout&>(out) = m_layout;
        out.columnGroups = !groupOfColumn.empty();
        out.codes = std::move(packed);
        out.scales = std::move(m_scales);
        out.groupOfColumn = std::move(groupOfColumn);
        out.tensorScale = m_tensorScale;
        return out;
    }

private:
    std::size_t parameter(std::size_t row, std::size_t g) const {
        return m_layout.parameterRows == 1 ? 0 : row * m_layout.groupsPerRow + g;
    }

    bool twoLevels() const { return m_layout.scaleType == DType::F8E4M3; }

    void fit(std::size_t p, std::span<const float> group) {
        const float absmax = largestMagnitude(group);
        if (m_layout.scaleType == DType::F8E8M0)
            setExponent(p, m_searched ? bestExponent(group, absmax)
                                      : sharedExponent(m_nearest.format(), absmax));
        else
            setScale(p, absmax);
    }

    void setExponent(std::size_t p, std::uint8_t exponent) {
        m_scales[p] = std::byte{exponent};
        m_values[p] = e8m0ToFloat(exponent);
    }

    // The rule's where others are no better.
    std::uint8_t bestExponent(std::span<const float> group, float absmax) const {
        const int rule = sharedExponent(m_nearest.format(), absmax);
        const int most = mostExponent(m_nearest.format());
        std::vector<std::uint8_t> codes(group.size());
        int best = rule;
        double least = std::numeric_limits<double>::infinity();
        for (const int exponent : {rule, rule - 1, rule + 1}) {
            if (exponent < 0 || exponent > most) continue;
            const float scale = e8m0ToFloat(static_cast<std::uint8_t>(exponent));
            m_nearest(group, scale, codes.data());
            double error = 0;
            for (std::size_t i = 0; i < group.size(); ++i) {
                const double off = double{group[i]} - double{scale * m_levels[codes[i]]};
                error += off * off;
            }
            if (error >= least) continue;
            least = error;
            best = exponent;
        }
        return static_cast<std::uint8_t>(best);
    }

    // The scale of a group, stored and as used: m_values includes the tensor's.
    void setScale(std::size_t p, float absmax) {
        const std::size_t bytes = byteSize(m_layout.scaleType);
        const auto stored = std::span(m_scales).subspan(p * bytes, bytes);
        float wanted = absmax / m_nearest.format().largest / m_tensorScale;
        const float most = m_layout.scaleType == DType::F16 ? 65504.0F
                           : twoLevels()                    ? LargestE4m3
                                                            : std::numeric_limits<float>::max();
        if (wanted > most) {
            wanted = most;
            // The largest group of a tensor with two levels may miss 448 by a rounding.
            if (!twoLevels()) ++m_clipped;
        }
        fromFloat(m_layout.scaleType, {&wanted, 1}, stored);
        float value = read(stored);
        if (!(value > 0)) {
            // No weights, or none that the type can tell from zero. compressed-tensors stores 0.125
            // for NVFP4; for the others 1 keeps every code at zero.
            value = twoLevels() ? 0.125F : 1.0F;
            fromFloat(m_layout.scaleType, {&value, 1}, stored);
        }
        m_values[p] = value * m_tensorScale;
    }
    float read(std::span<const std::byte> stored) const {
        float value = 0;
        toFloat(m_layout.scaleType, stored, {&value, 1});
        return value;
    }

    void fitAll(ConstMatrixView weights) {
        std::vector<float> most(weights.rows);
        constexpr std::size_t Grain = 64;
        parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
            for (std::size_t r = first; r < last; ++r) most[r] = largestMagnitude(weights.row(r));
        });
        const float absmax = largestMagnitude(most);
        if (!twoLevels()) {
            setScale(0, absmax);
            return;
        }
        // A reciprocal, so that formats that store its inverse hold it exactly.
        const float global = LargestE4m3 * m_nearest.format().largest / absmax;
        m_tensorScale = std::isnormal(global) ? 1 / global : 1.0F;
        const std::size_t size = m_layout.groupSize;
        parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
            for (std::size_t r = first; r < last; ++r)
                for (std::size_t g = 0; g < m_layout.groupsPerRow; ++g)
                    fit(r * m_layout.groupsPerRow + g,
                        weights.row(r).subspan(g * size, std::min(size, weights.cols - g * size)));
        });
    }

    MatrixLayout m_layout;
    NearestLevel m_nearest;
    std::span<const float> m_levels;
    bool m_searched;
    std::vector<std::byte> m_scales;
    std::vector<float> m_values;
    float m_tensorScale = 1;
    std::atomic<std::size_t> m_clipped = 0;
};

} // namespace

Result<MatrixLayout> floatLayout(std::size_t rows, std::size_t cols, int bits,
                                 const FloatParams& params) {
    const Family& family = *std::ranges::find(Families, params.format, &Family::name);
    BITSMITH_TRY(const LevelFormat* levels, levelsOf(family, bits));
    constexpr std::size_t Most = std::size_t{1} << 31;
    if (rows == 0 || cols == 0 || rows > Most || cols > Most)
        return fail(ErrorCode::Usage, "grid 'float': cannot quantize a matrix of {} x {}", rows,
                    cols);
    MatrixLayout layout;
    layout.grid = "float";
    layout.format = levels->name;
    layout.rows = layout.parameterRows = rows;
    layout.cols = layout.groupSize = cols;
    layout.bits = bits;
    layout.groupsPerRow = 1;
    layout.scaleType = family.scaling == Scaling::TwoLevels   ? DType::F8E4M3
                       : family.scaling == Scaling::Exponents ? DType::F8E8M0
                                                              : *dtypeFromName(params.scaleType);
    if (family.scaling != Scaling::Chosen) {
        layout.groupSize = family.anyBlock && params.block > 0
                               ? static_cast<std::size_t>(params.block)
                               : family.block;
        layout.groupsPerRow = (cols + layout.groupSize - 1) / layout.groupSize;
        return layout;
    }
    if (layout.scaleType == DType::F8E4M3)
        return fail(ErrorCode::Usage,
                    "scales of type F8_E4M3 belong to nf4, fp4 and nvfp4, not to {}",
                    params.format);
    const auto size = static_cast<std::size_t>(params.groupSize);
    if (params.granularity == "tensor") {
        layout.parameterRows = 1;
    } else if (params.granularity == "group" && size > 0 && size < cols && cols % size == 0) {
        layout.groupSize = size;
        layout.groupsPerRow = cols / size;
    }
    return layout;
}

std::unique_ptr<GridFit> makeFloatFit(MatrixLayout layout, bool searchExponents) {
    return std::make_unique<FloatFit>(std::move(layout), searchExponents);
}

} // namespace bitsmith

#include "core/quant/grid/float_fit.h"

#include "core/base/parallel.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/levels.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

namespace bitsmith {
namespace {

constexpr float LargestE4m3 = 448, LargestE2m1 = 6;

float largest(std::span<const float> values) {
    float most = 0;
    for (const float value : values) most = std::max(most, std::abs(value));
    return most;
}

// ---- Adapter

class FloatFit final : public GridFit {
public:
    explicit FloatFit(MatrixLayout layout)
        : m_layout(std::move(layout)), m_levels(floatLevels(m_layout.format)),
          m_nvfp4(m_layout.scaleType == DType::F8E4M3),
          m_scales(m_layout.parameters() * byteSize(m_layout.scaleType)),
          m_values(m_layout.parameters()) {}

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_layout.bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    // NVFP4's scales depend on the tensor's largest weight, so that all are fitted at once.
    bool sharedAcrossRows() const override {
        return m_nvfp4 || (m_layout.parameterRows == 1 && m_layout.rows > 1);
    }

    void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                  std::span<const float>) override {
        if (sharedAcrossRows()) {
            fitAll(columns);
            return;
        }
        for (std::size_t r = 0; r < columns.rows; ++r)
            set((firstRow + r) * m_layout.groupsPerRow + g, largest(columns.row(r)));
    }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        for (std::size_t i = 0; i < column.size(); ++i) {
            const float scale = m_values[parameter(firstRow + i, g)];
            const std::uint8_t code = codeOf(column[i], scale);
            codes[i] = code;
            values[i] = scale * m_levels[code];
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
                if (!sharedAcrossRows()) set(p, largest(group));
                const float scale = m_values[p];
                for (std::size_t i = 0; i < group.size(); ++i)
                    codes[first + i] = codeOf(group[i], scale);
            }
            packBits(codes, m_layout.bits, packed.subspan(r * bytes, bytes));
        }
    }

    std::vector<std::string> notes() const override {
        if (m_clipped == 0) return {};
        return {
            fmt::format("{} of {} groups have a range that the scale's type cannot cover; their "
                        "largest weights were clipped",
                        m_clipped.load(), m_layout.parameters())};
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

    std::uint8_t codeOf(float weight, float scale) const {
        const float w = weight / scale;
        return m_layout.bits == 4 ? nearestE2m1(w)
                                  : floatToE4m3(std::clamp(w, -LargestE4m3, LargestE4m3));
    }

    // The scale of a group, stored and as used: m_values includes the tensor's.
    void set(std::size_t p, float absmax) {
        const auto stored = std::span(m_scales).subspan(p * byteSize(m_layout.scaleType),
                                                        byteSize(m_layout.scaleType));
        if (m_layout.scaleType == DType::F8E8M0) {
            stored[0] = std::byte{mxfp4Exponent(absmax)};
        } else {
            const float top = m_layout.bits == 4 ? LargestE2m1 : LargestE4m3;
            float wanted = absmax / top / m_tensorScale;
            const float most = m_layout.scaleType == DType::F16 ? 65504.0F
                               : m_layout.scaleType == DType::F8E4M3
                                   ? LargestE4m3
                                   : std::numeric_limits<float>::max();
            if (wanted > most) {
                wanted = most;
                // The largest group of an NVFP4 tensor may miss 448 by a rounding.
                if (!m_nvfp4) ++m_clipped;
            }
            fromFloat(m_layout.scaleType, {&wanted, 1}, stored);
        }
        float value = read(stored);
        if (!(value > 0)) {
            // No weights, or none that the type can tell from zero. compressed-tensors stores 0.125
            // for NVFP4; for the others 1 keeps every code at zero.
            value = m_nvfp4 ? 0.125F : 1.0F;
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
            for (std::size_t r = first; r < last; ++r) most[r] = largest(weights.row(r));
        });
        const float absmax = largest(most);
        if (!m_nvfp4) {
            set(0, absmax);
            return;
        }
        // A reciprocal, so that formats that store its inverse hold it exactly.
        const float global = LargestE4m3 * LargestE2m1 / absmax;
        m_tensorScale = std::isnormal(global) ? 1 / global : 1.0F;
        const std::size_t size = m_layout.groupSize;
        parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
            for (std::size_t r = first; r < last; ++r)
                for (std::size_t g = 0; g < m_layout.groupsPerRow; ++g)
                    set(r * m_layout.groupsPerRow + g,
                        largest(weights.row(r).subspan(g * size,
                                                       std::min(size, weights.cols - g * size))));
        });
    }

    MatrixLayout m_layout;
    std::span<const float> m_levels;
    bool m_nvfp4;
    std::vector<std::byte> m_scales;
    std::vector<float> m_values;
    float m_tensorScale = 1;
    std::atomic<std::size_t> m_clipped = 0;
};

} // namespace

// ---- Mathematics

std::uint8_t nearestE2m1(float w) {
    // The middles between neighbours; one itself goes to the neighbour with the even code.
    const float a = std::abs(w);
    const int code = (a > 0.25F) + (a >= 0.75F) + (a > 1.25F) + (a >= 1.75F) + (a > 2.5F) +
                     (a >= 3.5F) + (a > 5.0F);
    return static_cast<std::uint8_t>(code | (std::signbit(w) ? 8 : 0));
}

std::uint8_t mxfp4Exponent(float absmax) {
    if (!(absmax > 0)) return 0;
    return static_cast<std::uint8_t>(std::clamp(std::ilogb(absmax) - 2 + 127, 0, 254));
}

Result<MatrixLayout> floatLayout(std::size_t rows, std::size_t cols, int bits,
                                 const FloatParams& params) {
    const bool eight = params.format == "e4m3";
    if (bits != (eight ? 8 : 4))
        return fail(ErrorCode::Usage, "the format {} has {} bits, not {}", params.format,
                    eight ? 8 : 4, bits);
    constexpr std::size_t Most = std::size_t{1} << 31;
    if (rows == 0 || cols == 0 || rows > Most || cols > Most)
        return fail(ErrorCode::Usage, "grid 'float': cannot quantize a matrix of {} x {}", rows,
                    cols);
    MatrixLayout layout;
    layout.grid = "float";
    layout.format = eight ? "e4m3" : "e2m1";
    layout.rows = layout.parameterRows = rows;
    layout.cols = layout.groupSize = cols;
    layout.bits = bits;
    layout.groupsPerRow = 1;
    if (!eight) {
        layout.groupSize = params.format == "nvfp4" ? 16 : 32;
        layout.scaleType = params.format == "nvfp4" ? DType::F8E4M3 : DType::F8E8M0;
        layout.groupsPerRow = (cols + layout.groupSize - 1) / layout.groupSize;
        return layout;
    }
    layout.scaleType = *dtypeFromName(params.scaleType);
    const auto size = static_cast<std::size_t>(params.groupSize);
    if (params.granularity == "tensor") {
        layout.parameterRows = 1;
    } else if (params.granularity == "group" && size > 0 && size < cols && cols % size == 0) {
        layout.groupSize = size;
        layout.groupsPerRow = cols / size;
    }
    return layout;
}

std::unique_ptr<GridFit> makeFloatFit(MatrixLayout layout) {
    return std::make_unique<FloatFit>(std::move(layout));
}

} // namespace bitsmith

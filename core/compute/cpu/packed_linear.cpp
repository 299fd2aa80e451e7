#include "core/compute/cpu/packed_linear.h"

#include "core/base/parallel.h"
#include "core/compute/cpu/packed_kernels.h"
#include "core/compute/cpu/scratch.h"
#include "core/tensor/convert.h"
#include "core/tensor/direct_blocks.h"
#include "core/tensor/direct_weights.h"
#include "core/tensor/levels.h"

#include <algorithm>
#include <array>

namespace bitsmith::cpu {
namespace {

constexpr std::size_t PanelRows = PackedRowsAhead; // their scales and codes stay in the first cache

const std::uint8_t* bytesOf(const std::byte* p) { return reinterpret_cast<const std::uint8_t*>(p); }

std::size_t roundedUp(std::size_t n, std::size_t unit) { return (n + unit - 1) / unit * unit; }

// What the kernels know of a layout. Members that are not copied here, now or added later, must
// have their default value.
bool plainLayout(const MatrixLayout& layout) {
    MatrixLayout known;
    known.grid = layout.grid;
    known.format = layout.format;
    known.rows = layout.rows;
    known.cols = layout.cols;
    known.bits = layout.bits;
    known.groupSize = layout.groupSize;
    known.groupsPerRow = layout.groupsPerRow;
    known.parameterRows = layout.parameterRows;
    known.scaleType = layout.scaleType;
    known.symmetric = layout.symmetric;
    known.columnScaled = layout.columnScaled;
    return known == layout;
}

// Codes with parameters beside them: a row's scales and zeros from the matrix.
class Grouped {
public:
    explicit Grouped(const QuantizedMatrix& matrix) : m_matrix(matrix) {
        if (!plainLayout(matrix)) return;
        if (matrix.grid == "affine")
            m_kernel = packedAffineKernel(matrix.bits);
        else if (matrix.grid == "float")
            m_kernel = packedLevelKernel(matrix.bits);
        if (!m_kernel) return;
        // A single group may have any size: inputs are padded with zeros.
        m_groupSize =
            matrix.groupsPerRow == 1 ? roundedUp(matrix.cols, m_kernel.stripe) : matrix.groupSize;
        if (m_groupSize == 0 || m_groupSize % m_kernel.slot != 0) {
            m_kernel = {};
            return;
        }
        const std::size_t slots = m_groupSize / m_kernel.slot, lanes = m_kernel.slotsPerPart;
        const bool fits = slots >= lanes ? slots % lanes == 0 : lanes % slots == 0;
        if (!fits) m_repeats = slots; // a scale for every slot
    }
    const PackedKernel& kernel() const { return m_kernel; }
    // As the kernel sees them.
    std::size_t groupSize() const { return m_repeats == 1 ? m_groupSize : m_kernel.slot; }
    std::size_t scaleCount() const { return m_matrix.groupsPerRow * m_repeats; }
    // Of the sums that zeros multiply.
    std::size_t sumGroups() const { return m_matrix.groupsPerRow; }
    std::size_t sumGroupSize() const { return std::max<std::size_t>(1, m_matrix.groupSize); }
    std::size_t rowBytes() const { return m_matrix.rowBytes(); }
    const float* levels() const {
        return m_matrix.grid == "float" ? floatLevels(m_matrix.format).data() : nullptr;
    }
    const std::uint8_t* row(std::size_t r) const {
        return bytesOf(m_matrix.codes.data()) + r * rowBytes();
    }

    // scales: scaleCount(); taken[t]: what to subtract from row r of token t.
    void parameters(std::size_t r, ConstMatrixView sums, float* scales, float* taken) const {
        const std::size_t groups = m_matrix.groupsPerRow;
        const std::size_t first = m_matrix.parameterRows == 1 ? 0 : r * groups;
        const std::size_t bytes = byteSize(m_matrix.scaleType);
        toFloat(m_matrix.scaleType,
                std::span(m_matrix.scales).subspan(first * bytes, groups * bytes),
                {scales, groups});
        if (m_matrix.tensorScale != 1)
            for (std::size_t g = 0; g < groups; ++g) scales[g] *= m_matrix.tensorScale;
        if (m_matrix.grid == "affine")
            packedOffsets(
                {.scales = scales,
                 .zeros = m_matrix.zeros.empty() ? nullptr : m_matrix.zeros.data() + first,
                 .zero = static_cast<float>(1 << (m_matrix.bits - 1)),
                 .groups = groups,
                 .sums = sums},
                taken);
        else
            std::fill_n(taken, sums.rows, 0.0F);
        if (m_repeats > 1)
            for (std::size_t g = groups; g-- > 0;)
                std::fill_n(scales + g * m_repeats, m_repeats, scales[g]);
    }

private:
    const QuantizedMatrix& m_matrix;
    PackedKernel m_kernel;
    std::size_t m_groupSize = 0, m_repeats = 1;
};

// Blocks that hold their own scales.
class Blocks {
public:
    explicit Blocks(const PackedBlocks& blocks, std::size_t cols)
        : m_blocks(blocks), m_cols(cols), m_kernel(packedBlockKernel(blocks.format->name)) {}
    const PackedKernel& kernel() const { return m_kernel; }
    std::size_t groupSize() const { return m_kernel.groupSize; }
    std::size_t scaleCount() const { return m_cols / m_kernel.groupSize; }
    std::size_t sumGroups() const { return scaleCount(); }
    std::size_t sumGroupSize() const { return groupSize(); }
    std::size_t rowBytes() const { return m_blocks.format->rowBytes(m_cols); }
    const float* levels() const { return nullptr; }
    const std::uint8_t* row(std::size_t r) const {
        const std::size_t at = m_blocks.fileRows.empty() ? r : m_blocks.fileRows[r];
        return bytesOf(m_blocks.data) + at * rowBytes();
    }
    void parameters(std::size_t r, ConstMatrixView sums, float* scales, float* taken) const {
        Scratch offsets(m_kernel.offsets ? sumGroups() : 0);
        m_kernel.parameters(row(r), m_cols, scales, offsets.data());
        packedOffsets({.scales = m_kernel.offsets ? offsets.data() : scales,
                       .zero = m_kernel.offsets ? 1.0F : m_kernel.zero,
                       .groups = sumGroups(),
                       .sums = sums},
                      taken);
    }

private:
    PackedBlocks m_blocks;
    std::size_t m_cols;
    PackedKernel m_kernel;
};

template <class Source>
void multiply(const Source& source, ConstMatrixView x, std::size_t rows,
              std::span<const float> bias, MatrixView y) {
    const PackedKernel& kernel = source.kernel();
    const std::size_t padded = roundedUp(x.cols, kernel.stripe), groups = source.sumGroups();
    Scratch input(x.rows * (padded + groups));
    kernel.reorder(x, input.data());
    const MatrixView sums{input.data() + x.rows * padded, x.rows, groups, groups};
    groupSums(x, source.sumGroupSize(), sums);
    const PackedInput ordered{input.data(), x.rows, padded};
    const std::size_t stride = source.scaleCount() + kernel.scalePadding;
    // About 128 KiB of codes for each piece of work.
    const std::size_t grain =
        roundedUp(std::max<std::size_t>(1, (std::size_t{1} << 17) /
                                               std::max<std::size_t>(1, source.rowBytes())),
                  PanelRows);
    parallelFor(rows, grain, [&](std::size_t first, std::size_t last) {
        Scratch scales(PanelRows * stride + PanelRows * x.rows);
        float* taken = scales.data() + PanelRows * stride;
        std::array<const std::uint8_t*, PanelRows> starts{};
        for (std::size_t row = first; row < last; row += PanelRows) {
            const std::size_t count = std::min(PanelRows, last - row);
            for (std::size_t i = 0; i < count; ++i) {
                starts[i] = source.row(row + i);
                float* own = scales.data() + i * stride;
                source.parameters(row + i, sums, own, taken + i * x.rows);
                std::fill_n(own + source.scaleCount(), kernel.scalePadding, 0.0F);
            }
            const MatrixView out = y.columnRange(row, count);
            kernel.multiply({.rows = starts.data(),
                             .count = count,
                             .cols = x.cols,
                             .rowBytes = source.rowBytes(),
                             .scales = scales.data(),
                             .scaleStride = stride,
                             .groupSize = source.groupSize(),
                             .levels = source.levels()},
                            ordered, out);
            for (std::size_t t = 0; t < x.rows; ++t)
                for (std::size_t i = 0; i < count; ++i)
                    out(t, i) += (bias.empty() ? 0.0F : bias[row + i]) - taken[i * x.rows + t];
        }
    });
}

} // namespace

bool packedLinear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                  MatrixView y) {
    const auto* direct = dynamic_cast<const DirectWeights*>(&w);
    const QuantizedMatrix* matrix = direct ? direct->quantized() : nullptr;
    PackedBlocks blocks;
    if (const auto* inFile = dynamic_cast<const DirectBlocks*>(&w)) blocks = inFile->blocks();
    if (matrix && matrix->grid == "gguf" && plainLayout(*matrix))
        blocks = {findBlockFormat(matrix->format), matrix->codes.data(), {}};
    if (blocks.format) {
        const Blocks source(blocks, w.cols());
        if (!source.kernel()) return false;
        multiply(source, x, w.rows(), bias, y);
        return true;
    }
    if (!matrix) return false;
    const Grouped source(*matrix);
    if (!source.kernel()) return false;
    if (!matrix->columnScaled) {
        multiply(source, x, w.rows(), bias, y);
        return true;
    }
    Matrix scaled(x.rows, x.cols); // factors of columns are factors of the vector
    std::vector<float> factors(x.cols);
    toFloat(DType::F16, matrix->columnScales, factors);
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t c = 0; c < x.cols; ++c) scaled(t, c) = x(t, c) * factors[c];
    multiply(source, scaled.view(), w.rows(), bias, y);
    return true;
}

} // namespace bitsmith::cpu

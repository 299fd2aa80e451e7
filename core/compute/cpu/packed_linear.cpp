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
#include <memory>
#include <optional>
#include <variant>

namespace bitsmith::cpu {
namespace {

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

// How vectors are laid out for a kernel. Matrices of the same order share theirs.
struct VectorOrder {
    decltype(PackedKernel::reorder) reorder = nullptr;
    std::size_t stripe = 0, groupSize = 0, groups = 0;
    std::size_t sumGroups = 0, sumGroupSize = 0; // of the sums that zeros multiply
    bool integers = false;
    bool operator==(const VectorOrder&) const = default;
};

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
        m_kernelGroup = groupOfKernel();
        if (m_kernelGroup == 0) m_kernel = {};
    }
    const PackedKernel& kernel() const { return m_kernel; }
    VectorOrder order() const {
        return {.reorder = m_kernel.reorder,
                .stripe = m_kernel.stripe,
                .groupSize = m_kernelGroup,
                .groups = m_matrix.groupsPerRow * m_repeats,
                .sumGroups = m_matrix.groupsPerRow,
                .sumGroupSize = std::max<std::size_t>(1, m_matrix.groupSize),
                .integers = m_kernel.integers};
    }
    std::size_t repeats() const { return m_repeats; } // scales of the kernel for each of ours
    std::size_t rowBytes() const { return m_matrix.rowBytes(); }
    const float* levels() const {
        return m_matrix.grid == "float" ? floatLevels(m_matrix.format).data() : nullptr;
    }
    const std::uint8_t* row(std::size_t r) const {
        return bytesOf(m_matrix.codes.data()) + r * rowBytes();
    }

    // Of rows `first` and so on: scales, and what packedTerms has to know.
    void parameters(std::size_t first, PackedTerms& terms) const {
        const std::size_t groups = m_matrix.groupsPerRow;
        const bool shared = m_matrix.parameterRows == 1;
        const std::size_t bytes = byteSize(m_matrix.scaleType);
        for (std::size_t r = 0; r < terms.count; ++r) {
            const std::size_t at = shared ? 0 : (first + r) * groups;
            float* scales = terms.scales + r * terms.tables * terms.scaleStride;
            toFloat(m_matrix.scaleType,
                    std::span(m_matrix.scales).subspan(at * bytes, groups * bytes),
                    {scales, groups});
            if (m_matrix.tensorScale != 1)
                for (std::size_t g = 0; g < groups; ++g) scales[g] *= m_matrix.tensorScale;
        }
        if (m_matrix.grid != "affine") return; // nothing to take off
        terms.zero = static_cast<float>(1 << (m_matrix.bits - 1));
        if (m_matrix.zeros.empty()) return;
        terms.zeros = m_matrix.zeros.data() + (shared ? 0 : first * groups);
        terms.zeroStride = shared ? 0 : groups;
    }

private:
    // Columns that share a scale for the kernel: a group, or a part of it that the kernel can take
    // (m_repeats of them). 0: it cannot.
    std::size_t groupOfKernel() {
        const std::size_t stripe = m_kernel.stripe, slot = m_kernel.slot;
        const std::size_t most = m_kernel.integers ? MaxIntegerGroup : m_matrix.cols + stripe;
        std::size_t size = m_matrix.groupSize;
        if (m_matrix.groupsPerRow == 1) { // of any size: inputs are padded with zeros
            size = roundedUp(m_matrix.cols, stripe);
            if (size > most) size = roundedUp(size, most / stripe * stripe);
        }
        if (size == 0 || size % slot != 0) return 0;
        std::size_t own = size;
        if (size > most && size % stripe == 0) { // the most stripes that share out evenly
            own = most / stripe * stripe;
            while (size % own != 0) own -= stripe;
        }
        const std::size_t slots = own / slot, lanes = m_kernel.slots;
        const bool fits = slots >= lanes ? slots % lanes == 0 : lanes % slots == 0;
        if (!fits || own > most) own = slot;
        m_repeats = size / own;
        return own;
    }

    const QuantizedMatrix& m_matrix;
    PackedKernel m_kernel;
    std::size_t m_kernelGroup = 0, m_repeats = 1;
};

// Blocks that hold their own scales.
class Blocks {
public:
    explicit Blocks(const PackedBlocks& blocks, std::size_t cols)
        : m_blocks(blocks), m_cols(cols), m_kernel(packedBlockKernel(blocks.format->name)) {}
    const PackedKernel& kernel() const { return m_kernel; }
    VectorOrder order() const {
        const std::size_t size = m_kernel.groupSize;
        // Also of columns that are only padding.
        const std::size_t groups = roundedUp(m_cols, m_kernel.stripe) / size;
        return {.reorder = m_kernel.reorder,
                .stripe = m_kernel.stripe,
                .groupSize = size,
                .groups = groups,
                .sumGroups = groups,
                .sumGroupSize = size,
                .integers = m_kernel.integers};
    }
    std::size_t rowBytes() const { return m_blocks.format->rowBytes(m_cols); }
    const std::uint8_t* row(std::size_t r) const {
        const std::size_t at = m_blocks.fileRows.empty() ? r : m_blocks.fileRows[r];
        return bytesOf(m_blocks.data) + at * rowBytes();
    }

private:
    PackedBlocks m_blocks;
    std::size_t m_cols;
    PackedKernel m_kernel;
};

// Vectors as the kernel wants them, and their sums over the groups of parameters.
struct Prepared {
    Prepared(const VectorOrder& like, ConstMatrixView x)
        : order(like), m_stride(roundedUp(x.cols, like.stripe)),
          m_space(x.rows * (m_stride + like.groups + like.sumGroups + x.cols)) {
        PackedSpace space{.stride = m_stride};
        const std::size_t groups = order.groups, sumGroups = order.sumGroups;
        float* at = m_space.data();
        std::fill_n(at, x.rows * (sumGroups + groups), 0.0F);
        sums = {at, x.rows, sumGroups, sumGroups};
        at += x.rows * sumGroups;
        if (order.integers) {
            space.groups = groups;
            space.factors = at;
            space.rounded = {at + x.rows * groups, x.rows, x.cols, x.cols};
            at += x.rows * (groups + x.cols);
            space.integers = reinterpret_cast<std::int16_t*>(at);
        } else {
            space.values = at;
        }
        order.reorder(x, order.groupSize, space);
        groupSums(space.integers ? ConstMatrixView(space.rounded) : x, order.sumGroupSize, sums);
        input = {.tokens = x.rows,
                 .stride = m_stride,
                 .values = space.values,
                 .integers = space.integers,
                 .groups = space.groups,
                 .factors = space.factors,
                 .sums = sums.data};
    }

    VectorOrder order;
    PackedInput input;
    MatrixView sums;

private:
    std::size_t m_stride;
    Scratch m_space;
};

constexpr std::size_t PanelRows = PackedRowsAhead; // their scales and codes stay in the first cache

using RowStarts = std::array<const std::uint8_t*, PanelRows>;

// y: the columns of rows [first, last).
void multiplyRows(const Blocks& source, const Prepared& prepared, std::size_t cols,
                  std::size_t first, std::size_t last, MatrixView y) {
    RowStarts starts{};
    for (std::size_t row = first; row < last; row += PanelRows) {
        const std::size_t count = std::min(PanelRows, last - row);
        for (std::size_t i = 0; i < count; ++i) starts[i] = source.row(row + i);
        source.kernel().multiply(
            {.rows = starts.data(), .count = count, .cols = cols, .rowBytes = source.rowBytes()},
            prepared.input, y.columnRange(row - first, count));
    }
}

void multiplyRows(const Grouped& source, const Prepared& prepared, std::size_t cols,
                  std::size_t first, std::size_t last, MatrixView y) {
    const PackedKernel& kernel = source.kernel();
    const VectorOrder& order = prepared.order;
    const std::size_t tokens = prepared.input.tokens;
    const std::size_t tables = kernel.integers ? tokens : 1;
    const std::size_t stride = order.groups + kernel.scalePadding;
    const std::size_t scaleCount = PanelRows * tables * stride;
    Scratch space(scaleCount + PanelRows * tokens);
    float* taken = space.data() + scaleCount;
    std::fill_n(space.data(), scaleCount, 0.0F); // also behind the last group's
    RowStarts starts{};
    for (std::size_t row = first; row < last; row += PanelRows) {
        const std::size_t count = std::min(PanelRows, last - row);
        for (std::size_t i = 0; i < count; ++i) starts[i] = source.row(row + i);
        PackedTerms terms{.scales = space.data(),
                          .count = count,
                          .tables = tables,
                          .scaleStride = stride,
                          .groups = order.sumGroups,
                          .repeats = source.repeats(),
                          .sums = prepared.sums,
                          .factors = prepared.input.factors};
        source.parameters(row, terms);
        packedTerms(terms, taken);
        const MatrixView out = y.columnRange(row - first, count);
        kernel.multiply({.rows = starts.data(),
                         .count = count,
                         .cols = cols,
                         .rowBytes = source.rowBytes(),
                         .scales = space.data(),
                         .tables = tables,
                         .scaleStride = stride,
                         .groupSize = order.groupSize,
                         .levels = source.levels()},
                        prepared.input, out);
        for (std::size_t t = 0; t < tokens; ++t)
            for (std::size_t i = 0; i < count; ++i) out(t, i) -= taken[i * tokens + t];
    }
}

// A matrix and where its products go.
struct Part {
    std::variant<Blocks, Grouped> source;
    std::span<const float> bias;
    MatrixView y;
    std::shared_ptr<const Prepared> prepared = {};
    std::size_t grain = 0, firstPiece = 0; // rows for each piece of work: about 128 KiB of codes

    std::size_t pieces() const { return (y.cols + grain - 1) / grain; }

    void run(std::size_t piece, std::size_t cols) const {
        const std::size_t first = (piece - firstPiece) * grain;
        const std::size_t last = std::min(y.cols, first + grain);
        const MatrixView out = y.columnRange(first, last - first);
        std::visit(
            [&](const auto& packed) { multiplyRows(packed, *prepared, cols, first, last, out); },
            source);
        for (std::size_t t = 0; t < (bias.empty() ? 0 : y.rows); ++t)
            for (std::size_t row = first; row < last; ++row) out(t, row - first) += bias[row];
    }
};

const QuantizedMatrix* quantizedOf(const WeightMatrix& w) {
    const auto* direct = dynamic_cast<const DirectWeights*>(&w);
    return direct ? direct->quantized() : nullptr;
}

// Nothing where no kernel knows w.
std::optional<Part> partOf(const LinearPart& part) {
    const WeightMatrix& w = *part.w;
    const QuantizedMatrix* matrix = quantizedOf(w);
    PackedBlocks blocks;
    if (const auto* inFile = dynamic_cast<const DirectBlocks*>(&w)) blocks = inFile->blocks();
    if (matrix && matrix->grid == "gguf" && plainLayout(*matrix))
        blocks = {findBlockFormat(matrix->format), matrix->codes.data(), {}};
    if (blocks.format) {
        const Blocks source(blocks, w.cols());
        if (!source.kernel()) return std::nullopt;
        return Part{.source = source, .bias = part.bias, .y = part.y};
    }
    if (!matrix) return std::nullopt;
    const Grouped source(*matrix);
    if (!source.kernel()) return std::nullopt;
    return Part{.source = source, .bias = part.bias, .y = part.y};
}

// Factors of columns are factors of the vector.
Matrix scaledColumns(ConstMatrixView x, const QuantizedMatrix& matrix) {
    Matrix scaled(x.rows, x.cols);
    std::vector<float> factors(x.cols);
    toFloat(DType::F16, matrix.columnScales, factors);
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t c = 0; c < x.cols; ++c) scaled(t, c) = x(t, c) * factors[c];
    return scaled;
}

} // namespace

bool packedLinears(ConstMatrixView x, std::span<const LinearPart> wanted) {
    std::vector<Part> parts;
    parts.reserve(wanted.size());
    for (const LinearPart& one : wanted) {
        auto part = partOf(one);
        if (!part) return false;
        parts.push_back(*std::move(part));
    }
    std::shared_ptr<const Prepared> plain; // the last that was made of x as it is
    std::size_t pieces = 0;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        Part& part = parts[i];
        const auto [order, rowBytes] = std::visit(
            [](const auto& source) { return std::pair(source.order(), source.rowBytes()); },
            part.source);
        const QuantizedMatrix* matrix = quantizedOf(*wanted[i].w);
        if (matrix && matrix->columnScaled) {
            part.prepared = std::make_shared<Prepared>(order, scaledColumns(x, *matrix).view());
        } else {
            if (!plain || plain->order != order) plain = std::make_shared<Prepared>(order, x);
            part.prepared = plain;
        }
        const std::size_t most = (std::size_t{1} << 17) / std::max<std::size_t>(1, rowBytes);
        part.grain = roundedUp(std::max<std::size_t>(1, most), PanelRows);
        part.firstPiece = pieces;
        pieces += part.pieces();
    }
    parallelFor(pieces, 1, [&](std::size_t piece, std::size_t) {
        const auto after = std::ranges::upper_bound(parts, piece, {}, &Part::firstPiece);
        std::prev(after)->run(piece, x.cols);
    });
    return true;
}

} // namespace bitsmith::cpu

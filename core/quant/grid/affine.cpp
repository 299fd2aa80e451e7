// Affine integers: value = scale * (code - zero), codes 0 .. 2^bits - 1, bits 2..8. The scale is
// stored as fp16 and used as stored; zeros are whole numbers in the codes' range, so zero is always
// represented exactly.
//
// Asymmetric: the range is [min(0, min w), max(0, max w)], scale = range / (2^bits - 1), zero =
// round(-low / scale) (Frantar et al. 2022, the authors' code).
// Symmetric: scale = 2 absmax / (2^bits - 1) and zero = 2^(bits-1), nothing stored for it (the
// "sym" of GPTQ). No weight is off by more than half a step, the most positive one included; with
// absmax / (2^(bits-1) - 1) a step would be 7 % wider at 4 bits and 50 % at 2.
#include "core/base/parallel.h"
#include "core/quant/grid.h"
#include "core/quant/grid/affine_kernels.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace bitsmith {
namespace {

// ---- Parameters

struct AffineParams {
    int groupSize = 128;
    std::string granularity = "group";
    bool symmetric = false;
    std::string search = "minmax";
    std::string ragged = "whole_row";
    void describe(auto&& field) {
        field("group_size", groupSize,
              {"Group size", "Input columns that share a scale; 0: the whole row", 0, 1 << 20});
        field("granularity", granularity,
              {"Granularity",
               "What shares a scale: a group of input columns, an output channel or the tensor",
               0,
               0,
               {"group", "channel", "tensor"}});
        field("symmetric", symmetric, {"Symmetric", "No stored zero point: range -absmax..absmax"});
        field("search", search,
              {"Range search",
               "minmax: the full range; mse: the best of 80 shrunken ranges (norm 2.4, or squares "
               "weighted by the calibration statistics)",
               0,
               0,
               {"minmax", "mse"}});
        field("ragged", ragged,
              {"Ragged rows",
               "A row whose length is no multiple of the group size: one group, or a short last "
               "group",
               0,
               0,
               {"whole_row", "short_last_group"}});
    }
};

// ---- Mathematics

constexpr float LargestHalf = 65504.0F;

struct Group {
    std::uint16_t half = 0; // fp16 bits of the scale
    std::uint8_t zero = 0;
    bool clipped = false; // the range needs a scale beyond fp16
    float scale = 0;
};

// low <= 0 <= high.
Group groupOf(float low, float high, int bits, bool symmetric) {
    const double top = (1 << bits) - 1;
    double lo = low, hi = high;
    if (symmetric) {
        hi = std::max(-lo, hi);
        lo = -hi;
    }
    if (lo == 0 && hi == 0) {
        lo = -1;
        hi = 1;
    }
    Group group;
    const double wanted = (hi - lo) / top;
    group.clipped = wanted > LargestHalf;
    group.half = floatToHalf(static_cast<float>(std::min(wanted, double{LargestHalf})));
    // The smallest subnormal instead of a zero scale: ranges below 1e-7 keep some of their shape.
    if (group.half == 0) group.half = 1;
    group.scale = halfToFloat(group.half);
    group.zero =
        symmetric
            ? static_cast<std::uint8_t>(1 << (bits - 1))
            : static_cast<std::uint8_t>(std::clamp(std::nearbyint(-lo / group.scale), 0.0, top));
    return group;
}

// GPTQ's search: 80 ranges from the full one down to 0.21 of it.
constexpr int SearchSteps = 80;

// error(group) -> total rounding error of the group's weights. Keeps the first best, so that the
// result is never worse than the full range.
template <class Error>
Group searchGroup(float low, float high, int bits, bool symmetric, Error&& error) {
    Group best = groupOf(low, high, bits, symmetric);
    if (low == 0 && high == 0) return best;
    double least = error(best);
    Group last = best;
    for (int step = 1; step < SearchSteps; ++step) {
        const float shrink = 1.0F - static_cast<float>(step) / 100.0F;
        const Group group = groupOf(low * shrink, high * shrink, bits, symmetric);
        if (group.half == last.half && group.zero == last.zero) continue;
        last = group;
        if (const double e = error(group); e < least) {
            least = e;
            best = group;
        }
    }
    return best;
}

struct Layout {
    std::size_t groupSize = 0, groupsPerRow = 0, parameterRows = 0;
    std::size_t parameters() const { return groupsPerRow * parameterRows; }
};

Result<Layout> layoutOf(std::size_t rows, std::size_t cols, int bits, const AffineParams& params) {
    if (bits < 2 || bits > 8)
        return fail(ErrorCode::Usage, "grid 'affine' has 2 to 8 bits, not {}", bits);
    constexpr std::size_t Most = std::size_t{1} << 31;
    if (rows == 0 || cols == 0 || rows > Most || cols > Most)
        return fail(ErrorCode::Usage, "grid 'affine': cannot quantize a matrix of {} x {}", rows,
                    cols);
    if (params.granularity == "tensor") return Layout{cols, 1, 1};
    const auto size = static_cast<std::size_t>(params.groupSize);
    const bool ragged = size > 0 && cols % size != 0;
    if (params.granularity == "channel" || size == 0 || size >= cols ||
        (ragged && params.ragged == "whole_row"))
        return Layout{cols, 1, rows};
    return Layout{size, (cols + size - 1) / size, rows};
}

// ---- Adapter

class AffineFit final : public GridFit {
public:
    AffineFit(std::size_t rows, std::size_t cols, int bits, const AffineParams& params,
              const Layout& layout)
        : m_rows(rows), m_cols(cols), m_bits(bits), m_symmetric(params.symmetric),
          m_search(params.search == "mse"), m_layout(layout), m_halves(layout.parameters()),
          m_scales(layout.parameters()), m_zeros(layout.parameters()) {}

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_bits; }
    bool sharedAcrossRows() const override { return m_layout.parameterRows == 1 && m_rows > 1; }

    void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                  std::span<const float> importance) override {
        if (sharedAcrossRows()) {
            set(0, fitAll(columns, importance));
            return;
        }
        for (std::size_t r = 0; r < columns.rows; ++r) {
            float low = 0, high = 0;
            affine::rowRanges(columns.row(r), columns.cols, {&low, 1}, {&high, 1});
            set((firstRow + r) * m_layout.groupsPerRow + g,
                fitStretch(columns.row(r), importance, low, high));
        }
    }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint8_t> codes, std::span<float> values) const override {
        constexpr std::size_t Chunk = 64;
        float scales[Chunk], zeros[Chunk];
        for (std::size_t first = 0; first < column.size(); first += Chunk) {
            const std::size_t count = std::min(Chunk, column.size() - first);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t p = parameter(firstRow + first + i, g);
                scales[i] = m_scales[p];
                zeros[i] = m_zeros[p];
            }
            affine::columnCodes(column.subspan(first, count), {scales, count}, {zeros, count},
                                maxCode(), codes.subspan(first, count),
                                values.subspan(first, count));
        }
    }

    void quantizeRows(std::size_t firstRow, ConstMatrixView weights,
                      std::span<const float> importance, std::span<std::byte> packed) override {
        const std::size_t groups = m_layout.groupsPerRow, size = m_layout.groupSize;
        const std::size_t rowBytes = packedBytes(m_cols, m_bits);
        std::vector<float> lows(groups), highs(groups), scales(groups), zeros(groups);
        std::vector<std::uint8_t> codes(m_cols);
        for (std::size_t r = 0; r < weights.rows; ++r) {
            const auto row = weights.row(r);
            if (!sharedAcrossRows()) affine::rowRanges(row, size, lows, highs);
            for (std::size_t g = 0; g < groups; ++g) {
                const std::size_t p = parameter(firstRow + r, g);
                if (!sharedAcrossRows()) {
                    const std::size_t first = g * size, width = std::min(size, m_cols - first);
                    set(p, fitStretch(row.subspan(first, width),
                                      importance.empty() ? importance
                                                         : importance.subspan(first, width),
                                      lows[g], highs[g]));
                }
                scales[g] = m_scales[p];
                zeros[g] = m_zeros[p];
            }
            affine::rowCodes(row, size, scales, zeros, maxCode(), codes);
            packBits(codes, m_bits, packed.subspan(r * rowBytes, rowBytes));
        }
    }

    std::vector<std::string> notes() const override {
        if (m_clipped == 0) return {};
        return {fmt::format("{} of {} groups have a range that a 16-bit scale cannot cover; their "
                            "largest weights were clipped",
                            m_clipped.load(), m_layout.parameters())};
    }

    QuantizedMatrix finish(std::vector<std::byte> packed,
                           std::vector<std::uint32_t> groupOfColumn) override {
        QuantizedMatrix out;
        out.rows = m_rows;
        out.cols = m_cols;
        out.bits = m_bits;
        out.groupSize = m_layout.groupSize;
        out.groupsPerRow = m_layout.groupsPerRow;
        out.parameterRows = m_layout.parameterRows;
        out.codes = std::move(packed);
        out.affine.scales = std::move(m_halves);
        if (!m_symmetric) out.affine.zeros = std::move(m_zeros);
        out.groupOfColumn = std::move(groupOfColumn);
        return out;
    }

private:
    float maxCode() const { return static_cast<float>((1 << m_bits) - 1); }
    std::size_t parameter(std::size_t row, std::size_t g) const {
        return m_layout.parameterRows == 1 ? 0 : row * m_layout.groupsPerRow + g;
    }
    void set(std::size_t index, const Group& group) {
        m_halves[index] = group.half;
        m_scales[index] = group.scale;
        m_zeros[index] = group.zero;
        if (group.clipped) ++m_clipped;
    }
    double errorOf(std::span<const float> weights, std::span<const float> importance,
                   const Group& group, float unit) const {
        return affine::roundingError({.weights = weights,
                                      .importance = importance,
                                      .scale = group.scale,
                                      .zero = static_cast<float>(group.zero),
                                      .maxCode = maxCode(),
                                      .unit = unit});
    }
    // Brings errors to 1 or less; finite for any finite range.
    static float unitOf(float low, float high) {
        return 1.0F / std::clamp(std::max(-low, high), 1e-30F, 1e30F);
    }
    Group fitStretch(std::span<const float> weights, std::span<const float> importance, float low,
                     float high) const {
        if (!m_search) return groupOf(low, high, m_bits, m_symmetric);
        const float unit = unitOf(low, high);
        return searchGroup(low, high, m_bits, m_symmetric, [&](const Group& group) {
            return errorOf(weights, importance, group, unit);
        });
    }
    // One group over all rows.
    Group fitAll(ConstMatrixView weights, std::span<const float> importance) const {
        std::vector<float> lows(weights.rows), highs(weights.rows);
        constexpr std::size_t Grain = 64;
        parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
            for (std::size_t r = first; r < last; ++r)
                affine::rowRanges(weights.row(r), weights.cols, {&lows[r], 1}, {&highs[r], 1});
        });
        const float low = *std::ranges::min_element(lows), high = *std::ranges::max_element(highs);
        if (!m_search) return groupOf(low, high, m_bits, m_symmetric);
        const float unit = unitOf(low, high);
        return searchGroup(low, high, m_bits, m_symmetric, [&](const Group& group) {
            std::vector<double> errors(weights.rows);
            parallelFor(weights.rows, Grain, [&](std::size_t first, std::size_t last) {
                for (std::size_t r = first; r < last; ++r)
                    errors[r] = errorOf(weights.row(r), importance, group, unit);
            });
            double total = 0;
            for (const double e : errors) total += e;
            return total;
        });
    }

    std::size_t m_rows, m_cols;
    int m_bits;
    bool m_symmetric, m_search;
    Layout m_layout;
    std::vector<std::uint16_t> m_halves; // parameter (r, g) at r * groupsPerRow + g, as all three
    std::vector<float> m_scales;
    std::vector<std::uint8_t> m_zeros;
    std::atomic<std::size_t> m_clipped = 0;
};

class AffineGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{.id = "affine",
                                     .title = "Affine integers",
                                     .summary =
                                         "Equally spaced levels with a scale and a zero point "
                                         "per group, channel or tensor",
                                     .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<AffineParams>>();
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<AffineParams>&>(params).value;
        BITSMITH_TRY(const Layout layout, layoutOf(rows, cols, bits, own));
        return std::make_unique<AffineFit>(rows, cols, bits, own, layout);
    }
    Result<std::uint64_t> storedBytes(std::size_t rows, std::size_t cols, int bits,
                                      const Params& params, bool columnGroups) const override {
        const auto& own = dynamic_cast<const ParamsOf<AffineParams>&>(params).value;
        BITSMITH_TRY(const Layout layout, layoutOf(rows, cols, bits, own));
        return affineStoredBytes({.rows = rows,
                                  .cols = cols,
                                  .bits = bits,
                                  .parameters = layout.parameters(),
                                  .zeros = !own.symmetric,
                                  .columnGroups = columnGroups && layout.groupsPerRow > 1});
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        const std::size_t p = matrix.parameterRows == 1 ? 0 : row * matrix.groupsPerRow + g;
        const float scale = halfToFloat(matrix.affine.scales.at(p));
        const int zero =
            matrix.affine.zeros.empty() ? 1 << (matrix.bits - 1) : matrix.affine.zeros.at(p);
        std::vector<float> out;
        for (int code = 0; code < 1 << matrix.bits; ++code)
            out.push_back(scale * static_cast<float>(code - zero));
        return out;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_affine() {
    static const AffineGrid Instance;
    return Instance;
}

} // namespace bitsmith

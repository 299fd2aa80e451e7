// Affine integers whose scales and minimums are whole numbers themselves: 4 to 8 bits each, with an
// F16 factor for a run of groups, as the k-quants of llama.cpp nest them (Q4_K: 6 bits, groups of
// 32, runs of 8). Small groups become affordable. Of any width and group size, and with rounders
// that go column by column, which blocks of GGUF do not allow.
//
// After ggml's make_qkx2_quants: several steps around that of the full range are tried, scale and
// minimum refined by weighted least squares; then both are rounded, where neighbouring values are
// tried, too.
#include "core/base/parallel.h"
#include "core/quant/grid.h"
#include "core/quant/grid/affine_math.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/codebooks.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

// ---- Parameters

constexpr int SearchTries = 21;

struct NestedParams {
    int groupSize = 32;
    std::string ragged = "whole_row";
    int scaleBits = 6;
    int superGroup = 8;
    void describe(auto&& field) {
        field("group_size", groupSize,
              {"Group size", "Input columns that share a scale and a minimum; 0: the whole row", 0,
               1 << 20});
        field("ragged", ragged,
              {"Ragged rows",
               "A row whose length is no multiple of the group size: one group, or a short last "
               "group",
               0,
               0,
               {"whole_row", "short_last_group"}});
        field("scale_bits", scaleBits, {"Scale bits", "Of each scale and each minimum", 4, 8});
        field("super_group", superGroup,
              {"Super-group", "Groups whose scales and minimums share two 16-bit factors", 1,
               1 << 16});
    }
};

Result<MatrixLayout> nestedLayout(std::size_t rows, std::size_t cols, int bits,
                                  const NestedParams& params) {
    AffineParams affine;
    affine.groupSize = params.groupSize;
    affine.ragged = params.ragged;
    BITSMITH_TRY(MatrixLayout layout, affineLayout(rows, cols, bits, affine));
    layout.grid = "nested";
    layout.book.width = params.scaleBits;
    layout.book.block = static_cast<std::size_t>(params.superGroup);
    return layout;
}

// ---- Mathematics

// Levels scale * k - min of the codes k from 0 to `top`; neither is negative.
struct Steps {
    double scale = 0, min = 0;
};

double codeOf(double weight, const Steps& s, double top) {
    return s.scale > 0 ? std::clamp(std::nearbyint((weight + s.min) / s.scale), 0.0, top) : 0;
}

struct Group {
    std::span<const float> weights, importance; // importance: of each weight, or empty
    double top;                                 // largest code
    double error(const Steps& s) const {
        double sum = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double w = static_cast<double>(weights[i]);
            const double off = s.scale * codeOf(w, s, top) - s.min - w;
            sum += factor(i) * off * off;
        }
        return sum;
    }
    double factor(std::size_t i) const {
        return importance.empty() ? 1 : static_cast<double>(importance[i]);
    }
    // Least squares for the codes of `s`.
    Steps refined(const Steps& s) const {
        double n = 0, q = 0, qq = 0, x = 0, qx = 0;
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const double w = static_cast<double>(weights[i]), f = factor(i), k = codeOf(w, s, top);
            n += f;
            q += f * k;
            qq += f * k * k;
            x += f * w;
            qx += f * k * w;
        }
        const double d = n * qq - q * q;
        if (!(d > 0)) return s;
        Steps out{(n * qx - q * x) / d, (q * qx - qq * x) / d};
        if (out.min < 0) out = {qq > 0 ? qx / qq : 0, 0};
        return out.scale > 0 ? out : s;
    }
};

Steps search(const Group& group) {
    const auto [least, most] = std::ranges::minmax(group.weights);
    const double low = std::min(0.0, static_cast<double>(least)),
                 range = static_cast<double>(most) - low;
    if (!(range > 0)) return {0, -low};
    Steps best{range / group.top, -low};
    double error = group.error(best);
    for (int i = 0; i < SearchTries; ++i) {
        const Steps tried = group.refined({range / (group.top - 1 + 0.1 * i), -low});
        if (const double e = group.error(tried); e < error) {
            error = e;
            best = tried;
        }
    }
    return best;
}

class NestedFit final : public GridFit {
public:
    explicit NestedFit(MatrixLayout layout)
        : m_layout(std::move(layout)),
          m_steps(m_layout.parameters()), m_codes{std::vector<std::uint8_t>(m_steps.size()),
                                                  std::vector<std::uint8_t>(m_steps.size())},
          m_scales(m_steps.size()), m_mins(m_steps.size()) {
        const std::size_t block = m_layout.book.block;
        for (auto& factors : m_factors) factors.resize((m_steps.size() + block - 1) / block);
    }

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_layout.bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    bool sharedAcrossRows() const override { return true; } // factors may span rows

    void fitGroup(std::size_t, std::size_t, ConstMatrixView weights,
                  std::span<const float> importance) override {
        parallelFor(weights.rows, 16, [&](std::size_t first, std::size_t last) {
            for (std::size_t p = first * groupCount(); p < last * groupCount(); ++p)
                m_steps[p] = search(group(p, weights, importance));
        });
        const std::size_t block = m_layout.book.block;
        parallelFor(m_factors[0].size(), 64, [&](std::size_t first, std::size_t last) {
            for (std::size_t b = first; b < last; ++b) {
                const std::size_t end = std::min(m_steps.size(), (b + 1) * block);
                Steps most;
                for (std::size_t p = b * block; p < end; ++p) {
                    most.scale = std::max(most.scale, m_steps[p].scale);
                    most.min = std::max(most.min, m_steps[p].min);
                }
                m_factors[0][b] = factor(most.scale);
                m_factors[1][b] = factor(most.min);
                for (std::size_t p = b * block; p < end; ++p)
                    choose(p, group(p, weights, importance));
            }
        });
    }

    void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        for (std::size_t i = 0; i < column.size(); ++i) {
            const std::size_t p = (firstRow + i) * groupCount() + g;
            codes[i] = code(p, column[i]);
            values[i] = m_scales[p] * static_cast<float>(codes[i]) - m_mins[p];
        }
    }

    void quantizeRows(std::size_t firstRow, ConstMatrixView weights, std::span<const float>,
                      std::span<std::byte> packed) override {
        std::vector<std::uint8_t> codes(m_layout.cols);
        for (std::size_t r = 0; r < weights.rows; ++r) {
            for (std::size_t c = 0; c < codes.size(); ++c)
                codes[c] = static_cast<std::uint8_t>(
                    code((firstRow + r) * groupCount() + c / groupSize(), weights(r, c)));
            packBits(codes, m_layout.bits, packed.subspan(r * rowBytes(), rowBytes()));
        }
    }

    QuantizedMatrix finish(std::vector<std::byte> packed, std::vector<std::uint32_t>) override {
        QuantizedMatrix out{m_layout};
        out.codes = std::move(packed);
        out.books = packBooks(m_layout, {.levels = {},
                                         .numbers = {{std::move(m_codes[0]), m_factors[0]},
                                                     {std::move(m_codes[1]), m_factors[1]}}});
        return out;
    }

private:
    double top() const { return static_cast<double>((1 << m_layout.bits) - 1); }
    double mostCode() const { return static_cast<double>((1 << m_layout.book.width) - 1); }
    Group group(std::size_t p, ConstMatrixView weights, std::span<const float> importance) const {
        const std::size_t first = p % groupCount() * groupSize();
        const std::size_t width = std::min(groupSize(), m_layout.cols - first);
        return {weights.row(p / groupCount()).subspan(first, width),
                importance.empty() ? importance : importance.subspan(first, width), top()};
    }
    // As stored; the smallest half above 0 where there is anything to hold.
    float factor(double most) const {
        constexpr double Largest = 65504;
        const std::uint16_t half =
            floatToHalf(static_cast<float>(std::min(most / mostCode(), Largest)));
        return halfToFloat(half == 0 && most > 0 ? std::uint16_t{1} : half);
    }
    Steps stored(std::size_t p, double scaleCode, double minCode) const {
        const std::size_t b = p / m_layout.book.block;
        return {static_cast<double>(m_factors[0][b] * static_cast<float>(scaleCode)),
                static_cast<double>(m_factors[1][b] * static_cast<float>(minCode))};
    }
    // The best of the stored steps around those that were found.
    void choose(std::size_t p, const Group& group) {
        const std::size_t b = p / m_layout.book.block;
        const auto nearest = [&](double value, float factor) {
            if (!(factor > 0)) return 0.0;
            return std::clamp(std::nearbyint(value / static_cast<double>(factor)), 0.0, mostCode());
        };
        const double scale = nearest(m_steps[p].scale, m_factors[0][b]);
        const double min = nearest(m_steps[p].min, m_factors[1][b]);
        double bestScale = scale, bestMin = min, least = group.error(stored(p, scale, min));
        for (double s = std::max(0.0, scale - 1); s <= std::min(mostCode(), scale + 1); ++s)
            for (double m = std::max(0.0, min - 1); m <= std::min(mostCode(), min + 1); ++m)
                if (const double e = group.error(stored(p, s, m)); e < least) {
                    least = e;
                    bestScale = s;
                    bestMin = m;
                }
        m_codes[0][p] = static_cast<std::uint8_t>(bestScale);
        m_codes[1][p] = static_cast<std::uint8_t>(bestMin);
        m_scales[p] = static_cast<float>(stored(p, bestScale, bestMin).scale);
        m_mins[p] = static_cast<float>(stored(p, bestScale, bestMin).min);
    }
    std::uint16_t code(std::size_t p, float weight) const {
        const Steps steps{static_cast<double>(m_scales[p]), static_cast<double>(m_mins[p])};
        return static_cast<std::uint16_t>(codeOf(static_cast<double>(weight), steps, top()));
    }

    MatrixLayout m_layout;
    std::vector<Steps> m_steps;           // as searched
    std::vector<std::uint8_t> m_codes[2]; // of scales, of mins
    std::vector<float> m_factors[2], m_scales, m_mins;
};

// ---- Adapter

class NestedGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "nested",
            .title = "Nested scales",
            .summary = "Affine integers in small groups, whose scales and minimums are integers "
                       "themselves",
            .paper = "The k-quants of llama.cpp"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<NestedParams>>();
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool) const override {
        return nestedLayout(rows, cols, bits, own(params));
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        BITSMITH_TRY(MatrixLayout layout, nestedLayout(rows, cols, bits, own(params)));
        return std::make_unique<NestedFit>(std::move(layout));
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        return findGrid("codebook")->levels(matrix, row, g);
    }

private:
    static const NestedParams& own(const Params& params) {
        return dynamic_cast<const ParamsOf<NestedParams>&>(params).value;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_nested() {
    static const NestedGrid Instance;
    return Instance;
}

} // namespace bitsmith

// GGUF blocks: scales, mins and codes of a few dozen weights side by side, as llama.cpp reads them.
// A block is searched for and written at once, so the grid works on whole rows and with rounders
// that do, too. The searches are core/quant/blocks/, the formats core/tensor/blocks/.
#include "core/base/message.h"
#include "core/quant/blocks/encode.h"
#include "core/quant/grid.h"
#include "core/quant/grid/gguf_math.h"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cmath>

namespace bitsmith {
namespace {

// One weight per column, about 1 on average: sums over tokens would leave fp32's range when
// squared. Never 0: features that calibration did not meet still get a sensible scale.
std::vector<float> normalised(std::span<const float> importance) {
    double sum = 0;
    for (const float w : importance) sum += w;
    if (!(sum > 0)) return {};
    const double mean = sum / static_cast<double>(importance.size());
    std::vector<float> out(importance.size());
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<float>(std::max(importance[i] / mean, 1e-8));
    return out;
}

float largest(std::span<const float> values) {
    float most = 0;
    for (const float v : values) most = std::max(most, std::abs(v));
    return most;
}

class GgufFit final : public GridFit {
public:
    GgufFit(const BlockFormat& wanted, MatrixLayout layout)
        : m_wanted(wanted), m_format(*findBlockFormat(layout.format)), m_layout(std::move(layout)) {
    }

    std::size_t groupSize() const override { return m_layout.groupSize; }
    std::size_t groupCount() const override { return m_layout.groupsPerRow; }
    int codeBits() const override { return m_layout.bits; }
    std::size_t rowBytes() const override { return m_layout.rowBytes(); }
    bool sharedAcrossRows() const override { return false; }

    // Never asked for: recipes pair this grid with rounders of whole rows only.
    void fitGroup(std::size_t, std::size_t, ConstMatrixView, std::span<const float>) override {
        assert(false);
    }
    void quantizeColumn(std::size_t, std::size_t, std::span<const float>, std::span<std::uint16_t>,
                        std::span<float>) const override {
        assert(false);
    }

    void quantizeRows(std::size_t, ConstMatrixView weights, std::span<const float> importance,
                      std::span<std::byte> packed) override {
        encodeBlocks(m_format, weights, normalised(importance), packed);
        for (std::size_t r = 0; r < weights.rows; ++r) {
            const float most = largest(weights.row(r));
            if (most < 65504.0F) continue; // scales are halves: no clipping below
            std::vector<float> decoded(weights.cols);
            m_format.decode(packed.data() + r * rowBytes(), weights.cols / m_format.blockSize,
                            decoded.data());
            if (largest(decoded) < 0.5F * most) ++m_clippedRows;
        }
    }

    std::vector<std::string> notes() const override {
        std::vector<std::string> out;
        if (&m_format != &m_wanted)
            out.push_back("{} columns are no multiple of {}: stored as {} instead of {}"_message(
                m_layout.cols, m_format.name == "F16" ? 32 : m_wanted.blockSize, m_format.name,
                m_wanted.name));
        if (m_clippedRows > 0)
            out.push_back(
                "{} of {} rows have weights that a 16-bit scale cannot cover; their largest "
                "weights were clipped"_message(m_clippedRows.load(), m_layout.rows));
        return out;
    }

    QuantizedMatrix finish(std::vector<std::byte> packed,
                           std::vector<std::uint32_t> groupOfColumn) override {
        assert(groupOfColumn.empty());
        QuantizedMatrix out{m_layout};
        out.codes = std::move(packed);
        return out;
    }

private:
    const BlockFormat &m_wanted, &m_format;
    MatrixLayout m_layout;
    std::atomic<std::size_t> m_clippedRows = 0;
};

class GgufGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{.id = "gguf",
                                     .title = "GGUF blocks",
                                     .summary =
                                         "Blocks of 32 or 256 weights with their scales inside, as "
                                         "llama.cpp reads them",
                                     .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<GgufParams>>();
    }
    bool wholeRowsOnly() const override { return true; }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<GgufParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, ggufLayout(rows, cols, bits, own));
        BITSMITH_TRY(const BlockFormat* wanted, blockFormatOf(own.family, bits));
        return std::make_unique<GgufFit>(*wanted, std::move(layout));
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool) const override {
        return ggufLayout(rows, cols, bits,
                          dynamic_cast<const ParamsOf<GgufParams>&>(params).value);
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        const BlockFormat& format = *findBlockFormat(matrix.format);
        return blockLevels(format,
                           matrix.codes.data() + row * matrix.rowBytes() + g * format.blockBytes);
    }
};

} // namespace

// ---- Accessor

const Grid& grids_gguf() {
    static const GgufGrid Instance;
    return Instance;
}

} // namespace bitsmith

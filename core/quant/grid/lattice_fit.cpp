#include "core/quant/grid/lattice_fit.h"

#include "core/base/message.h"
#include "core/quant/grid/affine_kernels.h"
#include "core/quant/layer_errors.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <atomic>
#include <cmath>

namespace bitsmith {
namespace {

constexpr int Middle = 1 << 15; // the code of 0 while rounding
constexpr float LargestHalf = 65504, SmallestFine = 0x1p-21F;

// The codes in 8 bits, where all fit.
std::vector<std::byte> narrowed(const std::vector<std::byte>& wide) {
    std::vector<std::byte> out(wide.size() / 2);
    std::vector<std::uint16_t> codes(out.size());
    unpackBits(wide, 16, std::span(codes));
    for (std::size_t i = 0; i < codes.size(); ++i)
        out[i] = static_cast<std::byte>(codes[i] - Middle + 128);
    return out;
}

bool fitsNarrow(const std::vector<std::byte>& wide) {
    for (std::size_t i = 0; i < wide.size(); i += 2) {
        const int code = std::to_integer<int>(wide[i]) | std::to_integer<int>(wide[i + 1]) << 8;
        if (code < Middle - 128 || code > Middle + 127) return false;
    }
    return true;
}

class LatticeFit final : public GridFit {
public:
    LatticeFit(const LatticeParams& params, double step, MatrixLayout layout)
        : m_layout(std::move(layout)), m_step(step), m_power(params.rowPower),
          m_grain(params.rowGrain), m_gain(1 / (1 + params.centroid * step * step / 12)),
          m_halves(m_layout.parameterRows), m_levels(m_layout.parameterRows),
          m_steps(m_layout.parameterRows) {}

    std::size_t groupSize() const override { return m_layout.cols; }
    std::size_t groupCount() const override { return 1; }
    int codeBits() const override { return 16; }
    std::size_t rowBytes() const override { return packedBytes(m_layout.cols, 16); }
    // A row's step depends on the whole matrix, too.
    bool sharedAcrossRows() const override { return true; }
    float stepOf(std::size_t row) const override { return m_levels[parameter(row)]; }

    void fitGroup(std::size_t, std::size_t, ConstMatrixView weights,
                  std::span<const float>) override {
        const double all = rms(weights);
        if (m_layout.parameterRows == 1) {
            set(0, m_step * all);
            return;
        }
        for (std::size_t r = 0; r < weights.rows; ++r)
            set(r, m_step * all * snapped(std::pow(rms(weights.rowRange(r, 1)) / all, m_power)));
    }

    void quantizeColumn(std::size_t, std::size_t firstRow, std::span<const float> column,
                        std::span<std::uint16_t> codes, std::span<float> values) const override {
        float steps[Chunk];
        for (std::size_t first = 0; first < column.size(); first += Chunk) {
            const std::size_t count = std::min(Chunk, column.size() - first);
            for (std::size_t i = 0; i < count; ++i)
                steps[i] = m_steps[parameter(firstRow + first + i)];
            const auto own = codes.subspan(first, count);
            round(column.subspan(first, count), {steps, count}, own, values.subspan(first, count));
            if (m_gain != 1)
                for (std::size_t i = 0; i < count; ++i)
                    values[first + i] =
                        stepOf(firstRow + first + i) * static_cast<float>(own[i] - Middle);
        }
    }

    void quantizeRows(std::size_t firstRow, ConstMatrixView weights, std::span<const float>,
                      std::span<std::byte> packed) override {
        std::vector<std::uint16_t> codes(m_layout.cols);
        float steps[Chunk], values[Chunk];
        for (std::size_t r = 0; r < weights.rows; ++r) {
            std::fill(steps, steps + Chunk, m_steps[parameter(firstRow + r)]);
            for (std::size_t first = 0; first < m_layout.cols; first += Chunk) {
                const std::size_t count = std::min(Chunk, m_layout.cols - first);
                round(weights.row(r).subspan(first, count), {steps, count},
                      std::span(codes).subspan(first, count), {values, count});
            }
            packBits(std::span<const std::uint16_t>(codes), 16,
                     packed.subspan(r * rowBytes(), rowBytes()));
        }
    }

    std::vector<std::string> notes() const override {
        std::vector<std::string> out;
        if (m_clipped > 0)
            out.emplace_back(
                "some weights are beyond 32767 steps, or a step is beyond a 16-bit scale; they "
                "were clipped"_message());
        if (m_coarse > 0)
            out.push_back("{} of {} steps are so small that a 16-bit scale represents "
                          "them only coarsely"_message(m_coarse.load(), m_layout.parameterRows));
        return out;
    }

    QuantizedMatrix finish(std::vector<std::byte> packed, std::vector<std::uint32_t>) override {
        QuantizedMatrix out{m_layout};
        out.bits = fitsNarrow(packed) ? 8 : 16;
        out.codes = out.bits == 8 ? narrowed(packed) : std::move(packed);
        const auto scales = std::as_bytes(std::span(m_halves));
        out.scales.assign(scales.begin(), scales.end());
        return out;
    }

private:
    static constexpr std::size_t Chunk = 64;

    std::size_t parameter(std::size_t row) const { return m_layout.parameterRows == 1 ? 0 : row; }

    static double rms(ConstMatrixView weights) {
        return std::sqrt(sumOfSquares(weights) / static_cast<double>(weights.rows * weights.cols));
    }
    // The nearest of the steps that rows may have; without weights any step will do.
    double snapped(double ratio) const {
        if (!(ratio > 0) || !std::isfinite(ratio)) return 1;
        return m_grain == 0 ? ratio : std::exp2(std::round(std::log2(ratio) * m_grain) / m_grain);
    }
    void set(std::size_t p, double step) {
        if (!(step > 0)) step = 1;
        double level = m_gain * step;
        if (level > LargestHalf) {
            level = LargestHalf;
            ++m_clipped;
        }
        if (level < SmallestFine) ++m_coarse;
        m_halves[p] = std::max<std::uint16_t>(1, floatToHalf(static_cast<float>(level)));
        m_levels[p] = halfToFloat(m_halves[p]);
        m_steps[p] = static_cast<float>(m_levels[p] / m_gain);
    }
    void round(std::span<const float> weights, std::span<const float> steps,
               std::span<std::uint16_t> codes, std::span<float> values) const {
        static constexpr auto Zeros = [] {
            std::array<float, Chunk> zeros{};
            zeros.fill(Middle);
            return zeros;
        }();
        constexpr float Top = 2 * Middle - 1;
        affine::columnCodes(weights, steps, std::span(Zeros).first(weights.size()), Top, codes,
                            values);
        for (const std::uint16_t code : codes)
            if (code == 0 || code == 2 * Middle - 1) ++m_clipped;
    }

    MatrixLayout m_layout;
    double m_step, m_power;
    int m_grain;
    double m_gain;
    std::vector<std::uint16_t> m_halves;
    std::vector<float> m_levels; // distance of the levels, as stored
    std::vector<float> m_steps;  // widths of the cells: wider, where levels lie off their middles
    mutable std::atomic<std::size_t> m_clipped = 0;
    std::atomic<std::size_t> m_coarse = 0;
};

} // namespace

Result<MatrixLayout> latticeLayout(std::size_t rows, std::size_t cols,
                                   const LatticeParams& params) {
    constexpr std::size_t Most = std::size_t{1} << 31;
    if (rows == 0 || cols == 0 || rows > Most || cols > Most)
        return fail(ErrorCode::Usage, "grid 'lattice': cannot quantize a matrix of {} x {}", rows,
                    cols);
    MatrixLayout layout;
    layout.rows = rows;
    layout.cols = layout.groupSize = cols;
    layout.bits = 8;
    layout.groupsPerRow = 1;
    layout.parameterRows = params.steps == "matrix" ? 1 : rows;
    layout.symmetric = true;
    return layout;
}

std::unique_ptr<GridFit> makeLatticeFit(const LatticeParams& params, double step,
                                        MatrixLayout layout) {
    return std::make_unique<LatticeFit>(params, step, std::move(layout));
}

} // namespace bitsmith

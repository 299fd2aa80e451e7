// The uniform integer lattice: value = step * k for any whole number k. No groups, no range, no
// zero point: an outlier costs the logarithm of its probability, not a wider range for its
// neighbours. Entropy-coded, this is within 0.25 bit of what any quantizer of single weights or of
// vectors can reach at high rates (Gish and Pierce 1968), and closer below.
//
// The codes are written as symmetric affine integers of 8 bits (16 where some |k| > 127), one group
// per row or per matrix, so that whatever reads these reads a lattice. How many bits they take is
// settled by the entropy coder; the step is found so that the coded size meets the rate
// (core/quant/rate_search.h).
#include "core/quant/grid.h"
#include "core/quant/grid/lattice_fit.h"

#include <cmath>

namespace bitsmith {
namespace {

// The step whose codes have about this entropy: h(Gaussian) - log2(step), h = 0.5 log2(2 pi e).
double stepForRate(double rate) { return std::exp2(2.047 - rate); }

class LatticeGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{.id = "lattice",
                                     .title = "Integer lattice",
                                     .summary = "Equally spaced levels without end, a step per row "
                                                "or matrix; for entropy coding",
                                     .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<LatticeParams>>();
    }
    bool unbounded() const override { return true; }
    double rate(int bits, const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<LatticeParams>&>(params).value;
        return own.rate > 0 ? own.rate : bits;
    }
    double givenStep(const Params& params) const override {
        return dynamic_cast<const ParamsOf<LatticeParams>&>(params).value.step;
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<LatticeParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, latticeLayout(rows, cols, own));
        return makeLatticeFit(own, own.step > 0 ? own.step : stepForRate(rate(bits, params)),
                              std::move(layout));
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int, const Params& params,
                                bool) const override {
        return latticeLayout(rows, cols,
                             dynamic_cast<const ParamsOf<LatticeParams>&>(params).value);
    }
    // The levels that 8 bits hold, or as many around 0.
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t) const override {
        const float step = matrix.scale(matrix.parameterRows == 1 ? 0 : row);
        std::vector<float> out;
        for (int k = -128; k < 128; ++k) out.push_back(step * static_cast<float>(k));
        return out;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_lattice() {
    static const LatticeGrid Instance;
    return Instance;
}

} // namespace bitsmith

// w^2 / [H^-1]_jj: by how much the layer's squared output error grows when this weight is removed
// and all others of its row are adjusted best (Hassibi and Stork 1993, Optimal Brain Surgeon;
// equation 3 of SparseGPT, Frantar and Alistarh 2023, arXiv 2301.00774). Exact for the damped Gram
// matrix, as a sum over calibration tokens.
#include "core/analysis/salience/inverse_gram.h"

namespace bitsmith {
namespace {

class Obs final : public Salience {
public:
    const SalienceInfo& info() const override {
        static const SalienceInfo Info{
            .id = "obs",
            .title = "OBS",
            .formula = "w² / [H⁻¹]ⱼⱼ",
            .summary = "What removing a weight costs when all others of its row make up for it",
            .paper = "Hassibi and Stork 1993; Frantar and Alistarh 2023, arXiv 2301.00774",
            .needs = SalienceNeeds::Gram};
        return Info;
    }
    Result<ColumnFactors> prepare(const LayerStats* stats, std::size_t cols,
                                  const SalienceOptions& options,
                                  const RunContext& context) const override {
        return secondOrderFactors(
            info(), stats, cols, options, [](InverseGramDiagonal d) { return 1 / d.inverse; },
            context);
    }
};

} // namespace

const Salience& saliences_obs() {
    static const Obs Instance;
    return Instance;
}

} // namespace bitsmith

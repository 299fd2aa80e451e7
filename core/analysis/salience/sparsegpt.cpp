// w^2 / U_jj^2, H^-1 = U^T U with U upper triangular: what SparseGPT's algorithm 1 ranks weights by
// while it goes from left to right (Frantar and Alistarh 2023, arXiv 2301.00774), and what
// SliM-LLM's code computes. U_jj^2 is [H_F^-1]_jj for the channels F from j on: OBS where only
// later channels may make up for the weight.
#include "core/analysis/salience/inverse_gram.h"

namespace bitsmith {
namespace {

class SparseGpt final : public Salience {
public:
    const SalienceInfo& info() const override {
        static const SalienceInfo Info{
            .id = "sparsegpt",
            .title = "SparseGPT",
            .formula = "w² / Uⱼⱼ², H⁻¹ = UᵀU",
            .summary = "As OBS, but only the channels after it make up for a weight",
            .paper = "Frantar and Alistarh 2023, arXiv 2301.00774",
            .needs = SalienceNeeds::Gram};
        return Info;
    }
    Result<ColumnFactors> prepare(const LayerStats* stats, std::size_t cols,
                                  const SalienceOptions& options,
                                  const RunContext& context) const override {
        return secondOrderFactors(
            info(), stats, cols, options,
            [](InverseGramDiagonal d) { return 1 / (d.factor * d.factor); }, context);
    }
};

} // namespace

const Salience& saliences_sparsegpt() {
    static const SparseGpt Instance;
    return Instance;
}

} // namespace bitsmith

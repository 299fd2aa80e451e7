// w^2 / [H^-1]_jj^2, as the paper of SliM-LLM writes its salience (Huang et al. 2024, arXiv
// 2405.14917, definition 3.1). Its code squares the Cholesky factor's diagonal instead: that is
// sparsegpt. Here channels count with the square of what OBS gives them, so that few hold nearly
// all.
#include "core/analysis/salience/inverse_gram.h"

namespace bitsmith {
namespace {

class Slim final : public Salience {
public:
    const SalienceInfo& info() const override {
        static const SalienceInfo Info{
            .id = "slim",
            .title = "SliM-LLM",
            .formula = "w² / [H⁻¹]ⱼⱼ²",
            .summary = "As the paper of SliM-LLM writes it: channels weigh twice as much as in OBS",
            .paper = "Huang et al. 2024, arXiv 2405.14917",
            .needs = SalienceNeeds::Gram};
        return Info;
    }
    Result<ColumnFactors> prepare(const LayerStats* stats, std::size_t cols,
                                  const SalienceOptions& options,
                                  const RunContext& context) const override {
        return secondOrderFactors(
            info(), stats, cols, options,
            [](InverseGramDiagonal d) { return 1 / (d.inverse * d.inverse); }, context);
    }
};

} // namespace

const Salience& saliences_slim() {
    static const Slim Instance;
    return Instance;
}

} // namespace bitsmith

// |w| ||x||_2, the norm over all calibration tokens (Sun et al. 2024, A Simple and Effective
// Pruning Approach for Large Language Models, arXiv 2306.11695, equation 1). Wanda compares within
// a row; between rows the numbers compare as well as outputs do.
#include "core/analysis/salience/salience.h"

#include <algorithm>

namespace bitsmith {
namespace {

class Wanda final : public Salience {
public:
    const SalienceInfo& info() const override {
        static const SalienceInfo Info{.id = "wanda",
                                       .title = "Wanda",
                                       .formula = "|w| · ‖x‖₂",
                                       .summary = "Weights times the norm of their input",
                                       .paper = "Sun et al. 2024, arXiv 2306.11695",
                                       .needs = SalienceNeeds::SumSquares};
        return Info;
    }
    Result<ColumnFactors> prepare(const LayerStats* stats, std::size_t cols, const SalienceOptions&,
                                  const RunContext&) const override {
        BITSMITH_CHECK(checkStats(info(), stats, cols));
        ColumnFactors out;
        out.metric = &info();
        out.factor.resize(cols);
        for (std::size_t c = 0; c < cols; ++c)
            out.factor[c] = std::sqrt(std::max(0.0F, stats->sumSquares[c]));
        noteDeadChannels(out);
        return out;
    }
};

} // namespace

const Salience& saliences_wanda() {
    static const Wanda Instance;
    return Instance;
}

} // namespace bitsmith

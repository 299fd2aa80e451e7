// |w| mean |x|: AWQ looks at input channels by the mean of |x| over tokens, not by its largest
// value (Lin et al. 2024, arXiv 2306.00978, section 3.1), and finds that about 1 % of them carry
// what matters.
#include "core/analysis/salience/salience.h"

namespace bitsmith {
namespace {

class Awq final : public Salience {
public:
    const SalienceInfo& info() const override {
        static const SalienceInfo Info{.id = "awq",
                                       .title = "AWQ",
                                       .formula = "|w| · mean |x|",
                                       .summary = "Weights times the mean magnitude of their input",
                                       .paper = "Lin et al. 2024, arXiv 2306.00978",
                                       .needs = SalienceNeeds::MeanAbs};
        return Info;
    }
    Result<ColumnFactors> prepare(const LayerStats* stats, std::size_t cols, const SalienceOptions&,
                                  const RunContext&) const override {
        BITSMITH_CHECK(checkStats(info(), stats, cols));
        ColumnFactors out;
        out.metric = &info();
        out.factor = stats->meanAbs;
        noteDeadChannels(out);
        return out;
    }
};

} // namespace

const Salience& saliences_awq() {
    static const Awq Instance;
    return Instance;
}

} // namespace bitsmith

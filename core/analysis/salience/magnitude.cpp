// |w|: what a weight is worth where nothing is known of its inputs (Han et al. 2015, Learning both
// Weights and Connections, arXiv 1506.02626).
#include "core/analysis/salience/salience.h"

namespace bitsmith {
namespace {

class Magnitude final : public Salience {
public:
    const SalienceInfo& info() const override {
        static const SalienceInfo Info{.id = "magnitude",
                                       .title = "Magnitude",
                                       .formula = "|w|",
                                       .summary = "The weights alone; no calibration",
                                       .paper = "Han et al. 2015, arXiv 1506.02626"};
        return Info;
    }
    Result<ColumnFactors> prepare(const LayerStats*, std::size_t cols, const SalienceOptions&,
                                  const RunContext&) const override {
        ColumnFactors out;
        out.metric = &info();
        out.factor.assign(cols, 1.0F);
        return out;
    }
};

} // namespace

const Salience& saliences_magnitude() {
    static const Magnitude Instance;
    return Instance;
}

} // namespace bitsmith

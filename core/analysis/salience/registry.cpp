// The table of metrics: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/analysis/salience/salience.h"
#include "core/base/message.h"

#include <algorithm>

namespace bitsmith {
namespace {

bool allFinite(std::span<const float> values) {
    return std::ranges::all_of(values, [](float v) { return std::isfinite(v); });
}

} // namespace

#define BITSMITH_ENTRY(id) const Salience& saliences_##id();
#include "registered_saliences.inc"
#undef BITSMITH_ENTRY

std::span<const Salience* const> allSaliences() {
    static const Salience* const All[] = {
#define BITSMITH_ENTRY(id) &saliences_##id(),
#include "registered_saliences.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

const Salience* findSalience(std::string_view id) {
    for (const Salience* salience : allSaliences())
        if (salience->info().id == id) return salience;
    return nullptr;
}

Result<const Salience*> salienceNamed(std::string_view id) {
    if (const Salience* found = findSalience(id)) return found;
    std::string known;
    for (const Salience* salience : allSaliences())
        known += (known.empty() ? "" : ", ") + std::string(salience->info().id);
    return fail(ErrorCode::Usage, "unknown salience metric '{}'; there are: {}", id, known);
}

Status checkStats(const SalienceInfo& metric, const LayerStats* stats, std::size_t cols) {
    if (metric.needs == SalienceNeeds::Nothing) return {};
    if (!stats)
        return fail(ErrorCode::Usage,
                    "{} needs to know the layer's inputs ({}), and nothing was measured: calibrate "
                    "with a text, or choose magnitude, which needs the weights alone",
                    metric.title, metric.formula);
    const std::string& name = stats->input;
    const auto wrong = [&](std::size_t found) {
        return fail(ErrorCode::BadInput,
                    "the statistics of '{}' are of {} input channels, the matrix has {}. They "
                    "belong to another model: calibrate again",
                    name, found, cols);
    };
    const auto infinite = [&](std::string_view what) {
        return fail(ErrorCode::Failed,
                    "{} of '{}' holds NaN or infinity: activations overflowed on the calibration "
                    "text. Use another text, or choose magnitude",
                    what, name);
    };
    switch (metric.needs) {
    case SalienceNeeds::Nothing:
        break;
    case SalienceNeeds::MeanAbs:
        if (stats->meanAbs.empty())
            return fail(ErrorCode::Usage,
                        "{} needs the mean |x| of each channel, which the statistics of '{}' lack "
                        "(an imatrix has mean squares alone): calibrate with a text, or choose "
                        "wanda, which mean squares are enough for",
                        metric.title, name);
        if (stats->meanAbs.size() != cols) return wrong(stats->meanAbs.size());
        if (!allFinite(stats->meanAbs)) return infinite("the mean |x|");
        break;
    case SalienceNeeds::SumSquares:
        if (stats->sumSquares.empty())
            return fail(ErrorCode::Usage,
                        "{} needs the sum of squares of each channel, which the statistics of '{}' "
                        "lack: calibrate with a text",
                        metric.title, name);
        if (stats->sumSquares.size() != cols) return wrong(stats->sumSquares.size());
        if (!allFinite(stats->sumSquares)) return infinite("the sum of squares");
        break;
    case SalienceNeeds::Gram:
        if (stats->gram.empty())
            return fail(ErrorCode::Usage,
                        "{} needs the Gram matrix of the layer's inputs, which the statistics of "
                        "'{}' lack (an imatrix has its diagonal alone): calibrate with a text, or "
                        "choose wanda, which the diagonal is enough for",
                        metric.title, name);
        if (stats->gram.rows() != cols || stats->gram.cols() != cols)
            return wrong(stats->gram.cols());
        break; // the factorisation looks at every value
    }
    return {};
}

void noteDeadChannels(ColumnFactors& factors) {
    const auto dead = std::ranges::count(factors.factor, 0.0F);
    if (dead > 0)
        factors.notes.push_back("{} of {} input channels were always 0 in calibration: their "
                                "weights count as 0"_message(dead, factors.factor.size()));
}

} // namespace bitsmith

#include "core/calibration/activation_ranges.h"

namespace bitsmith {

Result<ActivationRanges> measureActivationRanges(
    const ForwardPass& pass, const CalibrationSamples& samples, RunContext& context,
    const std::function<Result<WeightOverrides>(std::size_t block)>& overrides) {
    ActivationRanges seen;
    const ForwardPass observing = pass.observing(seen);
    BITSMITH_TRY(BlockWalk walk, BlockWalk::start(observing, samples));
    for (std::size_t b = 0; b < pass.blockCount(); ++b) {
        WeightOverrides replaced;
        if (overrides) {
            BITSMITH_TRY(replaced, overrides(b));
        }
        BITSMITH_TRY(const auto weights, observing.loadBlock(b, replaced));
        BITSMITH_TRY(const auto unused, walk.advance(*weights, b, false, context));
        (void)unused;
        pass.releaseBlock(b);
    }
    return seen;
}

} // namespace bitsmith

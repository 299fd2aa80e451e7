// The largest magnitudes that the operands of a model's products reach on a calibration text: what
// static activation schemes scale by (SmoothQuant's O3, Xiao et al. 2023, arXiv 2211.10438).
#pragma once

#include "core/calibration/calibrate.h"

#include <functional>

namespace bitsmith {

// Runs the model in full precision, a block at a time; inputs of matrices that were rounded in a
// basis of their own are measured there. overrides: what stands in for a block's tensors; may be
// empty. Errors: those of loading blocks and of overrides.
Result<ActivationRanges> measureActivationRanges(
    const ForwardPass& pass, const CalibrationSamples& samples, RunContext& context,
    const std::function<Result<WeightOverrides>(std::size_t block)>& overrides = {});

} // namespace bitsmith

// Whether a plan's activations can be had, and the ranges of static ones, measured with the
// matrices as they are quantized.
#pragma once

#include "core/pipeline/quantize_layers.h"

namespace bitsmith {

// Before any work. Errors (Usage), with what is possible: static activations without a calibration
// text; a model that cannot be run; a part of a product of q, k and v together.
Status checkActivations(const Model& model, const Plan& plan, bool calibrated);

// Empty where there are none. The journal has all tensors of the plan.
Result<ActivationRanges> staticRanges(const LayerRun& run, const QuantizationJournal& journal,
                                      RunContext& context);

} // namespace bitsmith

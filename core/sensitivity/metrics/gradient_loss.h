// Metrics made of the gradient of the loss and the error that rounding makes: one backward pass
// over the samples, the tensors quantized as their gradients arrive.
#pragma once

#include "core/model/forward.h"
#include "core/sensitivity/loss_change.h"
#include "core/sensitivity/metric.h"

namespace bitsmith {

struct GradientLoss {
    bool fisher = false;                       // LossChange::second is needed
    double (*value)(const LossChange& change); // of a tensor at one width
};

// F is the mean over sequences of n (dL_s/dW)^2, L_s the mean over the sequence's n predicted
// tokens: its Fisher information per token, so that 1/2 <e^2, F> is in nats per token, as the loss
// is.
Status measureGradientLoss(const SensitivityInput& input, const SensitivitySink& sink,
                           const GradientLoss& loss, RunContext& context);

} // namespace bitsmith

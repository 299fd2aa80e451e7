// One token from a row of logits.
#pragma once

#include "core/base/random.h"
#include "core/base/result.h"
#include "core/model/generate.h"

#include <span>

namespace bitsmith {

struct SampledToken {
    TokenId id = 0;
    float logProbability = 0; // natural, under the logits as given
};

// Temperature first, then the topK likeliest (0: all), then the smallest set of them that holds
// topP of the probability (Holtzman et al. 2020). Temperature 0 takes the likeliest, the lowest id
// among equals. Errors (BadInput): logits of which none is finite, or that hold a NaN.
Result<SampledToken> sampleToken(std::span<const float> logits, const SamplingOptions& options,
                                 Rng& rng);

// Errors (Usage): an option out of range, naming it.
Status checkSampling(const SamplingOptions& options);

} // namespace bitsmith

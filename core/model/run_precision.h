// In which numbers a model is run, beside its weights: inputs of products, keys and values.
#pragma once

#include "core/model/packed_kv.h"
#include "core/tensor/activation_scheme.h"

#include <optional>
#include <string_view>

namespace bitsmith {

struct RunPrecision {
    bool ownActivations = true;                  // as the model's tensors say, see TensorInfo
    std::optional<ActivationScheme> activations; // else these; nothing: full precision
    std::optional<KvScheme> cache;               // nothing: full precision
};

// As command lines give it. activations: "" as the model says, "none", or a scheme; cache: "" or
// "none", or a scheme. Errors (Usage): not that.
Result<RunPrecision> parseRunPrecision(std::string_view activations, std::string_view cache);

} // namespace bitsmith

// Rotary scaling of a GGUF: divisors per frequency, kept as a tensor of their own (Llama 3.1).
#pragma once

#include "core/model/architecture.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <vector>

namespace bitsmith {

// By what each unscaled frequency theta^(-2i/dims) was divided; all 1 where nothing is scaled.
std::vector<double> ropeDivisors(const RotarySpec& rotary);

// The rope_scaling of a config.json ("llama3") that has these divisors; empty if none has.
// Only the ratios of the context to the wavelengths matter, so the context is one of several that
// say the same: 8192 where possible, as in the published models.
std::optional<nlohmann::json> llama3Scaling(std::span<const float> divisors, double theta);

} // namespace bitsmith

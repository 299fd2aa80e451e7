// Cosines and sines of rotary embeddings for positions 0, 1, ...
#pragma once

#include "core/compute/backend.h"
#include "core/model/architecture.h"

namespace bitsmith {

// cos and sin of position * inverseFrequencies[pair], times the attention factor. Angles are
// computed in double: in fp32 position 100,000 would be off by several thousandths of a turn.
RotaryTable makeRotaryTable(const RotarySpec& spec, std::size_t positions);

} // namespace bitsmith

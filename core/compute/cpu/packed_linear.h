// Linear layers of one or a few tokens, straight from packed weights.
#pragma once

#include "core/compute/backend.h"

namespace bitsmith::cpu {

// Up to this many tokens packed kernels beat decoding rows for sgemm.
constexpr std::size_t PackedTokens = 6;

// The layers of one input, as Backend::linears. False, with nothing done, where no kernel knows how
// one of the matrices is packed or this machine has no vector units for it: act order, groups of
// their own widths, 16-bit codes, group sizes that do not fit words, block formats other than Q4_0,
// Q8_0, Q4_K, Q5_K and Q6_K.
bool packedLinears(ConstMatrixView x, std::span<const LinearPart> parts);

} // namespace bitsmith::cpu

// Which of its possible sizes each tensor gets, so that all together fit a budget. Knows tensors
// only as lists of choices: bytes (coded ones, where an entropy coder writes them) and error.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

struct SizeChoice {
    std::uint64_t bytes = 0;
    double error = 0; // what the sum of is to be small
};

// The choices of one tensor, at least one, from the smallest to the largest.
using SizeChoices = std::vector<SizeChoice>;

// An index into each tensor's choices: the least sum of errors that a common price of a byte
// reaches (Lagrange; Shoham and Gersho 1988), then single steps that still fit, best first. The sum
// of bytes is at most `budget`. Errors (Usage): not even the smallest choices fit; says how much
// they need.
Result<std::vector<std::size_t>> allocateLagrange(std::span<const SizeChoices> tensors,
                                                  std::uint64_t budget);

} // namespace bitsmith

// What each fuzz_*.cpp defines. Anything may come in: the code under test must answer with an error
// or a value. Sanitizers see what it does wrong; check() is for what they cannot see.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <span>
#include <vector>

namespace bitsmith::fuzz {

using Bytes = std::vector<std::byte>;

// One try.
void run(std::span<const std::byte> input);
// Valid inputs to start from, made by our own writers.
std::vector<Bytes> seeds();

inline void check(bool holds) {
    if (!holds) std::abort();
}

} // namespace bitsmith::fuzz

// Random numbers keyed by (seed, name, purpose): any tensor's stream is the same whatever ran
// before it and on how many threads.
#pragma once

#include "core/base/hash.h"

#include <cmath>
#include <cstdint>
#include <numbers>
#include <string_view>

namespace bitsmith {

// SplitMix64 (Steele, Lea, Flood 2014): one 64-bit state, passes BigCrush, seeds from any value.
class Rng {
public:
    explicit Rng(std::uint64_t seed) : m_state(seed) {}
    Rng(std::uint64_t seed, std::string_view name, std::string_view purpose)
        : m_state(hash64(name, hash64(purpose, seed))) {}

    std::uint64_t next() {
        std::uint64_t z = (m_state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }
    // Uniform in [0, 1).
    double uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    // Uniform in [0, bound), bound > 0; the bias is below 2^-32 for bounds under 2^32.
    std::uint64_t below(std::uint64_t bound) {
        return static_cast<std::uint64_t>(uniform() * static_cast<double>(bound));
    }
    // Standard normal (Box-Muller, one of the pair).
    double normal() {
        const double u = 1.0 - uniform();
        return std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * uniform());
    }

private:
    std::uint64_t m_state;
};

} // namespace bitsmith

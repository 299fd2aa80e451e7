// What a code costs: bits by how often it occurred, for rounding that weighs error against rate.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith {

// Bits of whole numbers k under the histogram of earlier codes. Rare and unseen ones fall off
// geometrically with |k|, so that no code is impossible.
class RateCost {
public:
    static constexpr int Reach = 127;
    // counts: how often k = i - Reach occurred, 2 * Reach + 1 of them; those beyond belong to the
    // ends.
    explicit RateCost(std::span<const std::uint64_t> counts);

    float bits(int k) const;
    // The best of k - 1, k, k + 1 for a weight of x steps: weight * (x - k)^2 + lambda * bits(k) is
    // least. k: the nearest.
    int choose(float x, int nearest, float weight, float lambda) const;
    // Bits of codes with these counts under this model.
    double total(std::span<const std::uint64_t> counts) const;

private:
    std::array<float, 2 * Reach + 1> m_bits{};
    float m_tail = 1; // bits more per step beyond the table
};

using CodeCounts = std::array<std::uint64_t, 2 * RateCost::Reach + 1>;
// codes: as GridFit of an unbounded grid makes them, 0 at 2^15.
void countCodes(std::span<const std::uint16_t> codes, CodeCounts& counts);

} // namespace bitsmith

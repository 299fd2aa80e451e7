#include "core/quant/round/rate_cost.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace bitsmith {

RateCost::RateCost(std::span<const std::uint64_t> counts) {
    double total = 0, spread = 0;
    for (std::size_t i = 0; i < m_bits.size(); ++i) {
        total += static_cast<double>(counts[i]);
        spread += static_cast<double>(counts[i]) * std::abs(static_cast<int>(i) - Reach);
    }
    // A little of a geometric distribution of the same mean keeps every code possible.
    const double mean = total > 0 ? spread / total : 1;
    const double q = std::max(mean, 0.01) / (1 + std::max(mean, 0.01));
    constexpr double Share = 1e-3;
    for (std::size_t i = 0; i < m_bits.size(); ++i) {
        const int k = std::abs(static_cast<int>(i) - Reach);
        const double geometric = (1 - q) / (1 + q) * std::pow(q, k);
        const double seen = total > 0 ? static_cast<double>(counts[i]) / total : 0;
        const double p = (1 - Share) * seen + Share * geometric;
        m_bits[i] = static_cast<float>(-std::log2(std::max(p, 1e-30)));
    }
    m_tail = static_cast<float>(-std::log2(q));
}

float RateCost::bits(int k) const {
    const int inside = std::clamp(k, -Reach, Reach);
    return m_bits[static_cast<std::size_t>(inside + Reach)] +
           m_tail * static_cast<float>(std::abs(k - inside));
}

int RateCost::choose(float x, int nearest, float weight, float lambda) const {
    int best = nearest;
    float least = 0;
    bool first = true;
    for (const int k : {nearest, nearest - 1, nearest + 1}) {
        const float d = x - static_cast<float>(k);
        const float cost = weight * d * d + lambda * bits(k);
        if (!first && !(cost < least)) continue;
        first = false;
        least = cost;
        best = k;
    }
    return best;
}

double RateCost::total(std::span<const std::uint64_t> counts) const {
    double bits = 0;
    for (std::size_t i = 0; i < m_bits.size(); ++i)
        bits += static_cast<double>(counts[i]) * static_cast<double>(m_bits[i]);
    return bits;
}

void countCodes(std::span<const std::uint16_t> codes, CodeCounts& counts) {
    for (const std::uint16_t code : codes)
        ++counts[static_cast<std::size_t>(
            std::clamp(code - (1 << 15), -RateCost::Reach, RateCost::Reach) + RateCost::Reach)];
}

} // namespace bitsmith

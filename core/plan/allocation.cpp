#include "core/plan/allocation.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

std::uint64_t bytesOf(std::span<const SizeChoices> tensors, std::span<const std::size_t> chosen) {
    std::uint64_t bytes = 0;
    for (std::size_t t = 0; t < tensors.size(); ++t) bytes += tensors[t][chosen[t]].bytes;
    return bytes;
}

std::vector<std::size_t> atPrice(std::span<const SizeChoices> tensors, double price) {
    std::vector<std::size_t> chosen;
    for (const SizeChoices& choices : tensors) {
        const auto cost = [&](const SizeChoice& c) {
            return c.error + price * static_cast<double>(c.bytes);
        };
        const auto best = std::ranges::min_element(choices, {}, cost);
        chosen.push_back(static_cast<std::size_t>(best - choices.begin()));
    }
    return chosen;
}

// Spends what is left on the steps that gain most for a byte.
void fill(std::span<const SizeChoices> tensors, std::uint64_t left,
          std::vector<std::size_t>& chosen) {
    for (;;) {
        std::size_t best = tensors.size(), to = 0;
        double most = 0;
        for (std::size_t t = 0; t < tensors.size(); ++t) {
            const SizeChoice& now = tensors[t][chosen[t]];
            for (std::size_t c = chosen[t] + 1; c < tensors[t].size(); ++c) {
                const SizeChoice& next = tensors[t][c];
                if (next.bytes <= now.bytes || next.bytes - now.bytes > left) continue;
                const double gain =
                    (now.error - next.error) / static_cast<double>(next.bytes - now.bytes);
                if (gain > most) {
                    most = gain;
                    best = t;
                    to = c;
                }
                break; // the nearest larger one; the others follow step by step
            }
        }
        if (best == tensors.size()) return;
        left -= tensors[best][to].bytes - tensors[best][chosen[best]].bytes;
        chosen[best] = to;
    }
}

} // namespace

Result<std::vector<std::size_t>> allocateLagrange(std::span<const SizeChoices> tensors,
                                                  std::uint64_t budget) {
    std::vector<std::size_t> smallest(tensors.size(), 0);
    if (const std::uint64_t least = bytesOf(tensors, smallest); least > budget)
        return fail(ErrorCode::Usage,
                    "the quantized tensors need at least {} bytes; the budget leaves {} for them",
                    least, budget);
    // The price falls until the budget is spent; errors are relative, so a byte is worth little.
    double low = 0, high = 1;
    while (bytesOf(tensors, atPrice(tensors, high)) > budget && high < 1e30) high *= 4;
    for (int i = 0; i < 200 && high - low > 1e-12 * high; ++i) {
        const double middle = low > 0 ? std::sqrt(low * high) : high / 16;
        if (middle < 1e-30) break;
        (bytesOf(tensors, atPrice(tensors, middle)) > budget ? low : high) = middle;
    }
    auto chosen = atPrice(tensors, high);
    if (bytesOf(tensors, chosen) > budget) chosen = smallest;
    fill(tensors, budget - bytesOf(tensors, chosen), chosen);
    return chosen;
}

} // namespace bitsmith

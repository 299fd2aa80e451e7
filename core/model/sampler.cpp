#include "core/model/sampler.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace bitsmith {
namespace {

struct Candidate {
    std::size_t id;
    double weight; // unnormalised probability after temperature
};

// Falling weight; ids decide between equals, so that the order is the same everywhere.
bool likelier(const Candidate& a, const Candidate& b) {
    return a.weight != b.weight ? a.weight > b.weight : a.id < b.id;
}

std::size_t drawn(std::span<const float> logits, float largest, const SamplingOptions& options,
                  Rng& rng) {
    std::vector<Candidate> candidates;
    candidates.reserve(logits.size());
    for (std::size_t i = 0; i < logits.size(); ++i)
        candidates.push_back(
            {i, std::exp((static_cast<double>(logits[i]) - largest) / options.temperature)});
    std::ranges::sort(candidates, likelier);
    if (options.topK > 0 && static_cast<std::size_t>(options.topK) < candidates.size())
        candidates.resize(static_cast<std::size_t>(options.topK));
    double total = 0;
    for (const Candidate& c : candidates) total += c.weight;
    double kept = 0;
    std::size_t count = 0;
    while (count < candidates.size() && (count == 0 || kept < options.topP * total))
        kept += candidates[count++].weight;

    double target = rng.uniform() * kept;
    for (std::size_t i = 0; i + 1 < count; ++i) {
        target -= candidates[i].weight;
        if (target < 0) return candidates[i].id;
    }
    return candidates[count - 1].id;
}

} // namespace

Status checkSampling(const SamplingOptions& options) {
    if (!(options.temperature >= 0 && options.temperature <= 1000))
        return fail(ErrorCode::Usage, "temperature {} is outside 0..1000", options.temperature);
    if (!(options.topP > 0 && options.topP <= 1))
        return fail(ErrorCode::Usage, "top-p {} is outside 0..1 (0 excluded)", options.topP);
    if (options.topK < 0)
        return fail(ErrorCode::Usage, "top-k {} is negative; 0 keeps all tokens", options.topK);
    return {};
}

Result<SampledToken> sampleToken(std::span<const float> logits, const SamplingOptions& options,
                                 Rng& rng) {
    for (const float v : logits)
        if (std::isnan(v) || v == INFINITY)
            return fail(ErrorCode::BadInput,
                        "the model's output is not finite. Its weights are probably damaged; see "
                        "`bitsmith verify`");
    const auto best = std::ranges::max_element(logits);
    if (best == logits.end() || !std::isfinite(*best))
        return fail(ErrorCode::BadInput, "the model gives no token any probability");
    double sum = 0;
    for (const float v : logits) sum += std::exp(static_cast<double>(v) - *best);
    const std::size_t id = options.temperature > 0
                               ? drawn(logits, *best, options, rng)
                               : static_cast<std::size_t>(best - logits.begin());
    return SampledToken{
        static_cast<TokenId>(id),
        static_cast<float>(static_cast<double>(logits[id]) - *best - std::log(sum))};
}

} // namespace bitsmith

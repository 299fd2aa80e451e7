// PMPQ (CPTQuant, arXiv 2412.03599): how much the model suffers when the smallest weights of one
// tensor are set to zero. As published it is the loss of accuracy at one sparsity; here the KL
// divergence from the full-precision model, which is finer, as the mean over three.
#include "core/sensitivity/replacement.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::array Sparsities = {0.1, 0.3, 0.5};

// All entries at or below the quantile of |w| become zero.
Matrix pruned(const Matrix& weights, double sparsity) {
    std::vector<float> sizes(weights.values().size());
    std::ranges::transform(weights.values(), sizes.begin(), [](float w) { return std::abs(w); });
    const auto count = static_cast<std::size_t>(sparsity * static_cast<double>(sizes.size()));
    Matrix out = weights;
    if (count == 0) return out;
    const auto last = sizes.begin() + static_cast<std::ptrdiff_t>(count - 1);
    std::ranges::nth_element(sizes, last);
    const float threshold = *last;
    for (float& w : out.values())
        if (std::abs(w) <= threshold) w = 0;
    return out;
}

class Pruning final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "pruning",
            .title = "Pruning (PMPQ)",
            .summary = "Divergence when 10, 30 and 50 % of the tensor's smallest weights are zero",
            .paper = "arXiv 2412.03599",
            .kind = SensitivityKind::Score,
            .needsText = true};
        return Info;
    }

    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        std::vector<std::size_t> wanted;
        for (std::size_t t = 0; t < input.tensors.size(); ++t)
            if (sink.wanted(t, 0)) wanted.push_back(t);
        if (wanted.empty()) return {};
        BITSMITH_TRY(ReplacementWalk walk, ReplacementWalk::start(input, context));
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            context.checkpoint(static_cast<double>(i) / static_cast<double>(wanted.size()));
            const auto start = std::chrono::steady_clock::now();
            const std::size_t t = wanted[i];
            BITSMITH_TRY(const Matrix dense, denseMatrix(input, t));
            SensitivityValue value{.tensor = t};
            for (const double sparsity : Sparsities) {
                BITSMITH_TRY(const Replacement r,
                             walk.measure(static_cast<std::size_t>(input.tensors[t]->block),
                                          input.tensors[t]->name,
                                          denseWeights(pruned(dense, sparsity)), context));
                value.value += r.kl / static_cast<double>(Sparsities.size());
                value.details[fmt::format("kl_{:.0f}", 100 * sparsity)] = r.kl;
            }
            value.seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            BITSMITH_CHECK(sink.put(std::move(value)));
        }
        return {};
    }
};

} // namespace

const SensitivityMetric& sensitivities_pruning() {
    static const Pruning Metric;
    return Metric;
}

} // namespace bitsmith

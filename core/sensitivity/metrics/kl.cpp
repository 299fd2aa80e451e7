// The measurement that the other metrics are compared with: one tensor quantized, all others as
// they are, KL divergence of the next-token distribution from the full-precision model's on the
// samples. Exact for these samples, and as dear as a run through the rest of the network for each
// tensor and width.
#include "core/base/message.h"
#include "core/sensitivity/replacement.h"

#include <chrono>

namespace bitsmith {
namespace {

std::string durationText(double seconds) {
    return seconds < 90 ? fmt::format("{:.0f} s", seconds)
                        : fmt::format("{:.0f} min", seconds / 60);
}

class KlDivergence final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "kl",
            .title = "Measured KL",
            .summary = "Divergence of the model's predictions with this tensor alone quantized",
            .needsText = true};
        return Info;
    }

    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        double count = 0;
        for (std::size_t t = 0; t < input.tensors.size(); ++t)
            for (const int bits : input.widths) count += sink.wanted(t, bits);
        if (count == 0) return {};
        context.beginStep("running the full-precision model", 0, 0.02);
        BITSMITH_TRY(ReplacementWalk walk, ReplacementWalk::start(input, context));
        const auto weights = [&](std::size_t t, int bits) {
            return sink.wanted(t, bits) ? walk.secondsFor(blockOf(input, t)) : 0;
        };
        double total = 0, done = 0;
        for (std::size_t t = 0; t < input.tensors.size(); ++t)
            for (const int bits : input.widths) total += weights(t, bits);
        context.info("about {} for {:.0f} measurements on {} tokens"_message(
            durationText(total), count, walk.predicted()));
        context.beginStep("measuring", 0.02, 1);
        for (std::size_t t = 0; t < input.tensors.size(); ++t) {
            Matrix dense;
            for (const int bits : input.widths) {
                if (!sink.wanted(t, bits)) continue;
                const double cost = weights(t, bits);
                const auto start = std::chrono::steady_clock::now();
                if (dense.values().empty()) {
                    BITSMITH_TRY(dense, denseMatrix(input, t));
                }
                BITSMITH_TRY(const LayerResult quantized,
                             quantizedAt(input, t, bits, dense.view(), context));
                BITSMITH_TRY(const Replacement r,
                             walk.measure(blockOf(input, t), input.tensors[t]->name,
                                          packedWeights(quantized.matrix), context));
                const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
                BITSMITH_CHECK(sink.put({.tensor = t,
                                         .bits = bits,
                                         .value = r.kl,
                                         .seconds = took.count(),
                                         .details = {{"standard_error", r.klError},
                                                     {"nll_delta", r.nllDelta},
                                                     {"same_top", r.sameTop},
                                                     {"baseline_nll", walk.nll()}}}));
                done += cost;
                context.checkpoint(done / total);
            }
        }
        return {};
    }

private:
    static std::size_t blockOf(const SensitivityInput& input, std::size_t t) {
        return static_cast<std::size_t>(input.tensors[t]->block);
    }
};

} // namespace

const SensitivityMetric& sensitivities_kl() {
    static const KlDivergence Metric;
    return Metric;
}

} // namespace bitsmith

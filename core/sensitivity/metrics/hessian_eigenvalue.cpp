// Q-BERT (arXiv 1909.05840): |mean| + standard deviation of the largest eigenvalue of the loss's
// Hessian with respect to one matrix, over parts of the data. Power iteration on differences of
// gradients, each part starting from the last one's eigenvector. Where Q-BERT draws ten random
// tenths of the data, the samples are dealt out into ten parts, or as many as there are samples.
#include "core/model/hessian_product.h"
#include "core/sensitivity/curvature.h"
#include "core/sensitivity/metrics/gradient_loss.h"

#include <algorithm>
#include <chrono>

namespace bitsmith {
namespace {

constexpr std::size_t Parts = 10;

// Sequence i goes to part i mod parts; sequences of one token predict nothing.
std::vector<TokenBatch> partsOf(const CalibrationSamples& samples) {
    std::vector<TokenBatch> parts;
    std::size_t next = 0;
    for (const std::vector<TokenId>& sequence : samples.sequences) {
        if (sequence.size() < 2) continue;
        if (parts.size() < Parts) parts.emplace_back();
        parts[next++ % Parts].append(sequence);
    }
    return parts;
}

class HessianEigenvalue final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "hessian_eigenvalue",
            .title = "Top Hessian eigenvalue (Q-BERT)",
            .summary = "Sharpest curvature of the loss in the tensor's weights, and its spread",
            .paper = "arXiv 1909.05840",
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
        const std::vector<TokenBatch> parts = partsOf(*input.samples);
        if (parts.empty())
            return fail(ErrorCode::Usage,
                        "samples of one token predict nothing; use a longer context");
        input.pass->keepBlocks(input.memoryBytes / 2);
        BITSMITH_TRY(const GradientPass pass, GradientPass::create(*input.pass));
        for (std::size_t i = 0; i < wanted.size(); ++i) {
            const auto start = std::chrono::steady_clock::now();
            SensitivityValue value{.tensor = wanted[i]};
            const std::string& name = input.tensors[wanted[i]]->name;
            std::vector<double> eigenvalues;
            std::vector<float> vector;
            double iterations = 0;
            for (std::size_t p = 0; p < parts.size(); ++p) {
                context.checkpoint(static_cast<double>(i * parts.size() + p) /
                                   static_cast<double>(wanted.size() * parts.size()));
                RunContext inner(context.stopToken(), context.seed());
                BITSMITH_TRY(const HessianProduct hessian,
                             HessianProduct::create(pass, parts[p], name, inner));
                const auto multiply = [&](std::span<const float> v, std::span<float> hv) {
                    return hessian.multiply(v, hv, inner, HessianProduct::SharpStep);
                };
                BITSMITH_TRY(TopEigenvalue top,
                             topEigenvalue(hessian.size(), multiply,
                                           {.seed = input.seed, .start = vector}, context));
                eigenvalues.push_back(top.value);
                iterations += static_cast<double>(top.iterations);
                vector = std::move(top.vector);
            }
            const EigenvalueSpread spread = spreadOf(eigenvalues);
            value.value = spread.sensitivity();
            value.details = {{"mean", spread.mean},
                             {"deviation", spread.deviation},
                             {"parts", static_cast<double>(parts.size())},
                             {"iterations", iterations}};
            value.seconds =
                std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
            BITSMITH_CHECK(sink.put(std::move(value)));
        }
        return {};
    }
};

} // namespace

const SensitivityMetric& sensitivities_hessian_eigenvalue() {
    static const HessianEigenvalue Metric;
    return Metric;
}

} // namespace bitsmith

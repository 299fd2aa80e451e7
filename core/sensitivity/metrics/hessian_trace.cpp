// HAWQ-V2 (arXiv 1911.03852, eq. 9): Omega = tr(H)/n ||W - Wq||_F^2, H the Hessian of the loss with
// respect to one matrix of n weights; the value kept here is tr(H)/n, and Omega is twice the
// expected change of the loss if the rounding error had no direction.
//
// Traces by Hutchinson's estimator, of all matrices at once: with random signs s on every matrix m
// and steps a_m, s_l^T (g_l(W + a s) - g_l(W - a s)) / (2 a_l) is s_l^T H_ll s_l plus terms with
// products of two independent signs, whose mean is 0. So a probe costs two gradient passes for the
// whole model instead of two for each matrix; the standard error, which is kept, contains what the
// other matrices add to the noise. Signs are computed where they are used: no vector of the model's
// size exists.
#include "core/model/hessian_product.h"
#include "core/sensitivity/curvature.h"
#include "core/sensitivity/metrics/gradient_loss.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

// At most: 64 leave an eighth of one probe's standard deviation.
constexpr std::size_t Probes = 64;

// base + amount * signs, row by row.
class ShiftedWeights final : public WeightMatrix {
public:
    ShiftedWeights(std::shared_ptr<const WeightMatrix> base, RandomSigns signs, float amount)
        : WeightMatrix(base->rows(), base->cols()), m_base(std::move(base)), m_signs(signs),
          m_amount(amount) {}
    std::uint64_t storedBytes() const override { return m_base->storedBytes(); }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        m_base->decodeRows(first, count, out);
        m_signs.add(first * cols(), m_amount, {out, count * cols()});
    }

private:
    std::shared_ptr<const WeightMatrix> m_base;
    RandomSigns m_signs;
    float m_amount;
};

struct Probed {
    std::size_t tensor = 0;
    std::shared_ptr<const WeightMatrix> weights;
    float step = 0; // of every weight: 1e-3 of their root mean square
    double product = 0;
    TraceMean mean;
};

Result<Probed> startOf(const SensitivityInput& input, std::size_t t) {
    Probed probed{.tensor = t, .mean = TraceMean({.probes = Probes})};
    BITSMITH_TRY(probed.weights, input.model->matrix(input.tensors[t]->name));
    BITSMITH_TRY(const Matrix dense, denseMatrix(input, t));
    double squares = 0;
    for (const float w : dense.values()) squares += static_cast<double>(w) * w;
    const double rms = std::sqrt(squares / static_cast<double>(dense.values().size()));
    probed.step = static_cast<float>(HessianProduct::DefaultStep * (rms > 0 ? rms : 1));
    return probed;
}

class HessianTrace final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "hessian_trace",
            .title = "Hessian trace (HAWQ-V2)",
            .summary = "Mean curvature of the loss along the tensor's weights",
            .paper = "arXiv 1911.03852",
            .kind = SensitivityKind::Curvature,
            .needsText = true};
        return Info;
    }

    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        const auto start = std::chrono::steady_clock::now();
        std::map<std::string, Probed, std::less<>> probed;
        for (std::size_t t = 0; t < input.tensors.size(); ++t)
            if (sink.wanted(t, 0)) {
                BITSMITH_TRY(Probed one, startOf(input, t));
                probed.emplace(input.tensors[t]->name, std::move(one));
            }
        if (probed.empty()) return {};
        BITSMITH_TRY(const GradientPass pass, GradientPass::create(*input.pass));
        const TokenBatch sequences = input.samples->batch();
        GradientRequest request;
        request.gradientBytes = std::max<std::uint64_t>(input.memoryBytes / 2, 1);
        for (const auto& [name, one] : probed) request.tensors.push_back(name);

        std::size_t probe = 0;
        for (; std::ranges::any_of(probed, [](const auto& p) { return !p.second.mean.done(); });
             ++probe) {
            for (auto& [name, one] : probed) one.product = 0;
            for (const float side : {1.0f, -1.0f}) {
                context.checkpoint((2.0 * static_cast<double>(probe) + (side < 0)) / (2 * Probes));
                for (const auto& [name, one] : probed)
                    request.overrides[name] = std::make_shared<ShiftedWeights>(
                        one.weights, RandomSigns(input.seed, name, probe), side * one.step);
                const auto add = [&](const TensorGradient& g) -> Status {
                    Probed& one = probed.find(g.tensor)->second;
                    const RandomSigns signs(input.seed, g.tensor, probe);
                    one.product +=
                        side * signs.dot(0, {g.gradient.data, g.gradient.rows * g.gradient.cols}) /
                        (2.0 * one.step);
                    return {};
                };
                RunContext inner(context.stopToken(), context.seed());
                BITSMITH_TRY([[maybe_unused]] const GradientSummary summary,
                             pass.run(sequences, request, add, inner));
            }
            for (auto& [name, one] : probed) one.mean.add(one.product);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        for (const auto& [name, one] : probed) {
            const TraceEstimate& e = one.mean.estimate();
            const double n = static_cast<double>(one.weights->rows() * one.weights->cols());
            BITSMITH_CHECK(sink.put({.tensor = one.tensor,
                                     .value = e.trace / n,
                                     .seconds = took.count() / static_cast<double>(probed.size()),
                                     .details = {{"trace", e.trace},
                                                 {"standard_error", e.standardError / n},
                                                 {"probes", static_cast<double>(probe)}}}));
        }
        return {};
    }
};

} // namespace

const SensitivityMetric& sensitivities_hessian_trace() {
    static const HessianTrace Metric;
    return Metric;
}

} // namespace bitsmith

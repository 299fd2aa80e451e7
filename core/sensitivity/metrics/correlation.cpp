// CMPQ (CPTQuant, arXiv 2412.03599): how little a block's representation has in common with those
// of the other blocks. A representation is the mean hidden state of each sample; two are compared
// by canonical correlation; a block's score is 1 - the mean over the others. All tensors of a block
// share it. As coded for the paper only the first canonical pair counts, unregularised, which with
// fewer samples than features is 1 whatever they are; here the mean over all pairs of the leading
// principal components, at most one for five samples.
#include "core/analysis/canonical_correlation.h"
#include "core/sensitivity/metric.h"

#include <algorithm>
#include <chrono>

namespace bitsmith {
namespace {

constexpr std::size_t MostComponents = 20, SamplesPerComponent = 5, LeastComponents = 2;
constexpr std::size_t BatchTokens = 8192;

// Means over each sequence's tokens: appended to `means`, a row per sequence.
void appendMeans(const TokenBatch& batch, const Matrix& hidden, std::vector<double>& means) {
    for (std::size_t s = 0; s < batch.sequences(); ++s) {
        const std::size_t first = means.size();
        means.resize(first + hidden.cols());
        for (std::size_t t = batch.starts[s]; t < batch.starts[s + 1]; ++t)
            for (std::size_t c = 0; c < hidden.cols(); ++c) means[first + c] += hidden(t, c);
        for (std::size_t c = 0; c < hidden.cols(); ++c)
            means[first + c] /= static_cast<double>(batch.starts[s + 1] - batch.starts[s]);
    }
}

class Correlation final : public SensitivityMetric {
public:
    const SensitivityInfo& info() const override {
        static const SensitivityInfo Info{
            .id = "correlation",
            .title = "Canonical correlation (CMPQ)",
            .summary = "How little a block's hidden states have in common with other blocks'",
            .paper = "arXiv 2412.03599",
            .kind = SensitivityKind::Score,
            .needsText = true};
        return Info;
    }

    Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                   RunContext& context) const override {
        bool any = false;
        for (std::size_t t = 0; t < input.tensors.size(); ++t) any = any || sink.wanted(t, 0);
        if (!any) return {};
        const auto start = std::chrono::steady_clock::now();
        const std::size_t n = input.samples->sequences.size();
        const std::size_t d = input.pass->architecture().hidden;
        const std::size_t k = std::min({MostComponents, d, n / SamplesPerComponent});
        if (k < LeastComponents)
            return fail(ErrorCode::Usage,
                        "the calibration is too small for canonical correlations: {} samples, {} "
                        "are needed and {} are better. Use more, shorter samples (--samples, "
                        "--context), or another metric",
                        n, LeastComponents * SamplesPerComponent,
                        MostComponents * SamplesPerComponent);
        BITSMITH_TRY(const auto states, representations(input, n, d, k, context));
        const std::size_t blocks = input.pass->blockCount();
        std::vector<double> scores(blocks);
        for (std::size_t b = 0; b < blocks; ++b) {
            double sum = 0;
            for (std::size_t other = 0; other < states.size(); ++other) {
                if (other == b + 1) continue;
                const auto rho = canonicalCorrelations(states[b + 1], k, states[other], k, n);
                if (rho.empty())
                    return fail(ErrorCode::Failed,
                                "block {}: its hidden states are the same for all samples, or not "
                                "finite; canonical correlation says nothing here",
                                b);
                double mean = 0;
                for (const double r : rho) mean += r / static_cast<double>(rho.size());
                sum += mean;
            }
            scores[b] = 1 - sum / static_cast<double>(states.size() - 1);
        }
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        for (std::size_t t = 0; t < input.tensors.size(); ++t)
            if (sink.wanted(t, 0))
                BITSMITH_CHECK(
                    sink.put({.tensor = t,
                              .value = scores[static_cast<std::size_t>(input.tensors[t]->block)],
                              .seconds = took.count() / static_cast<double>(input.tensors.size()),
                              .details = {{"components", static_cast<double>(k)}}}));
        return {};
    }

private:
    // The leading components of the embedding's output and of each block's, n x k each.
    static Result<std::vector<std::vector<double>>> representations(const SensitivityInput& input,
                                                                    std::size_t n, std::size_t d,
                                                                    std::size_t k,
                                                                    RunContext& context) {
        const ForwardPass& pass = *input.pass;
        std::vector<TokenBatch> batches;
        for (const auto& sequence : input.samples->sequences) {
            if (batches.empty() || batches.back().tokens.size() + sequence.size() > BatchTokens)
                batches.emplace_back();
            batches.back().append(sequence);
        }
        std::vector<Matrix> hidden;
        std::vector<double> means;
        for (const TokenBatch& batch : batches) {
            BITSMITH_TRY(Matrix embedded, pass.embed(batch));
            appendMeans(batch, embedded, means);
            hidden.push_back(std::move(embedded));
        }
        std::vector<std::vector<double>> states{principalScores(means, n, d, k)};
        for (std::size_t b = 0; b < pass.blockCount(); ++b) {
            context.checkpoint(static_cast<double>(b) / static_cast<double>(pass.blockCount()));
            BITSMITH_TRY(const auto weights, pass.loadBlock(b));
            means.clear();
            for (std::size_t i = 0; i < batches.size(); ++i) {
                pass.runBlock(*weights, batches[i], hidden[i].view());
                appendMeans(batches[i], hidden[i], means);
            }
            pass.releaseBlock(b);
            states.push_back(principalScores(means, n, d, k));
        }
        return states;
    }
};

} // namespace

const SensitivityMetric& sensitivities_correlation() {
    static const Correlation Metric;
    return Metric;
}

} // namespace bitsmith

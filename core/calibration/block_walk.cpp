// The samples' hidden states, moved through the network one block at a time.
#include "core/calibration/calibrate.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

Matrix transposed(ConstMatrixView x) {
    Matrix out(x.cols, x.rows);
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t c = 0; c < x.cols; ++c) out(c, t) = x(t, c);
    return out;
}

// sum (a.cols x b.cols) += a^T b, as the product of a linear layer.
void addProduct(const Backend& backend, ConstMatrixView a, ConstMatrixView b, Matrix& sum) {
    const Matrix left = transposed(a);
    const auto right = denseWeights(transposed(b));
    Matrix product(a.cols, b.cols);
    backend.linear(left.view(), *right, {}, product.view());
    backend.add(sum.view(), product.view());
}

} // namespace

std::string blockInputName(std::size_t block, std::string_view input) {
    return fmt::format("blocks.{}.{}", block, input);
}

StatsAccumulator::StatsAccumulator(std::string input, std::size_t features, const Backend& backend)
    : m_backend(&backend), m_sum(features), m_sumAbs(features) {
    m_stats.input = std::move(input);
    m_stats.gram = Matrix(features, features);
    m_stats.maxAbs.resize(features);
}

void StatsAccumulator::add(ConstMatrixView x) {
    m_backend->gram(x, m_stats.gram.view());
    m_backend->channelStats(x, m_sumAbs, m_stats.maxAbs);
    for (std::size_t r = 0; r < x.rows; ++r)
        for (std::size_t c = 0; c < x.cols; ++c) m_sum[c] += static_cast<double>(x(r, c));
    keepSome(x);
    m_stats.tokens += x.rows;
}

// Every m_stride-th token; twice the stride and half the rows whenever there are too many: the same
// rows however the tokens come in batches.
void StatsAccumulator::keepSome(ConstMatrixView x) {
    const std::size_t n = x.cols;
    for (std::size_t r = 0; r < x.rows; ++r) {
        if ((m_stats.tokens + r) % m_stride != 0) continue;
        if (m_sample.size() == LayerStats::LargestSample * n) {
            for (std::size_t kept = 1; 2 * kept < LayerStats::LargestSample; ++kept)
                std::copy_n(&m_sample[2 * kept * n], n, &m_sample[kept * n]);
            m_sample.resize(LayerStats::LargestSample / 2 * n);
            m_stride *= 2;
            if ((m_stats.tokens + r) % m_stride != 0) continue;
        }
        const auto row = x.row(r);
        m_sample.insert(m_sample.end(), row.begin(), row.end());
    }
}

Result<std::shared_ptr<const LayerStats>> StatsAccumulator::finish() {
    const std::size_t n = m_stats.gram.cols();
    m_stats.meanAbs.resize(n);
    m_stats.mean.resize(n);
    m_stats.sumSquares.resize(n);
    m_stats.sample = Matrix(m_sample.size() / std::max<std::size_t>(1, n), n);
    std::ranges::copy(m_sample, m_stats.sample.values().begin());
    for (std::size_t c = 0; c < n; ++c) m_stats.sumSquares[c] = m_stats.gram(c, c);
    for (std::size_t c = 0; c < n; ++c) {
        if (!std::isfinite(m_stats.gram(c, c)))
            return fail(ErrorCode::Failed,
                        "calibration: the activations at '{}' overflow or are not numbers (channel "
                        "{}). The model's weights may hold NaN or Inf",
                        m_stats.input, c);
        const auto tokens = static_cast<double>(std::max<std::uint64_t>(1, m_stats.tokens));
        m_stats.meanAbs[c] = static_cast<float>(m_sumAbs[c] / tokens);
        m_stats.mean[c] = static_cast<float>(m_sum[c] / tokens);
    }
    return std::make_shared<const LayerStats>(std::move(m_stats));
}

Result<BlockWalk> BlockWalk::start(const ForwardPass& pass, const CalibrationSamples& samples,
                                   std::size_t batchTokens) {
    BlockWalk walk(pass);
    TokenBatch batch;
    const auto flush = [&]() -> Status {
        if (batch.tokens.empty()) return {};
        BITSMITH_TRY(Matrix hidden, pass.embed(batch));
        walk.m_hidden.push_back(std::move(hidden));
        walk.m_batches.push_back(std::exchange(batch, {}));
        return {};
    };
    for (const auto& sequence : samples.sequences) {
        if (batch.tokens.size() + sequence.size() > batchTokens) BITSMITH_CHECK(flush());
        batch.append(sequence);
    }
    BITSMITH_CHECK(flush());
    return walk;
}

Result<std::shared_ptr<const LayerStats>> BlockWalk::measure(const BlockWeights& weights,
                                                             std::size_t block,
                                                             std::string_view input,
                                                             RunContext& context) const {
    std::optional<StatsAccumulator> stats;
    for (std::size_t b = 0; b < m_batches.size(); ++b) {
        context.checkpoint();
        Matrix hidden = m_hidden[b];
        m_pass->runBlock(
            weights, m_batches[b], hidden.view(), [&](std::string_view at, ConstMatrixView x) {
                if (at != input) return true;
                if (!stats) stats.emplace(blockInputName(block, input), x.cols, m_pass->backend());
                stats->add(x);
                return false;
            });
    }
    if (!stats)
        return fail(ErrorCode::Failed, "calibration: block {} has no input '{}'", block, input);
    return stats->finish();
}

Result<BlockWalk::Drifted> BlockWalk::measureBeside(const BlockWalk& full,
                                                    const BlockWeights& fullWeights,
                                                    const BlockWeights& weights, std::size_t block,
                                                    std::string_view input,
                                                    RunContext& context) const {
    std::optional<StatsAccumulator> stats;
    Drifted out;
    for (std::size_t b = 0; b < m_batches.size(); ++b) {
        context.checkpoint();
        Matrix difference; // of the inputs: first those of full
        Matrix hidden = full.m_hidden[b];
        m_pass->runBlock(fullWeights, m_batches[b], hidden.view(),
                         [&](std::string_view at, ConstMatrixView x) {
                             if (at != input) return true;
                             difference = Matrix(x.rows, x.cols);
                             for (std::size_t t = 0; t < x.rows; ++t)
                                 std::ranges::copy(x.row(t), &difference(t, 0));
                             return false;
                         });
        hidden = m_hidden[b];
        m_pass->runBlock(
            weights, m_batches[b], hidden.view(), [&](std::string_view at, ConstMatrixView x) {
                if (at != input) return true;
                if (!stats) {
                    stats.emplace(blockInputName(block, input), x.cols, m_pass->backend());
                    out.drift = Matrix(x.cols, x.cols);
                }
                stats->add(x);
                for (std::size_t t = 0; t < x.rows; ++t)
                    for (std::size_t c = 0; c < x.cols; ++c) difference(t, c) -= x(t, c);
                addProduct(m_pass->backend(), difference.view(), x, out.drift);
                return false;
            });
    }
    if (!stats)
        return fail(ErrorCode::Failed, "calibration: block {} has no input '{}'", block, input);
    BITSMITH_TRY(out.stats, stats->finish());
    return out;
}

Result<std::vector<std::shared_ptr<const LayerStats>>>
BlockWalk::advance(const BlockWeights& weights, std::size_t block, bool tap, RunContext& context) {
    std::vector<std::pair<std::string, StatsAccumulator>> inputs;
    for (std::size_t b = 0; b < m_batches.size(); ++b) {
        context.checkpoint();
        InputTap collect;
        if (tap)
            collect = [&](std::string_view at, ConstMatrixView x) {
                auto it = std::ranges::find(inputs, at, [](const auto& i) { return i.first; });
                if (it == inputs.end()) {
                    inputs.emplace_back(
                        std::string(at),
                        StatsAccumulator(blockInputName(block, at), x.cols, m_pass->backend()));
                    it = inputs.end() - 1;
                }
                it->second.add(x);
                return true;
            };
        m_pass->runBlock(weights, m_batches[b], m_hidden[b].view(), collect);
    }
    std::vector<std::shared_ptr<const LayerStats>> out;
    for (auto& [name, stats] : inputs) {
        BITSMITH_TRY(auto finished, stats.finish());
        out.push_back(std::move(finished));
    }
    return out;
}

} // namespace bitsmith

#include "core/sensitivity/replacement.h"

#include <chrono>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t BatchTokens = 4096;

using Clock = std::chrono::steady_clock;
double since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// Every sequence predicts all its tokens but the first.
std::vector<ScoreBatch> batchesOf(const CalibrationSamples& samples) {
    std::vector<ScoreBatch> batches;
    for (const std::vector<TokenId>& sequence : samples.sequences) {
        if (sequence.size() < 2) continue;
        if (batches.empty() ||
            batches.back().tokens.tokens.size() + sequence.size() - 1 > BatchTokens)
            batches.emplace_back();
        ScoreBatch& batch = batches.back();
        const std::size_t start = batch.tokens.tokens.size();
        batch.tokens.append(std::span(sequence).first(sequence.size() - 1));
        for (std::size_t t = 1; t < sequence.size(); ++t) {
            batch.rows.push_back(start + t - 1);
            batch.targets.push_back(sequence[t]);
        }
    }
    return batches;
}

} // namespace

Result<ReplacementWalk> ReplacementWalk::start(const SensitivityInput& input, RunContext& context) {
    ReplacementWalk walk(*input.pass);
    walk.m_batches = batchesOf(*input.samples);
    if (walk.m_batches.empty())
        return fail(ErrorCode::Usage, "samples of one token predict nothing; use a longer context");
    walk.m_cache = std::make_shared<BaselineCache>(input.memoryBytes / 2);
    input.pass->keepBlocks(input.memoryBytes / 2);
    for (const ScoreBatch& batch : walk.m_batches) {
        BITSMITH_TRY(Matrix hidden, walk.m_pass->embed(batch.tokens));
        walk.m_hidden.push_back(std::move(hidden));
    }
    walk.m_final = walk.m_hidden;
    const std::size_t blocks = walk.m_pass->blockCount();
    std::vector<double> seconds(blocks + 1);
    for (std::size_t b = 0; b < blocks; ++b) {
        const auto start = Clock::now();
        BITSMITH_TRY(const auto weights, walk.m_pass->loadBlock(b));
        for (std::size_t i = 0; i < walk.m_batches.size(); ++i) {
            context.checkpoint();
            walk.m_pass->runBlock(*weights, walk.m_batches[i].tokens, walk.m_final[i].view());
        }
        seconds[b] = since(start);
    }
    const auto start = Clock::now();
    Scores scores;
    for (std::size_t i = 0; i < walk.m_batches.size(); ++i)
        BITSMITH_CHECK(scoreHidden(*walk.m_pass, walk.m_final[i],
                                   {walk.m_pass, &walk.m_final[i], walk.m_cache.get()},
                                   walk.m_batches[i], scores, context));
    seconds[blocks] = since(start);
    walk.m_after.assign(blocks + 1, seconds[blocks]);
    for (std::size_t b = blocks; b-- > 0;) walk.m_after[b] = walk.m_after[b + 1] + seconds[b];
    double sum = 0;
    for (const float nll : scores.nll) sum += nll;
    walk.m_predicted = scores.nll.size();
    walk.m_nll = sum / static_cast<double>(walk.m_predicted);
    if (!std::isfinite(walk.m_nll))
        return fail(ErrorCode::Failed,
                    "the full-precision model's predictions on this text are not numbers; its "
                    "weights may hold NaN or Inf");
    return walk;
}

double ReplacementWalk::secondsFor(std::size_t block) const { return m_after.at(block); }

Status ReplacementWalk::moveTo(std::size_t block, RunContext& context) {
    assert(block >= m_block);
    for (; m_block < block; ++m_block) {
        BITSMITH_TRY(const auto weights, m_pass->loadBlock(m_block));
        for (std::size_t i = 0; i < m_batches.size(); ++i) {
            context.checkpoint();
            m_pass->runBlock(*weights, m_batches[i].tokens, m_hidden[i].view());
        }
    }
    return {};
}

Result<Replacement> ReplacementWalk::measure(std::size_t block, const std::string& tensor,
                                             std::shared_ptr<const WeightMatrix> matrix,
                                             RunContext& context) {
    BITSMITH_CHECK(moveTo(block, context));
    std::vector<Matrix> hidden = m_hidden;
    WeightOverrides overrides{{tensor, std::move(matrix)}};
    for (std::size_t b = block; b < m_pass->blockCount(); ++b) {
        BITSMITH_TRY(const auto weights, m_pass->loadBlock(b, overrides));
        overrides.clear();
        for (std::size_t i = 0; i < m_batches.size(); ++i) {
            context.checkpoint();
            m_pass->runBlock(*weights, m_batches[i].tokens, hidden[i].view());
        }
    }
    Scores scores;
    for (std::size_t i = 0; i < m_batches.size(); ++i)
        BITSMITH_CHECK(scoreHidden(*m_pass, hidden[i], {m_pass, &m_final[i], m_cache.get()},
                                   m_batches[i], scores, context));
    Replacement r{.sameTop = 0};
    const double n = static_cast<double>(scores.kl.size());
    double squares = 0;
    for (std::size_t i = 0; i < scores.kl.size(); ++i) {
        r.kl += scores.kl[i];
        squares += static_cast<double>(scores.kl[i]) * scores.kl[i];
        r.nllDelta += static_cast<double>(scores.nll[i]) - scores.baselineNll[i];
        r.sameTop += scores.sameTop[i];
    }
    r.kl /= n;
    r.nllDelta /= n;
    r.sameTop /= n;
    r.klError = n > 1 ? std::sqrt(std::max(0.0, squares / n - r.kl * r.kl) / (n - 1)) : 0;
    return r;
}

} // namespace bitsmith

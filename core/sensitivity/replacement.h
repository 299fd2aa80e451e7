// The model with one matrix replaced, and how far its predictions move: exact, and without running
// the blocks before the replaced one again.
#pragma once

#include "core/eval/score.h"
#include "core/model/forward.h"
#include "core/sensitivity/metric.h"

#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

struct Replacement {
    double kl = 0;       // mean KL(original || replaced), nats per predicted token
    double klError = 0;  // its standard error over tokens
    double nllDelta = 0; // mean change of the negative log-likelihood, nats
    double sameTop = 1;  // fraction of positions with the same most likely token
};

// Walks the full-precision hidden states of all samples from block to block; every token but the
// first of a sequence is predicted. Holds two hidden states per token, a third while it measures,
// and log-probabilities as far as `memoryBytes` allows (computed again beyond that).
class ReplacementWalk {
public:
    // Runs the full-precision model once over everything. Errors: as ForwardPass; samples of one
    // token predict nothing.
    static Result<ReplacementWalk> start(const SensitivityInput& input, RunContext& context);

    double nll() const { return m_nll; } // of the full-precision model
    std::uint64_t predicted() const { return m_predicted; }
    // Seconds that a replacement in `block` will take, from what the first run took.
    double secondsFor(std::size_t block) const;
    // Blocks must not decrease from call to call.
    Result<Replacement> measure(std::size_t block, const std::string& tensor,
                                std::shared_ptr<const WeightMatrix> matrix, RunContext& context);

private:
    explicit ReplacementWalk(const ForwardPass& pass) : m_pass(&pass) {}
    Status moveTo(std::size_t block, RunContext& context);

    const ForwardPass* m_pass;
    std::vector<ScoreBatch> m_batches;
    std::vector<Matrix> m_hidden; // before block m_block
    std::vector<Matrix> m_final;  // of the full-precision model
    std::shared_ptr<BaselineCache> m_cache;
    std::size_t m_block = 0;
    std::vector<double> m_after; // seconds of a run from each block to the end
    double m_nll = 0;
    std::uint64_t m_predicted = 0;
};

} // namespace bitsmith

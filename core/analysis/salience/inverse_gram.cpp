#include "core/analysis/salience/inverse_gram.h"

#include "core/base/message.h"
#include "core/quant/round/error_feedback.h"

#include <algorithm>
#include <limits>

namespace bitsmith {
namespace {

// Where nothing is damped, rounding alone may let a singular matrix pass: a pivot that is lost in
// the noise of fp32 sums.
bool nearlySingular(const ErrorFeedback& feedback, const LayerStats& stats) {
    constexpr double Noise = 1e-6;
    for (std::size_t j = 0; j < feedback.weight.size(); ++j)
        if (!feedback.dead[j] &&
            feedback.weight[j] * feedback.weight[j] < Noise * static_cast<double>(stats.gram(j, j)))
            return true;
    return false;
}

// Fewer tokens than channels: the Gram matrix cannot have full rank, whatever the text says.
std::string shortage(const LayerStats& stats, std::size_t live) {
    return "calibration too small for the rank: {} tokens for {} input channels, at least {} are "
           "needed and several times as many are better"_message(stats.tokens, live, live);
}

} // namespace

Result<ColumnFactors> secondOrderFactors(const SalienceInfo& metric, const LayerStats* stats,
                                         std::size_t cols, const SalienceOptions& options,
                                         const std::function<double(InverseGramDiagonal)>& factorOf,
                                         const RunContext& context) {
    BITSMITH_CHECK(checkStats(metric, stats, cols));
    auto feedback = errorFeedback(stats->gram,
                                  {.damping = options.damping,
                                   .maxRetries = options.damping > 0 ? 10 : 0,
                                   .carry = false,
                                   .spread = true},
                                  context);
    if (!feedback)
        return fail(ErrorCode::Failed,
                    "the Gram matrix of '{}' holds NaN or infinity: activations overflowed on the "
                    "calibration text. Use another text, or choose magnitude",
                    stats->input);
    const std::size_t live = cols - feedback->deadColumns;
    if (live == 0)
        return fail(ErrorCode::Failed,
                    "the calibration text never reached '{}': all its inputs were 0. Use another "
                    "text, or choose magnitude",
                    stats->input);
    const bool tooFew = stats->tokens < live;
    if (!feedback->usable ||
        (options.damping <= 0 && (tooFew || nearlySingular(*feedback, *stats)))) {
        const std::string damping =
            feedback->damping > 0
                ? fmt::format("even with damping {:.3g}", feedback->damping)
                : std::string("without damping; 0.01 of the mean diagonal is usual");
        if (tooFew)
            return fail(ErrorCode::Failed,
                        "'{}': {}. The Gram matrix cannot be inverted {}. Calibrate with more "
                        "samples or longer ones, or choose awq or wanda, which do not invert it",
                        stats->input, shortage(*stats, live), damping);
        return fail(ErrorCode::Failed,
                    "the Gram matrix of '{}' is rank deficient though {} tokens are enough for {} "
                    "input channels: some of them are sums of others. It cannot be inverted {}. "
                    "Raise the damping, or choose awq or wanda, which do not invert it",
                    stats->input, stats->tokens, live, damping);
    }
    ColumnFactors out;
    out.metric = &metric;
    out.exponent = 2;
    out.damping = feedback->damping;
    out.factor.resize(cols);
    const std::vector<double> inverse = inverseDiagonal(*feedback);
    for (std::size_t c = 0; c < cols; ++c) // without act order steps are columns
        if (!feedback->dead[c])
            out.factor[c] =
                static_cast<float>(std::min<double>(factorOf({inverse[c], 1 / feedback->weight[c]}),
                                                    std::numeric_limits<float>::max()));
    if (tooFew)
        out.notes.push_back(
            "{}: directions that the text never showed are held by the damping alone ({:.3g} of "
            "the mean diagonal)"_message(shortage(*stats, live), out.damping));
    if (feedback->retries > 0)
        out.notes.push_back(
            "damping was raised from {:.3g} to {:.3g} after {} failed factorisations"_message(
                options.damping, out.damping, feedback->retries));
    noteDeadChannels(out);
    return out;
}

} // namespace bitsmith

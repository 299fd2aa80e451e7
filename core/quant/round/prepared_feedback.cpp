#include "core/quant/round/prepared_feedback.h"

#include "core/base/message.h"

namespace bitsmith {

Result<std::optional<ErrorFeedback>>
preparedFeedback(const LayerTask& task, const FeedbackParams& params, LayerReport& report,
                 const RunContext& context, const Accelerator* accelerator) {
    if (!task.stats || task.stats->gram.empty())
        return fail(ErrorCode::Usage, "error feedback needs calibration statistics");
    BITSMITH_TRY(ErrorFeedback feedback, errorFeedback(task.stats->gram,
                                                       {.damping = params.damping,
                                                        .maxRetries = params.maxRetries,
                                                        .actOrder = params.actOrder,
                                                        .carry = !accelerator,
                                                        .spread = accelerator != nullptr,
                                                        .accelerator = accelerator},
                                                       context));
    report.damping = feedback.damping;
    if (!feedback.usable) {
        report.notes.push_back(
            feedback.deadColumns == task.weights.cols
                ? "rounded to nearest: the calibration text never reached this layer"_message()
                : "rounded to nearest: the Gram matrix could not be factorised, even with damping "
                  "{:.3g}"_message(feedback.damping));
        return std::nullopt;
    }
    report.deadColumns = feedback.deadColumns;
    if (feedback.retries > 0)
        report.notes.push_back(
            "damping was raised from {:.3g} to {:.3g} after {} failed factorisations"_message(
                params.damping, feedback.damping, feedback.retries));
    if (feedback.deadColumns > 0)
        report.notes.push_back(
            "{} input features were always 0 in calibration; their weights were set to 0"_message(
                feedback.deadColumns));
    return feedback;
}

std::span<const std::uint8_t> keptOf(const LayerTask& task, ConstMatrixView weights) {
    const bool whole = weights.data == task.weights.data && weights.rows == task.weights.rows;
    return whole ? task.kept : std::span<const std::uint8_t>();
}

Matrix withoutDead(ConstMatrixView weights, const ErrorFeedback& feedback) {
    Matrix out(weights.rows, weights.cols);
    for (std::size_t r = 0; r < weights.rows; ++r)
        for (std::size_t c = 0; c < weights.cols; ++c)
            out(r, c) = feedback.dead[c] ? 0.0F : weights(r, c);
    return out;
}

} // namespace bitsmith

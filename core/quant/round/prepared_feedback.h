// What all rounders with error feedback share: its parameters, and making it for one matrix with
// the report's notes.
#pragma once

#include "core/quant/layer_task.h"
#include "core/quant/round/error_feedback.h"

#include <optional>

namespace bitsmith {

struct FeedbackParams {
    int blockSize = 128;
    bool actOrder = false;
    double damping = 0.01;
    int maxRetries = 10;
    bool sequential = true;
    double asymmetry = 0;
    void describe(auto&& field) {
        field(
            "block_size", blockSize,
            {"Block size", "Columns rounded between two updates of the rest; only speed", 1, 4096});
        field("act_order", actOrder,
              {"Activation order", "Columns with the strongest inputs first"});
        field("damping", damping,
              {"Damping", "Added to the Gram matrix, as a fraction of its mean diagonal", 0, 100});
        field("max_retries", maxRetries,
              {"Retries", "How often the damping is doubled where the factorisation fails", 0, 40});
        field("sequential", sequential,
              {"Sequential", "Statistics come from the already quantized layers before this one"});
        field("asymmetry", asymmetry,
              {"Asymmetry",
               "Sequential: how far to aim at the outputs that the full-precision inputs had "
               "(GPTAQ); 0: at those of the inputs as they are now",
               0, 1});
    }
};

// accelerator: where one is to factor; what comes back is the spread then, else the carry.
// Fills damping, deadColumns and notes of the report. Empty where there is nothing to feed back:
// the matrix is then to be rounded to nearest, as the notes say. Errors: Usage, no Gram matrix;
// Failed, broken statistics.
Result<std::optional<ErrorFeedback>>
preparedFeedback(const LayerTask& task, const FeedbackParams& params, LayerReport& report,
                 const RunContext& context, const Accelerator* accelerator = nullptr);

// LayerTask::kept, where `weights` are all of the task's; else empty.
std::span<const std::uint8_t> keptOf(const LayerTask& task, ConstMatrixView weights);

// The matrix with dead columns set to 0, for grids whose parameters are shared by all rows.
Matrix withoutDead(ConstMatrixView weights, const ErrorFeedback& feedback);

} // namespace bitsmith

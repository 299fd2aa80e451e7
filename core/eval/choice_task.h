// Multiple-choice accuracy from log-likelihoods, as the LM evaluation harness defines it.
#pragma once

#include "core/base/run_context.h"
#include "core/model/forward.h"

#include <string>
#include <vector>

namespace bitsmith {

struct ChoiceItem {
    std::string context;
    std::vector<std::string> choices; // begin with the space that joins them to the context
    std::size_t gold = 0;
};

// One JSON object a line: {"context": "...", "choices": ["...", ...], "gold": 0}.
// Errors (BadInput): a line that is not one (with its number); no items.
Result<std::vector<ChoiceItem>> parseChoiceItems(std::string_view jsonl);

struct ChoiceResult {
    std::size_t items = 0;
    double acc = 0;      // largest sum of log-probabilities is the gold choice
    double accError = 0; // binomial standard error
    double accNorm = 0; // the same, divided by the choice's characters (its joining space excluded)
    double accNormError = 0;
    std::vector<std::size_t> chosen; // by acc, one per item: for flips between two models
};

Result<ChoiceResult> scoreChoices(const ForwardPass& model, const std::vector<ChoiceItem>& items,
                                  RunContext& context);

} // namespace bitsmith

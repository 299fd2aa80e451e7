// The open model with its weight matrices rounded to nearest, in memory: what "noise in, words out"
// lets speak. Everything else is the original's.
#pragma once

#include "core/base/run_context.h"
#include "core/model/model.h"

#include <memory>

namespace bitsmith::ui {

struct RoundedModel {
    std::shared_ptr<const Model> model;
    double bitsPerWeight = 0; // over the rounded matrices
};
// Every quantizable matrix with the recipe rtn at `bits` in groups of 64. Checks in between.
// Errors: as quantizeLayer's; nothing to quantize.
Result<RoundedModel> roundModel(std::shared_ptr<const Model> original, int bits,
                                RunContext& context);

} // namespace bitsmith::ui

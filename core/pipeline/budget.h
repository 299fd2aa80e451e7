// A plan that meets a size: how many bits each tensor gets, counted in the bytes that will really
// be written, coded ones where the recipe has an entropy coder.
#pragma once

#include "core/base/run_context.h"
#include "core/model/model.h"
#include "core/plan/plan.h"

#include <string>

namespace bitsmith {

struct Budget {
    double bitsPerWeight = 0; // of the quantized tensors, everything stored counted; 0: not given
    std::uint64_t bytes = 0;  // of all files of the container; 0: not given
    // "uniform": the same width or rate for all. "lagrange": measures what each tensor loses at
    // each size (rounding to nearest, relative squared error) and spends bytes where they help
    // most.
    std::string allocator = "lagrange";
};

// The plan's recipes at other widths (rates, on a lattice); locked and kept tensors stay. The
// result is at most the budget by prediction; coded tensors come within 0.5 % of it when written.
// Errors (Usage): the budget is below what the smallest widths need, saying what that is; unknown
// allocator.
Result<std::shared_ptr<const Plan>> withBudget(const Model& model, const Plan& plan,
                                               const Budget& budget, RunContext& context);

// "1.2GB", "350 MB", "64KiB", "123456": bytes. Errors (Usage).
Result<std::uint64_t> parseBytes(const std::string& text);

} // namespace bitsmith

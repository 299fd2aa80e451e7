// A sweep as a file describes it: a grid of recipes, widths and parameters, and how each point is
// measured.
//
//   {"text": "calibration.txt", "samples": 128, "context": 0, "seed": 0,
//    "eval": {"text": "held_out.txt", "protocol": "windows", "context": 0, "stride": 0,
//             "separator": "...", "limit_tokens": 0, "limit_documents": 0},
//    "grid": [{"recipe": "gptq", "bits": [2, 3, 4], "set": {"group_size": [32, 128]}},
//             {"recipe": "ecq_gptq", "set": {"rate": [2.45, 3.25]}, "name": "ours"},
//             {"recipe": "rtn", "budget_bpw": [2.5, 3, 3.5], "sensitivity": ["kl", "output_error"],
//              "allocator": "knapsack", "min_bits": 2, "max_bits": 8},
//             {"preset": ["Q4_K_M", "Q2_K"], "settings": ["*embed*:recipe=rtn,bits=8"]}],
//    "sensitivity_tokens": 0,
//    "keep_outputs": false, "output": "results"}
//
// Lists are alternatives: an entry stands for every combination of them. Relative paths start at
// the folder of the file.
#pragma once

#include "core/calibration/calibrate.h"
#include "core/eval/evaluate.h"
#include "core/plan/plan.h"

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace bitsmith {

// One combination, not yet about a model.
struct SweepChoice {
    std::string series; // the entry's "name", or its recipe or preset: one line of a plot
    std::string recipe; // id; empty where a preset is meant
    std::string preset; // of llama.cpp
    int bits = 0;       // 0: the recipe's own
    std::vector<std::pair<std::string, std::string>> parameters; // of the recipe, as text
    std::vector<std::string> settings;                           // of the plan: "GLOB:keep"
    // Widths under a budget, bits per weight with everything counted; 0: none.
    double budgetBits = 0;
    std::string allocator, sensitivity; // as --allocator and --sensitivity; with a budget
    double leastBits = 0, mostBits = 0; // of a budget; 0: no limit
    std::string label() const;          // "gptq 3 bits group_size=32"
};

struct SweepSpec {
    std::filesystem::path file;            // where it came from, for messages
    std::filesystem::path calibrationText; // empty: data-free recipes only
    CalibrationOptions calibration;        // its seed is also that of the quantization
    std::filesystem::path evalText;
    EvalOptions eval;
    std::uint64_t sensitivityTokens = 0; // budgets: measured on so many; 0: all of the samples
    std::vector<SweepChoice> grid;
    bool keepOutputs = false;
    std::filesystem::path output; // of the containers; empty: a folder of the cache
};

// Errors (BadInput), with file and key: not JSON; an unknown or missing key; a value of another
// kind or out of range; a recipe or preset that does not exist; texts that are not there; more than
// 10000 points; the same point twice. textFolder: where its texts are; empty: beside it.
Result<SweepSpec> readSweepSpec(const std::filesystem::path& file,
                                const std::filesystem::path& textFolder = {});

// Without the budget. Errors (Usage): a parameter that the recipe does not have, a width that it
// cannot, as makePlan.
Result<std::shared_ptr<const Plan>> planOf(const SweepChoice& choice, std::string model,
                                           std::string modelKey, std::vector<PlanTensor> tensors);

} // namespace bitsmith

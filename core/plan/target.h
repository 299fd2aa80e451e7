// Target: the program that a quantized model is made for, and the rules that it has: which grids,
// bits, group sizes, symmetry and shapes it loads, and which layers it fuses. One file per program
// in targets/, registered by one word. Checks a plan while it is edited, and a finished
// quantization before it is exported.
#pragma once

#include "core/plan/plan.h"
#include "core/tensor/quantized_matrix.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// One tensor as a target sees it.
struct TargetTensor {
    std::string name, role; // as in PlanTensor
    int block = -1;
    std::size_t rows = 0, cols = 0;     // 0: no matrix
    std::optional<MatrixLayout> layout; // empty: not quantized
    bool quantizable = false;
    // gguf: the block type that the plan asks for, where the row length does not allow it and the
    // layout has another.
    std::string wantedFormat;
};

struct TargetModel {
    std::string family; // Model::family()
    std::vector<TargetTensor> tensors;
};

struct TargetProblem {
    std::string tensor;  // empty: of the whole model
    std::string message; // what is wrong: "group size 48; vLLM loads 32, 64, 128 or one per row"
    std::string remedy;  // what to do, as a sentence
    // Settings (see withSetting in plan.h) that mend it, in order; empty: nothing short of another
    // target does.
    std::vector<std::string> fix;
    bool blocks = true; // false: loads, but slowly or with a caveat
};

struct TargetInfo {
    std::string_view id, title, summary; // "vllm", "vLLM", what it is
    std::string_view format;             // the exporter that serves it best: "gptq"
};

class Target {
public:
    virtual ~Target() = default;
    virtual const TargetInfo& info() const = 0;
    virtual std::vector<TargetProblem> check(const TargetModel& model) const = 0;
    // Whether it joins q, k, v and gate, up of a block, which then need one form.
    virtual bool fuses() const { return false; }
};

std::span<const Target* const> allTargets();
// Errors (Usage): unknown, naming the known ones.
Result<const Target*> findTarget(std::string_view id);

// A plan as a target sees it. family: of the model that the plan is for.
TargetModel targetModel(const Plan& plan, std::string_view family);
// The plan with all fixes of these problems applied, in order. Errors (Usage): as withSetting.
Result<std::shared_ptr<const Plan>> withFixes(const Plan& plan,
                                              std::span<const TargetProblem> problems);
// Applies every problem's fix, in order; repeats until nothing changes or 4 rounds are over.
// Errors (Usage): as withSetting.
Result<std::shared_ptr<const Plan>> fixedForTarget(const Plan& plan, std::string_view family,
                                                   const Target& target);

// The rows that must take the same width because the target joins them; only rows with a recipe.
std::vector<std::vector<std::size_t>> fusedRows(const Plan& plan, std::string_view family,
                                                const Target& target);
// The widths of least..most that the target loads each row at, beside other widths elsewhere; empty
// for rows without a recipe, and where it is not the width that the target minds.
// Errors: as edited().
Result<std::vector<std::vector<int>>> loadableBits(const Plan& plan, std::string_view family,
                                                   const Target& target, int least, int most);

} // namespace bitsmith

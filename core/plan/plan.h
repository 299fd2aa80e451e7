// Plan: recipe and bits per tensor, an immutable value. Edits are pure functions that return a new
// plan sharing all untouched rows. Undo is keeping two pointers.
#pragma once

#include "core/base/result.h"
#include "core/quant/recipe.h"
#include "core/tensor/tensor_view.h"

#include <cstdint>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

// What a plan needs to know of a model's tensor; core/pipeline makes it from a Model.
struct PlanTensor {
    std::string name;
    std::size_t rows = 0, cols = 0;
    std::uint64_t bytes = 0; // as stored now
    int block = -1;
    std::string role;
    bool quantizable = false; // gets the plan's recipe
    bool onRequest = false;   // embedding, output head: only where a setting or an edit names it
    bool canQuantize() const { return quantizable || onRequest; }
};

// The tensors of a model, shared by all plans made for it.
class PlanTensors {
public:
    PlanTensors() : PlanTensors(std::vector<PlanTensor>{}) {}
    PlanTensors(std::vector<PlanTensor> tensors)
        : m_tensors(std::make_shared<const std::vector<PlanTensor>>(std::move(tensors))) {}
    operator const std::vector<PlanTensor>&() const { return *m_tensors; }
    const PlanTensor& operator[](std::size_t i) const { return (*m_tensors)[i]; }
    std::size_t size() const { return m_tensors->size(); }
    bool empty() const { return m_tensors->empty(); }
    auto begin() const { return m_tensors->begin(); }
    auto end() const { return m_tensors->end(); }

private:
    std::shared_ptr<const std::vector<PlanTensor>> m_tensors;
};

struct TensorPlan {
    std::string tensor;
    std::shared_ptr<const Recipe> recipe; // null: keep as stored
    int bits = 0;                         // 0 where recipe is null
    bool locked = false;                  // allocators leave it alone
    std::uint64_t bytes = 0;              // predicted, exact
};

struct Plan {
    std::string model;                                      // name, for people
    std::string modelKey;                                   // Model::contentKey
    std::uint64_t parameters = 0;                           // of the whole model
    std::uint64_t quantizedWeights = 0;                     // elements of tensors that get a recipe
    std::uint64_t quantizedBytes = 0;                       // their predicted bytes
    std::uint64_t bytes = 0;                                // of all tensors, predicted
    PlanTensors model_tensors;                              // all, in the model's order
    std::vector<std::shared_ptr<const TensorPlan>> tensors; // one per model tensor, same order
    double bitsPerWeight() const;                           // over the quantized tensors; 0 if none
};

// Every quantizable tensor with the recipe at `bits` (0: the recipe's own). Others keep their form.
Result<std::shared_ptr<const Plan>> makePlan(std::string model, std::string modelKey,
                                             std::vector<PlanTensor> tensors,
                                             const std::shared_ptr<const Recipe>& recipe,
                                             int bits = 0);

// One change of some rows; unset members keep their value.
struct PlanEdit {
    std::shared_ptr<const Recipe> recipe; // null: unchanged
    int bits = 0;                         // 0: unchanged, or the recipe's own if it must be
    int locked = -1;                      // 0/1; -1: unchanged
    bool keep = false;                    // true: leave the tensor as stored
};
// Errors (Usage): a row that does not exist or cannot be quantized; bits for a kept tensor without
// a recipe; bits that the recipe does not have; a recipe that needs
// calibration for a tensor outside blocks.
Result<std::shared_ptr<const Plan>> edited(const Plan& plan, std::span<const std::size_t> rows,
                                           const PlanEdit& edit);
// Each row its own edit, in one pass: what allocators do. Of several edits of a row each sees the
// one before. Errors as above.
struct RowEdit {
    std::size_t row = 0;
    PlanEdit edit;
};
Result<std::shared_ptr<const Plan>> edited(const Plan& plan, std::span<const RowEdit> edits);

// "GLOB:bits=3,recipe=gptq,group_size=64", "GLOB:keep", "GLOB:lock" and "GLOB:unlock" applied to
// every quantizable tensor that GLOB (* and
// ?) matches, by its full name or by "block.role" ("3.mlp.down"; "embedding" and "head" outside
// blocks). Embedding and head are meant only where they have a recipe already, or where GLOB
// matches nothing else: "*:bits=3" leaves them alone, "*embed*:recipe=rtn" does not. Other keys are
// parameters of the recipe (withSetting in core/quant/recipe.h). Errors (Usage): nothing matched;
// unknown key; bits out of range.
Result<std::shared_ptr<const Plan>> withSetting(const Plan& plan, const std::string& setting);

nlohmann::ordered_json toJson(const Plan& plan);
// Errors: BadInput, not a plan or for another model (tensors that differ are named).
Result<std::shared_ptr<const Plan>> planFromJson(const nlohmann::ordered_json& json,
                                                 std::string model, std::string modelKey,
                                                 std::vector<PlanTensor> tensors);

} // namespace bitsmith

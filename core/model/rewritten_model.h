// A model with some tensors changed on the fly: the same network in other numbers, without a copy
// of the weights. Opens, runs, quantizes and exports as any model.
#pragma once

#include "core/model/model.h"

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

// What becomes of one tensor, in this order. Matrices are (output x input features), however they
// are stored; norms and biases are vectors of their output features.
struct TensorEdit {
    std::vector<float> values;              // vectors: instead of what was there
    std::vector<float> rows, cols;          // factors of output and input features; empty: ones
    std::optional<std::uint64_t> rotateIn;  // W -> W R, R = Rotation(cols, seed)
    std::optional<std::uint64_t> rotateOut; // W -> R^T W, b -> R^T b
    std::optional<DType> type;              // of the result; nullopt: RewriteSpec::type
};
using TensorEdits = std::map<std::string, TensorEdit, std::less<>>;

struct RewriteSpec {
    TensorEdits edits;
    // Gives a tied output head a tensor of its own, lm_head.weight, made from the embedding by this
    // edit; the embedding has its own entry in `edits`.
    std::optional<TensorEdit> untiedHead;
    // Of the edited tensors; nullopt: as they were where that was a floating-point type, else F32.
    std::optional<DType> type;
};

// The type that an edited tensor gets.
DType editedType(const TensorInfo& info, const TensorEdit& edit, std::optional<DType> type);

// Errors (Usage): an edit of a tensor that the model lacks or that has another shape; an untied
// head of a model that has one already or has no config.json. Memory: one tensor at a time.
Result<std::shared_ptr<const Model>> rewrittenModel(std::shared_ptr<const Model> model,
                                                    RewriteSpec spec);

} // namespace bitsmith

// Making plans and editing them. Every function returns a new plan; rows that did not change are
// the same objects.
#include "core/plan/plan.h"

#include <algorithm>

namespace bitsmith {
namespace {

void addTotals(Plan& plan) {
    plan.quantizedWeights = plan.quantizedBytes = plan.bytes = 0;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const TensorPlan& tensor = *plan.tensors[i];
        plan.bytes += tensor.bytes;
        if (!tensor.recipe) continue;
        plan.quantizedWeights +=
            std::uint64_t{plan.model_tensors[i].rows} * plan.model_tensors[i].cols;
        plan.quantizedBytes += tensor.bytes;
    }
}

// Fills the predicted bytes of a row.
Result<std::shared_ptr<const TensorPlan>> finished(TensorPlan row, const PlanTensor& tensor) {
    if (!row.recipe) {
        row.bits = 0;
        row.bytes = tensor.bytes;
        return std::make_shared<const TensorPlan>(std::move(row));
    }
    auto bytes = predictStoredBytes(tensor.rows, tensor.cols, row.bits, *row.recipe);
    if (!bytes) return fail(bytes.error().code, "{}: {}", tensor.name, bytes.error().message);
    row.bytes = *bytes;
    return std::make_shared<const TensorPlan>(std::move(row));
}

Status apply(Plan& plan, std::size_t index, const PlanEdit& edit) {
    if (edit.keep && (edit.recipe || edit.bits > 0))
        return fail(ErrorCode::Usage,
                    "a tensor is either kept as stored or given a recipe and bits, not both");
    if (index >= plan.tensors.size())
        return fail(ErrorCode::Usage, "the plan has {} tensors, there is no row {}",
                    plan.tensors.size(), index);
    const PlanTensor& tensor = plan.model_tensors[index];
    TensorPlan row = *plan.tensors[index];
    if (edit.recipe || edit.bits > 0) {
        if (!tensor.canQuantize())
            return fail(ErrorCode::Usage, "{} cannot be quantized; it is kept as stored",
                        tensor.name);
        if (edit.recipe) row.recipe = edit.recipe;
        if (!row.recipe)
            return fail(ErrorCode::Usage, "{} is kept as stored; give it a recipe as well",
                        tensor.name);
        if (edit.bits > 0)
            row.bits = edit.bits;
        else if (row.bits == 0 || !finished(row, tensor)) // a recipe may not have the old width
            row.bits = row.recipe->bits;
        if (!tensor.quantizable && row.recipe->needsStats())
            return fail(ErrorCode::Usage,
                        "{} is outside the blocks that calibration measures; recipe '{}' "
                        "needs statistics, use a data-free one such as rtn",
                        tensor.name, row.recipe->id);
    }
    if (edit.keep) row.recipe = nullptr;
    if (edit.locked >= 0) row.locked = edit.locked != 0;
    BITSMITH_TRY(plan.tensors[index], finished(std::move(row), tensor));
    return {};
}

} // namespace

double Plan::bitsPerWeight() const {
    return quantizedWeights == 0
               ? 0.0
               : 8.0 * static_cast<double>(quantizedBytes) / static_cast<double>(quantizedWeights);
}

Result<std::shared_ptr<const Plan>> makePlan(std::string model, std::string modelKey,
                                             std::vector<PlanTensor> tensors,
                                             const std::shared_ptr<const Recipe>& recipe,
                                             int bits) {
    auto plan = std::make_shared<Plan>();
    plan->model = std::move(model);
    plan->modelKey = std::move(modelKey);
    plan->tensors.reserve(tensors.size());
    for (const PlanTensor& tensor : tensors) {
        TensorPlan row;
        row.tensor = tensor.name;
        if (tensor.quantizable && recipe) {
            row.recipe = recipe;
            row.bits = bits > 0 ? bits : recipe->bits;
        }
        BITSMITH_TRY(auto done, finished(std::move(row), tensor));
        plan->tensors.push_back(std::move(done));
        plan->parameters += std::uint64_t{tensor.rows} * tensor.cols;
    }
    plan->model_tensors = PlanTensors(std::move(tensors));
    addTotals(*plan);
    return plan;
}

Result<std::shared_ptr<const Plan>> edited(const Plan& plan, std::span<const std::size_t> rows,
                                           const PlanEdit& edit) {
    auto next = std::make_shared<Plan>(plan);
    for (const std::size_t row : rows) BITSMITH_CHECK(apply(*next, row, edit));
    addTotals(*next);
    return next;
}

Result<std::shared_ptr<const Plan>> edited(const Plan& plan, std::span<const RowEdit> edits) {
    auto next = std::make_shared<Plan>(plan);
    for (const RowEdit& e : edits) BITSMITH_CHECK(apply(*next, e.row, e.edit));
    addTotals(*next);
    return next;
}

} // namespace bitsmith

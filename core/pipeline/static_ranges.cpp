#include "core/pipeline/static_ranges.h"

#include "core/calibration/activation_ranges.h"

#include <algorithm>

namespace bitsmith {

namespace {

bool hasStaticActivations(const Plan& plan) {
    return std::ranges::any_of(plan.tensors, [](const auto& row) {
        return row->recipe && row->recipe->activations &&
               row->recipe->activations->shared == ScaleShared::Static;
    });
}

} // namespace

Status checkActivations(const Model& model, const Plan& plan, bool calibrated) {
    if (hasStaticActivations(plan) && !calibrated)
        return fail(ErrorCode::Usage,
                    "static activations scale by what a calibration text shows: give one with "
                    "--text, or let every token have its own scale (--set "
                    "'*:activations=int8:token')");
    for (const auto& row : plan.tensors) {
        if (!row->recipe || !row->recipe->activations) continue;
        const ActivationScheme& scheme = *row->recipe->activations;
        const Architecture* architecture = model.architecture();
        if (!architecture)
            return fail(ErrorCode::Usage,
                        "recipe '{}' quantizes activations ({}), but '{}' cannot be run: {}. For "
                        "its weights alone: --set '*:activations=none'",
                        row->recipe->id, scheme.text(), model.name(),
                        model.whyNotRunnable().message);
        const bool fused = std::ranges::any_of(architecture->blocks, [&](const BlockSpec& block) {
            return block.fused != FusedLayout::None && block.qkv.weight == row->tensor;
        });
        if (fused && (scheme.covers(Product::Q) != scheme.covers(Product::K) ||
                      scheme.covers(Product::Q) != scheme.covers(Product::V)))
            return fail(ErrorCode::Usage,
                        "'{}' is q, k and v in one product: quantize the inputs of all three "
                        "(q+k+v), or of none; not '{}'",
                        row->tensor, scheme.text());
    }
    return {};
}

Result<ActivationRanges> staticRanges(const LayerRun& run, const QuantizationJournal& journal,
                                      RunContext& context) {
    if (!hasStaticActivations(run.plan)) return ActivationRanges();
    BITSMITH_TRY(const ForwardPass pass, ForwardPass::create(run.model, run.engine.backend));
    const auto quantized = [&](std::size_t block) -> Result<WeightOverrides> {
        WeightOverrides out;
        for (const auto& row : run.plan.tensors) {
            const TensorInfo* info = row->recipe ? run.model->find(row->tensor) : nullptr;
            if (!info || info->block != static_cast<int>(block)) continue;
            BITSMITH_TRY(auto finished, journal.load(row->tensor));
            out[row->tensor] = packedWeights(finished.matrix);
        }
        return out;
    };
    return measureActivationRanges(pass, run.samples, context, quantized);
}

} // namespace bitsmith

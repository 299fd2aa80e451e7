// The table of transforms: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/quant/layer_stage.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const LayerStage& transforms_##id();
#include "registered_transforms.inc"
#undef BITSMITH_ENTRY

std::span<const LayerStage* const> allTransforms() {
    static const LayerStage* const All[] = {
#define BITSMITH_ENTRY(id) &transforms_##id(),
#include "registered_transforms.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

const LayerStage* findTransform(std::string_view id) {
    for (const LayerStage* stage : allTransforms())
        if (stage->info().id == id) return stage;
    return nullptr;
}

} // namespace bitsmith

// The table of compensators: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/quant/layer_stage.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const LayerStage& compensators_##id();
#include "registered_compensators.inc"
#undef BITSMITH_ENTRY

std::span<const LayerStage* const> allCompensators() {
    static const LayerStage* const All[] = {
#define BITSMITH_ENTRY(id) &compensators_##id(),
#include "registered_compensators.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

const LayerStage* findCompensator(std::string_view id) {
    for (const LayerStage* stage : allCompensators())
        if (stage->info().id == id) return stage;
    return nullptr;
}

} // namespace bitsmith

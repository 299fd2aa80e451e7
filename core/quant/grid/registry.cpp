// The table of grids: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/quant/grid.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const Grid& grids_##id();
#include "registered_grids.inc"
#undef BITSMITH_ENTRY

std::span<const Grid* const> allGrids() {
    static const Grid* const All[] = {
#define BITSMITH_ENTRY(id) &grids_##id(),
#include "registered_grids.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

const Grid* findGrid(std::string_view id) {
    for (const Grid* grid : allGrids())
        if (grid->info().id == id) return grid;
    return nullptr;
}

} // namespace bitsmith

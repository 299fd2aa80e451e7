// The table of grids: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/compute/accelerator.h"
#include "core/quant/grid.h"
#include "core/quant/layer_task.h"
#include "core/tensor/bit_packing.h"

#include <cassert>

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

QuantizedMatrix GridFit::finishWith(AffineCodes made, std::vector<std::uint32_t> groupOfColumn) {
    assert(rangeFit());
    return finish(std::move(made.codes), std::move(groupOfColumn));
}

void GridFit::packCodes(std::span<const std::uint16_t> codes, std::span<std::byte> packed) const {
    packBits(codes, codeBits(), packed);
}

Result<std::unique_ptr<GridFit>> Grid::beginOn(const LayerTask& task, int bits,
                                               const Params& params, RunContext&) const {
    return begin(task.weights.rows, task.weights.cols, bits, params);
}

const Grid* findGrid(std::string_view id) {
    for (const Grid* grid : allGrids())
        if (grid->info().id == id) return grid;
    return nullptr;
}

} // namespace bitsmith

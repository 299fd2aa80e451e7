// Rounders that do not work on every grid say so when the recipe is made, before any work.
#pragma once

#include "core/quant/grid.h"

namespace bitsmith {

class GridDemand {
public:
    virtual ~GridDemand() = default;
    // Errors (Usage): it cannot work on this grid, with the nearest choice that can.
    virtual Status accepts(const Grid& grid, const Params& gridParams) const = 0;
};

} // namespace bitsmith

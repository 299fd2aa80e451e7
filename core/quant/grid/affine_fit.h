// One matrix on the affine grid.
#pragma once

#include "core/quant/grid.h"
#include "core/quant/grid/affine_math.h"

namespace bitsmith {

std::unique_ptr<GridFit> makeAffineFit(std::size_t rows, std::size_t cols, int bits,
                                       const AffineParams& params, const AffineLayout& layout);

} // namespace bitsmith

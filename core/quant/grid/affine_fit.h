// One matrix on the affine grid.
#pragma once

#include "core/quant/grid.h"
#include "core/quant/grid/affine_math.h"

namespace bitsmith {

std::unique_ptr<GridFit> makeAffineFit(const AffineParams& params, MatrixLayout layout);

} // namespace bitsmith

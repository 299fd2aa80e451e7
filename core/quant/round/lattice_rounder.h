// Rounders that reckon with whole multiples of a step, without end: recipes pair them with grids of
// unbounded codes only.
#pragma once

#include "core/quant/rounder.h"

namespace bitsmith {

class LatticeRounder : public Rounder {};

} // namespace bitsmith

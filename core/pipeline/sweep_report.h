// A sweep's table and picture as files that people pass on.
#pragma once

#include "core/pipeline/sweep.h"

namespace bitsmith {

// RFC 4180, a line per point of any state; numbers in full precision, empty where unknown.
std::string sweepCsv(const SweepResult& result);

enum class SweepAxis { BitsPerWeight, Bytes };
// KL divergence from the full-precision model (logarithmic) over the size, a line per series.
std::string sweepSvg(const SweepResult& result, SweepAxis axis);

} // namespace bitsmith

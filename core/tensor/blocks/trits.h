// How TQ1_0 orders its 256 weights: runs of bytes, each byte holding `digits` weights that lie
// `bytes` apart: 160 = 5 * 32, 80 = 5 * 16 and 16 = 4 * 4.
#pragma once

#include <array>

namespace bitsmith::blocks {

struct TritRun {
    int bytes, digits;
};
inline constexpr std::array<TritRun, 3> TritRuns = {{{32, 5}, {16, 5}, {4, 4}}};

} // namespace bitsmith::blocks

#include "core/model/rotary_table.h"

#include <cmath>

namespace bitsmith {

RotaryTable makeRotaryTable(const RotarySpec& spec, std::size_t positions) {
    RotaryTable table;
    table.pairs = spec.dims / 2;
    table.cosines.reserve(positions * table.pairs);
    table.sines.reserve(positions * table.pairs);
    for (std::size_t position = 0; position < positions; ++position)
        for (const double frequency : spec.inverseFrequencies) {
            const double angle = static_cast<double>(position) * frequency;
            table.cosines.push_back(static_cast<float>(std::cos(angle) * spec.attentionFactor));
            table.sines.push_back(static_cast<float>(std::sin(angle) * spec.attentionFactor));
        }
    return table;
}

} // namespace bitsmith

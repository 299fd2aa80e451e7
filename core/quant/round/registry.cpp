// The table of rounders: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/quant/rounder.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const Rounder& rounders_##id();
#include "registered_rounders.inc"
#undef BITSMITH_ENTRY

std::span<const Rounder* const> allRounders() {
    static const Rounder* const All[] = {
#define BITSMITH_ENTRY(id) &rounders_##id(),
#include "registered_rounders.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

const Rounder* findRounder(std::string_view id) {
    for (const Rounder* rounder : allRounders())
        if (rounder->info().id == id) return rounder;
    return nullptr;
}

} // namespace bitsmith

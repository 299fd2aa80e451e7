// What the rANS coder looks up of a table. Private to core/codec.
#pragma once

#include "core/codec/rans_table.h"

namespace bitsmith {

// Slot -> symbol, frequency, offset in it. symbol 256: the escape.
struct RansTable::Decoding {
    struct Slot {
        std::uint16_t symbol, frequency, offset;
    };
    std::array<Slot, Total> slots;
};

// Symbol -> frequency and first slot; entry 256 is the escape.
struct RansTable::Encoding {
    std::array<std::uint16_t, 257> frequency{}, first{};
};

inline constexpr std::uint32_t RansLowest = 1U << 16; // states stay in [RansLowest, 2^32)
inline constexpr unsigned RansEscape = 256;

} // namespace bitsmith

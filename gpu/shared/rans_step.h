// One step of a rANS decoder (core/codec/rans_scalar.cpp): the entry of a slot holds the symbol's
// frequency (bits 0-11), the symbol (12-19) and the slot's rank within it (20-31).
#pragma once

#include "gpu/shared/host_device.h"

#include <cstdint>

namespace bitsmith::gpu {

constexpr std::uint32_t RansSlots = 4096, RansLeast = 1u << 16;

BITSMITH_HD std::uint8_t ransSymbolOf(std::uint32_t entry) {
    return static_cast<std::uint8_t>(entry >> 12);
}
// The next state, before it takes a word: it needs one where it is below RansLeast.
BITSMITH_HD std::uint32_t ransNext(std::uint32_t state, std::uint32_t entry) {
    return (entry & 0xfffu) * (state >> 12) + (entry >> 20);
}
BITSMITH_HD std::uint32_t ransRefilled(std::uint32_t state, std::uint16_t word) {
    return state << 16 | word;
}

} // namespace bitsmith::gpu

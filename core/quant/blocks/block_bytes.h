// Small writers that the block encoders share.
#pragma once

#include "core/tensor/convert.h"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace bitsmith::blocks {

// The scale as it is stored. Beyond fp16's range: its largest number, where ggml would store an
// infinity and decode nothing but NaN.
inline std::uint16_t storedHalf(float scale) {
    return floatToHalf(std::clamp(scale, -65504.0F, 65504.0F));
}

inline void putHalf(std::byte* out, std::uint16_t half) { std::memcpy(out, &half, sizeof half); }
inline void putScale(std::byte* out, float scale) { putHalf(out, storedHalf(scale)); }

inline std::uint8_t* bytesOf(std::byte* out) { return reinterpret_cast<std::uint8_t*>(out); }

// 1 / d for codes x * (1 / d); 0 where d is 0 or too small to have an inverse, so that the codes
// are those of a block of zeros (the stored scale is 0 then).
inline float inverseOf(float d) {
    const float inverse = d != 0 ? 1.0F / d : 0.0F;
    return inverse >= -3.4e38F && inverse <= 3.4e38F ? inverse : 0.0F;
}

// 2 * half codes of 4 bits as bytes: element j in the low nibble of byte j, element half + j in the
// high one.
inline void packNibbles(const std::uint8_t* codes, int half, std::uint8_t* out) {
    for (int j = 0; j < half; ++j)
        out[j] = static_cast<std::uint8_t>((codes[j] & 15) | codes[half + j] << 4);
}

// 32 codes of 5 bits: the nibbles as above, the fifth bits of all in order.
inline void packFive(const std::uint8_t* codes, std::byte* high, std::uint8_t* nibbles) {
    std::uint32_t bits = 0;
    for (int j = 0; j < 32; ++j) bits |= static_cast<std::uint32_t>(codes[j] >> 4 & 1) << j;
    std::memcpy(high, &bits, sizeof bits);
    packNibbles(codes, 16, nibbles);
}

} // namespace bitsmith::blocks

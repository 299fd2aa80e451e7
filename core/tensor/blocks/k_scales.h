// The packed 6-bit scales of Q3_K, Q4_K and Q5_K: 12 bytes each.
#pragma once

#include <cstdint>

namespace bitsmith::blocks {

// Q4_K, Q5_K: scale and min of sub-block s (0..7). The first four lie in the low 6 bits of bytes s
// and s + 4; the last four have their low nibbles in bytes 8..11, their high bits on top of the
// first.
struct ScaleMin {
    std::uint8_t scale = 0, min = 0;
};

inline ScaleMin scaleMin(const std::uint8_t* packed, int s) {
    if (s < 4)
        return {static_cast<std::uint8_t>(packed[s] & 63),
                static_cast<std::uint8_t>(packed[s + 4] & 63)};
    return {static_cast<std::uint8_t>((packed[s + 4] & 15) | (packed[s - 4] >> 6) << 4),
            static_cast<std::uint8_t>((packed[s + 4] >> 4) | (packed[s] >> 6) << 4)};
}

// packed: 12 bytes, all zero before the first call; s in 0..7, each once.
inline void setScaleMin(std::uint8_t* packed, int s, ScaleMin value) {
    const auto put = [&](int i, unsigned bits) {
        packed[i] = static_cast<std::uint8_t>(packed[i] | bits);
    };
    if (s < 4) {
        put(s, value.scale);
        put(s + 4, value.min);
    } else {
        put(s + 4, (value.scale & 15U) | (value.min & 15U) << 4);
        put(s - 4, (value.scale >> 4 & 3U) << 6);
        put(s, (value.min >> 4 & 3U) << 6);
    }
}

// Q3_K: scale of sub-block s (0..15), 0..63, to be taken minus 32. Low nibbles in bytes 0..7, the
// high two bits in bytes 8..11.
inline int scaleQ3(const std::uint8_t* packed, int s) {
    const int low = s < 8 ? packed[s] & 15 : packed[s - 8] >> 4;
    return low | ((packed[8 + s % 4] >> 2 * (s / 4)) & 3) << 4;
}

// packed: 12 bytes, all zero before the first call.
inline void setScaleQ3(std::uint8_t* packed, int s, int value) {
    const auto put = [&](int i, int bits) {
        packed[i] = static_cast<std::uint8_t>(packed[i] | bits);
    };
    put(s % 8, (value & 15) << (s < 8 ? 0 : 4));
    put(8 + s % 4, (value >> 4 & 3) << 2 * (s / 4));
}

} // namespace bitsmith::blocks

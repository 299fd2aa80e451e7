// Level tables of the block formats whose codes are not evenly spaced, in code order.
#pragma once

#include <array>
#include <bit>
#include <cstdint>

namespace bitsmith::blocks {

// IQ4_NL and IQ4_XS: dense around zero, as bell-shaped weights are (ggml-common.h gives the
// values).
inline constexpr std::array<std::int8_t, 16> Iq4Levels = {-127, -104, -83, -65, -49, -35, -22, -10,
                                                          1,    13,   25,  38,  53,  69,  89,  113};
// E2M1 doubled, so that all levels are whole: sign, two exponent bits, one fraction bit.
inline constexpr std::array<std::int8_t, 16> E2m1Doubled = {0, 1,  2,  3,  4,  6,  8,  12,
                                                            0, -1, -2, -3, -4, -6, -8, -12};

// Half of 2^(e - 127), for the doubled levels; subnormal for e < 2.
inline float e8m0Half(std::uint8_t e) {
    return std::bit_cast<float>(e < 2 ? 0x00200000U << e : std::uint32_t(e - 1) << 23);
}

// Half of an unsigned E4M3 scale (bias 7); 0 and 0x7F are zero, the top bit is ignored.
inline float ue4m3Half(std::uint8_t bits) {
    if (bits == 0 || bits == 0x7F) return 0;
    const int exponent = (bits >> 3) & 15, fraction = bits & 7;
    // Subnormal: fraction * 2^-9; both exact, as is the halving.
    const float power = std::bit_cast<float>(std::uint32_t((exponent ? exponent : 1) + 120) << 23);
    return 0.5F * power * (static_cast<float>(fraction) * 0.125F + (exponent ? 1.0F : 0.0F));
}

} // namespace bitsmith::blocks

// Number formats to and from float. Writing rounds to nearest, ties to even.
// F8_E4M3 is the "FN" variant: 1-4-3, bias 7, largest 448, no infinities, NaN 0x7F/0xFF
// (Micikevicius et al. 2022, "FP8 formats for deep learning"); larger values saturate to 448.
#pragma once

#include "core/tensor/dtype.h"

#include <bit>
#include <cstdint>
#include <span>

namespace bitsmith {

float halfToFloat(std::uint16_t half);
std::uint16_t floatToHalf(float value);
inline float bfloatToFloat(std::uint16_t b) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(b) << 16);
}
std::uint16_t floatToBfloat(float value);
float e4m3ToFloat(std::uint8_t bits);
std::uint8_t floatToE4m3(float value);
float e5m2ToFloat(std::uint8_t bits);
std::uint8_t floatToE5m2(float value);

inline float e8m0ToFloat(std::uint8_t b) { // 2^(b - 127)
    // Neither 2^-127 nor NaN has its exponent in the usual place.
    if (b == 0) return std::bit_cast<float>(std::uint32_t{0x00400000});
    if (b == 255) return std::bit_cast<float>(std::uint32_t{0x7FC00000});
    return std::bit_cast<float>(static_cast<std::uint32_t>(b) << 23);
}
std::uint8_t floatToE8m0(float value); // the nearest power of two to |value|; NaN and Inf: 255

// in: out.size() elements of `dtype`, any alignment. Integers and Bool convert by value.
void toFloat(DType dtype, std::span<const std::byte> in, std::span<float> out);
// out: in.size() elements of a floating dtype (F32, F16, BF16, F8...; asserts on others).
void fromFloat(DType dtype, std::span<const float> in, std::span<std::byte> out);

} // namespace bitsmith

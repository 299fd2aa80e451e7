// fp16 and bf16 to and from fp32, bit by bit; as core/tensor/convert.h: to nearest, ties to even,
// NaN stays NaN.
#pragma once

#include "gpu/shared/host_device.h"

#include <cstdint>
#include <cstring>

namespace bitsmith::gpu {

BITSMITH_HD std::uint32_t bitsOf(float x) {
    std::uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
BITSMITH_HD float floatOf(std::uint32_t bits) {
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

BITSMITH_HD float bfloatValue(std::uint16_t b) { return floatOf(std::uint32_t{b} << 16); }
BITSMITH_HD std::uint16_t bfloatBits(float x) {
    const std::uint32_t bits = bitsOf(x);
    if ((bits & 0x7fffffffu) > 0x7f800000u) // NaN: quiet, and not rounded into infinity
        return static_cast<std::uint16_t>((bits >> 16) | 0x40u);
    return static_cast<std::uint16_t>((bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16);
}

// 2^112 moves the exponent from fp16's bias to fp32's; subnormals become normal by the product.
BITSMITH_HD float halfValue(std::uint16_t h) {
    const std::uint32_t sign = (h & 0x8000u) << 16, rest = (h & 0x7fffu) << 13;
    if (rest >= 0x0f800000u) return floatOf(sign | (rest + 0x70000000u)); // infinity, NaN
    return floatOf(sign | bitsOf(floatOf(rest) * 0x1p112f));
}
BITSMITH_HD std::uint16_t halfBits(float x) {
    const std::uint32_t bits = bitsOf(x), sign = (bits >> 16) & 0x8000u, rest = bits & 0x7fffffffu;
    if (rest > 0x7f800000u) return static_cast<std::uint16_t>(sign | 0x7e00u);  // NaN
    if (rest >= 0x477ff000u) return static_cast<std::uint16_t>(sign | 0x7c00u); // 65520 and more
    if (rest < 0x38800000u) {
        // Subnormal: adding 0.5 leaves the wanted bits, rounded, at the bottom.
        const std::uint32_t half = bitsOf(floatOf(rest) + 0.5f);
        return static_cast<std::uint16_t>(sign | (half - 0x3f000000u));
    }
    return static_cast<std::uint16_t>(sign |
                                      ((rest - 0x38000000u + 0xfffu + ((rest >> 13) & 1u)) >> 13));
}
// The same, held within the finite numbers.
BITSMITH_HD std::uint16_t saturatedHalfBits(float x) {
    return halfBits(x > 65504.0f ? 65504.0f : x < -65504.0f ? -65504.0f : x);
}

} // namespace bitsmith::gpu

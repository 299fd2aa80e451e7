// Rounding to 4 bits straight from bf16, as files hold it: no float is written on the way, and the
// codes leave the registers packed. The arithmetic is that of affine_kernels.h, to the last bit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith::affine {

// As rowRanges(), of a row of bf16 (2 bytes each, any alignment). False where one of them is NaN or
// infinite; the ranges are then undefined.
bool bfloatRanges(std::span<const std::byte> row, std::size_t groupSize, std::span<float> lows,
                  std::span<float> highs);

// rowCodes() to 4 bits and packBits() of a row of bf16. scales, zeros: of the groups, one or more;
// |weight / scale| < 2^14. pastCaches: the codes are more than caches hold. False, and nothing
// done, where this processor or this group size has no such kernel.
bool bfloatNibbles(std::span<const std::byte> row, std::size_t groupSize,
                   std::span<const float> scales, std::span<const std::uint8_t> zeros,
                   std::span<std::byte> packed, bool pastCaches);

} // namespace bitsmith::affine

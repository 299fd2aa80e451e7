// The decoders behind the table of block formats. Each takes `count` blocks and writes count *
// blockSize floats, with the operations in the order of ggml's dequantize_row_*, so that the values
// are the same to the last bit. Any bytes are valid blocks; no decoder reads beyond them.
#pragma once

#include "core/tensor/convert.h"
#include "core/tensor/vector_clones.h"

#include <cstddef>
#include <cstdint>
#include <cstring>

namespace bitsmith::blocks {

// plain.cpp: blocks of one element
void decodeF32(const std::byte* in, std::size_t count, float* out);
void decodeF16(const std::byte* in, std::size_t count, float* out);
void decodeBF16(const std::byte* in, std::size_t count, float* out);
void decodeF64(const std::byte* in, std::size_t count, float* out);
// legacy.cpp: 32 weights, one scale
void decodeQ4_0(const std::byte* in, std::size_t count, float* out);
void decodeQ4_1(const std::byte* in, std::size_t count, float* out);
void decodeQ5_0(const std::byte* in, std::size_t count, float* out);
void decodeQ5_1(const std::byte* in, std::size_t count, float* out);
void decodeQ8_0(const std::byte* in, std::size_t count, float* out);
// k_quants.cpp: 256 weights in sub-blocks
void decodeQ2_K(const std::byte* in, std::size_t count, float* out);
void decodeQ3_K(const std::byte* in, std::size_t count, float* out);
void decodeQ4_K(const std::byte* in, std::size_t count, float* out);
void decodeQ5_K(const std::byte* in, std::size_t count, float* out);
void decodeQ6_K(const std::byte* in, std::size_t count, float* out);
// nonlinear.cpp: codes that index a table of 16 levels
void decodeIQ4_NL(const std::byte* in, std::size_t count, float* out);
void decodeIQ4_XS(const std::byte* in, std::size_t count, float* out);
void decodeMXFP4(const std::byte* in, std::size_t count, float* out);
void decodeNVFP4(const std::byte* in, std::size_t count, float* out);
// ternary.cpp: -1, 0, 1 times a scale, and signs alone
void decodeTQ1_0(const std::byte* in, std::size_t count, float* out);
void decodeTQ2_0(const std::byte* in, std::size_t count, float* out);
void decodeQ1_0(const std::byte* in, std::size_t count, float* out);
void decodeQ2_0(const std::byte* in, std::size_t count, float* out);

// Defines a decoder as the clones of an inline function `name`Blocks.
#define BITSMITH_DECODER(name)                                                                     \
    BITSMITH_VECTOR_CLONES(name, (const std::byte* in, std::size_t count, float* out),             \
                           (in, count, out), { name##Blocks(in, count, out); })

// ---- Reading parts of a block

inline std::uint16_t u16At(const std::byte* p) {
    std::uint16_t v; // files and this program are little-endian
    std::memcpy(&v, p, sizeof v);
    return v;
}
inline std::uint32_t u32At(const std::byte* p) {
    std::uint32_t v;
    std::memcpy(&v, p, sizeof v);
    return v;
}
inline float halfAt(const std::byte* p) { return halfToFloat(u16At(p)); }
inline const std::uint8_t* bytesAt(const std::byte* p) {
    return reinterpret_cast<const std::uint8_t*>(p);
}

} // namespace bitsmith::blocks

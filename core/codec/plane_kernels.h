// The loops that cut bytes into planes and put them together again. Private to core/codec.
#pragma once

#include "core/codec/block_layouts.h"

#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith::planes {

// Bytes first, first + step, ...
void takeEvery(std::span<const std::uint8_t> in, std::size_t first, std::size_t step,
               std::uint8_t* out);
void putEvery(const std::uint8_t* in, std::size_t first, std::size_t step,
              std::span<std::uint8_t> out);

// bytes: one row. Its 8 * size / bits whole codes, LSB first; returns where the next row's go or
// come from. pack() leaves bits after the last whole code 0.
std::uint8_t* unpack(std::span<const std::uint8_t> bytes, int bits, std::uint8_t* codes);
const std::uint8_t* pack(const std::uint8_t* codes, int bits, std::span<std::uint8_t> bytes);

// `bits` rows of 32-bit words: the words of one column, first row least significant, are 32 codes.
void splitColumns(const std::uint8_t* in, int bits, std::size_t rowBytes, std::uint8_t* codes);
void joinColumns(const std::uint8_t* codes, int bits, std::size_t rowBytes, std::uint8_t* out);

// Little-endian numbers: bits 7-14 | the sign and bits 0-6.
void splitHalf(const std::uint8_t* in, std::size_t count, std::uint8_t* exponents,
               std::uint8_t* rest);
void joinHalf(const std::uint8_t* exponents, const std::uint8_t* rest, std::size_t count,
              std::uint8_t* out);
// As splitHalf of the upper 16 bits; then bits 8-15 | bits 0-7.
void splitSingle(const std::uint8_t* in, std::size_t count, std::uint8_t* exponents,
                 std::uint8_t* rest, std::uint8_t* middle, std::uint8_t* low);
void joinSingle(const std::uint8_t* exponents, const std::uint8_t* rest, const std::uint8_t* middle,
                const std::uint8_t* low, std::size_t count, std::uint8_t* out);

// One run of `blocks` blocks; symbols: of its plane in a block. Bits are added to what is there.
void splitRun(const BlockRun& run, const std::uint8_t* in, std::size_t blockBytes,
              std::size_t blocks, std::size_t symbols, std::uint8_t* out);
void joinRun(const BlockRun& run, const std::uint8_t* in, std::size_t symbols, std::size_t blocks,
             std::size_t blockBytes, std::uint8_t* out);

} // namespace bitsmith::planes

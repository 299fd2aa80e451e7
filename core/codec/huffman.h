// Canonical Huffman codes of at most 11 bits for bytes, in four interleaved bit streams: faster to
// encode than rANS and as simple as a coder can be, but never below one bit per symbol.
//
//   table   := u8 first symbol | u8 last symbol | a length for each, if they are not the same
//   length  := 1: as the one before | 01, sign: one more or less | 00, 4 bits: this
//   payload := nothing, for an alphabet of one; else
//              u32 bytes of each of the first three streams | four streams
//
// The symbols are cut into four parts of ceil(n / 4), the last ones smaller; each is a stream, bits
// least significant first, codes with their first bit first, padded with zeros to whole bytes.
#pragma once

#include "core/base/result.h"
#include "core/codec/byte_stream.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bitsmith {

class HuffmanTable {
public:
    static constexpr int MostBits = 11;

    // weights: one per symbol, 1 to 256 of them, at least one not 0. The lengths are the best ones
    // within the limit (package-merge: Larmore and Hirschberg 1990).
    static HuffmanTable fromWeights(std::span<const std::uint64_t> weights);
    // lengths: bits of the symbols' codes, 0: no code. One symbol alone is given the length 1 and
    // needs none. Errors (BadInput): no complete prefix code.
    static Result<HuffmanTable> fromLengths(std::span<const std::uint8_t> lengths);

    std::size_t alphabet() const; // largest symbol + 1
    // Bits of the symbol's code, 0: it has none, or is the only one.
    int length(std::uint8_t symbol) const;
    bool writes(std::uint8_t symbol) const;
    // Of symbols with these counts; infinite where one has no code.
    double bits(std::span<const std::uint64_t> counts) const;

    // About half a byte per symbol. Errors (BadInput): no table.
    void write(ByteWriter& out) const;
    static Result<HuffmanTable> read(ByteReader& in);

    bool operator==(const HuffmanTable& other) const;

    struct Data; // private to huffman*.cpp
    const Data& data() const { return *m_data; }

private:
    std::shared_ptr<const Data> m_data;
};

// Each symbol must have a code.
std::vector<std::byte> huffmanEncode(const HuffmanTable& table,
                                     std::span<const std::uint8_t> symbols);
// Errors (BadInput): the payload is not that of out.size() symbols; out is then undefined.
Status huffmanDecode(const HuffmanTable& table, std::span<const std::byte> payload,
                     std::span<std::uint8_t> out);

} // namespace bitsmith

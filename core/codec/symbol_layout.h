// How bytes are cut into symbols that an entropy coder can shorten: the exponents of floats apart
// from their mantissas, packed codes one by one, the scales of GGUF blocks apart from their codes.
// A layout names the cut; bytes -> planes of symbols -> bytes is exact for any bytes of any size.
#pragma once

#include "core/base/result.h"
#include "core/codec/byte_stream.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/dtype.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

// The symbols of one chunk, plane by plane. Reused from chunk to chunk to save allocations.
using SymbolPlanes = std::vector<std::vector<std::uint8_t>>;

class SymbolLayout {
public:
    enum class Kind : std::uint8_t { // stored in files: numbers stay
        Bytes = 0,                   // one plane
        BytePlanes = 1,              // byte i of each unit of `parameter` bytes
        Packed = 2,                  // codes of `parameter` bits, LSB first, rows of `stride` bytes
        WordColumns = 3, // `parameter` rows of `stride` bytes of 32-bit words hold 32 codes of
                         // `parameter` bits a column, LSB first: 3-bit GPTQ
        Half = 4,        // 16-bit floats: bits 7-14 | sign and bits 0-6
        Single = 5,      // F32: bits 23-30 | sign and bits 16-22 | bits 8-15 | bits 0-7
        Block = 6        // blocks of a GGUF type, `parameter`: its parts, see block_layouts.h
    };

    static SymbolLayout bytes() { return {Kind::Bytes, 0, 0}; }
    static SymbolLayout bytePlanes(int bytesOfUnit); // 2 to 64
    // bits: 1 to 8. rowBytes: codes start anew there; 0: never.
    static SymbolLayout packed(int bits, std::uint64_t rowBytes = 0);
    // rowBytes: a multiple of 4, at most MostRowBytes / bits.
    static SymbolLayout wordColumns(int bits, std::uint64_t rowBytes);
    static SymbolLayout ofDType(DType dtype);
    static SymbolLayout ofBlocks(const BlockFormat& format); // any type, F32 and I16 among them

    static constexpr std::uint64_t MostRowBytes = std::uint64_t{1} << 22;
    static constexpr std::size_t MostPlanes = 64;

    Kind kind() const { return m_kind; }
    std::string name() const; // "half", "packed 3 bits", "Q6_K": for people
    // Chunks of any multiple of this can be cut apart from each other without loss of meaning.
    std::size_t unitBytes() const;
    std::size_t planes() const;
    int bits(std::size_t plane) const; // its symbols are below 2^bits; 1 to 8
    // Symbols of that plane in a chunk of so many bytes.
    std::size_t symbols(std::size_t plane, std::size_t chunkBytes) const;
    // Of the plane with most: for choosing the size of chunks.
    double symbolsPerByte() const;

    // planes: resized. A chunk begins at a unit; its last unit may be incomplete.
    void split(std::span<const std::byte> chunk, SymbolPlanes& planes) const;
    // planes: as split() made them for a chunk of this size; symbols beyond a plane's bits are cut.
    void join(const SymbolPlanes& planes, std::span<std::byte> chunk) const;

    void write(ByteWriter& out) const;
    // Errors (BadInput): an unknown layout or impossible parameters.
    static Result<SymbolLayout> read(ByteReader& in);
    bool operator==(const SymbolLayout&) const = default;

private:
    SymbolLayout(Kind kind, std::uint32_t parameter, std::uint64_t stride)
        : m_kind(kind), m_parameter(parameter), m_stride(stride) {}
    Kind m_kind = Kind::Bytes;
    std::uint32_t m_parameter = 0;
    std::uint64_t m_stride = 0;
};

} // namespace bitsmith

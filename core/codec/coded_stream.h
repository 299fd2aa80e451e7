// A range of bytes as a coded string: cut into planes of symbols, each plane coded by what makes it
// smallest, in blocks that decode on their own. For float tensors of containers and for the files
// of others (core/pipeline/compress.h).
//
//   blob   := u8 1 | varint bytes of the rest of the header | layout | varint raw bytes |
//             varint raw bytes of a block, 0: one block | a coding for each plane |
//             index: varint coded bytes of each block but the last, u32 checksum of each |
//             u32 checksum of the header | blocks
//   coding := u8 way, then  0: u8 the one symbol | 1: - | 2: table | 3: u8 0 or 1, table if 1 |
//             4: -
//   block  := for each plane that has symbols: (way 3: a coding of its own, there 3 is the shared
//             table) | way 1: codes packed LSB first | way 4: varint bytes, zstd frame
//             then, if any plane is coded by rANS: u8 log2 of the lanes | payload with these planes
//             as runs
//
// The checksum of a block covers its decoded bytes, seeded by its coded ones: no bit can change
// unseen. The header's is XXH3 of everything before it.
#pragma once

#include "core/base/result.h"
#include "core/codec/rans_table.h"
#include "core/codec/symbol_layout.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace bitsmith {

enum class StreamCoder { Auto, Rans, Zstd, Plain }; // Auto: the smallest, plane by plane

struct StreamOptions {
    StreamCoder coder = StreamCoder::Auto;
    std::size_t blockSymbols = std::size_t{1} << 18; // of the plane with most
    std::size_t blockBytes = 0;                      // 0: from blockSymbols
    int zstdLevel = 0;                               // 0: from the size
};

// Deterministic for any number of threads; uses all of them.
std::vector<std::byte> encodeStream(std::span<const std::byte> bytes, const SymbolLayout& layout,
                                    const StreamOptions& options = {});
inline std::vector<std::byte> encodeStream(std::span<const std::byte> bytes, DType dtype,
                                           const StreamOptions& options = {}) {
    return encodeStream(bytes, SymbolLayout::ofDType(dtype), options);
}

enum class PlaneWay : std::uint8_t { // stored in files: numbers stay. 5: reserved for Huffman
    Constant = 0,
    Plain = 1,
    Rans = 2,
    Varying = 3, // each block says; in a block: the shared table
    Zstd = 4
};

struct PlaneCoding {
    PlaneWay way = PlaneWay::Plain;
    std::uint8_t constant = 0;
    std::optional<RansTable> table; // of Rans; of Varying where blocks may use a shared one
};

// What stands before the blocks of a blob: enough to know where each block lies and to decode it
// from its bytes alone. Immutable; safe to use from several threads.
class StreamHeader {
public:
    static constexpr std::uint64_t MostBlockBytes = std::uint64_t{1} << 22;
    static constexpr std::size_t LengthBytes = 11; // enough of a blob to know its header's length

    // Bytes of the header of a blob that begins like this; all of `beginning` may be needed.
    // Errors (BadInput): no blob; another version.
    static Result<std::uint64_t> length(std::span<const std::byte> beginning);
    // beginning: at least length() bytes of the blob. blobBytes: all of it. limit: raw bytes that
    // the caller is ready to take. Errors (BadInput): damaged, impossible, or beyond the limit;
    // nothing is allocated for more blocks than the header has bytes for.
    static Result<std::shared_ptr<const StreamHeader>>
    parse(std::span<const std::byte> beginning, std::uint64_t blobBytes, std::uint64_t limit);

    std::uint64_t bytes() const { return m_bytes; }
    std::uint64_t rawSize() const { return m_rawSize; }
    std::size_t blocks() const { return m_blocks.size(); }
    std::uint64_t blockBytes() const { return m_blockBytes; }
    const SymbolLayout& layout() const { return m_layout; }
    const std::vector<PlaneCoding>& codings() const { return m_codings; }
    // Where the coded bytes of block i lie in the blob, and how many raw bytes it is.
    std::uint64_t codedOffset(std::size_t i) const { return m_blocks[i].offset; }
    std::uint64_t codedBytes(std::size_t i) const { return m_blocks[i].size; }
    std::size_t rawBytes(std::size_t i) const;

    // coded: codedBytes(i) bytes; out: rawBytes(i). On the calling thread. Errors (BadInput):
    // damaged; out then holds anything.
    Status decode(std::size_t i, std::span<const std::byte> coded, std::span<std::byte> out) const;

private:
    struct Block {
        std::uint64_t offset = 0, size = 0;
        std::uint32_t checksum = 0;
    };
    StreamHeader() : m_layout(SymbolLayout::bytes()) {}
    SymbolLayout m_layout;
    std::uint64_t m_bytes = 0, m_rawSize = 0, m_blockBytes = 0;
    std::vector<PlaneCoding> m_codings;
    std::vector<Block> m_blocks;
};

// A blob in memory, or mapped. Immutable; safe to use from several threads. Errors say what is
// wrong with the data but not where it is: the caller knows file and tensor.
class CodedStream {
public:
    // blob: borrowed. limit: as StreamHeader::parse.
    static Result<CodedStream> open(std::span<const std::byte> blob, std::uint64_t limit);
    const StreamHeader& header() const { return *m_header; }
    const std::shared_ptr<const StreamHeader>& sharedHeader() const { return m_header; }
    std::uint64_t rawSize() const { return m_header->rawSize(); }
    std::size_t blocks() const { return m_header->blocks(); }
    std::span<const std::byte> coded(std::size_t block) const;

    // Raw bytes [first, first + out.size()), which must exist. Decodes the blocks that it touches,
    // in parallel. Errors (BadInput): damaged.
    Status decode(std::uint64_t first, std::span<std::byte> out) const;
    // All checksums. One block per thread in memory.
    Status verify() const;

private:
    CodedStream() = default;
    std::span<const std::byte> m_blob;
    std::shared_ptr<const StreamHeader> m_header;
};

} // namespace bitsmith

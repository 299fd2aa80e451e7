#include "core/codec/coded_stream.h"

#include "core/base/hash.h"
#include "core/base/parallel.h"
#include "core/codec/plane_kernels.h"
#include "core/codec/rans.h"
#include "core/codec/stream_parts.h"
#include "core/codec/zstd.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <mutex>

namespace bitsmith {
namespace {

constexpr std::size_t ChecksumBytes = sizeof(std::uint32_t);
// Rounding up would overflow for sizes that no file has.
constexpr std::uint64_t LargestRaw = std::uint64_t{1} << 56;

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<PlaneCoding> readCoding(ByteReader& in, bool inBlock) {
    PlaneCoding coding;
    BITSMITH_TRY(const auto way, in.take<std::uint8_t>());
    coding.way = static_cast<PlaneWay>(way);
    switch (coding.way) {
    case PlaneWay::Constant: {
        BITSMITH_TRY(coding.constant, in.take<std::uint8_t>());
        return coding;
    }
    case PlaneWay::Plain:
    case PlaneWay::Zstd:
        return coding;
    case PlaneWay::Rans: {
        BITSMITH_TRY(coding.table, RansTable::read(in));
        return coding;
    }
    case PlaneWay::Varying: {
        if (inBlock) return coding;
        BITSMITH_TRY(const auto shared, in.take<std::uint8_t>());
        if (shared > 1) break;
        if (shared == 1) {
            BITSMITH_TRY(coding.table, RansTable::read(in));
        }
        return coding;
    }
    }
    return fail(ErrorCode::BadInput, "an unknown way of coding ({})", way);
}

Status readPlain(ByteReader& in, int bits, std::span<std::uint8_t> symbols) {
    BITSMITH_TRY(const auto packed, in.takeBytes(packedBytes(symbols.size(), bits)));
    const std::span bytes(reinterpret_cast<const std::uint8_t*>(packed.data()), packed.size());
    if (bits == 8) {
        std::ranges::copy(bytes, symbols.begin());
        return {};
    }
    // The last byte may hold more codes than there are.
    std::vector<std::uint8_t> codes(bytes.size() * 8 / static_cast<std::size_t>(bits));
    planes::unpack(bytes, bits, codes.data());
    std::copy_n(codes.begin(), symbols.size(), symbols.begin());
    return {};
}

Status readZstd(ByteReader& in, std::span<std::uint8_t> symbols) {
    BITSMITH_TRY(const std::uint64_t size, in.takeVarint());
    BITSMITH_TRY(const auto frame, in.takeBytes(size));
    return zstdDecompress(frame, std::as_writable_bytes(symbols));
}

// The planes of one block. Scratch that lives as long as its thread: a block is decoded in less
// time than the kernel needs to hand out its pages.
Status readPlanes(const SymbolLayout& layout, const std::vector<PlaneCoding>& codings,
                  std::span<const std::byte> coded, std::size_t rawBytes, SymbolPlanes& planes) {
    ByteReader in(coded);
    planes.resize(layout.planes());
    struct Run {
        RansTable table;
        std::size_t plane;
    };
    std::vector<Run> runs;
    for (std::size_t p = 0; p < planes.size(); ++p) {
        planes[p].resize(layout.symbols(p, rawBytes));
        if (planes[p].empty()) continue;
        PlaneCoding own;
        const PlaneCoding* coding = &codings[p];
        if (coding->way == PlaneWay::Varying) {
            BITSMITH_TRY(own, readCoding(in, true));
            if (own.way == PlaneWay::Varying) {
                if (!coding->table)
                    return fail(ErrorCode::BadInput, "a block refers to a table that is missing");
                own.way = PlaneWay::Rans;
                own.table = coding->table;
            }
            coding = &own;
        }
        switch (coding->way) {
        case PlaneWay::Constant:
            std::ranges::fill(planes[p], coding->constant);
            break;
        case PlaneWay::Plain:
            BITSMITH_CHECK(readPlain(in, layout.bits(p), planes[p]));
            break;
        case PlaneWay::Zstd:
            BITSMITH_CHECK(readZstd(in, planes[p]));
            break;
        case PlaneWay::Varying:
        case PlaneWay::Rans:
            runs.push_back({*coding->table, p});
            break;
        }
    }
    if (runs.empty())
        return in.atEnd() ? Status() : fail(ErrorCode::BadInput, "a block is longer than its data");
    BITSMITH_TRY(const auto lanes, in.take<std::uint8_t>());
    if (lanes > std::bit_width(static_cast<unsigned>(MostRansLanes)) - 1)
        return fail(ErrorCode::BadInput, "a block of 2^{} lanes", lanes);
    BITSMITH_TRY(RansDecoder decoder, RansDecoder::open(in.rest(), 1 << lanes));
    for (const Run& run : runs) BITSMITH_CHECK(decoder.decode(run.table, planes[run.plane]));
    return decoder.finish();
}

} // namespace

std::uint32_t headerChecksum(std::span<const std::byte> header) {
    return static_cast<std::uint32_t>(hash64(textOf(header)));
}

std::uint32_t blockChecksum(std::size_t index, std::span<const std::byte> coded,
                            std::span<const std::byte> raw) {
    return static_cast<std::uint32_t>(hash64(textOf(raw), hash64(textOf(coded), index)));
}

// ---- Header

Result<std::uint64_t> StreamHeader::length(std::span<const std::byte> beginning) {
    ByteReader in(beginning);
    BITSMITH_TRY(const auto version, in.take<std::uint8_t>());
    if (version != StreamVersion)
        return fail(ErrorCode::BadInput, "coded data of an unknown version ({})", version);
    BITSMITH_TRY(const std::uint64_t rest, in.takeVarint());
    if (rest > LargestRaw) return fail(ErrorCode::BadInput, "a header of {} bytes", rest);
    return rest + beginning.size() - in.rest().size();
}

Result<std::shared_ptr<const StreamHeader>> StreamHeader::parse(std::span<const std::byte> start,
                                                                std::uint64_t blobBytes,
                                                                std::uint64_t limit) {
    BITSMITH_TRY(const std::uint64_t length, StreamHeader::length(start));
    if (length > start.size() || length > blobBytes || length < ChecksumBytes + 2)
        return fail(ErrorCode::BadInput, "the coded data end within their header");
    const auto checked = start.first(length - ChecksumBytes);
    ByteReader foot(start.subspan(checked.size(), ChecksumBytes));
    BITSMITH_TRY(const auto checksum, foot.take<std::uint32_t>());
    if (headerChecksum(checked) != checksum)
        return fail(ErrorCode::BadInput, "the header of the coded data is damaged (its checksum)");
    ByteReader in(checked);
    BITSMITH_CHECK(in.take<std::uint8_t>());
    BITSMITH_CHECK(in.takeVarint());
    auto header = std::shared_ptr<StreamHeader>(new StreamHeader);
    header->m_bytes = length;
    BITSMITH_TRY(header->m_layout, SymbolLayout::read(in));
    BITSMITH_TRY(header->m_rawSize, in.takeVarint());
    BITSMITH_TRY(header->m_blockBytes, in.takeVarint());
    const std::uint64_t raw = header->m_rawSize;
    if (raw > limit || raw > LargestRaw)
        return fail(ErrorCode::BadInput, "the coded data stand for {} bytes, {} were expected", raw,
                    limit);
    if (header->m_blockBytes == 0) header->m_blockBytes = raw;
    const std::uint64_t blockBytes = header->m_blockBytes;
    if (blockBytes > MostBlockBytes ||
        (raw > blockBytes && blockBytes % header->m_layout.unitBytes() != 0))
        return fail(ErrorCode::BadInput, "blocks of {} bytes", blockBytes);
    for (std::size_t p = 0; p < header->m_layout.planes(); ++p) {
        BITSMITH_TRY(PlaneCoding coding, readCoding(in, false));
        header->m_codings.push_back(std::move(coding));
    }
    const std::uint64_t blocks = raw == 0 ? 0 : (raw - 1) / blockBytes + 1;
    if (blocks > in.rest().size() / ChecksumBytes)
        return fail(ErrorCode::BadInput, "an index of {} blocks is missing", blocks);
    std::uint64_t offset = length;
    header->m_blocks.resize(blocks);
    for (std::size_t i = 0; i < blocks; ++i) {
        Block& block = header->m_blocks[i];
        block.offset = offset;
        block.size = blobBytes - offset;
        if (i + 1 < blocks) {
            BITSMITH_TRY(block.size, in.takeVarint());
        }
        BITSMITH_TRY(block.checksum, in.take<std::uint32_t>());
        if (block.size > blobBytes - offset)
            return fail(ErrorCode::BadInput, "block {} ends past the end of the coded data", i);
        offset += block.size;
    }
    if (!in.atEnd() || offset != blobBytes)
        return fail(ErrorCode::BadInput, "the coded data are longer than their index says");
    return header;
}

std::size_t StreamHeader::rawBytes(std::size_t i) const {
    return static_cast<std::size_t>(std::min(m_blockBytes, m_rawSize - i * m_blockBytes));
}

Status StreamHeader::decode(std::size_t i, std::span<const std::byte> coded,
                            std::span<std::byte> out) const {
    assert(coded.size() == codedBytes(i) && out.size() == rawBytes(i));
    static thread_local SymbolPlanes planes;
    const Status read = readPlanes(m_layout, m_codings, coded, out.size(), planes);
    if (!read) return fail(ErrorCode::BadInput, "block {} is damaged: {}", i, read.error().message);
    m_layout.join(planes, out);
    if (blockChecksum(i, coded, out) != m_blocks[i].checksum)
        return fail(ErrorCode::BadInput, "block {} does not match its checksum", i);
    return {};
}

// ---- Blob

Result<CodedStream> CodedStream::open(std::span<const std::byte> blob, std::uint64_t limit) {
    CodedStream stream;
    stream.m_blob = blob;
    BITSMITH_TRY(stream.m_header, StreamHeader::parse(blob, blob.size(), limit));
    return stream;
}

std::span<const std::byte> CodedStream::coded(std::size_t block) const {
    return m_blob.subspan(m_header->codedOffset(block), m_header->codedBytes(block));
}

Status CodedStream::decode(std::uint64_t first, std::span<std::byte> out) const {
    assert(first <= rawSize() && out.size() <= rawSize() - first);
    if (out.empty()) return {};
    const std::uint64_t size = m_header->blockBytes();
    const std::size_t from = first / size, to = (first + out.size() - 1) / size;
    std::mutex mutex;
    Status result;
    std::size_t failed = to + 1; // the first block that is damaged, whatever came first in time
    parallelFor(to + 1 - from, 1, [&](std::size_t k, std::size_t) {
        const std::size_t i = from + k;
        const std::uint64_t begin = i * size, end = begin + m_header->rawBytes(i);
        const std::uint64_t a = std::max(begin, first), b = std::min(end, first + out.size());
        const auto target = out.subspan(a - first, b - a);
        Status done;
        if (target.size() == end - begin) {
            done = m_header->decode(i, coded(i), target);
        } else {
            std::vector<std::byte> whole(end - begin);
            done = m_header->decode(i, coded(i), whole);
            std::ranges::copy(std::span(whole).subspan(a - begin, b - a), target.begin());
        }
        if (done) return;
        const std::lock_guard lock(mutex);
        if (i < failed) {
            failed = i;
            result = std::move(done);
        }
    });
    return result;
}

Status CodedStream::verify() const {
    std::mutex mutex;
    Status result;
    std::size_t failed = blocks();
    parallelFor(blocks(), 1, [&](std::size_t i, std::size_t) {
        std::vector<std::byte> raw(m_header->rawBytes(i));
        Status done = m_header->decode(i, coded(i), raw);
        const std::lock_guard lock(mutex);
        if (!done && i < failed) {
            failed = i;
            result = std::move(done);
        }
    });
    return result;
}

} // namespace bitsmith

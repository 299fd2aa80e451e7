#include "core/codec/symbol_layout.h"

#include "core/codec/block_layouts.h"
#include "core/codec/plane_kernels.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::uint32_t MostBytePlanes = 64;

std::span<const std::uint8_t> u8(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()};
}

std::span<std::uint8_t> u8(std::span<std::byte> bytes) {
    return {reinterpret_cast<std::uint8_t*>(bytes.data()), bytes.size()};
}

bool dividesByte(std::uint64_t bits) { return 8 % bits == 0; }

} // namespace

SymbolLayout SymbolLayout::bytePlanes(int bytesOfUnit) {
    assert(bytesOfUnit >= 2 && bytesOfUnit <= static_cast<int>(MostBytePlanes));
    return {Kind::BytePlanes, static_cast<std::uint32_t>(bytesOfUnit), 0};
}

SymbolLayout SymbolLayout::packed(int bits, std::uint64_t rowBytes) {
    assert(bits >= 1 && bits <= 8 && rowBytes <= MostRowBytes);
    if (bits == 8) return bytes();
    const auto width = static_cast<std::uint32_t>(bits);
    const bool rowsAreWhole = rowBytes == 0 || rowBytes * 8 % width == 0;
    return {Kind::Packed, width, rowsAreWhole ? 0 : rowBytes};
}

SymbolLayout SymbolLayout::wordColumns(int bits, std::uint64_t rowBytes) {
    assert(bits >= 1 && bits <= 8 && rowBytes % 4 == 0 && rowBytes > 0);
    assert(rowBytes * static_cast<std::uint64_t>(bits) <= MostRowBytes);
    return {Kind::WordColumns, static_cast<std::uint32_t>(bits), rowBytes};
}

SymbolLayout SymbolLayout::ofDType(DType dtype) {
    if (dtype == DType::BF16 || dtype == DType::F16) return {Kind::Half, 0, 0};
    if (dtype == DType::F32) return {Kind::Single, 0, 0};
    const std::size_t size = byteSize(dtype);
    return size == 1 ? bytes() : bytePlanes(static_cast<int>(size));
}

SymbolLayout SymbolLayout::ofBlocks(const BlockFormat& format) {
    if (findBlockLayout(format.ggufType)) return {Kind::Block, format.ggufType, 0};
    const auto dtype = dtypeFromName(format.name);
    return dtype ? ofDType(*dtype) : bytes();
}

std::string SymbolLayout::name() const {
    switch (m_kind) {
    case Kind::Bytes:
        return "bytes";
    case Kind::BytePlanes:
        return fmt::format("bytes of {}", m_parameter);
    case Kind::Packed:
        return fmt::format("{}-bit codes", m_parameter);
    case Kind::WordColumns:
        return fmt::format("{}-bit codes down columns", m_parameter);
    case Kind::Half:
        return "16-bit floats";
    case Kind::Single:
        return "32-bit floats";
    case Kind::Block:
        return std::string(findBlockFormat(m_parameter)->name);
    }
    return {};
}

std::size_t SymbolLayout::unitBytes() const {
    switch (m_kind) {
    case Kind::Bytes:
        return 1;
    case Kind::BytePlanes:
        return m_parameter;
    case Kind::Packed:
        return m_stride > 0 ? m_stride : dividesByte(m_parameter) ? 1 : m_parameter;
    case Kind::WordColumns:
        return m_stride * m_parameter;
    case Kind::Half:
        return 2;
    case Kind::Single:
        return 4;
    case Kind::Block:
        return findBlockLayout(m_parameter)->bytes;
    }
    return 1;
}

std::size_t SymbolLayout::planes() const {
    switch (m_kind) {
    case Kind::Bytes:
        return 1;
    case Kind::BytePlanes:
        return m_parameter;
    case Kind::Packed:
        return dividesByte(m_parameter) ? 1 : 2;
    case Kind::WordColumns:
        return 2;
    case Kind::Half:
        return 3;
    case Kind::Single:
        return 5;
    case Kind::Block:
        return findBlockLayout(m_parameter)->planes.size() + 1;
    }
    return 1;
}

int SymbolLayout::bits(std::size_t plane) const {
    if (m_kind == Kind::Packed || (m_kind == Kind::WordColumns && plane == 0))
        return static_cast<int>(m_parameter);
    if (m_kind == Kind::Block) {
        const BlockLayout& block = *findBlockLayout(m_parameter);
        if (plane < block.planes.size()) return block.planes[plane].bits;
    }
    return 8;
}

// Where units have an inner order, the last plane holds the bytes of an incomplete one.
std::size_t SymbolLayout::symbols(std::size_t plane, std::size_t n) const {
    const std::size_t unit = unitBytes();
    const std::size_t whole = n / unit, rest = n % unit;
    switch (m_kind) {
    case Kind::Bytes:
        return n;
    case Kind::BytePlanes:
        return whole + (rest > plane ? 1 : 0);
    case Kind::Packed: {
        const std::size_t width = m_parameter;
        const std::size_t row = m_stride > 0 ? m_stride : n;
        const std::size_t rows = row > 0 ? n / row : 0, last = row > 0 ? n % row : 0;
        if (plane == 0) return rows * (8 * row / width) + 8 * last / width;
        return rows * (8 * row % width != 0 ? 1 : 0) + (8 * last % width != 0 ? 1 : 0);
    }
    case Kind::WordColumns:
        return plane == 0 ? whole * (m_stride / 4) * 32 : rest;
    case Kind::Half:
    case Kind::Single:
        return plane + 1 < planes() ? whole : rest;
    case Kind::Block: {
        const BlockLayout& block = *findBlockLayout(m_parameter);
        return plane < block.planes.size() ? whole * block.planes[plane].symbols : rest;
    }
    }
    return 0;
}

double SymbolLayout::symbolsPerByte() const {
    const std::size_t unit = unitBytes();
    std::size_t most = 1;
    for (std::size_t plane = 0; plane < planes(); ++plane)
        most = std::max(most, symbols(plane, unit));
    return static_cast<double>(most) / static_cast<double>(unit);
}

void SymbolLayout::split(std::span<const std::byte> chunk, SymbolPlanes& out) const {
    out.resize(planes());
    for (std::size_t plane = 0; plane < out.size(); ++plane)
        out[plane].resize(symbols(plane, chunk.size()));
    const auto in = u8(chunk);
    const std::size_t unit = unitBytes(), whole = in.size() / unit;
    const auto rest = in.subspan(whole * unit);
    const auto keepRest = [&] { std::ranges::copy(rest, out.back().begin()); };
    switch (m_kind) {
    case Kind::Bytes:
        std::ranges::copy(in, out[0].begin());
        return;
    case Kind::BytePlanes:
        for (std::size_t plane = 0; plane < out.size(); ++plane)
            planes::takeEvery(in, plane, out.size(), out[plane].data());
        return;
    case Kind::Packed: {
        const int width = static_cast<int>(m_parameter);
        std::uint8_t* codes = out[0].data();
        std::uint8_t* ends = out.back().data();
        const std::size_t row = m_stride > 0 ? m_stride : std::max<std::size_t>(1, in.size());
        for (std::size_t at = 0; at < in.size(); at += row) {
            const auto bytes = in.subspan(at, std::min(row, in.size() - at));
            codes = planes::unpack(bytes, width, codes);
            if (const auto left = bytes.size() * 8 % m_parameter; left != 0)
                *ends++ = static_cast<std::uint8_t>(bytes.back() >> (8 - left));
        }
        return;
    }
    case Kind::WordColumns:
        for (std::size_t u = 0; u < whole; ++u)
            planes::splitColumns(in.data() + u * unit, static_cast<int>(m_parameter), m_stride,
                                 out[0].data() + u * (m_stride / 4) * 32);
        return keepRest();
    case Kind::Half:
        planes::splitHalf(in.data(), whole, out[0].data(), out[1].data());
        return keepRest();
    case Kind::Single:
        planes::splitSingle(in.data(), whole, out[0].data(), out[1].data(), out[2].data(),
                            out[3].data());
        return keepRest();
    case Kind::Block: {
        const BlockLayout& block = *findBlockLayout(m_parameter);
        for (std::size_t plane = 0; plane < block.planes.size(); ++plane)
            std::ranges::fill(out[plane], std::uint8_t{0});
        for (const BlockRun& run : block.runs)
            planes::splitRun(run, in.data(), block.bytes, whole, block.planes[run.plane].symbols,
                             out[run.plane].data());
        return keepRest();
    }
    }
}

void SymbolLayout::join(const SymbolPlanes& from, std::span<std::byte> chunk) const {
    const auto out = u8(chunk);
    const std::size_t unit = unitBytes(), whole = out.size() / unit;
    const auto restoreRest = [&] {
        std::ranges::copy(from.back(), out.begin() + static_cast<std::ptrdiff_t>(whole * unit));
    };
    switch (m_kind) {
    case Kind::Bytes:
        std::ranges::copy(from[0], out.begin());
        return;
    case Kind::BytePlanes:
        for (std::size_t plane = 0; plane < from.size(); ++plane)
            planes::putEvery(from[plane].data(), plane, from.size(), out);
        return;
    case Kind::Packed: {
        const int width = static_cast<int>(m_parameter);
        const std::uint8_t* codes = from[0].data();
        const std::uint8_t* ends = from.back().data();
        const std::size_t row = m_stride > 0 ? m_stride : std::max<std::size_t>(1, out.size());
        for (std::size_t at = 0; at < out.size(); at += row) {
            const auto bytes = out.subspan(at, std::min(row, out.size() - at));
            codes = planes::pack(codes, width, bytes);
            if (const auto left = bytes.size() * 8 % m_parameter; left != 0)
                bytes.back() = static_cast<std::uint8_t>(bytes.back() | *ends++ << (8 - left));
        }
        return;
    }
    case Kind::WordColumns:
        for (std::size_t u = 0; u < whole; ++u)
            planes::joinColumns(from[0].data() + u * (m_stride / 4) * 32,
                                static_cast<int>(m_parameter), m_stride, out.data() + u * unit);
        return restoreRest();
    case Kind::Half:
        planes::joinHalf(from[0].data(), from[1].data(), whole, out.data());
        return restoreRest();
    case Kind::Single:
        planes::joinSingle(from[0].data(), from[1].data(), from[2].data(), from[3].data(), whole,
                           out.data());
        return restoreRest();
    case Kind::Block: {
        const BlockLayout& block = *findBlockLayout(m_parameter);
        std::ranges::fill(out, std::uint8_t{0});
        for (const BlockRun& run : block.runs)
            planes::joinRun(run, from[run.plane].data(), block.planes[run.plane].symbols, whole,
                            block.bytes, out.data());
        return restoreRest();
    }
    }
}

void SymbolLayout::write(ByteWriter& out) const {
    out.put(static_cast<std::uint8_t>(m_kind));
    if (m_kind == Kind::BytePlanes || m_kind == Kind::Packed || m_kind == Kind::WordColumns ||
        m_kind == Kind::Block)
        out.putVarint(m_parameter);
    if (m_kind == Kind::Packed || m_kind == Kind::WordColumns) out.putVarint(m_stride);
}

Result<SymbolLayout> SymbolLayout::read(ByteReader& in) {
    BITSMITH_TRY(const auto number, in.take<std::uint8_t>());
    const auto kind = static_cast<Kind>(number);
    std::uint64_t parameter = 0, stride = 0;
    if (kind == Kind::BytePlanes || kind == Kind::Packed || kind == Kind::WordColumns ||
        kind == Kind::Block) {
        BITSMITH_TRY(parameter, in.takeVarint());
    }
    if (kind == Kind::Packed || kind == Kind::WordColumns) {
        BITSMITH_TRY(stride, in.takeVarint());
    }
    bool possible = number <= static_cast<std::uint8_t>(Kind::Block);
    if (kind == Kind::BytePlanes) possible = parameter >= 2 && parameter <= MostBytePlanes;
    if (kind == Kind::Packed)
        possible = parameter >= 1 && parameter <= 7 && stride <= MostRowBytes &&
                   (stride == 0 || stride * 8 % parameter != 0);
    if (kind == Kind::WordColumns)
        possible = parameter >= 1 && parameter <= 8 && stride % 4 == 0 && stride > 0 &&
                   stride <= MostRowBytes / parameter;
    if (kind == Kind::Block)
        possible = parameter <= 0xffffffff &&
                   findBlockLayout(static_cast<std::uint32_t>(parameter)) != nullptr;
    if (!possible)
        return fail(ErrorCode::BadInput, "an unknown layout of symbols ({}, {}, {})", number,
                    parameter, stride);
    return SymbolLayout(kind, static_cast<std::uint32_t>(parameter), stride);
}

} // namespace bitsmith

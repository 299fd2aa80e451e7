#include "core/exporters/gguf/repack.h"

#include "core/base/message.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/codebooks.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace bitsmith {
namespace {

constexpr std::size_t Block = 32;

// Smallest and largest code - zero of an affine grid, whatever its zeros are.
std::pair<int, int> codeRange(const MatrixLayout& layout) {
    const int top = (1 << layout.bits) - 1;
    if (layout.symmetric) return {-(1 << (layout.bits - 1)), top - (1 << (layout.bits - 1))};
    return {-top, top};
}

tl::unexpected<Error> cannot(const std::string& why) {
    return fail(ErrorCode::Unsupported, "{}", why);
}

Status checkGroups(const MatrixLayout& layout) {
    if (layout.grid == "mixed")
        return cannot("its groups of columns have different widths; GGUF blocks of a "
                      "tensor have one"_message());
    if (layout.hasBooks())
        return cannot(
            "its levels are {}, which no GGUF block type has"_message(describeLevels(layout)));
    if (layout.columnGroups)
        return cannot("its groups follow the activation order; GGUF blocks are columns "
                      "side by side"_message());
    if (layout.columnScaled)
        return cannot("it has a factor for each column, which GGUF blocks have not"_message());
    if (layout.cols % Block != 0)
        return cannot(
            "its rows have {} columns; GGUF blocks take {} at a time"_message(layout.cols, Block));
    if (layout.groupsPerRow > 1 && layout.groupSize % Block != 0)
        return cannot("its groups of {} columns do not fit GGUF blocks of {}"_message(
            layout.groupSize, Block));
    return {};
}

// d, then 16 bytes of codes: element j in the low, element j + 16 in the high half of byte j.
void packNibbles(const int* values, std::byte* out) {
    for (std::size_t j = 0; j < Block / 2; ++j)
        out[j] = static_cast<std::byte>((values[j] & 15) | ((values[j + Block / 2] & 15) << 4));
}

// Values with their zero taken off; the block's scale multiplies them.
void writeBlock(const BlockFormat& format, std::uint16_t scale, const int* values, std::byte* out) {
    std::memcpy(out, &scale, sizeof(scale));
    out += sizeof(scale);
    int shifted[Block];
    if (format.name == "Q4_0") {
        for (std::size_t j = 0; j < Block; ++j) shifted[j] = values[j] + 8;
        packNibbles(shifted, out);
    } else if (format.name == "Q5_0") {
        std::uint32_t high = 0;
        for (std::size_t j = 0; j < Block; ++j) {
            shifted[j] = values[j] + 16;
            high |= static_cast<std::uint32_t>(shifted[j] >> 4) << j;
        }
        std::memcpy(out, &high, sizeof(high));
        packNibbles(shifted, out + sizeof(high));
    } else { // Q8_0
        for (std::size_t j = 0; j < Block; ++j)
            out[j] = static_cast<std::byte>(static_cast<std::int8_t>(values[j]));
    }
}

} // namespace

Result<const BlockFormat*> blockFormatFor(const MatrixLayout& layout) {
    if (layout.side.any())
        return cannot("it keeps {} beside its codes, which GGUF has no place for"_message(
            layout.side.names()));
    if (layout.grid == "gguf") {
        const BlockFormat* format = findBlockFormat(layout.format);
        if (!format) return cannot("'{}' is no block type of GGUF"_message(layout.format));
        return format;
    }
    BITSMITH_CHECK(checkGroups(layout));
    if (layout.grid == "float") {
        if (layout.format != "e2m1" || layout.scaleType != DType::F8E8M0 ||
            layout.groupSize != Block || layout.parameterRows != layout.rows)
            return cannot(
                "of the floating-point grids GGUF has e2m1 in groups of 32 with power-of-two "
                "scales (MXFP4); this is {} in groups of {}"_message(layout.format,
                                                                     layout.groupSize));
        return findBlockFormat("MXFP4");
    }
    const auto [least, most] = codeRange(layout);
    if (least >= -8 && most <= 7) return findBlockFormat("Q4_0");
    if (least >= -16 && most <= 15) return findBlockFormat("Q5_0");
    if (least >= -128 && most <= 127) return findBlockFormat("Q8_0");
    return cannot(
        "its {}-bit codes less their zeros reach from {} to {}, and no GGUF block holds more than "
        "-128 to 127"_message(layout.bits, least, most));
}

Status checkRepack(const QuantizedMatrix& m) {
    if (m.grid == "gguf") return {};
    if (m.grid == "float") {
        if (m.tensorScale != 1)
            return cannot("it has a scale for the whole tensor, which MXFP4 has not"_message());
        for (const std::byte scale : m.scales)
            if (scale == std::byte{0xFF}) return cannot("a scale of it is no number"_message());
        return {};
    }
    if (m.scaleType == DType::F16) return {};
    for (std::size_t i = 0; i < m.parameters(); ++i)
        if (const float scale = m.scale(i); halfToFloat(floatToHalf(scale)) != scale)
            return cannot(
                "its scales are {}, and {} is no F16 number, which GGUF blocks have"_message(
                    dtypeName(m.scaleType), scale));
    return {};
}

void repackRows(const QuantizedMatrix& m, const BlockFormat& format, std::size_t first,
                std::size_t count, std::span<std::byte> out) {
    const std::size_t rowBytes = m.rowBytes(), outBytes = format.rowBytes(m.cols);
    assert(out.size() == count * outBytes);
    if (m.grid == "gguf") {
        std::memcpy(out.data(), m.codes.data() + first * rowBytes, out.size());
        return;
    }
    std::vector<std::uint8_t> codes(m.cols);
    for (std::size_t r = first; r < first + count; ++r) {
        unpackBits(std::span(m.codes).subspan(r * rowBytes, rowBytes), m.bits, codes);
        std::byte* row = out.data() + (r - first) * outBytes;
        for (std::size_t c = 0; c < m.cols; c += Block, row += format.blockBytes) {
            const std::size_t group = m.groupsPerRow == 1 ? 0 : c / m.groupSize;
            const std::size_t parameter = (m.parameterRows == 1 ? 0 : r * m.groupsPerRow) + group;
            int values[Block];
            if (m.grid == "float") {
                row[0] = m.scales[parameter];
                std::copy_n(codes.begin() + static_cast<std::ptrdiff_t>(c), Block, values);
                packNibbles(values, row + 1);
                continue;
            }
            const int zero = m.zero(parameter);
            for (std::size_t j = 0; j < Block; ++j) values[j] = codes[c + j] - zero;
            writeBlock(format, floatToHalf(m.scale(parameter)), values, row);
        }
    }
}

} // namespace bitsmith

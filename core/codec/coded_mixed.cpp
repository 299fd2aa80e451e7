#include "core/codec/coded_mixed.h"

#include "core/codec/byte_stream.h"
#include "core/codec/coded_matrix.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/width_parts.h"

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::uint8_t Mixed = 3; // beside the forms of coded_matrix.cpp
constexpr int MapBits = 3;

std::vector<std::byte> packedMap(const MatrixLayout& layout) {
    std::vector<std::uint8_t> less(layout.groupBits);
    for (std::uint8_t& bits : less) --bits;
    std::vector<std::byte> out(packedBytes(less.size(), MapBits));
    packBits(less, MapBits, out);
    return out;
}

// The coded parts, in the order of widthLayouts().
Result<std::vector<std::span<const std::byte>>>
partsOf(std::span<const std::byte> coded, const MatrixLayout& layout, std::size_t count) {
    ByteReader in(coded);
    BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
    if (form != Mixed) return fail(ErrorCode::BadInput, "codes of unknown form {}", form);
    const std::vector<std::byte> map = packedMap(layout);
    BITSMITH_TRY(const auto stored, in.takeBytes(map.size()));
    if (!std::ranges::equal(stored, map))
        return fail(ErrorCode::BadInput, "the widths of its groups are not those of its layout");
    std::vector<std::uint64_t> sizes;
    for (std::size_t p = 0; p + 1 < count; ++p) {
        BITSMITH_TRY(const auto size, in.takeVarint());
        sizes.push_back(size);
    }
    std::vector<std::span<const std::byte>> out;
    for (const std::uint64_t size : sizes) {
        BITSMITH_TRY(const auto bytes, in.takeBytes(size));
        out.push_back(bytes);
    }
    out.push_back(in.rest());
    return out;
}

} // namespace

std::vector<std::byte> encodeMixed(const QuantizedMatrix& matrix) {
    ByteWriter out;
    out.put(Mixed);
    out.putBytes(packedMap(matrix));
    std::vector<std::vector<std::byte>> coded;
    for (const QuantizedMatrix& part : splitWidths(matrix)) coded.push_back(encodeMatrix(part));
    for (std::size_t p = 0; p + 1 < coded.size(); ++p) out.putVarint(coded[p].size());
    for (const auto& bytes : coded) out.putBytes(bytes);
    return out.take();
}

Result<std::shared_ptr<QuantizedMatrix>> decodeMixed(std::span<const std::byte> coded,
                                                     const MatrixLayout& layout) {
    const std::vector<MatrixLayout> layouts = widthLayouts(layout);
    BITSMITH_TRY(const auto pieces, partsOf(coded, layout, layouts.size()));
    std::vector<QuantizedMatrix> parts;
    std::vector<std::vector<std::byte>> codes;
    for (std::size_t p = 0; p < layouts.size(); ++p) {
        BITSMITH_TRY(const auto part, decodeMatrix(pieces[p], layouts[p], 1));
        parts.push_back(*part);
        codes.push_back(std::move(parts.back().codes));
    }
    auto whole = std::make_shared<QuantizedMatrix>(QuantizedMatrix{layout});
    joinParameters(parts, *whole);
    whole->codes = joinWidths(layout, layout.rows, codes);
    return whole;
}

Result<std::vector<std::byte>> decodeMixedRows(std::span<const std::byte> coded,
                                               const MatrixLayout& layout, std::size_t first,
                                               std::size_t count) {
    const std::vector<MatrixLayout> layouts = widthLayouts(layout);
    BITSMITH_TRY(const auto pieces, partsOf(coded, layout, layouts.size()));
    std::vector<std::vector<std::byte>> codes;
    for (std::size_t p = 0; p < layouts.size(); ++p) {
        BITSMITH_TRY(auto rows, decodeMatrixRows(pieces[p], layouts[p], first, count));
        codes.push_back(std::move(rows));
    }
    return joinWidths(layout, count, codes);
}

} // namespace bitsmith

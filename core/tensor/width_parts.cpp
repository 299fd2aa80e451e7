#include "core/tensor/width_parts.h"

#include "core/tensor/row_codes.h"

#include <algorithm>
#include <cassert>

namespace bitsmith {
namespace {

constexpr int MostWidth = 8;

std::size_t groupCols(const MatrixLayout& layout, std::size_t g) {
    return std::min(layout.groupSize, layout.cols - g * layout.groupSize);
}

// Calls body(group of the whole, group of the part, first column of the part) for a part's groups.
template <class Body>
void forGroupsOf(const MatrixLayout& whole, int bits, Body&& body) {
    std::size_t group = 0, column = 0;
    for (std::size_t g = 0; g < whole.groupBits.size(); ++g) {
        if (whole.groupBits[g] != bits) continue;
        body(g, group++, column);
        column += groupCols(whole, g);
    }
}

// Calls body(parameter of the whole, parameter of the part).
template <class Body>
void forParameters(const MatrixLayout& whole, const MatrixLayout& part, Body&& body) {
    forGroupsOf(whole, part.bits, [&](std::size_t g, std::size_t mine, std::size_t) {
        for (std::size_t r = 0; r < whole.rows; ++r)
            body(r * whole.groupsPerRow + g, r * part.groupsPerRow + mine);
    });
}

} // namespace

std::vector<MatrixLayout> widthLayouts(const MatrixLayout& layout) {
    assert(!layout.groupBits.empty());
    std::vector<MatrixLayout> parts;
    for (int bits = 1; bits <= MostWidth; ++bits) {
        MatrixLayout part = layout;
        part.grid = "affine";
        part.groupBits.clear();
        part.side = {};
        part.bits = bits;
        part.cols = part.groupsPerRow = 0;
        forGroupsOf(layout, bits, [&](std::size_t g, std::size_t, std::size_t) {
            part.cols += groupCols(layout, g);
            ++part.groupsPerRow;
        });
        if (part.groupsPerRow > 0) parts.push_back(std::move(part));
    }
    return parts;
}

std::vector<QuantizedMatrix> splitWidths(const QuantizedMatrix& matrix) {
    std::vector<QuantizedMatrix> parts;
    const std::size_t rowBytes = matrix.rowBytes(), width = byteSize(matrix.scaleType);
    std::vector<std::uint8_t> row(matrix.cols), own(matrix.cols);
    for (MatrixLayout& layout : widthLayouts(matrix)) {
        QuantizedMatrix part{std::move(layout)};
        part.scales.resize(part.parameters() * width);
        part.zeros.resize(part.parameters());
        part.codes.resize(part.rows * part.rowBytes());
        forParameters(matrix, part, [&](std::size_t from, std::size_t to) {
            std::copy_n(&matrix.scales[from * width], width, &part.scales[to * width]);
            part.zeros[to] = matrix.zeros[from];
        });
        parts.push_back(std::move(part));
    }
    for (std::size_t r = 0; r < matrix.rows; ++r) {
        unpackRow(matrix, std::span(matrix.codes).subspan(r * rowBytes, rowBytes), std::span(row));
        for (QuantizedMatrix& part : parts) {
            forGroupsOf(matrix, part.bits, [&](std::size_t g, std::size_t, std::size_t column) {
                std::copy_n(&row[g * matrix.groupSize], groupCols(matrix, g), &own[column]);
            });
            packRow(part, std::span<const std::uint8_t>(own).first(part.cols),
                    std::span(part.codes).subspan(r * part.rowBytes(), part.rowBytes()));
        }
    }
    return parts;
}

std::vector<std::byte> joinWidths(const MatrixLayout& layout, std::size_t rows,
                                  std::span<const std::vector<std::byte>> codes) {
    const std::vector<MatrixLayout> parts = widthLayouts(layout);
    assert(codes.size() == parts.size());
    const std::size_t rowBytes = layout.rowBytes();
    std::vector<std::byte> out(rows * rowBytes);
    std::vector<std::uint8_t> row(layout.cols), own(layout.cols);
    for (std::size_t r = 0; r < rows; ++r) {
        for (std::size_t p = 0; p < parts.size(); ++p) {
            const std::size_t bytes = parts[p].rowBytes();
            unpackRow(parts[p], std::span(codes[p]).subspan(r * bytes, bytes),
                      std::span(own).first(parts[p].cols));
            forGroupsOf(layout, parts[p].bits, [&](std::size_t g, std::size_t, std::size_t column) {
                std::copy_n(&own[column], groupCols(layout, g), &row[g * layout.groupSize]);
            });
        }
        packRow(layout, std::span<const std::uint8_t>(row),
                std::span(out).subspan(r * rowBytes, rowBytes));
    }
    return out;
}

void joinParameters(std::span<const QuantizedMatrix> parts, QuantizedMatrix& whole) {
    const std::size_t width = byteSize(whole.scaleType);
    whole.scales.resize(whole.parameters() * width);
    whole.zeros.resize(whole.parameters());
    for (const QuantizedMatrix& part : parts)
        forParameters(whole, part, [&](std::size_t to, std::size_t from) {
            std::copy_n(&part.scales[from * width], width, &whole.scales[to * width]);
            whole.zeros[to] = part.zeros[from];
        });
}

} // namespace bitsmith

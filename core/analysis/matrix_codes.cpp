#include "core/analysis/matrix_codes.h"

#include "core/analysis/block_codes.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/row_codes.h"

#include <cassert>
#include <cstring>

namespace bitsmith {
namespace {

const std::uint8_t* rowBytesOf(const QuantizedMatrix& matrix, std::size_t row) {
    return reinterpret_cast<const std::uint8_t*>(matrix.codes.data()) + row * matrix.rowBytes();
}

} // namespace

Result<CodeForm> codeForm(const MatrixLayout& layout) {
    if (layout.grid != "gguf") {
        if ((layout.bits < 1 || layout.bits > 8) && layout.bits != 16)
            return fail(ErrorCode::Unsupported, "codes of {} bits are not known", layout.bits);
        return CodeForm{layout.widest(), std::size_t{1} << layout.widest(), layout.groupSize};
    }
    if (const BlockReader* reader = findBlockReader(layout.format)) return reader->form;
    return fail(ErrorCode::Unsupported, "{} holds no codes that could be counted", layout.format);
}

void readCodes(const QuantizedMatrix& matrix, std::size_t first, std::size_t count,
               std::uint16_t* out) {
    assert(first + count <= matrix.rows);
    if (matrix.grid == "gguf") {
        const BlockReader& reader = *findBlockReader(matrix.format);
        const BlockFormat& format = *findBlockFormat(matrix.format);
        const std::uint8_t* block = rowBytesOf(matrix, first);
        const std::size_t blocks = count * (matrix.cols / format.blockSize);
        for (std::size_t b = 0; b < blocks; ++b, block += format.blockBytes)
            reader.codes(block, out + b * format.blockSize);
        return;
    }
    if (matrix.bits == 16) { // little-endian words, rows without gaps
        std::memcpy(out, rowBytesOf(matrix, first), count * matrix.cols * sizeof *out);
        return;
    }
    std::vector<std::uint8_t> row(matrix.cols);
    const std::size_t rowBytes = matrix.rowBytes();
    for (std::size_t r = first; r < first + count; ++r, out += matrix.cols) {
        unpackRow(matrix, std::span(matrix.codes).subspan(r * rowBytes, rowBytes), std::span(row));
        std::copy(row.begin(), row.end(), out);
    }
}

std::vector<ParameterPlane> parameterPlanes(const MatrixLayout& layout) {
    if (layout.grid == "gguf") return findBlockReader(layout.format)->planes;
    if (layout.hasBooks()) return std::vector<ParameterPlane>(1); // their bytes
    std::vector<ParameterPlane> planes(byteSize(layout.scaleType));
    if (layout.storesZeros()) planes.push_back({true, layout.widest()});
    return planes;
}

void readParameters(const QuantizedMatrix& matrix,
                    const std::function<void(std::size_t, std::uint8_t)>& sink) {
    if (matrix.grid == "gguf") {
        const BlockReader& reader = *findBlockReader(matrix.format);
        const BlockFormat& format = *findBlockFormat(matrix.format);
        const std::size_t blocks = matrix.rows * (matrix.cols / format.blockSize);
        for (std::size_t b = 0; b < blocks; ++b)
            reader.parameters(rowBytesOf(matrix, 0) + b * format.blockBytes, sink);
        return;
    }
    for (const std::byte byte : matrix.books) sink(0, static_cast<std::uint8_t>(byte));
    const std::size_t width = byteSize(matrix.scaleType);
    for (std::size_t i = 0; i < matrix.scales.size(); ++i)
        sink(i % width, static_cast<std::uint8_t>(matrix.scales[i]));
    for (const std::uint8_t zero : matrix.zeros) sink(width, zero);
}

} // namespace bitsmith

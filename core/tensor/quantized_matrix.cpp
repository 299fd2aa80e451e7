#include "core/tensor/quantized_matrix.h"

#include "core/tensor/bit_packing.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/codebooks.h"
#include "core/tensor/convert.h"
#include "core/tensor/levels.h"
#include "core/tensor/row_codes.h"
#include "core/tensor/vector_clones.h"

#include <fmt/format.h>

#include <algorithm>
#include <cassert>
#include <numeric>

namespace bitsmith {
namespace {

BITSMITH_VECTOR_CLONES(scaleCodes,
                       (const std::uint8_t* codes, float zero, float scale, float* out,
                        std::size_t n),
                       (codes, zero, scale, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = scale * (static_cast<float>(codes[i]) - zero);
                       })

BITSMITH_VECTOR_CLONES(scaleWideCodes,
                       (const std::uint16_t* codes, float zero, float scale, float* out,
                        std::size_t n),
                       (codes, zero, scale, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = scale * (static_cast<float>(codes[i]) - zero);
                       })

// Scales and zero points of one row's groups.
struct RowParameters {
    std::vector<float> scales, zeros;

    explicit RowParameters(const QuantizedMatrix& m)
        : scales(m.groupsPerRow), zeros(m.groupsPerRow, static_cast<float>(1 << (m.bits - 1))) {}

    void read(const QuantizedMatrix& m, std::size_t row) {
        const std::size_t first = m.parameterRows == 1 ? 0 : row * m.groupsPerRow;
        const std::size_t bytes = byteSize(m.scaleType);
        toFloat(m.scaleType, std::span(m.scales).subspan(first * bytes, scales.size() * bytes),
                scales);
        if (m.tensorScale != 1)
            for (float& scale : scales) scale *= m.tensorScale;
        if (!m.zeros.empty())
            for (std::size_t g = 0; g < zeros.size(); ++g)
                zeros[g] = m.zeroPoint(g, m.zeros[first + g]);
    }
};

void decodeBlocks(const QuantizedMatrix& m, std::size_t first, std::size_t count, float* out) {
    const BlockFormat& format = *findBlockFormat(m.format);
    // Rows are whole blocks without gaps.
    format.decode(m.codes.data() + first * m.rowBytes(), count * (m.cols / format.blockSize), out);
}

// Codes of one group, or of columns in any groups.
struct AffineDecoder {
    void group(const std::uint16_t* codes, float zero, float scale, float* out,
               std::size_t n) const {
        scaleWideCodes(codes, zero, scale, out, n);
    }
    void group(const std::uint8_t* codes, float zero, float scale, float* out,
               std::size_t n) const {
        scaleCodes(codes, zero, scale, out, n);
    }
    float one(int code, float zero, float scale) const {
        return scale * (static_cast<float>(code) - zero);
    }
};

struct LevelDecoder {
    std::span<const float> levels;
    void group(const std::uint8_t* codes, float zero, float scale, float* out,
               std::size_t n) const {
        for (std::size_t i = 0; i < n; ++i) out[i] = one(codes[i], zero, scale);
    }
    float one(std::uint8_t code, float, float scale) const { return scale * levels[code]; }
};

template <class Code, class Decoder>
void decodeWith(const QuantizedMatrix& m, const Decoder& decoder, std::size_t first,
                std::size_t count, float* out) {
    const std::size_t rowBytes = m.rowBytes();
    std::vector<Code> unpacked(m.cols);
    RowParameters parameters(m);
    for (std::size_t r = first; r < first + count; ++r, out += m.cols) {
        unpackRow(m, std::span(m.codes).subspan(r * rowBytes, rowBytes), std::span(unpacked));
        if (r == first || m.parameterRows != 1) parameters.read(m, r);
        if (m.columnGroups) {
            for (std::size_t c = 0; c < m.cols; ++c) {
                const std::uint32_t g = m.groupOfColumn[c];
                out[c] = decoder.one(unpacked[c], parameters.zeros[g], parameters.scales[g]);
            }
            continue;
        }
        for (std::size_t g = 0, c = 0; c < m.cols; ++g, c += m.groupSize)
            decoder.group(unpacked.data() + c, parameters.zeros[g], parameters.scales[g], out + c,
                          std::min(m.groupSize, m.cols - c));
    }
}

void decodeBooks(const QuantizedMatrix& m, std::size_t first, std::size_t count, float* out) {
    const std::size_t rowBytes = m.rowBytes(), size = std::size_t{1} << m.bits;
    const Codebooks books(m, m.books);
    std::vector<std::uint8_t> codes(m.cols);
    std::vector<float> levels(m.groupsPerRow * size); // of the row's groups
    for (std::size_t r = first; r < first + count; ++r, out += m.cols) {
        unpackRow(m, std::span(m.codes).subspan(r * rowBytes, rowBytes), std::span(codes));
        if (r == first || m.parameterRows != 1)
            for (std::size_t g = 0; g < m.groupsPerRow; ++g)
                books.levels((m.parameterRows == 1 ? 0 : r * m.groupsPerRow) + g,
                             std::span(levels).subspan(g * size, size));
        if (m.columnGroups) {
            for (std::size_t c = 0; c < m.cols; ++c)
                out[c] = levels[m.groupOfColumn[c] * size + codes[c]];
            continue;
        }
        for (std::size_t g = 0, c = 0; c < m.cols; ++g) {
            const float* own = &levels[g * size];
            for (const std::size_t last = std::min(m.cols, c + m.groupSize); c < last; ++c)
                out[c] = own[codes[c]];
        }
    }
}

void scaleColumns(const QuantizedMatrix& m, std::size_t count, float* out) {
    std::vector<float> factors(m.cols);
    toFloat(DType::F16, m.columnScales, factors);
    for (std::size_t r = 0; r < count; ++r, out += m.cols)
        for (std::size_t c = 0; c < m.cols; ++c) out[c] *= factors[c];
}

} // namespace

int MatrixLayout::widest() const {
    return groupBits.empty() ? bits : *std::ranges::max_element(groupBits);
}

std::size_t MatrixLayout::rowBytes() const {
    if (!groupBits.empty()) {
        // The last group may be shorter.
        const std::size_t all = std::accumulate(groupBits.begin(), groupBits.end(), std::size_t{0});
        return (all * groupSize - (groupBits.size() * groupSize - cols) * groupBits.back() + 7) / 8;
    }
    if (grid != "gguf") return packedBytes(cols, bits);
    const BlockFormat* block = findBlockFormat(format);
    assert(block && cols % block->blockSize == 0);
    return block->rowBytes(cols);
}

std::size_t MatrixLayout::bookBytes() const { return hasBooks() ? Codebooks::bytes(*this) : 0; }

std::size_t MatrixLayout::zeroBytes() const {
    if (!storesZeros()) return 0;
    if (groupBits.empty()) return packedBytes(parameters(), bits);
    const std::size_t all = std::accumulate(groupBits.begin(), groupBits.end(), std::size_t{0});
    return (parameterRows * all + 7) / 8;
}

std::uint64_t MatrixLayout::storedBytes() const {
    std::uint64_t bytes = std::uint64_t{rows} * rowBytes();
    bytes += std::uint64_t{scaleBytes()} + bookBytes();
    bytes += zeroBytes() + groupBits.size();
    if (columnGroups) bytes += std::uint64_t{cols} * sizeof(std::uint32_t);
    if (columnScaled) bytes += std::uint64_t{cols} * byteSize(DType::F16);
    bytes += side.bytes(rows, cols);
    return bytes;
}

double MatrixLayout::bitsPerWeight() const {
    const double weights = static_cast<double>(rows) * static_cast<double>(cols);
    return weights > 0 ? 8.0 * static_cast<double>(storedBytes()) / weights : 0.0;
}

std::string MatrixLayout::name() const {
    return grid == "float" || grid == "gguf" ? format : grid + std::to_string(bits);
}

float QuantizedMatrix::scale(std::size_t parameter) const {
    const std::size_t bytes = byteSize(scaleType);
    float value = 0;
    toFloat(scaleType, std::span(scales).subspan(parameter * bytes, bytes), {&value, 1});
    return value;
}

void QuantizedMatrix::decodeRows(std::size_t first, std::size_t count, float* out) const {
    decodeCodes(first, count, out);
    if (side.any()) applySide(side, rows, sideBytes, first, MatrixView(out, count, cols));
}

void QuantizedMatrix::decodeCodes(std::size_t first, std::size_t count, float* out) const {
    assert(first + count <= rows);
    assert(codes.size() == rows * rowBytes());
    if (grid == "gguf") return decodeBlocks(*this, first, count, out);
    if (hasBooks()) return decodeBooks(*this, first, count, out);
    if (grid == "float")
        return decodeWith<std::uint8_t>(*this, LevelDecoder{floatLevels(format)}, first, count,
                                        out);
    if (bits > 8)
        decodeWith<std::uint16_t>(*this, AffineDecoder{}, first, count, out);
    else
        decodeWith<std::uint8_t>(*this, AffineDecoder{}, first, count, out);
    if (columnScaled) scaleColumns(*this, count, out);
}

Matrix decode(const QuantizedMatrix& matrix) {
    Matrix values(matrix.rows, matrix.cols);
    matrix.decodeRows(0, matrix.rows, values.data());
    return values;
}

} // namespace bitsmith

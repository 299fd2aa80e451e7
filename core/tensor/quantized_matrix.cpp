#include "core/tensor/quantized_matrix.h"

#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/vector_clones.h"

#include <algorithm>
#include <cassert>

namespace bitsmith {
namespace {

BITSMITH_VECTOR_CLONES(scaleCodes,
                       (const std::uint8_t* codes, int zero, float scale, float* out,
                        std::size_t n),
                       (codes, zero, scale, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = scale * static_cast<float>(codes[i] - zero);
                       })

// Scales and zeros of one row's groups, as floats and ints.
struct RowParameters {
    std::vector<float> scales;
    std::vector<int> zeros;

    explicit RowParameters(const QuantizedMatrix& m)
        : scales(m.groupsPerRow), zeros(m.groupsPerRow, 1 << (m.bits - 1)) {}

    void read(const QuantizedMatrix& m, std::size_t row) {
        const std::size_t first = m.parameterRows == 1 ? 0 : row * m.groupsPerRow;
        const auto stored = std::span(m.affine.scales).subspan(first, scales.size());
        toFloat(DType::F16, std::as_bytes(stored), scales);
        if (!m.affine.zeros.empty())
            std::copy_n(m.affine.zeros.begin() + static_cast<std::ptrdiff_t>(first), zeros.size(),
                        zeros.begin());
    }
};

} // namespace

std::uint64_t QuantizedMatrix::storedBytes() const {
    const std::size_t parameters = parameterRows * groupsPerRow;
    return affineStoredBytes({.rows = rows,
                              .cols = cols,
                              .bits = bits,
                              .parameters = parameters,
                              .zeros = !affine.zeros.empty(),
                              .columnGroups = !groupOfColumn.empty()});
}

std::uint64_t affineStoredBytes(const AffineSize& size) {
    std::uint64_t bytes = std::uint64_t{size.rows} * packedBytes(size.cols, size.bits);
    bytes += std::uint64_t{size.parameters} * sizeof(std::uint16_t);
    if (size.zeros) bytes += packedBytes(size.parameters, size.bits);
    if (size.columnGroups) bytes += std::uint64_t{size.cols} * sizeof(std::uint32_t);
    return bytes;
}

double QuantizedMatrix::bitsPerWeight() const {
    const double weights = static_cast<double>(rows) * static_cast<double>(cols);
    return weights > 0 ? 8.0 * static_cast<double>(storedBytes()) / weights : 0.0;
}

void QuantizedMatrix::decodeRows(std::size_t first, std::size_t count, float* out) const {
    assert(first + count <= rows);
    assert(codes.size() == rows * packedBytes(cols, bits));
    const std::size_t rowBytes = packedBytes(cols, bits);
    std::vector<std::uint8_t> unpacked(cols);
    RowParameters parameters(*this);
    for (std::size_t r = first; r < first + count; ++r, out += cols) {
        unpackBits(std::span(codes).subspan(r * rowBytes, rowBytes), bits, unpacked);
        if (r == first || parameterRows != 1) parameters.read(*this, r);
        if (!groupOfColumn.empty()) {
            for (std::size_t c = 0; c < cols; ++c) {
                const std::uint32_t g = groupOfColumn[c];
                out[c] =
                    parameters.scales[g] * static_cast<float>(unpacked[c] - parameters.zeros[g]);
            }
            continue;
        }
        for (std::size_t g = 0, c = 0; c < cols; ++g, c += groupSize)
            scaleCodes(unpacked.data() + c, parameters.zeros[g], parameters.scales[g], out + c,
                       std::min(groupSize, cols - c));
    }
}

Matrix decode(const QuantizedMatrix& matrix) {
    Matrix values(matrix.rows, matrix.cols);
    matrix.decodeRows(0, matrix.rows, values.data());
    return values;
}

} // namespace bitsmith

#include "core/compute/selftest_support.h"

#include "core/tensor/blocks/block_format.h"
#include "core/tensor/convert.h"
#include "core/tensor/quantized_matrix.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace bitsmith::selftest {

TestWeights::TestWeights(Matrix values, bool dense)
    : WeightMatrix(values.rows(), values.cols()), m_values(std::move(values)), m_dense(dense) {
    if (m_dense) return;
    for (float& value : m_values.values()) {
        const auto bits = std::bit_cast<std::uint32_t>(value);
        value = bfloatToFloat(static_cast<std::uint16_t>(bits >> 16));
    }
}

void TestWeights::decodeRows(std::size_t first, std::size_t count, float* out) const {
    assert(first + count <= rows());
    std::copy_n(m_values.data() + first * cols(), count * cols(), out);
}

namespace {

// Where the halves lie that scale a whole block.
std::vector<std::size_t> halvesOf(const BlockFormat& format) {
    if (format.name == "Q4_K" || format.name == "Q5_K") return {0, 2};
    if (format.name == "Q6_K") return {208};
    return {0};
}

void putHalf(std::vector<std::byte>& bytes, std::size_t at, float value) {
    const std::uint16_t half = floatToHalf(value);
    std::memcpy(bytes.data() + at, &half, sizeof half);
}

} // namespace

std::shared_ptr<const WeightMatrix> packedCase(const PackedCase& wanted, std::size_t rows,
                                               std::size_t cols) {
    Rng rng(3, wanted.grid + wanted.format + std::to_string(wanted.bits), "selftest");
    const auto scale = [&] { return static_cast<float>(0.01 + 0.02 * rng.uniform()); };
    auto out = std::make_shared<QuantizedMatrix>();
    QuantizedMatrix& m = *out;
    m.grid = wanted.grid;
    m.format = wanted.format;
    m.rows = rows;
    m.cols = cols;
    m.bits = wanted.bits;
    m.symmetric = wanted.grid != "affine" || wanted.symmetric;
    const BlockFormat* blocks = wanted.grid == "gguf" ? findBlockFormat(wanted.format) : nullptr;
    if (blocks) {
        m.groupSize = blocks->blockSize;
        m.groupsPerRow = cols / blocks->blockSize;
    } else {
        m.groupSize = wanted.groupSize ? wanted.groupSize : cols;
        m.groupsPerRow = (cols + m.groupSize - 1) / m.groupSize;
        m.parameterRows = wanted.perTensor ? 1 : rows;
        m.columnScaled = wanted.columnScaled;
    }
    m.codes.resize(rows * m.rowBytes());
    for (std::byte& byte : m.codes) byte = static_cast<std::byte>(rng.below(256));
    if (blocks)
        for (std::size_t at = 0; at < m.codes.size(); at += blocks->blockBytes)
            for (const std::size_t half : halvesOf(*blocks)) putHalf(m.codes, at + half, scale());
    m.scales.resize(2 * m.parameters());
    for (std::size_t p = 0; p < m.parameters(); ++p) putHalf(m.scales, 2 * p, scale());
    if (m.storesZeros())
        for (std::size_t p = 0; p < m.parameters(); ++p)
            m.zeros.push_back(static_cast<std::uint8_t>(rng.below(1U << m.bits)));
    if (m.columnScaled) {
        m.columnScales.resize(2 * cols);
        for (std::size_t c = 0; c < cols; ++c) putHalf(m.columnScales, 2 * c, 1 + scale());
    }
    return packedWeights(std::move(out));
}

std::vector<float> Inputs::vector(std::size_t count, float scale, float mean) {
    std::vector<float> values(count);
    for (float& value : values) value = mean + scale * static_cast<float>(m_rng.normal());
    return values;
}

Matrix Inputs::matrix(std::size_t rows, std::size_t cols, float scale) {
    Matrix matrix(rows, cols);
    for (float& value : matrix.values()) value = scale * static_cast<float>(m_rng.normal());
    return matrix;
}

Output outputOf(const Matrix& matrix) {
    Output output;
    append(output, matrix.values());
    return output;
}

double largestError(const Output& got, const Output& expected, double scale) {
    if (got.size() != expected.size()) return Infinity;
    if (scale == 0) {
        std::size_t finite = 0;
        for (const double value : expected)
            if (std::isfinite(value)) {
                scale += value * value;
                ++finite;
            }
        scale = finite && scale > 0 ? std::sqrt(scale / double(finite)) : 1;
    }
    double largest = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        const double g = got[i], e = expected[i];
        if (std::isnan(g) && std::isnan(e)) continue;
        if (!std::isfinite(g) || !std::isfinite(e)) {
            if (g != e) return Infinity;
            continue;
        }
        largest = std::max(largest, std::abs(g - e) / (std::abs(e) + scale));
    }
    return largest;
}

} // namespace bitsmith::selftest

#include "core/compute/selftest_support.h"

#include "core/tensor/convert.h"

#include <algorithm>
#include <bit>
#include <cmath>

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

#include "core/tensor/rotation.h"

#include "core/base/random.h"
#include "core/tensor/vector_clones.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bitsmith {
namespace {

// a, b -> a + b, a - b.
BITSMITH_VECTOR_CLONES(butterfly, (float* a, float* b, std::size_t n), (a, b, n), {
    for (std::size_t i = 0; i < n; ++i) {
        const float sum = a[i] + b[i], difference = a[i] - b[i];
        a[i] = sum;
        b[i] = difference;
    }
})

BITSMITH_VECTOR_CLONES(multiply, (const float* factors, float* out, std::size_t n),
                       (factors, out, n), {
                           for (std::size_t i = 0; i < n; ++i) out[i] *= factors[i];
                       })

} // namespace

Rotation::Rotation(std::size_t cols, std::uint64_t seed) : m_signs(cols) {
    Rng random(seed, "rotation", "signs");
    std::uint64_t bits = 0;
    for (std::size_t c = 0; c < cols; ++c) {
        if (c % 64 == 0) bits = random.next();
        m_signs[c] = (bits >> (c % 64)) & 1 ? -1.0F : 1.0F;
    }
    if (cols == 0) return;
    m_power = cols & (~cols + 1);
    m_odd = cols / m_power;
    m_scale = static_cast<float>(1 / std::sqrt(static_cast<double>(m_power)));
    if (m_odd == 1 || m_odd > LargestOddPart) return;
    m_hartley.resize(m_odd * m_odd);
    for (std::size_t i = 0; i < m_odd; ++i)
        for (std::size_t j = 0; j < m_odd; ++j) {
            const double angle = 2 * std::numbers::pi * static_cast<double>(i * j % m_odd) /
                                 static_cast<double>(m_odd);
            m_hartley[i * m_odd + j] = static_cast<float>((std::cos(angle) + std::sin(angle)) /
                                                          std::sqrt(static_cast<double>(m_odd)));
        }
}

// A row is m_power runs of m_odd numbers: H mixes the runs, C within each.
void Rotation::mix(float* row, float* scratch) const {
    for (std::size_t half = 1; half < m_power; half *= 2)
        for (std::size_t first = 0; first < m_power; first += 2 * half)
            butterfly(row + first * m_odd, row + (first + half) * m_odd, half * m_odd);
    for (std::size_t c = 0; c < cols(); ++c) row[c] *= m_scale;
    if (m_hartley.empty()) return;
    for (std::size_t run = 0; run < m_power; ++run) {
        float* x = row + run * m_odd;
        std::fill_n(scratch, m_odd, 0.0F);
        for (std::size_t j = 0; j < m_odd; ++j) {
            const float* line = &m_hartley[j * m_odd];
            for (std::size_t i = 0; i < m_odd; ++i) scratch[i] += x[j] * line[i];
        }
        std::copy_n(scratch, m_odd, x);
    }
}

void Rotation::apply(MatrixView rows) const {
    std::vector<float> scratch(m_odd);
    for (std::size_t r = 0; r < rows.rows; ++r) {
        float* row = rows.row(r).data();
        multiply(m_signs.data(), row, cols());
        mix(row, scratch.data());
    }
}

void Rotation::undo(MatrixView rows) const {
    std::vector<float> scratch(m_odd);
    for (std::size_t r = 0; r < rows.rows; ++r) {
        float* row = rows.row(r).data();
        mix(row, scratch.data());
        multiply(m_signs.data(), row, cols());
    }
}

} // namespace bitsmith

// Random matrices and statistics for the tests of the stages. Seeded: every run sees the same.
#pragma once

#include "core/base/random.h"
#include "core/quant/layer_task.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::test {

inline Matrix randomMatrix(std::size_t rows, std::size_t cols, std::uint64_t seed,
                           double sigma = 1) {
    Matrix out(rows, cols);
    Rng rng(seed);
    for (float& value : out.values()) value = static_cast<float>(sigma * rng.normal());
    return out;
}

// Correlated inputs, as in language models: a few strong directions, a decaying spectrum.
// samples x cols.
inline Matrix correlatedInputs(std::size_t samples, std::size_t cols, std::uint64_t seed) {
    const std::size_t factors = std::max<std::size_t>(1, cols / 2);
    const Matrix mixing = randomMatrix(factors, cols, seed, 1.0 / std::sqrt(double(factors)));
    const Matrix noise = randomMatrix(samples, cols, seed + 1, 0.1);
    const Matrix latent = randomMatrix(samples, factors, seed + 2);
    Matrix out(samples, cols);
    for (std::size_t s = 0; s < samples; ++s)
        for (std::size_t c = 0; c < cols; ++c) {
            double sum = noise(s, c);
            for (std::size_t f = 0; f < factors; ++f)
                sum += 3.0 / std::sqrt(double(f + 1)) * latent(s, f) * mixing(f, c);
            out(s, c) = static_cast<float>(sum);
        }
    return out;
}

// Statistics of inputs (samples x cols), the Gram matrix summed in double.
inline LayerStats statsOf(const Matrix& inputs) {
    const std::size_t n = inputs.cols();
    LayerStats stats;
    stats.input = "test";
    stats.tokens = inputs.rows();
    stats.gram = Matrix(n, n);
    stats.meanAbs.resize(n);
    stats.maxAbs.resize(n);
    stats.mean.resize(n);
    std::vector<double> sums(n * n);
    for (std::size_t s = 0; s < inputs.rows(); ++s)
        for (std::size_t i = 0; i < n; ++i) {
            const float x = inputs(s, i);
            stats.meanAbs[i] += std::abs(x) / static_cast<float>(inputs.rows());
            stats.mean[i] += x / static_cast<float>(inputs.rows());
            stats.maxAbs[i] = std::max(stats.maxAbs[i], std::abs(x));
            for (std::size_t j = 0; j < n; ++j) sums[i * n + j] += double(x) * inputs(s, j);
        }
    for (std::size_t i = 0; i < n * n; ++i) stats.gram.values()[i] = static_cast<float>(sums[i]);
    return stats;
}

// tr(D G D^T) in double, D = a - b.
inline double outputError(const Matrix& a, const Matrix& b, const Matrix& gram) {
    double total = 0;
    const std::size_t n = a.cols();
    for (std::size_t r = 0; r < a.rows(); ++r)
        for (std::size_t i = 0; i < n; ++i) {
            const double di = double(a(r, i)) - b(r, i);
            double inner = 0;
            for (std::size_t j = 0; j < n; ++j)
                inner += double(gram(i, j)) * (double(a(r, j)) - b(r, j));
            total += di * inner;
        }
    return total;
}

} // namespace bitsmith::test

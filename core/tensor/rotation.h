// A random orthogonal change of the input basis that flattens outliers: x -> (x D) Q, where D has
// signs and Q is a Hadamard matrix, for any number of columns.
//
// n = 2^k m with odd m: Q = H_(2^k) (x) C_m, the Walsh-Hadamard matrix of order 2^k and the
// discrete Hartley matrix cas(2 pi ij / m) / sqrt(m); C_1 = 1. Both are symmetric and orthogonal.
// Odd parts above LargestOddPart stay unmixed (C = I). Costs n k + n m operations a row.
// Source: QuaRot (arXiv 2404.00456, section 4.1), QuIP# (arXiv 2402.04396, section 3) for the
// randomised Hadamard transform.
#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>
#include <vector>

namespace bitsmith {

class Rotation {
public:
    static constexpr std::size_t LargestOddPart = 1023;

    // Signs are a function of the seed alone.
    Rotation(std::size_t cols, std::uint64_t seed);
    std::size_t cols() const { return m_signs.size(); }
    // Every row x of `rows` (any x cols()) becomes (x D) Q, or back again. One thread.
    void apply(MatrixView rows) const;
    void undo(MatrixView rows) const;

private:
    void mix(float* row, float* scratch) const;

    std::vector<float> m_signs;
    std::size_t m_power = 1, m_odd = 1; // cols = m_power * m_odd
    std::vector<float> m_hartley;       // m_odd x m_odd; empty: 1
    float m_scale = 1;                  // 1 / sqrt(m_power)
};

} // namespace bitsmith

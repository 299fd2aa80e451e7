#include "core/model/weight_gradient.h"

#include "core/base/parallel.h"
#include "core/compute/gradients.h"

#include <algorithm>

namespace bitsmith {

WeightGradient::WeightGradient(const LinearSpec& linear, bool squares, std::vector<float>& scratch)
    : m_name(linear.weight), m_gradient(linear.out, linear.in),
      m_squares(squares ? Matrix(linear.out, linear.in) : Matrix()), m_scratch(&scratch) {}

void WeightGradient::add(ConstMatrixView dy, ConstMatrixView x, std::span<const std::size_t> starts,
                         std::size_t tokens) {
    if (m_squares.empty()) return gradients::linearWeight(dy, x, m_gradient.view());
    for (std::size_t s = 0; s + 1 < starts.size(); ++s) {
        const std::size_t length = starts[s + 1] - starts[s];
        addPart(dy.rowRange(starts[s], length), x.rowRange(starts[s], length), true);
        endSequence(length, tokens);
    }
}

void WeightGradient::addPart(ConstMatrixView dy, ConstMatrixView x, bool first) {
    if (m_squares.empty()) return gradients::linearWeight(dy, x, m_gradient.view());
    const std::size_t size = m_gradient.values().size();
    if (m_scratch->size() < size) m_scratch->resize(size);
    if (first) std::fill_n(m_scratch->begin(), size, 0.0f);
    gradients::linearWeight(dy, x, {m_scratch->data(), m_gradient.rows(), m_gradient.cols()});
}

void WeightGradient::endSequence(std::size_t length, std::size_t tokens) {
    if (m_squares.empty()) return;
    const float share =
        static_cast<float>(static_cast<double>(length) / static_cast<double>(tokens));
    const std::span<const float> one(m_scratch->data(), m_gradient.values().size());
    parallelFor(one.size(), 1 << 16, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            m_gradient.values()[i] += share * one[i];
            m_squares.values()[i] += one[i] * one[i];
        }
    });
}

} // namespace bitsmith

#include "core/tensor/weight_matrix.h"

#include <algorithm>

namespace bitsmith {
namespace {

class DenseWeights final : public WeightMatrix {
public:
    explicit DenseWeights(Matrix values)
        : WeightMatrix(values.rows(), values.cols()), m_values(std::move(values)) {}

    std::uint64_t storedBytes() const override { return m_values.values().size_bytes(); }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        assert(first + count <= m_rows);
        std::copy_n(m_values.data() + first * m_cols, count * m_cols, out);
    }
    const float* denseFloats() const override { return m_values.data(); }

private:
    Matrix m_values;
};

} // namespace

std::shared_ptr<const WeightMatrix> denseWeights(Matrix values) {
    return std::make_shared<DenseWeights>(std::move(values));
}

Matrix decodeAll(const WeightMatrix& weights) {
    Matrix values(weights.rows(), weights.cols());
    weights.decodeRows(0, weights.rows(), values.data());
    return values;
}

} // namespace bitsmith

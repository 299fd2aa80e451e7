#include "core/tensor/weight_matrix.h"

#include "core/base/parallel.h"
#include "core/tensor/direct_weights.h"

#include <algorithm>

namespace bitsmith {
namespace {

class DenseWeights final : public WeightMatrix, public DirectWeights {
public:
    explicit DenseWeights(Matrix values)
        : WeightMatrix(values.rows(), values.cols()), m_values(std::move(values)) {}

    std::uint64_t storedBytes() const override { return m_values.values().size_bytes(); }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        assert(first + count <= m_rows);
        std::copy_n(m_values.data() + first * m_cols, count * m_cols, out);
    }
    const float* denseFloats() const override { return m_values.data(); }
    std::optional<TensorView> storedView() const override {
        return TensorView{DType::F32,
                          {static_cast<std::int64_t>(m_rows), static_cast<std::int64_t>(m_cols)},
                          std::as_bytes(m_values.values())};
    }

private:
    Matrix m_values;
};

} // namespace

std::shared_ptr<const WeightMatrix> denseWeights(Matrix values) {
    return std::make_shared<DenseWeights>(std::move(values));
}

Matrix decodeAll(const WeightMatrix& weights) {
    Matrix values(weights.rows(), weights.cols());
    constexpr std::size_t Grain = 64; // rows
    parallelFor(weights.rows(), Grain, [&](std::size_t first, std::size_t last) {
        weights.decodeRows(first, last - first, values.data() + first * weights.cols());
    });
    return values;
}

} // namespace bitsmith

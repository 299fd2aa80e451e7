#include "core/tensor/quantized_matrix.h"

namespace bitsmith {
namespace {

class PackedWeights final : public WeightMatrix {
public:
    explicit PackedWeights(std::shared_ptr<const QuantizedMatrix> matrix)
        : WeightMatrix(matrix->rows, matrix->cols), m_matrix(std::move(matrix)),
          m_shift(sideShift(m_matrix->side, m_rows, m_cols, m_matrix->sideBytes)) {}

    std::uint64_t storedBytes() const override { return m_matrix->storedBytes(); }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        m_matrix->decodeRows(first, count, out);
    }
    std::span<const float> outputShift() const override { return m_shift; }

private:
    std::shared_ptr<const QuantizedMatrix> m_matrix;
    std::vector<float> m_shift;
};

} // namespace

std::shared_ptr<const WeightMatrix> packedWeights(std::shared_ptr<const QuantizedMatrix> matrix) {
    return std::make_shared<PackedWeights>(std::move(matrix));
}

} // namespace bitsmith

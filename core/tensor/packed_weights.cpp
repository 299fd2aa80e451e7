// A quantized matrix as weights: rows are decoded on demand; and the basis that it was rounded in.
#include "core/tensor/direct_weights.h"
#include "core/tensor/input_basis.h"

namespace bitsmith {
namespace {

class PackedWeights final : public WeightMatrix, public DirectWeights {
public:
    explicit PackedWeights(std::shared_ptr<const QuantizedMatrix> matrix)
        : WeightMatrix(matrix->rows, matrix->cols), m_matrix(std::move(matrix)),
          m_shift(sideShift(m_matrix->side, m_rows, m_cols, m_matrix->sideBytes)) {}

    std::uint64_t storedBytes() const override { return m_matrix->storedBytes(); }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        m_matrix->decodeRows(first, count, out);
    }
    std::span<const float> outputShift() const override { return m_shift; }
    const QuantizedMatrix* quantized() const override { return m_matrix.get(); }

private:
    std::shared_ptr<const QuantizedMatrix> m_matrix;
    std::vector<float> m_shift;
};

} // namespace

std::optional<InputBasis> InputBasis::of(const WeightMatrix& weights) {
    const auto* packed = dynamic_cast<const PackedWeights*>(&weights);
    if (!packed) return std::nullopt;
    const QuantizedMatrix& matrix = *packed->quantized();
    if (!matrix.side.rotated && !matrix.side.columnFactors) return std::nullopt;
    const SideParts parts = unpackSide(matrix.side, matrix.rows, matrix.cols, matrix.sideBytes);
    InputBasis basis;
    basis.m_factors = parts.columnFactors;
    basis.m_seed = parts.rotationSeed;
    if (parts.rotationSeed) basis.m_rotation.emplace(matrix.cols, *parts.rotationSeed);
    return basis;
}

void InputBasis::enter(MatrixView rows) const {
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t c = 0; c < m_factors.size(); ++c) rows(r, c) *= m_factors[c];
    if (m_rotation) m_rotation->apply(rows);
}

void InputBasis::leave(MatrixView rows) const {
    if (m_rotation) m_rotation->undo(rows);
    for (std::size_t r = 0; r < rows.rows; ++r)
        for (std::size_t c = 0; c < m_factors.size(); ++c)
            rows(r, c) = m_factors[c] == 0 ? 0.0F : rows(r, c) / m_factors[c];
}

std::shared_ptr<const WeightMatrix> packedWeights(std::shared_ptr<const QuantizedMatrix> matrix) {
    return std::make_shared<PackedWeights>(std::move(matrix));
}

} // namespace bitsmith

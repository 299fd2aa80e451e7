// What a linear layer or an embedding multiplies with: a matrix that can produce its rows as float,
// whatever it is stored as (mapped fp32/fp16/bf16, packed codes, transposed). Immutable, shared,
// safe to use from several threads. Backends may know some kinds by their static type and use
// them without decoding.
#pragma once

#include "core/tensor/matrix.h"
#include "core/tensor/tensor_view.h"

#include <memory>

namespace bitsmith {

class WeightMatrix {
public:
    virtual ~WeightMatrix() = default;

    std::size_t rows() const { return m_rows; } // output features (vocabulary, for an embedding)
    std::size_t cols() const { return m_cols; } // input features
    virtual std::uint64_t storedBytes() const = 0;
    // out: count x cols() floats, row-major, contiguous; rows [first, first + count).
    virtual void decodeRows(std::size_t first, std::size_t count, float* out) const = 0;
    // rows() constants that every output gets in addition (bias correction); empty: none.
    virtual std::span<const float> outputShift() const { return {}; }
    // The whole matrix as contiguous fp32 where it is stored so; otherwise nullptr.
    virtual const float* denseFloats() const { return nullptr; }

protected:
    WeightMatrix(std::size_t rows, std::size_t cols) : m_rows(rows), m_cols(cols) {}
    std::size_t m_rows, m_cols;
};

// A view of floats stored elsewhere (a mapped file), kept alive by `owner`. view.shape: (rows,
// cols).
std::shared_ptr<const WeightMatrix> storedWeights(TensorView view,
                                                  std::shared_ptr<const void> owner);
// The same, stored (cols, rows), as GPT-2's Conv1D does: rows of the result are columns of the
// file.
std::shared_ptr<const WeightMatrix> transposedWeights(TensorView view,
                                                      std::shared_ptr<const void> owner);
// Owned fp32.
std::shared_ptr<const WeightMatrix> denseWeights(Matrix values);

Matrix decodeAll(const WeightMatrix& weights);

} // namespace bitsmith

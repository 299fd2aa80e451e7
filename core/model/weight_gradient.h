// The gradient of one weight matrix as it adds up over batches, and the squares of each sequence's
// own. Internal to the backward pass.
#pragma once

#include "core/model/architecture.h"
#include "core/tensor/matrix.h"

#include <span>
#include <string>
#include <vector>

namespace bitsmith {

class WeightGradient {
public:
    // scratch: shared by the sums of a pass, one at a time.
    WeightGradient(const LinearSpec& linear, bool squares, std::vector<float>& scratch);

    const std::string& name() const { return m_name; }
    ConstMatrixView gradient() const { return m_gradient.view(); }
    ConstMatrixView squares() const { return m_squares.view(); } // empty unless asked for

    // Adds dy^T x, both of one row per token of the sequences in `starts`. Without squares, dy is
    // the gradient of the whole mean; with squares, each sequence's rows are of that sequence's own
    // mean, of which `tokens` (of the whole) give it a share.
    void add(ConstMatrixView dy, ConstMatrixView x, std::span<const std::size_t> starts,
             std::size_t tokens);
    // The same in parts of at most one sequence, the last of a sequence with its length in tokens.
    void addPart(ConstMatrixView dy, ConstMatrixView x, bool first);
    void endSequence(std::size_t length, std::size_t tokens);

private:
    std::string m_name;
    Matrix m_gradient, m_squares;
    std::vector<float>* m_scratch;
};

} // namespace bitsmith

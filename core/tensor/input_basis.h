// The basis that a quantized matrix was rounded in, seen from its inputs: with side parts
// W = (decode(codes) Q^T) diag(factors), the inputs that meet the codes are (x diag(factors)) Q.
// Whoever quantizes activations does so there, which is the point of SmoothQuant's factors and of
// rotations.
#pragma once

#include "core/tensor/rotation.h"
#include "core/tensor/weight_matrix.h"

#include <optional>
#include <vector>

namespace bitsmith {

class InputBasis {
public:
    // Nothing for matrices that were rounded as they are.
    static std::optional<InputBasis> of(const WeightMatrix& weights);

    // Rows of inputs into the basis and back, in place. One thread. A factor of 0 leaves 0.
    void enter(MatrixView rows) const;
    void leave(MatrixView rows) const;
    bool operator==(const InputBasis& other) const {
        return m_factors == other.m_factors && m_seed == other.m_seed;
    }

private:
    std::vector<float> m_factors; // empty: none
    std::optional<std::uint64_t> m_seed;
    std::optional<Rotation> m_rotation;
};

} // namespace bitsmith

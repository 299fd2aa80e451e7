// Inputs, outputs and the measure of error of the backends' self-test. Not for other use.
#pragma once

#include "core/base/random.h"
#include "core/tensor/matrix.h"
#include "core/tensor/weight_matrix.h"

#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith::selftest {

inline constexpr float Infinity = std::numeric_limits<float>::infinity();
inline constexpr float NaN = std::numeric_limits<float>::quiet_NaN();

// Weights as a backend meets them: dense fp32, or cut to bf16 and decoded by rows.
class TestWeights final : public WeightMatrix {
public:
    TestWeights(Matrix values, bool dense);
    std::uint64_t storedBytes() const override { return m_values.values().size_bytes(); }
    void decodeRows(std::size_t first, std::size_t count, float* out) const override;
    const float* denseFloats() const override { return m_dense ? m_values.data() : nullptr; }

private:
    Matrix m_values;
    bool m_dense;
};

// Packed weights of random codes.
struct PackedCase {
    std::string grid = "affine", format;
    int bits = 4;
    std::size_t groupSize = 0; // 0: per channel
    bool symmetric = false, perTensor = false, columnScaled = false;
};
std::shared_ptr<const WeightMatrix> packedCase(const PackedCase& wanted, std::size_t rows,
                                               std::size_t cols);

// Random inputs of one case, the same for both backends.
class Inputs {
public:
    explicit Inputs(std::string_view name) : m_rng(1, name, "selftest") {}
    std::vector<float> vector(std::size_t count, float scale = 1, float mean = 0);
    Matrix matrix(std::size_t rows, std::size_t cols, float scale = 1);

private:
    Rng m_rng;
};

// What an operation wrote, as one row of numbers.
using Output = std::vector<double>;

void append(Output& output, const auto& values) {
    output.insert(output.end(), values.begin(), values.end());
}
Output outputOf(const Matrix& matrix);

// The largest |got - expected| / (|expected| + scale); infinite where one is not finite and the
// other is not the same. scale 0: the root mean square of what is expected.
double largestError(const Output& got, const Output& expected, double scale);

} // namespace bitsmith::selftest

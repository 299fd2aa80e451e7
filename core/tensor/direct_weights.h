// Weights that a device can copy as they are stored, instead of decoded floats; and a number that
// tells matrices apart for as long as the program runs, unlike their addresses. Kinds of
// WeightMatrix inherit this, too, where it applies; backends ask by dynamic_cast.
#pragma once

#include "core/tensor/quantized_matrix.h"
#include "core/tensor/tensor_view.h"

#include <atomic>
#include <cstdint>
#include <optional>

namespace bitsmith {

class DirectWeights {
public:
    virtual ~DirectWeights() = default;
    std::uint64_t serial() const { return m_serial; }
    // The whole matrix, row-major without gaps, of a floating type; nothing where it is not stored
    // so. Lives as long as this.
    virtual std::optional<TensorView> storedView() const { return {}; }
    virtual const QuantizedMatrix* quantized() const { return nullptr; }

protected:
    DirectWeights() = default;
    DirectWeights(const DirectWeights&) {} // a copy is another matrix
    DirectWeights& operator=(const DirectWeights&) = delete;

private:
    static std::uint64_t next() {
        static std::atomic<std::uint64_t> last = 0;
        return ++last;
    }
    std::uint64_t m_serial = next();
};

} // namespace bitsmith

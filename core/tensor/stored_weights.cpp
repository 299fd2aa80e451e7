// Matrices over bytes of a mapped file, in file order or transposed.
#include "core/tensor/convert.h"
#include "core/tensor/direct_weights.h"
#include "core/tensor/weight_matrix.h"

#include <algorithm>
#include <cstdint>
#include <vector>

namespace bitsmith {
namespace {

std::size_t extent(const TensorView& view, std::size_t axis) {
    assert(view.shape.size() == 2);
    return static_cast<std::size_t>(view.shape[axis]);
}

class StoredWeights final : public WeightMatrix, public DirectWeights {
public:
    StoredWeights(TensorView view, std::shared_ptr<const void> owner)
        : WeightMatrix(extent(view, 0), extent(view, 1)), m_view(std::move(view)),
          m_owner(std::move(owner)) {
        assert(m_view.bytes.size() == m_rows * m_cols * byteSize(m_view.dtype));
    }

    std::uint64_t storedBytes() const override { return m_view.bytes.size(); }

    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        assert(first + count <= m_rows);
        const std::size_t rowBytes = m_cols * byteSize(m_view.dtype);
        toFloat(m_view.dtype, m_view.bytes.subspan(first * rowBytes, count * rowBytes),
                {out, count * m_cols});
    }

    const float* denseFloats() const override {
        const auto address = reinterpret_cast<std::uintptr_t>(m_view.bytes.data());
        if (m_view.dtype != DType::F32 || address % alignof(float) != 0) return nullptr;
        return reinterpret_cast<const float*>(m_view.bytes.data());
    }

    std::optional<TensorView> storedView() const override { return m_view; }

private:
    TensorView m_view;
    std::shared_ptr<const void> m_owner;
};

class TransposedWeights final : public WeightMatrix {
public:
    TransposedWeights(TensorView view, std::shared_ptr<const void> owner)
        : WeightMatrix(extent(view, 1), extent(view, 0)), m_view(std::move(view)),
          m_owner(std::move(owner)) {
        assert(m_view.bytes.size() == m_rows * m_cols * byteSize(m_view.dtype));
    }

    std::uint64_t storedBytes() const override { return m_view.bytes.size(); }

    // Reads Tile stretches of file rows at a time, so that the scattered writes stay in the cache.
    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        assert(first + count <= m_rows);
        constexpr std::size_t Tile = 64;
        const std::size_t element = byteSize(m_view.dtype);
        std::vector<float> tile(Tile * Tile);
        for (std::size_t c0 = 0; c0 < m_cols; c0 += Tile) {
            const std::size_t height = std::min(Tile, m_cols - c0);
            for (std::size_t r0 = 0; r0 < count; r0 += Tile) {
                const std::size_t width = std::min(Tile, count - r0);
                for (std::size_t k = 0; k < height; ++k)
                    toFloat(m_view.dtype,
                            m_view.bytes.subspan(((c0 + k) * m_rows + first + r0) * element,
                                                 width * element),
                            {tile.data() + k * Tile, width});
                for (std::size_t j = 0; j < width; ++j)
                    for (std::size_t k = 0; k < height; ++k)
                        out[(r0 + j) * m_cols + c0 + k] = tile[k * Tile + j];
            }
        }
    }

private:
    TensorView m_view;
    std::shared_ptr<const void> m_owner;
};

} // namespace

std::shared_ptr<const WeightMatrix> storedWeights(TensorView view,
                                                  std::shared_ptr<const void> owner) {
    return std::make_shared<StoredWeights>(std::move(view), std::move(owner));
}

std::shared_ptr<const WeightMatrix> transposedWeights(TensorView view,
                                                      std::shared_ptr<const void> owner) {
    return std::make_shared<TransposedWeights>(std::move(view), std::move(owner));
}

} // namespace bitsmith

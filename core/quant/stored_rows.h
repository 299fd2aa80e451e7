// Matrices that are quantized as files hold them, bf16, without being decoded first. Fits of grids
// inherit StoredRows beside GridFit where they can; callers ask by dynamic_cast.
#pragma once

#include "core/quant/recipe.h"

#include <cstddef>
#include <optional>
#include <span>

namespace bitsmith {

class StoredRows {
public:
    virtual ~StoredRows() = default;
    // Whether quantizeBfloats() may be used: groups follow from their own weights alone.
    virtual bool readsBfloats() const = 0;
    // As GridFit::quantizeRows() of whole rows of bf16, any alignment. False where a weight is NaN
    // or infinite; codes and parameters are then undefined.
    virtual bool quantizeBfloats(std::size_t firstRow, std::span<const std::byte> rows,
                                 std::span<std::byte> packed) = 0;

protected:
    StoredRows() = default;
    StoredRows(const StoredRows&) = default;
    StoredRows& operator=(const StoredRows&) = default;
};

// Rows in parallel, each read once. packed: GridFit::rowBytes() for each, all written, for
// GridFit::finish(). False where a weight is NaN or infinite.
bool roundBfloats(std::span<const std::byte> weights, std::size_t rows, StoredRows& fit,
                  std::span<std::byte> packed, RunContext& context);

// quantizeLayer() of a matrix as it is stored, with the same result: where that is bf16, the recipe
// only rounds each row to nearest on such a fit, and there is no accelerator. Nothing where it must
// be decoded first, as a matrix with a weight that is NaN or infinite. The task's weights are not
// looked at.
Result<std::optional<LayerResult>> quantizeStored(const WeightMatrix& weights,
                                                  const LayerTask& task, const Recipe& recipe,
                                                  const LayerStats* reference, RunContext& context);

} // namespace bitsmith

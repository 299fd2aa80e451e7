// A borrowed, typed, shaped range of bytes, as it lies in a mapped file: C order, no strides.
#pragma once

#include "core/tensor/dtype.h"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

using Shape = std::vector<std::int64_t>;

std::int64_t elementCount(const Shape& shape); // 1 for a scalar; the shape must have been checked
std::string shapeText(const Shape& shape);     // "4096x11008", "scalar"

struct TensorView {
    DType dtype = DType::F32;
    Shape shape;
    std::span<const std::byte> bytes;
};

// A view that keeps its bytes alive.
struct StoredTensor : TensorView {
    std::shared_ptr<const void> owner;
};

} // namespace bitsmith

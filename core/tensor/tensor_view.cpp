#include "core/tensor/tensor_view.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bitsmith {

std::int64_t elementCount(const Shape& shape) {
    std::int64_t count = 1;
    for (const std::int64_t extent : shape) count *= extent;
    return count;
}

std::string shapeText(const Shape& shape) {
    return shape.empty() ? std::string("scalar") : fmt::format("{}", fmt::join(shape, "x"));
}

} // namespace bitsmith

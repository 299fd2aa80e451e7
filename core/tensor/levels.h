// All values of a small floating-point format, in code order: what "float" matrices decode with.
#pragma once

#include <span>
#include <string_view>

namespace bitsmith {

// "e2m1" (16 values: sign, then 0 0.5 1 1.5 2 3 4 6; OCP MX 1.0), "e4m3" and "e5m2" (256 values,
// NaN and infinities included). Empty for any other name.
std::span<const float> floatLevels(std::string_view format);

} // namespace bitsmith

#include "core/tensor/levels.h"

#include "core/tensor/convert.h"

#include <array>

namespace bitsmith {
namespace {

constexpr std::array<float, 16> E2m1 = {0,     0.5F,  1,     1.5F,  2,     3,     4,     6,
                                        -0.0F, -0.5F, -1.0F, -1.5F, -2.0F, -3.0F, -4.0F, -6.0F};

std::array<float, 256> tableOf(float (*value)(std::uint8_t)) {
    std::array<float, 256> table{};
    for (std::size_t code = 0; code < table.size(); ++code)
        table[code] = value(static_cast<std::uint8_t>(code));
    return table;
}

} // namespace

std::span<const float> floatLevels(std::string_view format) {
    static const std::array<float, 256> E4m3 = tableOf(e4m3ToFloat), E5m2 = tableOf(e5m2ToFloat);
    if (format == "e2m1") return E2m1;
    if (format == "e4m3") return E4m3;
    if (format == "e5m2") return E5m2;
    return {};
}

} // namespace bitsmith

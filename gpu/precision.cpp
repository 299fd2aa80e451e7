// The names of precisions.
#include "gpu/cuda_backends.h"

#include <array>

namespace bitsmith {
namespace {

constexpr std::array<std::string_view, 4> Names = {"fp32", "tf32", "bf16", "fp16"};

} // namespace

std::optional<Precision> precisionFromName(std::string_view name) {
    for (std::size_t i = 0; i < Names.size(); ++i)
        if (Names[i] == name) return static_cast<Precision>(i);
    return {};
}

std::string_view precisionName(Precision precision) {
    return Names[static_cast<std::size_t>(precision)];
}

} // namespace bitsmith

#include "core/compute/cpu/vector_units.h"

#include "core/compute/cpu/simd_targets.h"

#include <hwy/targets.h>

namespace bitsmith::cpu {

VectorUnits vectorUnits() {
    const auto supported = hwy::SupportedTargets();
    if (supported & HWY_AVX3) return VectorUnits::Avx512;
    return supported & HWY_AVX2 ? VectorUnits::Avx2 : VectorUnits::Portable;
}

std::string_view vectorUnitsName(VectorUnits units) {
    switch (units) {
    case VectorUnits::Portable:
        return "portable";
    case VectorUnits::Avx2:
        return "AVX2";
    case VectorUnits::Avx512:
        return "AVX-512";
    }
    return "";
}

void limitVectorUnits(VectorUnits most) {
    std::int64_t without = 0;
    if (most != VectorUnits::Avx512) without |= HWY_AVX3 | HWY_AVX3_DL;
    if (most == VectorUnits::Portable) without |= HWY_AVX2;
    hwy::DisableTargets(without);
    hwy::GetChosenTarget().DeInit(); // kernels choose again
}

} // namespace bitsmith::cpu

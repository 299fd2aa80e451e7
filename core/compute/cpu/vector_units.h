// Which vector instructions the cpu backend's kernels use: chosen at run time, shown by doctor,
// narrowed by tests to check what other machines run.
#pragma once

#include <string_view>

namespace bitsmith::cpu {

enum class VectorUnits { Portable, Avx2, Avx512 };

VectorUnits vectorUnits(); // in use now
std::string_view vectorUnitsName(VectorUnits units);
// At most these from now on, process-wide. Not while operations run.
void limitVectorUnits(VectorUnits most);

} // namespace bitsmith::cpu

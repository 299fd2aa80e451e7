// Fast kernels of OpenBLAS on processors that are newer than it.
//
// OpenBLAS picks its kernels while it is loaded, by the processor's model number, and can only be
// told otherwise by a variable of the environment (OPENBLAS_CORETYPE). A model that it does not
// know gets kernels for SSE3, a quarter as fast as those for AVX-512 or less.
#pragma once

#include <string>
#include <string_view>

namespace bitsmith {

// What OPENBLAS_CORETYPE should say where OpenBLAS has chosen `now` (openblas_get_corename()):
// empty where `now` already uses AVX, or the processor has nothing better.
std::string betterBlasKernels(std::string_view now, bool avx2, bool avx512);

// First thing in main(): starts the program again, as the same process, with OPENBLAS_CORETYPE
// where that helps. Returns where it does not, where the variable is set already (to anything), and
// where the system refuses.
void chooseBlasKernels(char** argv);

} // namespace bitsmith

// Tests compute with the kernels that the programs use, not with those of an OpenBLAS that does not
// know the processor.
#include "core/base/blas_kernels.h"

namespace {

[[gnu::constructor]] void start(int, char** argv, char**) { bitsmith::chooseBlasKernels(argv); }

} // namespace

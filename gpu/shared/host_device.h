// Arithmetic that kernels and the processor share: inline functions that nvcc compiles for both and
// any other compiler for the host, so that they are tested where there is no device.
#pragma once

#ifdef __CUDACC__
#define BITSMITH_HD __host__ __device__ __forceinline__
#else
#define BITSMITH_HD inline
#endif

// cuBLAS and cuSOLVER, loaded when a device is used: programs built with CUDA start on machines
// that have neither, and packages need not bring them.
//
// Within this namespace the functions' names are these objects; they are called as in NVIDIA's
// documentation. A library that is not there: DeviceError.
#pragma once

#include "gpu/runtime/device_error.h"

#include <cublas_v2.h>
#include <cuda_runtime.h>
#include <cusolverDn.h>

namespace bitsmith::gpu {

#ifndef BITSMITH_CUDA_EMULATION

enum class CudaLibrary { Blas, Solver };

// Address of a function; the library stays loaded. Throws DeviceError with the loader's reason.
void* cudaLibraryFunction(CudaLibrary library, const char* name);

template <CudaLibrary Library, class Function>
class LazyFunction;
template <CudaLibrary Library, class Result, class... Arguments>
class LazyFunction<Library, Result(Arguments...)> {
public:
    explicit constexpr LazyFunction(const char* name) : m_name(name) {}
    const char* name() const { return m_name; }
    Result operator()(Arguments... arguments) const {
        return reinterpret_cast<Result (*)(Arguments...)>(cudaLibraryFunction(Library, m_name))(
            arguments...);
    }

private:
    const char* m_name;
};

// Some names are macros for the version in use (cublasCreate_v2): both mentions expand.
#define BITSMITH_LAZY_NAME(name) #name
#define BITSMITH_LAZY_AS(library, name, type)                                                      \
    inline constexpr LazyFunction<CudaLibrary::library, type> name{BITSMITH_LAZY_NAME(name)};
#define BITSMITH_LAZY(library, name) BITSMITH_LAZY_AS(library, name, decltype(::name))

// These two exist twice in C++; this is the one with a compute type.
using GemmEx = cublasStatus_t(cublasHandle_t, cublasOperation_t, cublasOperation_t, int, int, int,
                              const void*, const void*, cudaDataType, int, const void*,
                              cudaDataType, int, const void*, void*, cudaDataType, int,
                              cublasComputeType_t, cublasGemmAlgo_t);
using GemmStridedBatchedEx = cublasStatus_t(cublasHandle_t, cublasOperation_t, cublasOperation_t,
                                            int, int, int, const void*, const void*, cudaDataType,
                                            int, long long, const void*, cudaDataType, int,
                                            long long, const void*, void*, cudaDataType, int,
                                            long long, int, cublasComputeType_t, cublasGemmAlgo_t);
BITSMITH_LAZY(Blas, cublasCreate)
BITSMITH_LAZY(Blas, cublasDestroy)
BITSMITH_LAZY(Blas, cublasSetStream)
BITSMITH_LAZY(Blas, cublasGetStatusString)
BITSMITH_LAZY_AS(Blas, cublasGemmEx, GemmEx)
BITSMITH_LAZY_AS(Blas, cublasGemmStridedBatchedEx, GemmStridedBatchedEx)
BITSMITH_LAZY(Blas, cublasSsyrk)
BITSMITH_LAZY(Blas, cublasDtrsm)
BITSMITH_LAZY(Solver, cusolverDnCreate)
BITSMITH_LAZY(Solver, cusolverDnDestroy)
BITSMITH_LAZY(Solver, cusolverDnSetStream)
BITSMITH_LAZY(Solver, cusolverDnDpotrf_bufferSize)
BITSMITH_LAZY(Solver, cusolverDnDpotrf)

#undef BITSMITH_LAZY
#undef BITSMITH_LAZY_AS
#undef BITSMITH_LAZY_NAME

#endif

} // namespace bitsmith::gpu

// Errors of the CUDA libraries as exceptions: they end the operation, and whoever started it
// decides. Exhausted memory is told apart, because the processor may still do the work.
#pragma once

#include "core/compute/device_backend.h"
#include "gpu/runtime/cuda_libraries.h"

#include <string>

namespace bitsmith::gpu {

class OutOfDeviceMemory : public DeviceMemoryExhausted {
public:
    explicit OutOfDeviceMemory(std::size_t bytes)
        : m_text("out of device memory: " + std::to_string(bytes >> 20) +
                 " MiB more were asked for") {}
    const char* what() const noexcept override { return m_text.c_str(); }

private:
    std::string m_text;
};

inline void check(cudaError_t error, const char* what) {
    if (error == cudaSuccess) return;
    (void)cudaGetLastError(); // forgets it, unless the device is lost
    if (error == cudaErrorMemoryAllocation) throw OutOfDeviceMemory(0);
    throw DeviceError(std::string("CUDA: ") + what + ": " + cudaGetErrorString(error));
}

inline void check(cublasStatus_t status, const char* what) {
    if (status == CUBLAS_STATUS_SUCCESS) return;
    if (status == CUBLAS_STATUS_ALLOC_FAILED) throw OutOfDeviceMemory(0);
    throw DeviceError(std::string("cuBLAS: ") + what + ": " + cublasGetStatusString(status));
}

inline void check(cusolverStatus_t status, const char* what) {
    if (status == CUSOLVER_STATUS_SUCCESS) return;
    if (status == CUSOLVER_STATUS_ALLOC_FAILED) throw OutOfDeviceMemory(0);
    throw DeviceError(std::string("cuSOLVER: ") + what + ": status " + std::to_string(status));
}

} // namespace bitsmith::gpu

#include "gpu/cuda_backends.h"

#include "gpu/cuda_backend.h"

namespace bitsmith {

CudaStatus cudaStatus() {
    CudaStatus status{.built = true, .devices = {}, .text = {}};
    try {
        status.devices = gpu::deviceDescriptions();
    } catch (const std::exception& error) {
        status.text = error.what();
        return status;
    }
    if (!status.devices.empty()) {
        status.text = fmt::format("CUDA: {} device{}", status.devices.size(),
                                  status.devices.size() == 1 ? "" : "s");
        return status;
    }
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    (void)cudaGetLastError();
    if (error == cudaErrorInsufficientDriver)
        status.text = "CUDA: not available: there is no NVIDIA driver, or it is too old for this "
                      "program";
    else if (error == cudaErrorNoDevice || error == cudaSuccess)
        status.text = "CUDA: not available: the driver knows no device";
    else
        status.text = fmt::format("CUDA: not available: {}", cudaGetErrorString(error));
    return status;
}

Result<std::shared_ptr<const DeviceBackend>> makeCudaBackend(int ordinal, CudaOptions options) {
    const CudaStatus status = cudaStatus();
    if (status.devices.empty()) return fail(ErrorCode::Usage, "{}", status.text);
    if (ordinal < 0 || static_cast<std::size_t>(ordinal) >= status.devices.size())
        return fail(ErrorCode::Usage, "there is no device cuda:{}; there are cuda:0 to cuda:{}",
                    ordinal, status.devices.size() - 1);
    try {
        return std::make_shared<const gpu::CudaBackend>(ordinal, options);
    } catch (const std::exception& error) {
        return fail(ErrorCode::Failed, "cuda:{} does not answer: {}", ordinal, error.what());
    }
}

std::vector<std::shared_ptr<const DeviceBackend>> makeCudaBackends(const CudaOptions& options) {
    std::vector<std::shared_ptr<const DeviceBackend>> out;
    const std::size_t count = cudaStatus().devices.size();
    for (std::size_t i = 0; i < count; ++i)
        if (auto backend = makeCudaBackend(static_cast<int>(i), options))
            out.push_back(std::move(*backend));
    return out;
}

} // namespace bitsmith

// Built instead of the CUDA backend: there are no devices.
#include "gpu/cuda_backends.h"

namespace bitsmith {

CudaStatus cudaStatus() {
    return {.built = false,
            .devices = {},
            .text = "CUDA: not available: this program was built without it"};
}

Result<std::shared_ptr<const DeviceBackend>> makeCudaBackend(int, CudaOptions) {
    return fail(ErrorCode::Usage, "{}", cudaStatus().text);
}

std::vector<std::shared_ptr<const DeviceBackend>> makeCudaBackends(const CudaOptions&) {
    return {};
}

} // namespace bitsmith

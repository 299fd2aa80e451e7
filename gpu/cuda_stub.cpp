// Built instead of the CUDA backend: there are no devices.
#include "gpu/cuda_backends.h"

namespace bitsmith {

std::vector<std::shared_ptr<const Backend>> makeCudaBackends() { return {}; }

} // namespace bitsmith

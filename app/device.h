// Devices by the names that users give them, for both programs.
#pragma once

#include "core/base/result.h"
#include "core/compute/backend.h"

#include <functional>
#include <memory>
#include <string>

namespace bitsmith {

// device: "cpu", "reference", "cuda" (the first device; where there is none the processor, and
// `notice` is told why), "cuda:N" (that device or an error). precision: see gpu/cuda_backends.h; of
// CUDA devices. notice: gets sentences for the user, by any thread. Errors (Usage): unknown device
// or precision.
Result<std::shared_ptr<const Backend>>
makeBackend(const std::string& device, const std::string& precision,
            const std::function<void(const std::string&)>& notice);

} // namespace bitsmith

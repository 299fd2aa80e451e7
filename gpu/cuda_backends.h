// The CUDA backends, one per device: the only thing that gpu/ exports.
#pragma once

#include "core/compute/backend.h"

#include <memory>
#include <vector>

namespace bitsmith {

// Empty where the program was built without CUDA or no device answers.
std::vector<std::shared_ptr<const Backend>> makeCudaBackends();

} // namespace bitsmith

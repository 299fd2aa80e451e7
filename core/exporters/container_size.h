// How large a container will be, before anything is quantized.
#pragma once

#include "core/exporters/container.h"

namespace bitsmith {

// Bytes of all files if the plan's predicted sizes are met: manifest, directory, headers and side
// files included. Kept tensors are coded for this where the container will be (a second per
// gigabyte). Within a few bytes per tensor: the digits of errors and hashes are not known.
// Errors: those of reading the model.
Result<std::uint64_t> predictedContainerBytes(const Plan& plan, const ContainerSource& source,
                                              const std::string& sourceName, RunContext& context);

} // namespace bitsmith

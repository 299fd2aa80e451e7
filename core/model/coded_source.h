// Models in coded safetensors files, opened without giving the files back first.
#pragma once

#include "core/model/tensor_source.h"

namespace bitsmith {

// path: as CodedTensors::open. Errors: its errors.
Result<std::shared_ptr<const TensorSource>> openCodedSource(const std::filesystem::path& path);

} // namespace bitsmith

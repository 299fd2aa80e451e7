// Which tensors an architecture asks for, in order of use, and whether a source has them.
#pragma once

#include "core/model/architecture.h"
#include "core/model/model.h"
#include "core/model/tensor_source.h"

#include <filesystem>
#include <string_view>
#include <vector>

namespace bitsmith {

// A tensor that the forward pass needs: what a user sees of it, with the shape it must have.
struct TensorUse {
    TensorInfo info; // dtype and bytes are the source's matter
    bool transposed = false;
};

// Each tensor once: a tied head is not repeated.
std::vector<TensorUse> tensorsOf(const Architecture& architecture);

// Names in files vary in their prefix ("model.", "transformer.", none): rewrites the architecture's
// names to those of the source. Without the embedding under any prefix, names stay as they are.
void resolvePrefix(Architecture& architecture, const TensorSource& source);

// Errors (BadInput): a tensor that is missing, has another shape, or holds no real numbers.
// storedType: torch_dtype of the config, for the message.
Status checkTensors(const std::vector<TensorUse>& uses, const TensorSource& source,
                    const std::filesystem::path& path, std::string_view storedType);

} // namespace bitsmith

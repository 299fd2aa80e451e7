// Verify as a use case: is a model's file or folder sound, to the last byte?
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

struct VerifyResult {
    std::string format; // as Model::format(); empty where it could not be opened
    std::size_t tensors = 0, checksums = 0; // decoded; compared with a stored checksum
    std::vector<std::string> problems;      // empty: sound
};

// Opens the model with the strict readers, compares stored checksums (containers have them), and
// decodes every tensor, looking for values that are no numbers. What is wrong is a problem of the
// result, not an error. Errors: `path` does not exist.
Result<VerifyResult> verifyModel(const std::filesystem::path& path, RunContext& context);

} // namespace bitsmith

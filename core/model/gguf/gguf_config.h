// What a GGUF's metadata says of its network, as the config.json of the folder that it was made
// from.
#pragma once

#include "core/io/gguf_file.h"

#include <nlohmann/json_fwd.hpp>

namespace bitsmith {

// Errors: BadInput, a key that is missing, absurd or contradicts the tensors, naming it;
// Unsupported, an architecture or a variant of one that is not known.
Result<nlohmann::json> ggufConfig(const GgufFile& file);

} // namespace bitsmith

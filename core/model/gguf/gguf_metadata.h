// What a GGUF must say of an architecture so that llama.cpp runs it (keys: gguf-py/gguf/
// constants.py; what is computed: src/llama-model.cpp).
#pragma once

#include "core/io/gguf_file.h"
#include "core/model/architecture.h"

#include <nlohmann/json_fwd.hpp>

namespace bitsmith {

struct GgufDescription {
    GgufMetadata metadata;          // general.architecture and the keys below its name
    std::vector<float> ropeFactors; // for rope_freqs.weight; empty: not needed
    std::vector<std::string> notes; // where the runtime computes otherwise in some cases
};

// config: the model's config.json, for what the architecture holds only resolved (YaRN).
// Errors (Unsupported): llama.cpp has no such architecture, or computes it otherwise; says what.
Result<GgufDescription> ggufDescription(const Architecture& architecture,
                                        const nlohmann::json& config);

} // namespace bitsmith

// The "quantization_config" of compressed-tensors: schemes, and which module has which. Private to
// the reader of this folder.
#pragma once

#include "core/io/packed/name_pattern.h"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace bitsmith::packed {

// How the weights of a config group are quantized.
struct WeightScheme {
    int bits = 8;
    bool floating = false, symmetric = true;
    std::string strategy = "tensor"; // "tensor", "channel", "group", "tensor_group", "block"
    std::size_t groupSize = 0;       // group, tensor_group
    std::size_t blockRows = 0, blockCols = 0; // block
    bool columnGroups = false;                // actorder "group": a group index per column
};

struct CompressedConfig {
    struct Group {
        std::string name;
        std::vector<std::string> names; // module paths or class names
        std::vector<NamePattern> patterns;
        WeightScheme scheme;
    };
    std::vector<Group> groups;
    bool paddedWords = false; // written by a version before 0.18

    // An exact path before a pattern before the class "Linear"; nullptr if none matches.
    const WeightScheme* schemeOf(std::string_view module) const;
};

// Errors: BadInput, members of a wrong type or missing; Unsupported, sparse formats, key-value
// cache schemes, transforms, presets by name, and other formats, naming them.
Result<CompressedConfig> readCompressedConfig(const nlohmann::json& config);

} // namespace bitsmith::packed

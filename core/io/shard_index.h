// model.safetensors.index.json: which shard holds which tensor. Private to the archive.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <map>
#include <string>

namespace bitsmith {

struct ShardIndex {
    std::map<std::string, std::string> shardOf; // tensor -> plain file name in the index's folder
};

// metadata.total_size is not checked: published files often have it wrong, and the shards tell.
// Errors (BadInput): not JSON; no weight_map of texts; a shard name that leaves the folder.
Result<ShardIndex> readShardIndex(const std::filesystem::path& path);

} // namespace bitsmith

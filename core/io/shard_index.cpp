#include "core/io/shard_index.h"

#include "core/io/strict_json.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

namespace bitsmith {

Result<ShardIndex> readShardIndex(const std::filesystem::path& path) {
    BITSMITH_TRY(const nlohmann::json json, readStrictJson(path));
    if (!json.is_object() || !json.contains("weight_map") || !json["weight_map"].is_object())
        return fail(ErrorCode::BadInput,
                    "'{}' has no \"weight_map\" object, so it is no index of shards. Get it again",
                    path.string());
    ShardIndex index;
    for (const auto& [tensor, shard] : json["weight_map"].items()) {
        if (!shard.is_string())
            return fail(ErrorCode::BadInput, "'{}' gives no file name for the tensor {}",
                        path.string(), quotedName(tensor));
        const auto& name = shard.get_ref<const std::string&>();
        if (!isPlainFileName(name))
            return fail(ErrorCode::BadInput,
                        "'{}' puts the tensor {} into {}; a shard must lie in the same folder",
                        path.string(), quotedName(tensor), quotedName(name));
        index.shardOf.emplace(tensor, name);
    }
    if (index.shardOf.empty())
        return fail(ErrorCode::BadInput, "'{}' lists no tensors. Get it again", path.string());
    return index;
}

} // namespace bitsmith

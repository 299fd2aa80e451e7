// JSON from files that nobody has checked: UTF-8, no duplicate keys, bounded depth. For files of
// moderate size; a safetensors header has its own parser, which keeps no tree.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string_view>

namespace bitsmith {

// what: names the text in messages ("the index 'model.safetensors.index.json'").
// Errors (BadInput): not UTF-8, not JSON, a key twice, deeper than 64 levels.
Result<nlohmann::json> parseStrictJson(std::string_view text, std::string_view what);
// Errors: also those of readTextFile; larger than `limit` bytes.
Result<nlohmann::json> readStrictJson(const std::filesystem::path& path,
                                      std::size_t limit = 100'000'000);

} // namespace bitsmith

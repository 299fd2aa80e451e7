// Models in several GGUF files, NAME-00001-of-0000N.gguf: names and keys. Private to reader and
// writer.
#pragma once

#include "core/io/gguf_file.h"

#include <filesystem>
#include <optional>
#include <vector>

namespace bitsmith {

constexpr std::string_view GgufSplitNumberKey = "split.no", GgufSplitCountKey = "split.count",
                           GgufSplitTensorsKey = "split.tensors.count";

struct GgufSplitPlace {
    std::uint64_t number = 0; // from 0
    std::uint64_t count = 1;
    std::optional<std::uint64_t> tensors; // of all parts together
};

// What a file says of its place; nothing where it has no split keys. Errors (BadInput): one key
// without the others, impossible numbers.
Result<std::optional<GgufSplitPlace>> ggufSplitPlace(const GgufMetadata& metadata,
                                                     const std::string& where);
// Whether a file is the expected part. Errors (BadInput).
Status checkGgufSplit(const GgufMetadata& metadata, const GgufSplitPlace& expected,
                      const std::string& where);
// The paths of all parts, from that of one. Errors (BadInput): it is not named as this part.
Result<std::vector<std::filesystem::path>> ggufPartPaths(const std::filesystem::path& one,
                                                         const GgufSplitPlace& place,
                                                         const std::string& where);
// FOLDER/STEM-00002-of-00005.gguf for number 1 of 5.
std::filesystem::path ggufPartPath(const std::filesystem::path& folder, std::string_view stem,
                                   std::uint64_t number, std::uint64_t count);

} // namespace bitsmith

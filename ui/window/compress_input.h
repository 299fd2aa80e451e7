// What a file chosen for compressing is: somebody's file, or one that is compressed already. Reads
// headers only. A free function of a path, called off the GUI thread.
#pragma once

#include "core/pipeline/compress.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith::ui {

struct CompressInput {
    bool compressed = false;           // decompress it
    std::string format;                // of the original: "safetensors", "gguf"
    std::string outputName;            // what the result is called at first
    std::uint64_t bytes = 0;           // of the original
    std::uint64_t coded = 0;           // of the compressed file; 0: not known yet
    std::vector<CompressedKind> kinds; // bytesOut 0: not known yet; largest first
};

// Errors (BadInput): nothing there, a folder, neither safetensors nor GGUF, damaged; Unsupported, a
// coded file of another kind, as a model of Bitsmith is.
Result<CompressInput> inspectInput(const std::filesystem::path& path);

} // namespace bitsmith::ui

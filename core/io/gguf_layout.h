// Where the bytes of GGUF files that are about to be written go. Private to the writer.
#pragma once

#include "core/io/gguf_file.h"

#include <string>
#include <vector>

namespace bitsmith {

struct GgufPartLayout {
    std::filesystem::path path;
    std::string header;    // whole: up to the first byte of data
    std::size_t first = 0; // tensors [first, first + count)
    std::size_t count = 0;
    std::uint64_t fileBytes = 0; // header, tensors and their padding
};

struct GgufLayout {
    std::uint64_t alignment = 0;
    std::vector<GgufPartLayout> parts; // at least one
};

// Errors: as GgufWriter::predict.
Result<GgufLayout> layOutGguf(const std::filesystem::path& target, const GgufMetadata& metadata,
                              const std::vector<GgufWriter::Declaration>& tensors,
                              std::uint64_t splitBytes);

} // namespace bitsmith

// A safetensors or GGUF file as a sequence of byte ranges, each with the layouts of symbols that
// its bytes may have: for coding the file of anyone without loss.
#pragma once

#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/codec/symbol_layout.h"

#include <string>
#include <vector>

namespace bitsmith {

struct FileSegment {
    std::uint64_t begin = 0, size = 0; // bytes of the file
    std::string what;                  // "BF16", "Q4_K", "I32", "header", "padding"
    // At least one. Several where the numbers alone show what they are: words of packed codes.
    std::vector<SymbolLayout> layouts;
};

struct SegmentedFile {
    std::string format;                // "safetensors", "gguf"
    std::vector<FileSegment> segments; // in file order; they tile the file
};

// Errors: those of SafetensorsFile::open and GgufFile::open; Unsupported, another kind of file.
Result<SegmentedFile> segmentsOf(const std::shared_ptr<const MappedFile>& file);

// The layout with the least order-0 entropy on a sample of `bytes`; of nearly equal ones the first.
SymbolLayout bestLayout(std::span<const std::byte> bytes, std::span<const SymbolLayout> layouts);

} // namespace bitsmith

// One entry of the journal: a quantized tensor and its report in a safetensors file of its own.
// Private to core/exporters.
#pragma once

#include "core/io/container_parts.h"
#include "core/io/safetensors.h"
#include "core/quant/layer_task.h"

#include <filesystem>
#include <memory>
#include <string>

namespace bitsmith {

// A mapped and checked entry. tensor.name, .recipe, .hash and the errors are set from the report;
// .shape is that of the matrix.
struct JournalEntry {
    ContainerTensor tensor;
    ContainerParts parts; // borrowed from `file`
    LayerReport report;   // without seconds
    std::shared_ptr<const SafetensorsFile> file;
    void release() const; // its pages are not needed again soon
};

// coded: what to keep instead of the packed parts; empty: those.
Status writeJournalEntry(const std::filesystem::path& path, const std::string& name,
                         const QuantizedMatrix& matrix, std::span<const std::byte> coded,
                         const LayerReport& report);
// Reads every byte once, for the checksum. Errors (BadInput): missing, damaged, of another tensor.
Result<JournalEntry> readJournalEntry(const std::filesystem::path& path, const std::string& name);

} // namespace bitsmith

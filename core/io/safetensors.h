// safetensors: reader (mapped, header only until a tensor is touched) and streaming writer.
// Format: huggingface/safetensors README; the reader enforces each of its rules and names the one
// that a file breaks.
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/base/result.h"
#include "core/tensor/tensor_view.h"

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

struct SafetensorsEntry {
    std::string name;
    DType dtype = DType::F32;
    Shape shape;
    std::uint64_t begin = 0, end = 0; // relative to the data buffer
};

class SafetensorsFile {
public:
    // Errors (BadInput, naming file, tensor, place and remedy): every rule of the format that the
    // file breaks, see tests/core/io. Unsupported: a dtype that the format has and we have not.
    static Result<std::shared_ptr<const SafetensorsFile>> open(const std::filesystem::path& path);

    const std::vector<SafetensorsEntry>& entries() const { return m_entries; } // in file order
    const std::map<std::string, std::string>& metadata() const { return m_metadata; }
    TensorView view(const SafetensorsEntry& entry) const;
    const std::shared_ptr<const MappedFile>& file() const { return m_file; }

private:
    std::shared_ptr<const MappedFile> m_file;
    std::uint64_t m_dataStart = 0;
    std::vector<SafetensorsEntry> m_entries;
    std::map<std::string, std::string> m_metadata;
};

// Declares all tensors first, then streams their bytes in that order; committed by finish().
class SafetensorsWriter {
public:
    struct Declaration {
        std::string name;
        DType dtype = DType::F32;
        Shape shape;
    };
    // Errors: those of AtomicFile; Failed: a name twice, reserved or not UTF-8, an impossible
    // shape.
    static Result<SafetensorsWriter> create(const std::filesystem::path& target,
                                            std::vector<Declaration> tensors,
                                            const std::map<std::string, std::string>& metadata);
    // Bytes of the next declared tensor, in one or several calls.
    Status write(std::span<const std::byte> bytes);
    Status finish(); // error if bytes are missing
    std::uint64_t fileBytes() const { return m_total; }

private:
    explicit SafetensorsWriter(AtomicFile file) : m_file(std::move(file)) {}
    AtomicFile m_file;
    std::uint64_t m_total = 0;
};

// The order in which the reference writer stores tensors: wide types first, then by name, so that
// every tensor is aligned for its type. Declare in this order where nothing speaks against it.
std::vector<SafetensorsWriter::Declaration>
inReferenceOrder(std::vector<SafetensorsWriter::Declaration> tensors);

// The exact size of the file that SafetensorsWriter would write.
std::uint64_t safetensorsFileBytes(const std::vector<SafetensorsWriter::Declaration>& tensors,
                                   const std::map<std::string, std::string>& metadata);

} // namespace bitsmith

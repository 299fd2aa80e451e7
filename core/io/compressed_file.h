// A file of anyone inside a coded file of Bitsmith, as `bitsmith compress` writes it: coded strings
// whose raw bytes, one after the other, are the original.
//
//   directory := {"kind": "file", "name", "format": "safetensors" | "gguf", "size",
//                 "xxh3_128": of the original, 32 hexadecimal digits,
//                 "segments": [[raw bytes, coded bytes, what], ...]}
//
// The coded strings (core/codec/coded_stream.h) lie one after the other from the first byte behind
// the head of the file.
#pragma once

#include "core/io/bitsmith_file.h"
#include "core/io/coded_reader.h"

#include <string>
#include <vector>

namespace bitsmith {

struct CompressedSegment {
    std::uint64_t begin = 0, size = 0; // bytes of the original
    BitsmithBlob blob;
    std::string what; // "BF16", "header"
};

// What the directory says; for writer and reader.
struct CompressedFileInfo {
    std::string name, format, hash;
    std::uint64_t size = 0;
    std::vector<CompressedSegment> segments;
};

nlohmann::ordered_json toJson(const CompressedFileInfo& info);

// Immutable; safe to use from several threads.
class CompressedFile {
public:
    // Errors: as BitsmithFile::open; BadInput, a directory that contradicts itself or the file;
    // Unsupported, a coded file of another kind.
    static Result<std::shared_ptr<const CompressedFile>> open(const std::filesystem::path& path);
    // Whether it is a coded file that holds a file of somebody's; false where it cannot be read.
    static bool isOne(const std::filesystem::path& path);

    const CompressedFileInfo& info() const { return m_info; }
    const std::filesystem::path& path() const { return m_file->path(); }
    std::uint64_t bytes() const { return m_file->size(); }
    // For readCoded: the whole original, in order.
    std::vector<CodedPart> parts() const;
    // Bytes of the original, which must exist: only the blocks that hold them are decoded. Errors
    // (BadInput): damaged, naming file and segment.
    Status read(std::uint64_t begin, std::span<std::byte> out) const;
    // The coded pages behind a range of the original are not needed again soon.
    void release(std::uint64_t begin, std::uint64_t size) const;

private:
    CompressedFile() = default;
    std::size_t segmentAt(std::uint64_t begin) const;
    std::shared_ptr<const BitsmithFile> m_file;
    CompressedFileInfo m_info;
};

} // namespace bitsmith

// One coded file: byte strings in order and a directory that says what they are. Used for the
// weights of a container and for what `bitsmith compress` writes.
//
//   "BITSMITH" | u32 version | u32 0 | byte strings, one after the other |
//   directory: JSON, compressed by zstd | u64 its offset | u64 its size | u64 XXH3 of everything
//   from its offset to here, and of the first 16 bytes | "HTIMSTIB"
//
// What the byte strings hold is the business of core/codec; each has its own checksums.
#pragma once

#include "core/base/atomic_file.h"
#include "core/base/mapped_file.h"
#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>

namespace bitsmith {

inline constexpr std::uint32_t BitsmithFileVersion = 1;

// Where a byte string lies.
struct BitsmithBlob {
    std::uint64_t offset = 0, size = 0;
    bool operator==(const BitsmithBlob&) const = default;
};

class BitsmithFileWriter {
public:
    // Errors: as AtomicFile::create.
    static Result<BitsmithFileWriter> create(const std::filesystem::path& target);
    // Pieces of one byte string may be written one after the other; offset() is where the next
    // begins.
    Status write(std::span<const std::byte> bytes);
    std::uint64_t offset() const { return m_file.written(); }
    // Appends the directory and puts the file in place. Returns its bytes.
    Result<std::uint64_t> finish(const nlohmann::ordered_json& directory);

private:
    explicit BitsmithFileWriter(AtomicFile file) : m_file(std::move(file)) {}
    AtomicFile m_file;
};

// Immutable; safe to use from several threads.
class BitsmithFile {
public:
    // Errors (BadInput): unreadable, no such file, truncated, a damaged directory (its checksum);
    // Unsupported, a newer version.
    static Result<std::shared_ptr<const BitsmithFile>> open(const std::filesystem::path& path);
    // Whether the file begins with the magic bytes.
    static bool isOne(const std::filesystem::path& path);

    const std::filesystem::path& path() const { return m_file->path(); }
    const nlohmann::json& directory() const { return *m_directory; } // checked UTF-8, an object
    std::uint64_t size() const { return m_file->bytes().size(); }
    // Errors (BadInput): not within the part of the file that holds byte strings.
    Result<std::span<const std::byte>> bytes(const BitsmithBlob& blob) const;
    void release(std::span<const std::byte> bytes) const { m_file->release(bytes); }

private:
    BitsmithFile() = default;
    std::shared_ptr<const MappedFile> m_file;
    std::shared_ptr<const nlohmann::json> m_directory;
    std::uint64_t m_end = 0; // of the byte strings
};

// Directory entries of byte strings: [offset, size]. Errors (BadInput): no such pair.
Result<BitsmithBlob> blobFromJson(const nlohmann::json& json);
nlohmann::ordered_json toJson(const BitsmithBlob& blob);

} // namespace bitsmith

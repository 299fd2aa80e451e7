// Files appear whole or not at all: written under a temporary name beside the target, synced,
// renamed. An unfinished writer leaves nothing behind.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace bitsmith {

class AtomicFile {
public:
    // Errors: BadInput (read-only or missing folder), Resources (disk full), Failed; all name the
    // path.
    static Result<AtomicFile> create(const std::filesystem::path& target);
    ~AtomicFile(); // removes the temporary file unless commit() succeeded
    AtomicFile(AtomicFile&& other) noexcept;
    AtomicFile& operator=(AtomicFile&&) = delete;

    Status write(std::span<const std::byte> bytes);
    Status write(std::string_view text);
    std::uint64_t written() const { return m_written; }
    Status commit(); // fsync, rename, fsync of the folder

private:
    AtomicFile() = default;
    Status failure(const char* what) const;
    std::filesystem::path m_target, m_temporary;
    int m_fd = -1;
    std::uint64_t m_written = 0;
};

Status writeFileAtomically(const std::filesystem::path& target, std::string_view text);

// A whole text file. Errors (BadInput): missing, unreadable, larger than `limit` bytes.
Result<std::string> readTextFile(const std::filesystem::path& path,
                                 std::size_t limit = std::size_t{1} << 32);

} // namespace bitsmith

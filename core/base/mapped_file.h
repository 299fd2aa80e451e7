// A read-only memory map of a whole file. Pages are read when touched; nothing is copied.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <filesystem>
#include <memory>
#include <span>

namespace bitsmith {

class MappedFile {
public:
    // Errors (BadInput): missing, a folder, unreadable. An empty file maps to an empty span.
    static Result<std::shared_ptr<const MappedFile>> open(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    std::span<const std::byte> bytes() const { return {m_data, m_size}; }
    const std::filesystem::path& path() const { return m_path; }
    // Tells the kernel that a range will not be needed again soon, so that a pass over a model
    // larger than memory does not evict everything else. The pages stay readable.
    void release(std::span<const std::byte> range) const;

private:
    MappedFile() = default;
    std::filesystem::path m_path;
    const std::byte* m_data = nullptr;
    std::size_t m_size = 0;
};

} // namespace bitsmith

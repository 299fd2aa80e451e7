// The medium that a file lies on, and reading it cold and warm: for measurements that say what they
// measured.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <filesystem>
#include <span>
#include <string>

namespace bitsmith {

struct StorageMedium {
    std::string device;     // "nvme0n1"; empty: none (tmpfs, a network)
    std::string model;      // what the device calls itself, if it does
    std::string fileSystem; // "ext4"
    std::string mountPoint;
    int rotational = -1;      // 0 solid state, 1 spinning, -1 unknown
    std::string text() const; // "vda (virtual disk, ext4)"
};

// Of the folder or file, which must exist. What the system does not tell stays empty.
StorageMedium storageMedium(const std::filesystem::path& path);

struct TimedRead {
    std::uint64_t bytes = 0;
    double seconds = 0;
    std::string method; // "O_DIRECT", "read after posix_fadvise(DONTNEED)", "page cache"
    // Of the pages, before the read; 0 for O_DIRECT. A cold read of more than a few percent is not
    // cold.
    double residentBefore = 0;
    double bandwidth() const { return seconds > 0 ? static_cast<double>(bytes) / seconds : 0; }
};

// Reads the file from its beginning in pieces of 4 MiB, `limit` bytes at most, past the page cache:
// O_DIRECT where the file system has it, else after dropping its pages. Hypervisors and devices may
// have caches of their own that no program can empty.
// Errors: BadInput, unreadable.
Result<TimedRead> readCold(const std::filesystem::path& path, std::uint64_t limit,
                           RunContext& context);
// From the page cache, into which it is read first.
Result<TimedRead> readWarm(const std::filesystem::path& path, std::uint64_t limit,
                           RunContext& context);
// After dropping its pages: into memory as a program would load it. out: borrowed.
Result<TimedRead> loadCold(const std::filesystem::path& path, std::span<std::byte> out,
                           RunContext& context);

// Writes back and drops the file's pages. Returns the fraction that stayed.
Result<double> dropPages(const std::filesystem::path& path);

} // namespace bitsmith

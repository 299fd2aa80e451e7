#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bitsmith {

Result<std::shared_ptr<const MappedFile>> MappedFile::open(const std::filesystem::path& path) {
    const int fd =
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); // a pipe must not hang us
    if (fd < 0)
        return fail(ErrorCode::BadInput, "cannot open '{}': {}", path.string(),
                    std::strerror(errno));
    struct ::stat info {};
    if (::fstat(fd, &info) != 0 || !S_ISREG(info.st_mode)) {
        ::close(fd);
        return fail(ErrorCode::BadInput, "cannot open '{}': it is not a regular file",
                    path.string());
    }
    auto file = std::shared_ptr<MappedFile>(new MappedFile);
    file->m_path = path;
    file->m_size = static_cast<std::size_t>(info.st_size);
    if (file->m_size > 0) {
        void* data = ::mmap(nullptr, file->m_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (data == MAP_FAILED) {
            const int error = errno;
            ::close(fd);
            return fail(ErrorCode::Resources, "cannot map '{}': {}", path.string(),
                        std::strerror(error));
        }
        file->m_data = static_cast<const std::byte*>(data);
    }
    ::close(fd);
    return std::shared_ptr<const MappedFile>(std::move(file));
}

MappedFile::~MappedFile() {
    if (m_data) ::munmap(const_cast<std::byte*>(m_data), m_size);
}

void MappedFile::release(std::span<const std::byte> range) const {
    if (range.empty() || range.data() < m_data || range.data() + range.size() > m_data + m_size)
        return;
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    const auto first = (static_cast<std::size_t>(range.data() - m_data) + page - 1) / page * page;
    const auto last = static_cast<std::size_t>(range.data() - m_data + range.size()) / page * page;
    if (last > first)
        ::madvise(const_cast<std::byte*>(m_data) + first, last - first, MADV_DONTNEED);
}

} // namespace bitsmith

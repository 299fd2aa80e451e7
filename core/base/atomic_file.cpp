#include "core/base/atomic_file.h"

#include "core/base/mapped_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace bitsmith {

Status AtomicFile::failure(const char* what) const {
    const int error = errno;
    const bool full = error == ENOSPC || error == EDQUOT || error == EFBIG;
    const bool place = error == EACCES || error == EPERM || error == EROFS || error == ENOENT ||
                       error == ENOTDIR || error == EISDIR;
    return fail(full    ? ErrorCode::Resources
                : place ? ErrorCode::BadInput
                        : ErrorCode::Failed,
                "cannot {} '{}': {}{}", what, m_target.string(), std::strerror(error),
                full    ? ". Free some space or choose another folder; nothing was lost"
                : place ? ". Choose a folder that is there and that you may write to"
                        : "");
}

Result<AtomicFile> AtomicFile::create(const std::filesystem::path& target) {
    AtomicFile file;
    file.m_target = target;
    file.m_temporary = target.string() + fmt::format(".tmp-{}", ::getpid());
    file.m_fd = ::open(file.m_temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file.m_fd < 0) return fail(file.failure("write").error());
    return file;
}

AtomicFile::AtomicFile(AtomicFile&& other) noexcept
    : m_target(std::move(other.m_target)), m_temporary(std::move(other.m_temporary)),
      m_fd(other.m_fd), m_written(other.m_written) {
    other.m_fd = -1;
    other.m_temporary.clear();
}

AtomicFile::~AtomicFile() {
    if (m_fd >= 0) ::close(m_fd);
    if (!m_temporary.empty()) ::unlink(m_temporary.c_str());
}

Status AtomicFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t n =
            ::write(m_fd, bytes.data(), std::min<std::size_t>(bytes.size(), std::size_t{1} << 30));
        if (n < 0) {
            if (errno == EINTR) continue;
            return failure("write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(n));
        m_written += static_cast<std::uint64_t>(n);
    }
    return {};
}

Status AtomicFile::write(std::string_view text) {
    return write(std::as_bytes(std::span(text.data(), text.size())));
}

Status AtomicFile::commit() {
    if (::fsync(m_fd) != 0) return failure("sync");
    const int fd = std::exchange(m_fd, -1);
    if (::close(fd) != 0) return failure("close");
    if (::rename(m_temporary.c_str(), m_target.c_str()) != 0) return failure("rename");
    m_temporary.clear();
    const std::filesystem::path folder = m_target.has_parent_path() ? m_target.parent_path() : ".";
    if (const int dir = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); dir >= 0) {
        ::fsync(dir);
        ::close(dir);
    }
    return {};
}

Status writeFileAtomically(const std::filesystem::path& target, std::string_view text) {
    BITSMITH_TRY(AtomicFile file, AtomicFile::create(target));
    BITSMITH_CHECK(file.write(text));
    return file.commit();
}

Result<std::string> readTextFile(const std::filesystem::path& path, std::size_t limit) {
    BITSMITH_TRY(const auto file, MappedFile::open(path));
    const auto bytes = file->bytes();
    if (bytes.size() > limit)
        return fail(ErrorCode::BadInput, "'{}' is {} bytes; at most {} are read here",
                    path.string(), bytes.size(), limit);
    return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

} // namespace bitsmith

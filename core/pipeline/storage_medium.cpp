#include "core/pipeline/storage_medium.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>
#include <vector>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;
constexpr std::size_t Piece = std::size_t{4} << 20;
constexpr std::size_t Alignment = 4096; // of buffers and sizes for O_DIRECT

class Descriptor {
public:
    Descriptor(const fs::path& path, int flags) : m_fd(::open(path.c_str(), flags | O_CLOEXEC)) {}
    ~Descriptor() {
        if (m_fd >= 0) ::close(m_fd);
    }
    Descriptor(const Descriptor&) = delete;
    int get() const { return m_fd; }

private:
    int m_fd;
};

struct Free {
    void operator()(void* p) const { std::free(p); }
};
using Buffer = std::unique_ptr<std::byte, Free>;

std::string firstLine(const fs::path& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    line.erase(line.find_last_not_of(" \t") + 1);
    return line;
}

tl::unexpected<Error> unreadable(const fs::path& path) {
    return fail(ErrorCode::BadInput, "cannot read '{}': {}", path.string(), std::strerror(errno));
}

// pread() of everything up to `limit`, in pieces. into: where to put it; empty: one buffer over and
// over. -1 in bytes: an error, in errno.
std::int64_t readAll(int fd, std::uint64_t limit, std::span<std::byte> into, std::byte* buffer,
                     const RunContext& context) {
    std::uint64_t at = 0;
    while (at < limit) {
        context.checkpoint();
        std::byte* to = into.empty() ? buffer : into.data() + at;
        const std::size_t want =
            into.empty() ? Piece : std::min<std::size_t>(Piece, into.size() - at);
        const ssize_t got = ::pread(fd, to, want, static_cast<off_t>(at));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return -1;
        if (got == 0) break;
        at += static_cast<std::uint64_t>(got);
    }
    return static_cast<std::int64_t>(at);
}

Result<TimedRead> timed(const fs::path& path, int flags, std::uint64_t limit,
                        std::span<std::byte> into, const RunContext& context) {
    const Descriptor file(path, O_RDONLY | flags);
    if (file.get() < 0) return unreadable(path);
    Buffer buffer(static_cast<std::byte*>(std::aligned_alloc(Alignment, Piece)));
    if (!buffer) throw std::bad_alloc();
    std::memset(buffer.get(), 0, Piece); // its pages exist before the clock runs
    TimedRead out;
    const auto start = Clock::now();
    const std::int64_t bytes = readAll(file.get(), limit, into, buffer.get(), context);
    out.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    if (bytes < 0) return unreadable(path);
    out.bytes = static_cast<std::uint64_t>(bytes);
    return out;
}

// Fraction of the file's pages that are in the page cache.
double residentFraction(int fd, std::size_t size) {
    if (size == 0) return 0;
    void* const map = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) return 1;
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    std::vector<unsigned char> present((size + page - 1) / page);
    const bool known = ::mincore(map, size, present.data()) == 0;
    ::munmap(map, size);
    if (!known) return 1;
    const auto count = std::ranges::count_if(present, [](unsigned char p) { return p & 1; });
    return static_cast<double>(count) / static_cast<double>(present.size());
}

} // namespace

std::string StorageMedium::text() const {
    std::string kind = rotational == 1 ? "spinning disk" : rotational == 0 ? "solid state" : "";
    if (device.starts_with("vd") || device.starts_with("xvd")) // the host may be anything
        kind = "virtual disk" + std::string(rotational == 1 ? " that says it spins" : "");
    std::string out = device.empty() ? fileSystem : device;
    if (!model.empty()) out += " " + model;
    out += " (";
    if (!kind.empty()) out += kind + ", ";
    return out + (fileSystem.empty() ? "unknown file system" : fileSystem) + ")";
}

StorageMedium storageMedium(const fs::path& path) {
    StorageMedium out;
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0) return out;
    const std::string number = fmt::format("{}:{}", ::major(status.st_dev), ::minor(status.st_dev));
    // "36 35 98:0 /root /mount/point options - ext4 /dev/root ...", the last mount of the device
    // that a path leads through.
    std::error_code ignored;
    const std::string real = fs::weakly_canonical(path, ignored).string();
    std::ifstream mounts("/proc/self/mountinfo");
    for (std::string line; std::getline(mounts, line);) {
        std::istringstream words(line);
        std::string id, parent, device, root, mount, word;
        words >> id >> parent >> device >> root >> mount;
        while (words >> word && word != "-") {
        }
        if (device != number || !real.starts_with(mount) || mount.size() < out.mountPoint.size())
            continue;
        out.mountPoint = mount;
        words >> out.fileSystem;
    }
    // A partition lies in the folder of its disk, which has the queue.
    fs::path block = fs::weakly_canonical("/sys/dev/block/" + number, ignored);
    if (!fs::exists(block, ignored)) return out;
    if (!fs::exists(block / "queue", ignored)) block = block.parent_path();
    out.device = block.filename().string();
    out.model = firstLine(block / "device" / "model");
    const std::string rotational = firstLine(block / "queue" / "rotational");
    if (!rotational.empty()) out.rotational = rotational == "1" ? 1 : 0;
    return out;
}

Result<double> dropPages(const fs::path& path) {
    const Descriptor file(path, O_RDONLY);
    if (file.get() < 0) return unreadable(path);
    (void)::fdatasync(file.get()); // dirty pages cannot be dropped
    (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_DONTNEED);
    std::error_code ignored;
    return residentFraction(file.get(), fs::file_size(path, ignored));
}

Result<TimedRead> readCold(const fs::path& path, std::uint64_t limit, RunContext& context) {
    if (auto direct = timed(path, O_DIRECT, limit, {}, context)) {
        direct->method = "O_DIRECT";
        return direct;
    }
    BITSMITH_TRY(const double resident, dropPages(path));
    BITSMITH_TRY(TimedRead out, timed(path, 0, limit, {}, context));
    out.method = "read after posix_fadvise(DONTNEED)";
    out.residentBefore = resident;
    return out;
}

Result<TimedRead> readWarm(const fs::path& path, std::uint64_t limit, RunContext& context) {
    BITSMITH_TRY(TimedRead out, timed(path, 0, limit, {}, context));
    BITSMITH_TRY(out, timed(path, 0, limit, {}, context));
    out.method = "page cache";
    out.residentBefore = 1;
    return out;
}

Result<TimedRead> loadCold(const fs::path& path, std::span<std::byte> out, RunContext& context) {
    BITSMITH_TRY(const double resident, dropPages(path));
    BITSMITH_TRY(TimedRead read, timed(path, 0, out.size(), out, context));
    read.method = "read after posix_fadvise(DONTNEED)";
    read.residentBefore = resident;
    return read;
}

} // namespace bitsmith

#include "core/exporters/output_folder.h"

#include "core/io/container_file.h"
#include "core/io/text_checks.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace bitsmith {

namespace fs = std::filesystem;

namespace {

std::error_code lastError() { return {errno, std::generic_category()}; }

void syncFolder(const fs::path& folder) {
    if (const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); fd >= 0) {
        ::fsync(fd);
        ::close(fd);
    }
}

} // namespace

tl::unexpected<Error> folderFailure(const char* what, const fs::path& path,
                                    const std::error_code& error) {
    const bool full = error == std::errc::no_space_on_device || error.value() == EDQUOT;
    return fail(full ? ErrorCode::Resources : ErrorCode::BadInput, "cannot {} '{}': {}. {}", what,
                path.string(), error.message(),
                full ? "Free some space or choose another folder"
                     : "Choose a folder that you may write to");
}

fs::path normalizedOutput(const fs::path& output) {
    std::error_code error;
    fs::path path = fs::weakly_canonical(fs::absolute(output, error), error);
    if (error) path = fs::absolute(output, error).lexically_normal();
    return path.has_filename() ? path : path.parent_path();
}

Status checkReplaceable(const fs::path& output) {
    std::error_code error;
    const auto status = fs::symlink_status(output, error);
    if (!fs::exists(status)) return {};
    if (!fs::is_directory(status))
        return fail(ErrorCode::Failed,
                    "'{}' is there and is not a folder. Choose another name for the output",
                    output.string());
    std::vector<std::string> known;
    if (isContainer(output)) {
        auto names = containerFileNames(output);
        if (!names) return fail(names.error());
        known = std::move(*names);
    }
    for (fs::directory_iterator it(output, error), end; !error && it != end; it.increment(error)) {
        const std::string name = it->path().filename().string();
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        if (known.empty())
            return fail(
                ErrorCode::Failed,
                "'{}' is there and is not a Bitsmith container; it is left as it is. Choose "
                "another folder for the output, or empty this one",
                output.string());
        return fail(
            ErrorCode::Failed,
            "'{}' is a container, but also holds {}, which would be lost. Move that away or "
            "choose another folder for the output",
            output.string(), quotedName(name));
    }
    if (error) return folderFailure("list", output, error);
    return {};
}

Status makeFolder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) return folderFailure("make the folder", folder, error);
    return {};
}

Status removeFolder(const fs::path& folder) {
    std::error_code error;
    fs::remove_all(folder, error);
    if (error) return folderFailure("remove", folder, error);
    return {};
}

Status replaceFolder(const fs::path& fresh, const fs::path& target) {
    std::error_code error;
    if (!fs::exists(target, error)) {
        if (::rename(fresh.c_str(), target.c_str()) != 0)
            return folderFailure("rename the finished output to", target, lastError());
    } else if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) !=
               0) {
        // A file system that cannot exchange: for a moment there is nothing at `target`.
        const fs::path aside = fresh.string() + ".replaced";
        if (::rename(target.c_str(), aside.c_str()) != 0)
            return folderFailure("move away", target, lastError());
        if (::rename(fresh.c_str(), target.c_str()) != 0) {
            const std::error_code cause = lastError();
            fs::rename(aside, target, error);
            return folderFailure("rename the finished output to", target, cause);
        }
    }
    syncFolder(target.parent_path());
    return {};
}

Result<std::shared_ptr<const void>> lockFile(const fs::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0) return folderFailure("write", path, lastError());
    if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
        const int error = errno;
        ::close(fd);
        if (error == EWOULDBLOCK)
            return fail(ErrorCode::Failed,
                        "another run is writing to '{}'. Wait for it or choose another output",
                        path.parent_path().string());
        // Some network file systems cannot lock; then nothing guards against a second run.
        return std::shared_ptr<const void>();
    }
    return std::shared_ptr<const void>(nullptr, [fd](const void*) { ::close(fd); });
}

} // namespace bitsmith

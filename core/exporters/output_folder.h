// Folders that appear, are replaced and disappear as a whole. For those who write outputs.
#pragma once

#include "core/base/result.h"

#include <filesystem>
#include <memory>
#include <system_error>

namespace bitsmith {

// "cannot WHAT 'PATH': reason", Resources where the disk is full.
tl::unexpected<Error> folderFailure(const char* what, const std::filesystem::path& path,
                                    const std::error_code& error);

// Absolute, symbolic links resolved as far as it exists, no trailing separator.
std::filesystem::path normalizedOutput(const std::filesystem::path& output);
// Whether a container may be written at `output`: nothing there, an empty folder, or a container
// without foreign files in it. Errors (Failed) say what is there.
Status checkReplaceable(const std::filesystem::path& output);

Status makeFolder(const std::filesystem::path& folder); // and its parents
Status removeFolder(const std::filesystem::path& folder);
// Puts `fresh` at `target`, both on one file system, in one step where the system can exchange two
// names; what was at `target` ends at `fresh` or is gone.
Status replaceFolder(const std::filesystem::path& fresh, const std::filesystem::path& target);

// An exclusive lock on a file that is created if need be, held until the result is destroyed; the
// system drops it when the process dies. Errors (Failed): somebody else holds it.
Result<std::shared_ptr<const void>> lockFile(const std::filesystem::path& path);

} // namespace bitsmith

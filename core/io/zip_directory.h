// The directory of a ZIP file whose entries are stored, not compressed, as torch.save writes them.
// Private to the reader of PyTorch files. Format: APPNOTE.TXT of PKWARE, with ZIP64.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

struct ZipEntry {
    std::string name;
    std::span<const std::byte> bytes; // in the file
};

// file: the whole file, mapped. where: "PyTorch file 'PATH'", the beginning of every message.
// Errors (BadInput): no directory at the end, records that leave the file or overlap, a name twice,
// compressed or encrypted entries, several volumes.
Result<std::vector<ZipEntry>> readZipDirectory(std::span<const std::byte> file,
                                               const std::string& where);

} // namespace bitsmith

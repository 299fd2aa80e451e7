// The two forms of an imatrix file. Private to imatrix.cpp; the entries are checked there.
#pragma once

#include "core/base/mapped_file.h"
#include "core/io/imatrix.h"

namespace bitsmith {

// where: "imatrix 'PATH'", the beginning of every message.
Result<Imatrix> readImatrixGguf(const std::filesystem::path& path, const std::string& where);
Result<Imatrix> readImatrixDat(const MappedFile& file, const std::string& where);
Status writeImatrixGguf(const std::filesystem::path& path, const Imatrix& imatrix);
Status writeImatrixDat(const std::filesystem::path& path, const Imatrix& imatrix);

} // namespace bitsmith

// The two forms of a PyTorch file: where its pickle and the data of its storages lie. Private to
// pytorch_file.cpp.
#pragma once

#include "core/io/pickle.h"

#include <map>
#include <span>
#include <string>

namespace bitsmith {

struct PytorchParts {
    Pickle pickle;
    std::map<std::string, std::span<const std::byte>> data; // by storage key; in the file
};

bool isLegacyPytorch(std::span<const std::byte> file);
// where: "PyTorch file 'PATH'", the beginning of every message. Errors: as openPytorchFile.
Result<PytorchParts> readPytorchZip(std::span<const std::byte> file, const std::string& where);
Result<PytorchParts> readLegacyPytorch(std::span<const std::byte> file, const std::string& where);

} // namespace bitsmith

// The JSON header of a safetensors file, parsed without a tree: private to the reader.
#pragma once

#include "core/io/safetensors.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries; // by begin offset
    std::map<std::string, std::string> metadata;
};

// text: the header, as long as the file says. bufferBytes: what follows it in the file.
// where: "safetensors 'PATH'", the beginning of every message.
// Every rule of the format is checked: afterwards the entries tile the buffer exactly and each
// entry's size is that of its shape and dtype.
Result<SafetensorsHeader> parseSafetensorsHeader(std::string_view text, std::uint64_t bufferBytes,
                                                 const std::string& where);

// elements * byteSize(dtype); nothing where that does not fit 63 bits.
std::optional<std::uint64_t> checkedTensorBytes(const Shape& shape, DType dtype);

} // namespace bitsmith

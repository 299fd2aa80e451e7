// What stands before the data of one GGUF file: metadata and the list of tensors. Private to the
// reader.
#pragma once

#include "core/io/gguf_file.h"

#include <span>
#include <string>

namespace bitsmith {

struct GgufHeader {
    std::uint32_t version = 0;
    GgufMetadata metadata;
    std::vector<GgufTensor> tensors; // their offsets are those of the file
    std::uint64_t dataStart = 0;     // where the first tensor begins, or would begin
};

// file: the whole file, mapped. where: "GGUF 'PATH'", the beginning of every message.
// Every rule of the format is checked: afterwards each tensor's bytes lie inside the file, one
// after the other. Errors: as GgufFile::open.
Result<GgufHeader> parseGgufHeader(std::span<const std::byte> file, const std::string& where);

// Bytes of the tensor's blocks. Nothing where dims are impossible (0, beyond 63 bits together) or
// the first is no multiple of the format's block.
std::optional<std::uint64_t> checkedBlockBytes(const std::vector<std::uint64_t>& dims,
                                               const BlockFormat& format);

constexpr std::size_t GgufLongestName = 63;      // of a tensor: ggml keeps 64 bytes with a final 0
constexpr std::size_t GgufMostDimensions = 4;    // of a tensor
constexpr std::uint64_t GgufUsualAlignment = 32; // where general.alignment is absent

} // namespace bitsmith

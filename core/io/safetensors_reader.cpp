#include "core/io/safetensors.h"
#include "core/io/safetensors_header.h"

#include <cstring>

namespace bitsmith {
namespace {

constexpr std::uint64_t LargestHeader = 100'000'000;
constexpr std::uint64_t LengthBytes = 8;

// What else a file that is no safetensors file may be, from its first bytes.
const char* otherFormat(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()),
                                std::min<std::size_t>(bytes.size(), 64));
    if (text.starts_with("GGUF")) return "It is a GGUF file; its name should end in .gguf";
    if (text.starts_with("PK"))
        return "It looks like a PyTorch file; its name should end in .bin or .pth";
    if (text.starts_with("version https://git-lfs"))
        return "It is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'";
    if (text.starts_with("<!DOCTYPE") || text.starts_with("<html"))
        return "It is a web page, probably saved instead of the file; download it again";
    return nullptr;
}

} // namespace

Result<std::shared_ptr<const SafetensorsFile>>
SafetensorsFile::open(const std::filesystem::path& path) {
    BITSMITH_TRY(auto file, MappedFile::open(path));
    const auto bytes = file->bytes();
    const std::string where = fmt::format("safetensors '{}'", path.string());
    if (const char* other = otherFormat(bytes))
        return fail(ErrorCode::BadInput, "{}: this is not a safetensors file. {}", where, other);
    if (bytes.size() < LengthBytes)
        return fail(ErrorCode::BadInput,
                    "{}: only {} bytes long, too short for a safetensors file. The download is "
                    "probably incomplete; get the file again",
                    where, bytes.size());
    std::uint64_t headerBytes = 0;
    for (std::size_t i = 0; i < LengthBytes; ++i)
        headerBytes |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    if (headerBytes > LargestHeader)
        return fail(ErrorCode::BadInput,
                    "{}: the header claims {} bytes; the format allows {}. This is no safetensors "
                    "file, or it is damaged",
                    where, headerBytes, LargestHeader);
    if (headerBytes > bytes.size() - LengthBytes)
        return fail(ErrorCode::BadInput,
                    "{}: the header claims {} bytes, but the file ends after {}. The download is "
                    "probably incomplete; get the file again",
                    where, headerBytes, bytes.size() - LengthBytes);
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + LengthBytes,
                                headerBytes);
    const std::uint64_t dataStart = LengthBytes + headerBytes;
    BITSMITH_TRY(auto header, parseSafetensorsHeader(text, bytes.size() - dataStart, where));

    auto opened = std::make_shared<SafetensorsFile>();
    opened->m_file = std::move(file);
    opened->m_dataStart = dataStart;
    opened->m_entries = std::move(header.entries);
    opened->m_metadata = std::move(header.metadata);
    return std::shared_ptr<const SafetensorsFile>(std::move(opened));
}

TensorView SafetensorsFile::view(const SafetensorsEntry& entry) const {
    return {entry.dtype, entry.shape,
            m_file->bytes().subspan(m_dataStart + entry.begin, entry.end - entry.begin)};
}

} // namespace bitsmith

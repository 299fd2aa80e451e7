#include "core/io/gguf_header.h"

#include "core/io/gguf_cursor.h"
#include "core/io/gguf_values.h"
#include "core/io/text_checks.h"

#include <bit>
#include <limits>
#include <unordered_set>

namespace bitsmith {
namespace {

constexpr std::uint32_t LatestVersion = 3;
// Far above every model, far below what would fill the memory of a small machine.
constexpr std::uint64_t MostKeys = 1 << 16, MostTensors = 1 << 20, MostArrayElements = 1 << 24;
constexpr std::size_t LongestKey = 65535;
constexpr const char* AlignmentKey = "general.alignment";

// What else a file without the magic may be, from its first bytes.
const char* otherFormat(std::string_view text) {
    if (text.starts_with("FUGG")) return "It is a GGUF file of a machine with another byte order";
    if (text.starts_with("PK")) return "It looks like a PyTorch file";
    if (text.starts_with("lmgg") || text.starts_with("tjgg") || text.starts_with("fmgg") ||
        text.starts_with("algg"))
        return "It is a GGML file, the forerunner of GGUF: convert it with a tool of llama.cpp";
    if (text.starts_with("version https://git-lfs"))
        return "It is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'";
    if (text.starts_with("<!DOCTYPE") || text.starts_with("<html"))
        return "It is a web page, probably saved instead of the file; download it again";
    return "Its first four bytes are not \"GGUF\"";
}

Result<std::uint32_t> readVersion(GgufCursor& cursor, std::span<const std::byte> file) {
    const std::string_view start(reinterpret_cast<const char*>(file.data()),
                                 std::min<std::size_t>(file.size(), 64));
    if (file.empty()) return fail(ErrorCode::BadInput, "{}: the file is empty", cursor.where());
    if (!start.starts_with("GGUF"))
        return fail(ErrorCode::BadInput, "{}: this is not a GGUF file. {}", cursor.where(),
                    otherFormat(start));
    cursor.reading("the version");
    BITSMITH_CHECK(cursor.read<std::uint32_t>());
    BITSMITH_TRY(const auto version, cursor.read<std::uint32_t>());
    if (version == 0)
        return fail(ErrorCode::BadInput, "{}: version 0 does not exist; the file is damaged",
                    cursor.where());
    if ((version & 0xFFFF) == 0)
        return fail(ErrorCode::Unsupported,
                    "{}: the file has the byte order of another machine (big-endian). Get it in "
                    "little-endian form",
                    cursor.where());
    if (version > LatestVersion)
        return fail(ErrorCode::Unsupported,
                    "{}: version {} of the format; this program reads versions 1 to {}",
                    cursor.where(), version, LatestVersion);
    cursor.setCountBytes(version == 1 ? sizeof(std::uint32_t) : sizeof(std::uint64_t));
    return version;
}

Result<GgufMetadata> readMetadata(GgufCursor& cursor, std::uint64_t count) {
    std::vector<GgufMetadata::Item> items;
    items.reserve(count);
    std::unordered_set<std::string_view> keys; // in the mapped file
    std::uint64_t room = MostArrayElements;
    for (std::uint64_t i = 0; i < count; ++i) {
        cursor.reading(fmt::format("metadata key {} of {}", i + 1, count));
        BITSMITH_TRY(const std::string_view key, cursor.readText());
        if (key.empty()) return cursor.refuse("is empty");
        if (key.size() > LongestKey)
            return cursor.refuse(
                fmt::format("is {} bytes long; the format allows {}", key.size(), LongestKey));
        if (!isUtf8(key)) return cursor.refuse(quotedName(key) + " is not UTF-8 text");
        cursor.reading(fmt::format("the metadata key {}", quotedName(key)));
        if (!keys.insert(key).second) return cursor.refuse("is there twice");
        BITSMITH_TRY(GgufValue value, readGgufValue(cursor, room));
        items.emplace_back(std::string(key), std::move(value));
    }
    return GgufMetadata(std::move(items));
}

Result<std::uint64_t> alignmentOf(const GgufMetadata& metadata, const std::string& where) {
    const GgufValue* value = metadata.find(AlignmentKey);
    if (!value) return GgufUsualAlignment;
    if (value->isArray() || value->type != GgufType::U32)
        return fail(ErrorCode::BadInput, "{}: '{}' must be of type u32, but is {}{}", where,
                    AlignmentKey, value->isArray() ? "an array of " : "",
                    ggufTypeName(value->type));
    const auto alignment = std::get<std::uint64_t>(value->value);
    if (!std::has_single_bit(alignment))
        return fail(ErrorCode::BadInput, "{}: '{}' is {}, which is no power of two", where,
                    AlignmentKey, alignment);
    return alignment;
}

Result<GgufTensor> readTensor(GgufCursor& cursor, std::uint64_t number, std::uint64_t count) {
    cursor.reading(fmt::format("tensor {} of {}", number, count));
    GgufTensor tensor;
    BITSMITH_TRY(const std::string_view name, cursor.readText());
    if (name.empty()) return cursor.refuse("has no name");
    if (name.size() > GgufLongestName)
        return cursor.refuse(fmt::format("has the name {} of {} bytes; the format allows {}",
                                         quotedName(name), name.size(), GgufLongestName));
    if (!isUtf8(name))
        return cursor.refuse(fmt::format("has the name {}, which is not UTF-8", quotedName(name)));
    tensor.name = name;
    cursor.reading(fmt::format("the tensor {}", quotedName(name)));
    BITSMITH_TRY(const auto dimensions, cursor.read<std::uint32_t>());
    if (dimensions > GgufMostDimensions)
        return cursor.refuse(
            fmt::format("has {} dimensions; the format allows {}", dimensions, GgufMostDimensions));
    for (std::uint32_t i = 0; i < dimensions; ++i) {
        BITSMITH_TRY(const std::uint64_t extent, cursor.readCount());
        tensor.dims.push_back(extent);
    }
    if (dimensions == 0) tensor.dims = {1}; // a single number
    BITSMITH_TRY(const auto type, cursor.read<std::uint32_t>());
    BITSMITH_TRY(tensor.offset, cursor.read<std::uint64_t>());
    tensor.format = findBlockFormat(type);
    const bool withdrawn = type == 4 || type == 5 || (type >= 31 && type <= 38);
    if (!tensor.format)
        return fail(ErrorCode::Unsupported, "{}: the tensor {} has the type {}, which {}",
                    cursor.where(), quotedName(name), type,
                    withdrawn ? "llama.cpp has withdrawn. Get the model in another type"
                              : "is unknown to this version");
    if (checkedBlockBytes(tensor.dims, *tensor.format)) return tensor;
    const auto shape = fmt::format("{}", fmt::join(tensor.dims, "x"));
    if (tensor.dims[0] % tensor.format->blockSize != 0)
        return cursor.refuse(fmt::format("of type {} has rows of {} weights, no multiple of {}",
                                         tensor.format->name, tensor.dims[0],
                                         tensor.format->blockSize));
    return cursor.refuse(fmt::format("has the impossible dimensions {}", shape));
}

Status checkPlaces(const GgufHeader& header, std::uint64_t alignment, std::uint64_t fileBytes,
                   const std::string& where) {
    std::uint64_t expected = 0;
    const std::uint64_t dataBytes = fileBytes - std::min(fileBytes, header.dataStart);
    for (const GgufTensor& tensor : header.tensors) {
        const std::string name = quotedName(tensor.name);
        if (tensor.offset % alignment != 0)
            return fail(ErrorCode::BadInput,
                        "{}: the tensor {} begins at byte {} of the data, no multiple of the "
                        "alignment {}",
                        where, name, tensor.offset, alignment);
        if (tensor.offset != expected)
            return fail(ErrorCode::BadInput,
                        "{}: the tensor {} begins at byte {} of the data, but the tensors before "
                        "it end at {}. The file is damaged or was written by a broken program",
                        where, name, tensor.offset, expected);
        const std::uint64_t bytes = *checkedBlockBytes(tensor.dims, *tensor.format);
        // The offset is inside the file here: the tensors before it were.
        if (bytes > dataBytes - std::min(dataBytes, tensor.offset))
            return fail(ErrorCode::BadInput,
                        "{}: the tensor {} ends at byte {}, past the end of the file ({}). The "
                        "download is probably incomplete; get the file again",
                        where, name, header.dataStart + tensor.offset + bytes, fileBytes);
        expected = tensor.offset + (bytes + alignment - 1) / alignment * alignment;
    }
    return {};
}

} // namespace

std::optional<std::uint64_t> checkedBlockBytes(const std::vector<std::uint64_t>& dims,
                                               const BlockFormat& format) {
    if (dims.empty() || dims[0] % format.blockSize != 0) return std::nullopt;
    std::uint64_t elements = 1, bytes = dims[0] / format.blockSize;
    for (const std::uint64_t extent : dims)
        if (extent == 0 || __builtin_mul_overflow(elements, extent, &elements)) return std::nullopt;
    for (std::size_t i = 1; i < dims.size(); ++i)
        if (__builtin_mul_overflow(bytes, dims[i], &bytes)) return std::nullopt;
    // A limit well below 63 bits leaves room for sums and padding.
    constexpr std::uint64_t Most = std::uint64_t{1} << 60;
    if (elements > Most || __builtin_mul_overflow(bytes, format.blockBytes, &bytes) || bytes > Most)
        return std::nullopt;
    return bytes;
}

Result<GgufHeader> parseGgufHeader(std::span<const std::byte> file, const std::string& where) {
    GgufCursor cursor(file, where);
    GgufHeader header;
    BITSMITH_TRY(header.version, readVersion(cursor, file));
    cursor.reading("the numbers of tensors and metadata keys");
    BITSMITH_TRY(const std::uint64_t tensors, cursor.readCount());
    BITSMITH_TRY(const std::uint64_t keys, cursor.readCount());
    const std::size_t count = cursor.countBytes();
    cursor.reading("the metadata");
    BITSMITH_CHECK(cursor.checkCount(keys, count + sizeof(std::uint32_t) + 1));
    if (keys > MostKeys)
        return fail(ErrorCode::BadInput, "{}: {} metadata keys; at most {} are read", where, keys,
                    MostKeys);
    cursor.reading("the list of tensors");
    BITSMITH_CHECK(cursor.checkCount(tensors, count + 2 * sizeof(std::uint32_t) + 8));
    if (tensors > MostTensors)
        return fail(ErrorCode::BadInput, "{}: {} tensors; at most {} are read", where, tensors,
                    MostTensors);
    BITSMITH_TRY(header.metadata, readMetadata(cursor, keys));
    BITSMITH_TRY(const std::uint64_t alignment, alignmentOf(header.metadata, where));
    std::unordered_set<std::string> names;
    for (std::uint64_t i = 0; i < tensors; ++i) {
        BITSMITH_TRY(GgufTensor tensor, readTensor(cursor, i + 1, tensors));
        if (!names.insert(tensor.name).second) return cursor.refuse("is there twice");
        header.tensors.push_back(std::move(tensor));
    }
    header.dataStart = (cursor.at() + alignment - 1) / alignment * alignment;
    BITSMITH_CHECK(checkPlaces(header, alignment, file.size(), where));
    return header;
}

} // namespace bitsmith

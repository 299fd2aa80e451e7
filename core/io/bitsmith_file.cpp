#include "core/io/bitsmith_file.h"

#include "core/base/hash.h"
#include "core/codec/byte_stream.h"
#include "core/codec/zstd.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <cstring>
#include <fstream>
#include <string_view>

namespace bitsmith {
namespace {

constexpr std::string_view Magic = "BITSMITH", EndMagic = "HTIMSTIB";
constexpr std::size_t HeadBytes = 16;
constexpr std::size_t FootBytes = 32; // offset, size, checksum, magic
constexpr std::size_t LargestDirectory = 100'000'000;

std::span<const std::byte> bytesOf(std::string_view text) {
    return std::as_bytes(std::span(text.data(), text.size()));
}

std::string_view textOf(std::span<const std::byte> bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::vector<std::byte> head() {
    ByteWriter out;
    out.putBytes(bytesOf(Magic));
    out.put(BitsmithFileVersion);
    out.put(std::uint32_t{0});
    return out.take();
}

// Over the compressed directory with the two numbers behind it, seeded by the head.
std::uint64_t checksum(std::span<const std::byte> head, std::span<const std::byte> tail) {
    return hash64(textOf(tail), hash64(textOf(head)));
}

template <class... Args>
tl::unexpected<Error> bad(const std::filesystem::path& path, fmt::format_string<Args...> format,
                          Args&&... args) {
    return fail(ErrorCode::BadInput, "'{}' {}", path.string(),
                fmt::format(format, std::forward<Args>(args)...));
}

constexpr const char* Damaged =
    "is damaged or incomplete: {}. Restore it from a backup or make it again";

} // namespace

// ---- Writing

Result<BitsmithFileWriter> BitsmithFileWriter::create(const std::filesystem::path& target) {
    BITSMITH_TRY(AtomicFile file, AtomicFile::create(target));
    BitsmithFileWriter writer(std::move(file));
    BITSMITH_CHECK(writer.write(head()));
    return writer;
}

Status BitsmithFileWriter::write(std::span<const std::byte> bytes) { return m_file.write(bytes); }

Result<std::uint64_t> BitsmithFileWriter::finish(const nlohmann::ordered_json& directory) {
    std::string text;
    try {
        text = directory.dump();
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Failed, "a name in the model is not UTF-8 text");
    }
    ByteWriter tail;
    tail.putBytes(zstdCompress(bytesOf(text), ZstdBest));
    const std::uint64_t size = tail.size();
    tail.put(offset());
    tail.put(size);
    tail.put(checksum(head(), tail.bytes()));
    tail.putBytes(bytesOf(EndMagic));
    BITSMITH_CHECK(m_file.write(tail.bytes()));
    const std::uint64_t written = m_file.written();
    BITSMITH_CHECK(m_file.commit());
    return written;
}

// ---- Reading

Result<std::shared_ptr<const BitsmithFile>> BitsmithFile::open(const std::filesystem::path& path) {
    BITSMITH_TRY(auto mapped, MappedFile::open(path));
    const auto all = mapped->bytes();
    if (all.size() < Magic.size() || textOf(all.first(Magic.size())) != Magic)
        return bad(path, "is not a coded file of Bitsmith (it does not begin with \"{}\")", Magic);
    if (all.size() < HeadBytes + FootBytes)
        return bad(path, Damaged, fmt::format("it has {} bytes only", all.size()));
    ByteReader start(all.subspan(Magic.size()));
    BITSMITH_TRY(const auto version, start.take<std::uint32_t>());
    if (version > BitsmithFileVersion)
        return fail(ErrorCode::Unsupported,
                    "'{}' has version {}, written by a newer Bitsmith; this one reads up to {}. "
                    "Update Bitsmith to open it",
                    path.string(), version, BitsmithFileVersion);
    ByteReader foot(all.last(FootBytes));
    BITSMITH_TRY(const auto offset, foot.take<std::uint64_t>());
    BITSMITH_TRY(const auto size, foot.take<std::uint64_t>());
    BITSMITH_TRY(const auto expected, foot.take<std::uint64_t>());
    const std::uint64_t end = all.size() - FootBytes;
    if (textOf(foot.rest()) != EndMagic || offset < HeadBytes || offset > end ||
        size != end - offset)
        return bad(path, Damaged, "its end is missing");
    const auto tail = all.subspan(offset, size + 2 * sizeof(std::uint64_t));
    if (checksum(all.first(HeadBytes), tail) != expected)
        return bad(path, Damaged, "the directory does not match its checksum");
    const auto coded = tail.first(size);
    std::string text;
    const auto length = zstdDecodedSize(coded, LargestDirectory);
    if (!length) return bad(path, Damaged, length.error().message);
    text.resize(*length);
    if (const Status done = zstdDecompress(coded, std::as_writable_bytes(std::span(text))); !done)
        return bad(path, Damaged, done.error().message);
    BITSMITH_TRY(nlohmann::json directory,
                 parseStrictJson(text, fmt::format("the directory of '{}'", path.string())));
    if (!directory.is_object()) return bad(path, Damaged, "its directory is not a JSON object");
    auto file = std::shared_ptr<BitsmithFile>(new BitsmithFile);
    file->m_file = std::move(mapped);
    file->m_directory = std::make_shared<const nlohmann::json>(std::move(directory));
    file->m_end = offset;
    return std::shared_ptr<const BitsmithFile>(std::move(file));
}

bool BitsmithFile::isOne(const std::filesystem::path& path) {
    std::error_code ignored;
    if (!std::filesystem::is_regular_file(path, ignored)) return false;
    std::ifstream file(path, std::ios::binary);
    std::string start(Magic.size(), '\0');
    file.read(start.data(), static_cast<std::streamsize>(start.size()));
    return file.gcount() == static_cast<std::streamsize>(Magic.size()) && start == Magic;
}

Result<std::span<const std::byte>> BitsmithFile::bytes(const BitsmithBlob& blob) const {
    if (blob.offset < HeadBytes || blob.offset > m_end || blob.size > m_end - blob.offset)
        return bad(path(), "refers to {} bytes at {}, which it does not have", blob.size,
                   blob.offset);
    return m_file->bytes().subspan(blob.offset, blob.size);
}

Result<BitsmithBlob> blobFromJson(const nlohmann::json& json) {
    if (!json.is_array() || json.size() != 2 || !json[0].is_number_unsigned() ||
        !json[1].is_number_unsigned())
        return fail(ErrorCode::BadInput, "a place in the file is not a list of two whole numbers");
    return BitsmithBlob{json[0].get<std::uint64_t>(), json[1].get<std::uint64_t>()};
}

nlohmann::ordered_json toJson(const BitsmithBlob& blob) { return {blob.offset, blob.size}; }

} // namespace bitsmith

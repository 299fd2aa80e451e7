#include "core/io/compressed_file.h"

#include "core/codec/coded_stream.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::uint64_t FirstBlob = 16; // behind the head, see bitsmith_file.h
constexpr std::uint64_t LargestFile = std::uint64_t{1} << 56;

tl::unexpected<Error> bad(const std::filesystem::path& path, std::string_view what) {
    return fail(ErrorCode::BadInput,
                "'{}': its directory {}. Restore the file from a backup or make it again",
                path.string(), what);
}

std::string partName(std::size_t index, const CompressedSegment& segment) {
    return fmt::format("segment {} ({}, bytes {} to {} of the original)", index, segment.what,
                       segment.begin, segment.begin + segment.size);
}

Result<CompressedFileInfo> parse(const BitsmithFile& file) {
    const nlohmann::json& json = file.directory();
    const auto text = [&](const char* key) {
        const auto it = json.find(key);
        return it != json.end() && it->is_string() ? std::optional(it->get<std::string>())
                                                   : std::nullopt;
    };
    const auto kind = text("kind");
    if (!kind) return bad(file.path(), "does not say what the file holds");
    if (*kind != "file")
        return fail(ErrorCode::Unsupported, "'{}' holds a {}, not a compressed file",
                    file.path().string(), *kind);
    const auto name = text("name"), format = text("format"), hash = text("xxh3_128");
    const auto segments = json.find("segments"), size = json.find("size");
    if (!name || !format || !hash || hash->size() != 32 || size == json.end() ||
        !size->is_number_unsigned() || segments == json.end() || !segments->is_array())
        return bad(file.path(), "lacks name, format, size, checksum or segments");
    CompressedFileInfo info{*name, *format, *hash, size->get<std::uint64_t>(), {}};
    std::uint64_t begin = 0, offset = FirstBlob;
    for (const nlohmann::json& entry : *segments) {
        if (!entry.is_array() || entry.size() != 3 || !entry[0].is_number_unsigned() ||
            !entry[1].is_number_unsigned() || !entry[2].is_string())
            return bad(file.path(), "has a segment that is not two sizes and a name");
        CompressedSegment segment{begin,
                                  entry[0].get<std::uint64_t>(),
                                  {offset, entry[1].get<std::uint64_t>()},
                                  entry[2].get<std::string>()};
        if (segment.size == 0 || segment.size > LargestFile - begin ||
            segment.blob.size > file.size() - offset)
            return bad(file.path(), "has segments that are empty or larger than the file");
        if (const auto bytes = file.bytes(segment.blob); !bytes) return fail(bytes.error());
        begin += segment.size;
        offset += segment.blob.size;
        info.segments.push_back(std::move(segment));
    }
    if (begin != info.size) return bad(file.path(), "has segments that do not add up to the file");
    return info;
}

} // namespace

nlohmann::ordered_json toJson(const CompressedFileInfo& info) {
    nlohmann::ordered_json segments = nlohmann::ordered_json::array();
    for (const CompressedSegment& segment : info.segments)
        segments.push_back({segment.size, segment.blob.size, segment.what});
    return {{"kind", "file"},    {"name", info.name},     {"format", info.format},
            {"size", info.size}, {"xxh3_128", info.hash}, {"segments", std::move(segments)}};
}

Result<std::shared_ptr<const CompressedFile>>
CompressedFile::open(const std::filesystem::path& path) {
    auto file = std::shared_ptr<CompressedFile>(new CompressedFile);
    BITSMITH_TRY(file->m_file, BitsmithFile::open(path));
    BITSMITH_TRY(file->m_info, parse(*file->m_file));
    return std::shared_ptr<const CompressedFile>(std::move(file));
}

bool CompressedFile::isOne(const std::filesystem::path& path) {
    if (!BitsmithFile::isOne(path)) return false;
    const auto file = BitsmithFile::open(path);
    if (!file) return false;
    const auto kind = (*file)->directory().find("kind");
    return kind != (*file)->directory().end() && *kind == "file";
}

std::vector<CodedPart> CompressedFile::parts() const {
    std::vector<CodedPart> parts;
    for (std::size_t i = 0; i < m_info.segments.size(); ++i) {
        const CompressedSegment& segment = m_info.segments[i];
        parts.push_back({segment.blob, segment.size, {}, {}, partName(i, segment)});
    }
    return parts;
}

std::size_t CompressedFile::segmentAt(std::uint64_t begin) const {
    const auto after =
        std::ranges::upper_bound(m_info.segments, begin, {}, &CompressedSegment::begin);
    return static_cast<std::size_t>(after - m_info.segments.begin()) - 1;
}

Status CompressedFile::read(std::uint64_t begin, std::span<std::byte> out) const {
    for (std::size_t i = out.empty() ? 0 : segmentAt(begin); !out.empty(); ++i) {
        const CompressedSegment& segment = m_info.segments[i];
        const std::uint64_t first = begin - segment.begin;
        const auto part = out.first(std::min<std::uint64_t>(out.size(), segment.size - first));
        const auto damaged = [&](const Error& error) {
            return fail(error.code, "'{}': {}: {}. Restore the file from a backup or make it again",
                        path().string(), partName(i, segment), error.message);
        };
        BITSMITH_TRY(const auto blob, m_file->bytes(segment.blob));
        const auto stream = CodedStream::open(blob, segment.size);
        if (!stream) return damaged(stream.error());
        if (stream->rawSize() != segment.size)
            return damaged({ErrorCode::BadInput, "it has another size than its directory says"});
        if (const Status done = stream->decode(first, part); !done) return damaged(done.error());
        out = out.subspan(part.size());
        begin += part.size();
    }
    return {};
}

void CompressedFile::release(std::uint64_t begin, std::uint64_t size) const {
    for (std::size_t i = size == 0 ? m_info.segments.size() : segmentAt(begin);
         i < m_info.segments.size() && m_info.segments[i].begin < begin + size; ++i)
        if (const auto bytes = m_file->bytes(m_info.segments[i].blob)) m_file->release(*bytes);
}

} // namespace bitsmith

#include "core/io/gguf_cursor.h"

namespace bitsmith {
namespace {

constexpr std::uint64_t LongestText = std::uint64_t{1} << 30;

} // namespace

tl::unexpected<Error> GgufCursor::atEnd(std::uint64_t needed) const {
    return fail(ErrorCode::BadInput,
                "{}: the file ends after {} bytes, inside {}, which needs {} more. The download is "
                "probably incomplete; get the file again",
                m_where, m_file.size(), m_what, needed - remaining());
}

tl::unexpected<Error> GgufCursor::refuse(std::string_view why) const {
    return fail(ErrorCode::BadInput,
                "{}: {} {} (near byte {}). The file is damaged or was written by a broken program; "
                "get it again",
                m_where, m_what, why, m_at);
}

Result<std::uint64_t> GgufCursor::readCount() {
    if (m_countBytes == sizeof(std::uint64_t)) return read<std::uint64_t>();
    BITSMITH_TRY(const std::uint32_t count, read<std::uint32_t>());
    return std::uint64_t{count};
}

Result<std::string_view> GgufCursor::readText() {
    BITSMITH_TRY(const std::uint64_t length, readCount());
    if (length > LongestText)
        return refuse(
            fmt::format("claims a text of {} bytes; the format allows {}", length, LongestText));
    if (length > remaining()) return atEnd(length);
    const std::string_view text(reinterpret_cast<const char*>(m_file.data()) + m_at, length);
    m_at += length;
    return text;
}

Status GgufCursor::checkCount(std::uint64_t count, std::size_t elementBytes) const {
    if (count > remaining() / elementBytes)
        return fail(ErrorCode::BadInput,
                    "{}: {} claims {} entries of at least {} bytes, but only {} bytes follow. The "
                    "file is damaged or its download incomplete; get it again",
                    m_where, m_what, count, elementBytes, remaining());
    return {};
}

} // namespace bitsmith

#include "core/codec/zstd.h"

#include <zstd.h>

#include <new>

namespace bitsmith {

std::vector<std::byte> zstdCompress(std::span<const std::byte> bytes, int level) {
    std::vector<std::byte> out(ZSTD_compressBound(bytes.size()));
    const std::size_t size =
        ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
    if (ZSTD_isError(size)) throw std::bad_alloc(); // the buffer is large enough for anything
    out.resize(size);
    return out;
}

Status zstdDecompress(std::span<const std::byte> coded, std::span<std::byte> out) {
    const std::size_t size = ZSTD_decompress(out.data(), out.size(), coded.data(), coded.size());
    if (ZSTD_isError(size))
        return fail(ErrorCode::BadInput, "damaged data ({})", ZSTD_getErrorName(size));
    if (size != out.size())
        return fail(ErrorCode::BadInput, "{} bytes came out where {} were expected", size,
                    out.size());
    return {};
}

Result<std::size_t> zstdDecodedSize(std::span<const std::byte> coded, std::size_t limit) {
    const unsigned long long size = ZSTD_getFrameContentSize(coded.data(), coded.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
        return fail(ErrorCode::BadInput, "no compressed data");
    if (size > limit)
        return fail(ErrorCode::BadInput, "{} bytes are more than the {} allowed here", size, limit);
    return static_cast<std::size_t>(size);
}

} // namespace bitsmith

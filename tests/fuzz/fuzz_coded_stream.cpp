// Blobs of coded streams. The header's checksum stops most damage, so it is put right before each
// try: what lies behind it must hold too.
//
//   input := blob
#include "core/base/hash.h"
#include "core/codec/coded_stream.h"
#include "tests/fuzz/target.h"

#include <cstring>

namespace bitsmith::fuzz {
namespace {

constexpr std::uint64_t Limit = 1 << 20;

} // namespace

void run(std::span<const std::byte> input) {
    Bytes blob(input.begin(), input.end());
    const auto length = StreamHeader::length(blob);
    if (length && *length >= 4 && *length <= blob.size()) {
        const auto at = static_cast<std::size_t>(*length) - 4;
        const auto sum =
            static_cast<std::uint32_t>(hash64({reinterpret_cast<const char*>(blob.data()), at}));
        std::memcpy(blob.data() + at, &sum, sizeof sum);
    }
    const auto stream = CodedStream::open(blob, Limit);
    if (!stream) return;
    check(stream->rawSize() <= Limit);
    (void)stream->verify();
    Bytes out(static_cast<std::size_t>(stream->rawSize()));
    (void)stream->decode(0, out);
    if (out.size() > 2) (void)stream->decode(1, std::span(out).subspan(2));
    // Past the checksum of a block, as a file with that checksum would.
    const StreamHeader& header = stream->header();
    for (std::size_t i = 0; i < header.blocks(); ++i) {
        Bytes block(header.rawBytes(i));
        (void)header.decode(i, stream->coded(i), block);
    }
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    Bytes bytes(3000);
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        state = state * 1664525U + 1013904223U;
        const double x = state * 0x1p-32;
        bytes[i] = static_cast<std::byte>(x * x * x * (i % 4 == 3 ? 20 : 256));
    }
    for (const DType type : {DType::F32, DType::BF16, DType::F16, DType::U8})
        for (const StreamCoder coder : {StreamCoder::Auto, StreamCoder::Rans, StreamCoder::Zstd})
            for (const std::size_t block : {std::size_t{200}, std::size_t{1} << 18})
                out.push_back(encodeStream(bytes, type, {.coder = coder, .blockSymbols = block}));
    return out;
}

} // namespace bitsmith::fuzz

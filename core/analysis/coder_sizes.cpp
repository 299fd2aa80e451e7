#include "core/analysis/coder_sizes.h"

#include "core/analysis/code_statistics.h"
#include "core/analysis/matrix_codes.h"
#include "core/codec/huffman.h"
#include "core/codec/rans.h"
#include "core/codec/zstd.h"
#include "core/tensor/width_parts.h"

#include <algorithm>
#include <chrono>

namespace bitsmith {
namespace {

using Clock = std::chrono::steady_clock;
using Symbols = std::vector<std::uint8_t>;

double secondsSince(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

// The codes as symbols of a byte: one stream, or low and high bytes of 16-bit codes. These are
// moved by 128 first, so that the codes around the middle share a high byte.
std::vector<Symbols> symbolPlanes(const std::vector<std::uint16_t>& codes, int bits) {
    std::vector<Symbols> planes(bits == 16 ? 2 : 1, Symbols(codes.size()));
    for (std::size_t i = 0; i < codes.size(); ++i) {
        if (bits == 16) {
            const auto moved = static_cast<std::uint16_t>(codes[i] + 128);
            planes[0][i] = static_cast<std::uint8_t>(moved);
            planes[1][i] = static_cast<std::uint8_t>(moved >> 8);
        } else {
            planes[0][i] = static_cast<std::uint8_t>(codes[i]);
        }
    }
    return planes;
}

std::vector<std::uint64_t> countSymbols(const Symbols& symbols) {
    std::vector<std::uint64_t> counts(256);
    for (const std::uint8_t s : symbols) ++counts[s];
    while (counts.size() > 1 && counts.back() == 0) counts.pop_back();
    return counts;
}

// Two codes a byte, the first in the low half, where they fit.
std::vector<std::byte> asBytes(const std::vector<std::uint16_t>& codes, int bits) {
    std::vector<std::byte> out;
    if (bits <= 4) {
        out.resize((codes.size() + 1) / 2);
        for (std::size_t i = 0; i < codes.size(); ++i)
            out[i / 2] |= static_cast<std::byte>(codes[i] << 4 * (i % 2));
    } else if (bits <= 8) {
        out.resize(codes.size());
        for (std::size_t i = 0; i < codes.size(); ++i) out[i] = static_cast<std::byte>(codes[i]);
    } else {
        const auto bytes = std::as_bytes(std::span(codes));
        out.assign(bytes.begin(), bytes.end());
    }
    return out;
}

tl::unexpected<Error> notLossless(const char* coder) {
    return fail(ErrorCode::Failed, "{} did not give back the codes that it was given", coder);
}

Result<CoderSize> runRans(const std::vector<Symbols>& planes) {
    CoderSize out{"rans", "rANS, one table"};
    for (const Symbols& symbols : planes) {
        const int lanes = ransLanes(symbols.size());
        auto start = Clock::now();
        const RansTable table = RansTable::fromWeights(countSymbols(symbols));
        RansEncoder encoder(lanes);
        encoder.add(table, symbols);
        const std::vector<std::byte> payload = encoder.finish();
        ByteWriter header;
        table.write(header);
        out.encodeSeconds += secondsSince(start);
        out.bytes += header.size() + payload.size();
        Symbols back(symbols.size());
        start = Clock::now();
        BITSMITH_TRY(RansDecoder decoder, RansDecoder::open(payload, lanes));
        BITSMITH_CHECK(decoder.decode(table, back));
        BITSMITH_CHECK(decoder.finish());
        out.decodeSeconds += secondsSince(start);
        if (back != symbols) return notLossless("rANS");
    }
    return out;
}

Result<CoderSize> runHuffman(const std::vector<Symbols>& planes) {
    CoderSize out{"huffman", "canonical Huffman"};
    for (const Symbols& symbols : planes) {
        auto start = Clock::now();
        const HuffmanTable table = HuffmanTable::fromWeights(countSymbols(symbols));
        const std::vector<std::byte> payload = huffmanEncode(table, symbols);
        ByteWriter header;
        table.write(header);
        out.encodeSeconds += secondsSince(start);
        out.bytes += header.size() + payload.size();
        Symbols back(symbols.size());
        start = Clock::now();
        BITSMITH_CHECK(huffmanDecode(table, payload, back));
        out.decodeSeconds += secondsSince(start);
        if (back != symbols) return notLossless("Huffman");
    }
    return out;
}

Result<CoderSize> runZstd(const std::vector<std::byte>& bytes, int level, int bits) {
    CoderSize out{fmt::format("zstd-{}", level), fmt::format("zstd -{}, {}", level,
                                                             bits <= 4   ? "two codes a byte"
                                                             : bits <= 8 ? "a code a byte"
                                                                         : "16-bit words")};
    auto start = Clock::now();
    const std::vector<std::byte> coded = zstdCompress(bytes, level);
    out.encodeSeconds = secondsSince(start);
    out.bytes = coded.size();
    std::vector<std::byte> back(bytes.size());
    start = Clock::now();
    BITSMITH_CHECK(zstdDecompress(coded, back));
    out.decodeSeconds = secondsSince(start);
    if (back != bytes) return notLossless("zstd");
    return out;
}

// All rows, or as many as allowed at equal distances.
std::vector<std::uint16_t> chooseCodes(const QuantizedMatrix& matrix, std::uint64_t most) {
    const std::uint64_t all = std::uint64_t{matrix.rows} * matrix.cols;
    std::size_t rows = matrix.rows;
    if (most > 0 && all > most)
        rows = std::max<std::size_t>(1, static_cast<std::size_t>(most / matrix.cols));
    std::vector<std::uint16_t> codes(rows * matrix.cols);
    if (rows == matrix.rows) {
        readCodes(matrix, 0, rows, codes.data());
        return codes;
    }
    for (std::size_t i = 0; i < rows; ++i)
        readCodes(matrix, i * matrix.rows / rows, 1, codes.data() + i * matrix.cols);
    return codes;
}

// Codes of each width by themselves.
Result<CoderSizes> mixedSizes(const QuantizedMatrix& matrix, const CoderOptions& options,
                              RunContext& context) {
    CoderSizes out;
    for (const QuantizedMatrix& part : splitWidths(matrix)) {
        CoderOptions own = options;
        own.mostCodes = options.mostCodes * part.cols / std::max<std::size_t>(1, matrix.cols);
        if (options.mostCodes > 0) own.mostCodes = std::max<std::uint64_t>(1, own.mostCodes);
        BITSMITH_TRY(const CoderSizes sizes, measureCoders(part, own, context));
        out.entropy += sizes.entropy * static_cast<double>(sizes.codes);
        out.codes += sizes.codes;
        out.packedBytes += sizes.packedBytes;
        if (out.coders.empty()) out.coders.resize(sizes.coders.size());
        for (std::size_t i = 0; i < sizes.coders.size(); ++i) {
            CoderSize& to = out.coders[i];
            to.id = sizes.coders[i].id;
            to.title = to.id == "packed" ? "packed, by group" : sizes.coders[i].title;
            to.bytes += sizes.coders[i].bytes;
            to.encodeSeconds += sizes.coders[i].encodeSeconds;
            to.decodeSeconds += sizes.coders[i].decodeSeconds;
        }
    }
    if (out.codes == 0) return out;
    const auto n = static_cast<double>(out.codes);
    out.entropy /= n;
    for (CoderSize& coder : out.coders)
        coder.bitsPerCode = 8.0 * static_cast<double>(coder.bytes) / n;
    return out;
}

} // namespace

Result<CoderSizes> measureCoders(const QuantizedMatrix& matrix, const CoderOptions& options,
                                 RunContext& context) {
    if (matrix.grid == "mixed") return mixedSizes(matrix, options, context);
    BITSMITH_TRY(const CodeForm form, codeForm(matrix));
    CoderSizes out;
    if (matrix.rows == 0 || matrix.cols == 0) return out;
    const std::vector<std::uint16_t> codes = chooseCodes(matrix, options.mostCodes);
    std::vector<std::uint64_t> counts(form.symbols);
    for (const std::uint16_t code : codes) ++counts[code];
    out.codes = codes.size();
    out.entropy = entropyBits(counts);
    const auto n = static_cast<double>(out.codes);
    out.packedBytes = n * form.bits / 8;
    out.coders.push_back({"packed", fmt::format("packed, {} bits", form.bits),
                          (codes.size() * static_cast<std::size_t>(form.bits) + 7) / 8});
    const auto add = [&](Result<CoderSize> size) -> Status {
        if (!size) return fail(size.error());
        out.coders.push_back(*std::move(size));
        context.checkpoint();
        return {};
    };
    const std::vector<Symbols> planes = symbolPlanes(codes, form.bits);
    BITSMITH_CHECK(add(runHuffman(planes)));
    BITSMITH_CHECK(add(runRans(planes)));
    const std::vector<std::byte> bytes = asBytes(codes, form.bits);
    for (const int level : {1, 3, ZstdBest})
        if (level < ZstdBest || options.slow) BITSMITH_CHECK(add(runZstd(bytes, level, form.bits)));
    for (CoderSize& coder : out.coders)
        coder.bitsPerCode = 8.0 * static_cast<double>(coder.bytes) / n;
    return out;
}

} // namespace bitsmith

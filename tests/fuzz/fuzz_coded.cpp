// Coded matrices and coded streams: any bytes, any layout; nothing but errors or a value.
//
//   input := u8 kind | u8 rows | u8 columns | u8 layout | coded bytes
#include "core/base/random.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/coded_stream.h"
#include "tests/fuzz/target.h"

namespace bitsmith::fuzz {
namespace {

constexpr std::size_t HeadBytes = 4;
constexpr std::uint64_t MostRaw = std::uint64_t{1} << 20; // of a stream

// Some layout for any byte.
MatrixLayout layoutOf(std::size_t rows, std::size_t cols, unsigned choice) {
    MatrixLayout l;
    l.rows = rows + 1;
    l.cols = cols + 1;
    l.bits = std::array{2, 3, 4, 8, 16}[choice % 5];
    l.symmetric = l.bits == 16 || choice & 8;
    l.columnScaled = l.symmetric && choice & 16;
    l.groupSize = choice & 32 ? std::min<std::size_t>(l.cols, 16) : l.cols;
    l.groupsPerRow = (l.cols + l.groupSize - 1) / l.groupSize;
    l.parameterRows = choice & 64 && l.groupsPerRow == 1 ? 1 : l.rows;
    l.columnGroups = choice & 128 && l.groupsPerRow > 1;
    if ((choice & 7) == 7) {
        l = {};
        l.grid = "gguf";
        l.format = "Q6_K";
        l.rows = rows + 1;
        l.cols = 256;
        l.bits = 6;
        l.groupSize = 256;
        l.groupsPerRow = 1;
    }
    return l;
}

QuantizedMatrix filled(const MatrixLayout& layout) {
    QuantizedMatrix m{layout};
    Rng rng(1);
    const auto bytes = [&](std::size_t count) {
        std::vector<std::byte> out(count);
        for (std::byte& b : out) b = static_cast<std::byte>(100 + rng.below(56));
        return out;
    };
    m.codes = bytes(m.rows * m.rowBytes());
    if (m.grid == "gguf") return m;
    m.scales = bytes(m.parameters() * byteSize(m.scaleType));
    if (m.columnScaled) m.columnScales = bytes(2 * m.cols);
    if (!m.symmetric)
        for (std::size_t i = 0; i < m.parameters(); ++i)
            m.zeros.push_back(static_cast<std::uint8_t>(rng.below(std::uint64_t{1} << m.bits)));
    if (m.columnGroups)
        for (std::size_t c = 0; c < m.cols; ++c)
            m.groupOfColumn.push_back(static_cast<std::uint32_t>(rng.below(m.groupsPerRow)));
    return m;
}

} // namespace

void run(std::span<const std::byte> input) {
    if (input.size() < HeadBytes) return;
    const auto at = [&](std::size_t i) { return std::to_integer<unsigned>(input[i]); };
    // A copy of its own, so that reading beyond its end is seen.
    const std::vector<std::byte> coded(input.begin() + HeadBytes, input.end());
    if (at(0) & 1) {
        const auto stream = CodedStream::open(coded, MostRaw);
        if (!stream) return;
        check(stream->rawSize() <= MostRaw);
        std::vector<std::byte> out(stream->rawSize());
        (void)stream->decode(0, out);
        (void)stream->verify();
        return;
    }
    const MatrixLayout layout = layoutOf(at(1), at(2), at(3));
    const auto matrix = decodeMatrix(coded, layout, 1);
    const auto rows = decodeMatrixRows(coded, layout, layout.rows / 2, 1);
    if (!matrix) return;
    check((*matrix)->layout() == layout && rows.has_value());
    std::vector<float> values(layout.cols);
    (*matrix)->decodeRows(layout.rows - 1, 1, values.data());
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> out;
    const auto add = [&](std::array<unsigned, HeadBytes> head, std::span<const std::byte> coded) {
        Bytes seed;
        for (const unsigned b : head) seed.push_back(static_cast<std::byte>(b));
        seed.insert(seed.end(), coded.begin(), coded.end());
        out.push_back(std::move(seed));
    };
    for (unsigned choice = 0; choice < 256; choice += 3)
        add({0, 11, 40, choice}, encodeMatrix(filled(layoutOf(11, 40, choice))));
    const QuantizedMatrix matrix = filled(layoutOf(30, 30, 3));
    for (const DType dtype : {DType::BF16, DType::F16, DType::F32, DType::U8})
        add({1, 0, 0, 0}, encodeStream(matrix.codes, dtype));
    return out;
}

} // namespace bitsmith::fuzz

#include "core/codec/coded_matrix.h"

#include "core/base/hash.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/codec/coded_mixed.h"
#include "core/codec/coded_stream.h"
#include "core/codec/rans.h"
#include "core/codec/row_classes.h"
#include "core/codec/scale_planes.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/blocks/block_format.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <optional>

namespace bitsmith {
namespace {

constexpr std::size_t BlockSymbols = std::size_t{1} << 18;
constexpr std::uint8_t WideEscape = 0; // of 16-bit codes: symbols 1..255 are -127..127
constexpr int WideCentre = 128, WideZero = 1 << 15;

enum Form : std::uint8_t { Runs = 1, Stream = 2 };
constexpr std::uint8_t Paired = 128;                      // with the number of lanes
constexpr std::size_t LeastPaired = std::size_t{1} << 20; // weights

// How the codes of a layout become symbols of one byte.
class SymbolRows {
public:
    explicit SymbolRows(const MatrixLayout& layout) : m_layout(layout) {}

    // Two codes of up to 4 bits as one symbol: half as many to decode, for tables that only large
    // matrices can afford.
    bool canPair() const { return m_layout.bits <= 4 && m_layout.cols % 2 == 0; }
    void pair() { m_codes = 2; }

    bool wide() const { return m_layout.grid == "affine" && m_layout.bits > 8; }
    bool packed() const { return m_layout.bits < 8; }
    std::size_t perRow() const { return m_layout.cols / m_codes; }
    int bits() const { return m_layout.bits * static_cast<int>(m_codes); } // of a packed symbol
    std::uint8_t centre() const {
        return static_cast<std::uint8_t>(packed() ? 1 << (bits() - 1) : WideCentre);
    }
    // Whether codes spread about the centre, so that classes of rows make sense.
    bool centred() const { return m_layout.grid == "affine" && m_layout.symmetric && m_codes == 1; }

    // out: perRow(). escaped: codes that have no symbol are appended, if not null.
    void read(std::span<const std::byte> row, std::span<std::uint8_t> out,
              std::vector<std::int16_t>* escaped) const {
        if (packed()) return unpackBits(row, bits(), out);
        if (!wide()) {
            std::memcpy(out.data(), row.data(), row.size());
            return;
        }
        for (std::size_t c = 0; c < out.size(); ++c) {
            std::uint16_t code;
            std::memcpy(&code, row.data() + 2 * c, sizeof code);
            const int k = code - WideZero;
            const bool direct = k >= -127 && k <= 127;
            out[c] = direct ? static_cast<std::uint8_t>(k + WideCentre) : WideEscape;
            if (!direct && escaped) escaped->push_back(static_cast<std::int16_t>(k));
        }
    }
    // escaped: those that are left; taken from the front.
    void write(std::span<const std::uint8_t> symbols, std::span<std::byte> row,
               std::span<const std::int16_t>& escaped) const {
        if (packed()) return packBits(symbols, bits(), row);
        if (!wide()) {
            std::memcpy(row.data(), symbols.data(), row.size());
            return;
        }
        for (std::size_t c = 0; c < symbols.size(); ++c) {
            int k = symbols[c] - WideCentre;
            if (symbols[c] == WideEscape && !escaped.empty()) {
                k = escaped.front();
                escaped = escaped.subspan(1);
            }
            const auto code = static_cast<std::uint16_t>(k + WideZero);
            std::memcpy(row.data() + 2 * c, &code, sizeof code);
        }
    }
    // Codes below this are possible symbols; others mean damage.
    unsigned alphabet() const { return packed() ? 1U << bits() : 256U; }

private:
    const MatrixLayout& m_layout;
    std::size_t m_codes = 1; // of a symbol
};

std::size_t rowsPerBlock(const MatrixLayout& layout) {
    return std::max<std::size_t>(1, BlockSymbols / std::max<std::size_t>(1, layout.cols));
}

std::size_t blockCount(const MatrixLayout& layout, std::size_t blockRows) {
    return layout.rows / blockRows + (layout.rows % blockRows != 0);
}

// Damage of the parameters shows in every block.
std::uint32_t checksum(std::span<const std::byte> codes, std::uint64_t seed) {
    return static_cast<std::uint32_t>(
        hash64({reinterpret_cast<const char*>(codes.data()), codes.size()}, seed));
}

std::uint64_t seedOf(std::span<const std::byte> head, const MatrixLayout& layout) {
    const std::array<std::uint64_t, 2> shape{layout.rows, layout.cols};
    return hash64({reinterpret_cast<const char*>(head.data()), head.size()},
                  hash64({reinterpret_cast<const char*>(shape.data()), sizeof shape}));
}

// ---- Parameters

bool storesZeros(const MatrixLayout& l) { return l.grid == "affine" && !l.symmetric; }

// Planes beside the scales.
std::vector<std::size_t> otherPlanes(const MatrixLayout& l) {
    std::vector<std::size_t> sizes;
    if (storesZeros(l)) sizes.push_back(l.parameters());
    if (l.columnGroups) sizes.insert(sizes.end(), sizeof(std::uint32_t), l.cols);
    return sizes;
}

void writeParameters(const QuantizedMatrix& m, ByteWriter& out) {
    writeScales(m.scales, m.scaleType, out);
    if (m.columnScaled) writeScales(m.columnScales, DType::F16, out);
    std::vector<BytePlane> planes;
    if (storesZeros(m)) planes.push_back(m.zeros);
    if (m.columnGroups)
        for (BytePlane& plane :
             splitBytes(std::as_bytes(std::span(m.groupOfColumn)), sizeof(std::uint32_t)))
            planes.push_back(std::move(plane));
    writePlanes(planes, out);
}

// m: its layout is set.
Status readParameters(ByteReader& in, QuantizedMatrix& m) {
    BITSMITH_TRY(m.scales, readScales(m.parameters(), m.scaleType, in));
    if (m.columnScaled) {
        BITSMITH_TRY(m.columnScales, readScales(m.cols, DType::F16, in));
    }
    BITSMITH_TRY(const auto read, readPlanes(otherPlanes(m), in));
    std::span<const BytePlane> planes = read;
    if (storesZeros(m)) {
        m.zeros = planes.front();
        planes = planes.subspan(1);
        for (const std::uint8_t zero : m.zeros)
            if (zero >= 1U << m.bits)
                return fail(ErrorCode::BadInput, "a zero point of {} with {} bits", zero, m.bits);
    }
    if (m.columnGroups) {
        m.groupOfColumn.resize(m.cols);
        joinBytes(planes, std::as_writable_bytes(std::span(m.groupOfColumn)));
        for (const std::uint32_t group : m.groupOfColumn)
            if (group >= m.groupsPerRow)
                return fail(ErrorCode::BadInput, "a column is in group {} of {}", group,
                            m.groupsPerRow);
    }
    return {};
}

// ---- Encoding

class Encoder {
public:
    explicit Encoder(const QuantizedMatrix& matrix) : m_matrix(matrix), m_symbols(matrix) {}

    std::vector<std::byte> encode() {
        ByteWriter out;
        out.put(static_cast<std::uint8_t>(Runs));
        writeParameters(m_matrix, out);
        findClasses();
        const std::size_t blockRows = rowsPerBlock(m_matrix);
        const std::size_t blocks = blockCount(m_matrix, blockRows);
        m_lanes = ransLanes(std::min(m_matrix.rows, blockRows) * m_symbols.perRow());
        out.put(static_cast<std::uint8_t>(std::countr_zero(static_cast<unsigned>(m_lanes)) |
                                          (m_symbols.bits() != m_matrix.bits ? Paired : 0)));
        out.put(static_cast<std::uint8_t>(m_classes.tables.size()));
        for (const CodedTable& table : m_classes.tables) writeTable(table, out);
        if (!m_classes.ofRow.empty()) m_classTable.write(out);
        out.putVarint(blockRows);
        const std::uint64_t seed = seedOf(out.bytes(), m_matrix);
        std::vector<std::vector<std::byte>> coded(blocks);
        parallelFor(blocks, 1, [&](std::size_t first, std::size_t last) {
            for (std::size_t b = first; b < last; ++b)
                coded[b] = block(b * blockRows, std::min(m_matrix.rows, (b + 1) * blockRows), seed);
        });
        for (std::size_t b = 0; b + 1 < blocks; ++b) out.putVarint(coded[b].size());
        for (const auto& bytes : coded) out.putBytes(bytes);
        return out.take();
    }

private:
    std::span<const std::byte> row(std::size_t r) const {
        return std::span(m_matrix.codes).subspan(r * m_matrix.rowBytes(), m_matrix.rowBytes());
    }

    void findClasses() {
        findClassesOfSymbols();
        if (!m_classes.ofRow.empty() || !m_symbols.canPair() ||
            m_matrix.rows * m_matrix.cols < LeastPaired)
            return;
        m_symbols.pair();
        findClassesOfSymbols();
    }

    void findClassesOfSymbols() {
        std::vector<std::uint8_t> symbols(m_symbols.perRow());
        m_classes = findRowClasses(m_matrix.rows, m_symbols.centre(), m_symbols.centred(),
                                   [&](std::size_t r) -> std::span<const std::uint8_t> {
                                       m_symbols.read(row(r), symbols, nullptr);
                                       return symbols;
                                   });
        if (m_classes.ofRow.empty()) return;
        std::vector<std::uint64_t> members(m_classes.tables.size());
        for (const std::uint8_t c : m_classes.ofRow) ++members[c];
        m_classTable = RansTable::fromWeights(members);
    }

    std::vector<std::byte> block(std::size_t first, std::size_t last, std::uint64_t seed) const {
        const std::size_t width = m_symbols.perRow();
        const auto classes = m_classes.ofRow.empty()
                                 ? std::span<const std::uint8_t>()
                                 : std::span(m_classes.ofRow).subspan(first, last - first);
        std::vector<std::uint8_t> symbols((last - first) * width);
        std::vector<std::int16_t> escaped;
        RansEncoder encoder(m_lanes);
        if (!classes.empty()) encoder.add(m_classTable, classes);
        std::size_t at = 0;
        for (std::size_t c = 0; c < m_classes.tables.size(); ++c) {
            const std::size_t start = at;
            for (std::size_t r = first; r < last; ++r)
                if (classes.empty() || classes[r - first] == c) {
                    m_symbols.read(row(r), std::span(symbols).subspan(at, width), &escaped);
                    at += width;
                }
            encoder.add(m_classes.tables[c].table, std::span(symbols).subspan(start, at - start));
        }
        ByteWriter out;
        out.put(checksum(
            std::span(m_matrix.codes)
                .subspan(first * m_matrix.rowBytes(), (last - first) * m_matrix.rowBytes()),
            seed));
        if (m_symbols.wide()) out.putVarint(escaped.size());
        out.putBytes(encoder.finish());
        out.putBytes(std::as_bytes(std::span(escaped)));
        return out.take();
    }

    const QuantizedMatrix& m_matrix;
    SymbolRows m_symbols;
    RowClasses m_classes;
    RansTable m_classTable;
    int m_lanes = 1;
};

// ---- Decoding

class Decoder {
public:
    explicit Decoder(const MatrixLayout& layout) : m_layout(layout), m_symbols(layout) {}

    // Everything but the codes.
    Status open(std::span<const std::byte> coded) {
        ByteReader in(coded);
        BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
        if (form != Runs) return fail(ErrorCode::BadInput, "codes of unknown form {}", form);
        static_cast<MatrixLayout&>(m_parameters) = m_layout;
        BITSMITH_CHECK(readParameters(in, m_parameters));
        BITSMITH_TRY(auto lanes, in.take<std::uint8_t>());
        if (lanes & Paired) {
            if (!m_symbols.canPair())
                return fail(ErrorCode::BadInput, "pairs of {} codes of {} bits", m_layout.cols,
                            m_layout.bits);
            m_symbols.pair();
            lanes ^= Paired;
        }
        if (lanes > std::countr_zero(static_cast<unsigned>(MostRansLanes)))
            return fail(ErrorCode::BadInput, "2^{} lanes", lanes);
        m_lanes = 1 << lanes;
        BITSMITH_TRY(const auto classes, in.take<std::uint8_t>());
        if (classes < 1 || classes > MostRowClasses)
            return fail(ErrorCode::BadInput, "{} classes of rows", classes);
        for (unsigned c = 0; c < classes; ++c) {
            BITSMITH_TRY(RansTable table, readTable(m_symbols.centre(), in));
            m_tables.push_back(std::move(table));
        }
        if (classes > 1) {
            BITSMITH_TRY(m_classTable, RansTable::read(in));
        }
        BITSMITH_TRY(m_blockRows, in.takeVarint());
        if (m_blockRows < 1) return fail(ErrorCode::BadInput, "blocks without rows");
        m_seed = seedOf(coded.first(coded.size() - in.rest().size()), m_layout);
        const std::size_t blocks = blockCount(m_layout, m_blockRows);
        if (blocks > in.rest().size())
            return fail(ErrorCode::BadInput, "{} blocks in {} bytes", blocks, in.rest().size());
        std::vector<std::uint64_t> sizes;
        for (std::size_t b = 0; b + 1 < blocks; ++b) {
            BITSMITH_TRY(const auto size, in.takeVarint());
            sizes.push_back(size);
        }
        for (const std::uint64_t size : sizes) {
            BITSMITH_TRY(const auto bytes, in.takeBytes(size));
            m_blocks.push_back(bytes);
        }
        if (blocks > 0) m_blocks.push_back(in.rest());
        return {};
    }

    std::size_t blockRows() const { return m_blockRows; }
    std::size_t blocks() const { return m_blocks.size(); }
    // Everything but the codes.
    QuantizedMatrix& parameters() { return m_parameters; }

    // out: the codes of the block's rows.
    Status block(std::size_t index, std::span<std::byte> out) const {
        const std::size_t first = index * m_blockRows;
        const std::size_t rows = std::min(m_layout.rows - first, m_blockRows);
        const std::size_t width = m_symbols.perRow(), rowBytes = m_layout.rowBytes();
        ByteReader in(m_blocks[index]);
        BITSMITH_TRY(const auto expected, in.take<std::uint32_t>());
        std::vector<std::int16_t> escaped;
        auto payload = in.rest();
        if (m_symbols.wide()) {
            BITSMITH_TRY(const auto count, in.takeVarint());
            if (count > in.rest().size() / sizeof(std::int16_t))
                return fail(ErrorCode::BadInput, "{} escaped codes in {} bytes", count,
                            in.rest().size());
            payload = in.rest();
            escaped.resize(count);
            const auto tail = payload.last(count * sizeof(std::int16_t));
            if (count > 0) std::memcpy(escaped.data(), tail.data(), tail.size());
            payload = payload.first(payload.size() - tail.size());
        }
        BITSMITH_TRY(RansDecoder decoder, RansDecoder::open(payload, m_lanes));
        std::vector<std::uint8_t> classes;
        if (m_tables.size() > 1) {
            classes.resize(rows);
            BITSMITH_CHECK(decoder.decode(m_classTable, classes));
        }
        std::span<const std::int16_t> left = escaped;
        std::vector<std::uint8_t> symbols;
        for (std::size_t c = 0; c < m_tables.size(); ++c) {
            std::size_t members = rows;
            if (!classes.empty())
                members = static_cast<std::size_t>(
                    std::ranges::count(classes, static_cast<std::uint8_t>(c)));
            symbols.resize(members * width);
            BITSMITH_CHECK(decoder.decode(m_tables[c], symbols));
            if (std::ranges::any_of(symbols, [&](auto s) { return s >= m_symbols.alphabet(); }))
                return fail(ErrorCode::BadInput, "a code beyond {} bits", m_layout.bits);
            std::size_t at = 0;
            for (std::size_t r = 0; r < rows; ++r)
                if (classes.empty() || classes[r] == c) {
                    m_symbols.write(std::span(symbols).subspan(at, width),
                                    out.subspan(r * rowBytes, rowBytes), left);
                    at += width;
                }
        }
        BITSMITH_CHECK(decoder.finish());
        if (!left.empty() || checksum(out.first(rows * rowBytes), m_seed) != expected)
            return fail(ErrorCode::BadInput, "block {} does not match its checksum", index);
        return {};
    }

private:
    const MatrixLayout& m_layout;
    SymbolRows m_symbols;
    QuantizedMatrix m_parameters; // without codes
    std::vector<RansTable> m_tables;
    RansTable m_classTable;
    int m_lanes = 1;
    std::uint64_t m_blockRows = 1, m_seed = 0;
    std::vector<std::span<const std::byte>> m_blocks;
};

// A few bytes can stand for many; not for more than the machine has.
Status checkMemory(const MatrixLayout& layout) {
    const std::uint64_t bytes = layout.storedBytes(), available = availableMemoryBytes();
    if (available > 0 && bytes > available)
        return fail(ErrorCode::Resources,
                    "decoded it would take {} MB; this machine has {} MB of memory left",
                    bytes / 1'000'000, available / 1'000'000);
    return {};
}

// Of matrices of GGUF's blocks.
Result<std::vector<std::byte>> decodeStreamRows(std::span<const std::byte> coded,
                                                const MatrixLayout& layout, std::size_t first,
                                                std::size_t count) {
    ByteReader in(coded);
    BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
    if (form != Stream) return fail(ErrorCode::BadInput, "codes of unknown form {}", form);
    const std::uint64_t size = layout.rows * layout.rowBytes();
    BITSMITH_TRY(const CodedStream stream, CodedStream::open(in.rest(), size));
    const auto expected = SymbolLayout::ofBlocks(*findBlockFormat(layout.format));
    if (stream.rawSize() != size || stream.header().layout() != expected)
        return fail(ErrorCode::BadInput, "{} bytes of {} are not {} rows of {} {}",
                    stream.rawSize(), stream.header().layout().name(), layout.rows, layout.cols,
                    layout.format);
    std::vector<std::byte> out(count * layout.rowBytes());
    BITSMITH_CHECK(stream.decode(first * layout.rowBytes(), out));
    return out;
}

// Decodes blocks [first, last) side by side. out: their rows.
Status decodeBlocks(const Decoder& decoder, const MatrixLayout& layout, std::size_t first,
                    std::size_t last, std::span<std::byte> out) {
    std::vector<std::optional<Error>> errors(last - first);
    const std::size_t stride = decoder.blockRows() * layout.rowBytes();
    parallelFor(last - first, 1, [&](std::size_t from, std::size_t to) {
        for (std::size_t b = from; b < to; ++b)
            if (const Status done = decoder.block(first + b, out.subspan(b * stride)); !done)
                errors[b] = done.error();
    });
    for (auto& error : errors)
        if (error) return tl::unexpected(*std::move(error));
    return {};
}

} // namespace

std::vector<std::byte> encodeMatrix(const QuantizedMatrix& matrix) {
    if (matrix.grid == "mixed") return encodeMixed(matrix);
    if (matrix.grid != "gguf") return Encoder(matrix).encode();
    ByteWriter out;
    out.put(static_cast<std::uint8_t>(Stream));
    const BlockFormat& format = *findBlockFormat(matrix.format);
    out.putBytes(encodeStream(matrix.codes, SymbolLayout::ofBlocks(format)));
    return out.take();
}

std::uint64_t codedMatrixBytes(const QuantizedMatrix& matrix) {
    return encodeMatrix(matrix).size();
}

Result<std::shared_ptr<const QuantizedMatrix>>
decodeMatrix(std::span<const std::byte> coded, const MatrixLayout& layout, float tensorScale) {
    BITSMITH_CHECK(checkMemory(layout));
    if (layout.grid == "mixed") return decodeMixed(coded, layout);
    if (layout.grid == "gguf") {
        auto blocks = std::make_shared<QuantizedMatrix>(QuantizedMatrix{layout});
        BITSMITH_TRY(blocks->codes, decodeStreamRows(coded, layout, 0, layout.rows));
        return std::shared_ptr<const QuantizedMatrix>(std::move(blocks));
    }
    Decoder decoder(layout);
    BITSMITH_CHECK(decoder.open(coded));
    auto matrix = std::make_shared<QuantizedMatrix>(std::move(decoder.parameters()));
    matrix->tensorScale = tensorScale;
    matrix->codes.resize(layout.rows * layout.rowBytes());
    BITSMITH_CHECK(decodeBlocks(decoder, layout, 0, decoder.blocks(), matrix->codes));
    return std::shared_ptr<const QuantizedMatrix>(std::move(matrix));
}

Result<std::vector<std::byte>> decodeMatrixRows(std::span<const std::byte> coded,
                                                const MatrixLayout& layout, std::size_t first,
                                                std::size_t count) {
    if (first > layout.rows || count > layout.rows - first)
        return fail(ErrorCode::Usage, "rows {} to {} of {}", first, first + count, layout.rows);
    if (count == 0) return std::vector<std::byte>();
    BITSMITH_CHECK(checkMemory(layout));
    if (layout.grid == "mixed") return decodeMixedRows(coded, layout, first, count);
    if (layout.grid == "gguf") return decodeStreamRows(coded, layout, first, count);
    Decoder decoder(layout);
    BITSMITH_CHECK(decoder.open(coded));
    const std::size_t rowBytes = layout.rowBytes(), blockRows = decoder.blockRows();
    const std::size_t firstBlock = first / blockRows, lastBlock = (first + count - 1) / blockRows;
    const std::size_t firstRow = firstBlock * blockRows;
    const std::size_t rows = std::min(layout.rows, (lastBlock + 1) * blockRows) - firstRow;
    std::vector<std::byte> codes(rows * rowBytes);
    BITSMITH_CHECK(decodeBlocks(decoder, layout, firstBlock, lastBlock + 1, codes));
    codes.erase(codes.begin(),
                codes.begin() + static_cast<std::ptrdiff_t>((first - firstRow) * rowBytes));
    codes.resize(count * rowBytes);
    return codes;
}

} // namespace bitsmith

#include "core/codec/coded_matrix.h"

#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/codec/coded_mixed.h"
#include "core/codec/coded_stream.h"
#include "core/codec/matrix_parts.h"
#include "core/codec/rans.h"
#include "core/codec/row_classes.h"
#include "core/codec/scale_planes.h"
#include "core/codec/symbol_rows.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/codebooks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>

namespace bitsmith {
namespace {

// Planes beside the scales.
std::vector<std::size_t> otherPlanes(const MatrixLayout& l) {
    std::vector<std::size_t> sizes;
    if (storesZeros(l)) sizes.push_back(l.parameters());
    if (l.columnGroups) sizes.insert(sizes.end(), sizeof(std::uint32_t), l.cols);
    return sizes;
}

Result<std::vector<std::byte>> readBooks(const MatrixLayout& layout, ByteReader& in) {
    std::vector<std::byte> books(layout.bookBytes());
    const std::size_t width = bookElementBytes(layout);
    const std::vector<std::size_t> sizes(width, books.size() / width);
    BITSMITH_TRY(const auto planes, readPlanes(sizes, in));
    joinBytes(planes, books);
    BITSMITH_CHECK(checkBooks(layout, books));
    return books;
}

// m: its layout is set.
Status readParameters(ByteReader& in, QuantizedMatrix& m) {
    if (m.hasBooks()) {
        BITSMITH_TRY(m.books, readBooks(m, in));
    } else {
        BITSMITH_TRY(m.scales, readScales(m.parameters(), m.scaleType, in));
    }
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

class Decoder {
public:
    explicit Decoder(const MatrixLayout& layout) : m_layout(layout), m_symbols(layout) {}

    // Everything but the codes.
    Status open(std::span<const std::byte> coded) {
        ByteReader in(coded);
        BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
        if (static_cast<MatrixForm>(form) != MatrixForm::Runs)
            return fail(ErrorCode::BadInput, "codes of unknown form {}", form);
        static_cast<MatrixLayout&>(m_parameters) = m_layout;
        BITSMITH_CHECK(readParameters(in, m_parameters));
        BITSMITH_TRY(auto lanes, in.take<std::uint8_t>());
        if (lanes & PairedSymbols) {
            if (!m_symbols.canPair())
                return fail(ErrorCode::BadInput, "pairs of {} codes of {} bits", m_layout.cols,
                            m_layout.bits);
            m_symbols.pair();
            lanes ^= PairedSymbols;
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
        m_seed = checksumSeed(coded.first(coded.size() - in.rest().size()), m_layout);
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
        if (!left.empty() || rowsChecksum(out.first(rows * rowBytes), m_seed) != expected)
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
    if (static_cast<MatrixForm>(form) != MatrixForm::Stream)
        return fail(ErrorCode::BadInput, "codes of unknown form {}", form);
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

// Takes what is beside the codes off the front of `coded`; empty where the layout has nothing.
Result<std::span<const std::byte>> takeSide(std::span<const std::byte>& coded,
                                            const MatrixLayout& layout) {
    if (!layout.side.any()) return std::span<const std::byte>();
    ByteReader in(coded);
    BITSMITH_TRY(const auto form, in.take<std::uint8_t>());
    if (static_cast<MatrixForm>(form) != MatrixForm::Beside)
        return fail(ErrorCode::BadInput, "{} is missing beside the codes", layout.side.names());
    BITSMITH_TRY(const auto expected, in.take<std::uint32_t>());
    BITSMITH_TRY(const auto side, in.takeBytes(layout.side.bytes(layout.rows, layout.cols)));
    if (sideChecksum(side) != expected)
        return fail(ErrorCode::BadInput, "what is beside the codes does not match its checksum");
    BITSMITH_CHECK(checkSide(layout.side, layout.rows, layout.cols, side));
    coded = in.rest();
    return side;
}

Result<std::shared_ptr<QuantizedMatrix>>
decodeWithoutSide(std::span<const std::byte> coded, const MatrixLayout& layout, float tensorScale) {
    if (layout.grid == "mixed") return decodeMixed(coded, layout);
    if (layout.grid == "gguf") {
        auto blocks = std::make_shared<QuantizedMatrix>(QuantizedMatrix{layout});
        BITSMITH_TRY(blocks->codes, decodeStreamRows(coded, layout, 0, layout.rows));
        return blocks;
    }
    Decoder decoder(layout);
    BITSMITH_CHECK(decoder.open(coded));
    auto matrix = std::make_shared<QuantizedMatrix>(std::move(decoder.parameters()));
    matrix->tensorScale = tensorScale;
    matrix->codes.resize(layout.rows * layout.rowBytes());
    BITSMITH_CHECK(decodeBlocks(decoder, layout, 0, decoder.blocks(), matrix->codes));
    return matrix;
}

} // namespace

Result<std::shared_ptr<const QuantizedMatrix>>
decodeMatrix(std::span<const std::byte> coded, const MatrixLayout& layout, float tensorScale) {
    BITSMITH_CHECK(checkMemory(layout));
    BITSMITH_TRY(const auto side, takeSide(coded, layout));
    BITSMITH_TRY(auto matrix, decodeWithoutSide(coded, layout, tensorScale));
    matrix->sideBytes.assign(side.begin(), side.end());
    return std::shared_ptr<const QuantizedMatrix>(std::move(matrix));
}

Result<std::vector<std::byte>> decodeMatrixRows(std::span<const std::byte> coded,
                                                const MatrixLayout& layout, std::size_t first,
                                                std::size_t count) {
    if (first > layout.rows || count > layout.rows - first)
        return fail(ErrorCode::Usage, "rows {} to {} of {}", first, first + count, layout.rows);
    if (count == 0) return std::vector<std::byte>();
    BITSMITH_CHECK(checkMemory(layout));
    BITSMITH_CHECK(takeSide(coded, layout));
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

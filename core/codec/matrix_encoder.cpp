// Writes coded matrices, see coded_matrix.h.
#include "core/base/parallel.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/coded_mixed.h"
#include "core/codec/coded_stream.h"
#include "core/codec/matrix_parts.h"
#include "core/codec/rans.h"
#include "core/codec/row_classes.h"
#include "core/codec/scale_planes.h"
#include "core/codec/symbol_rows.h"
#include "core/tensor/blocks/block_format.h"

#include <algorithm>
#include <bit>

namespace bitsmith {
namespace {

constexpr std::size_t BlockSymbols = std::size_t{1} << 18;
constexpr std::size_t LeastPaired = std::size_t{1} << 20; // weights

std::size_t rowsPerBlock(const MatrixLayout& layout) {
    return std::max<std::size_t>(1, BlockSymbols / std::max<std::size_t>(1, layout.cols));
}

void writeParameters(const QuantizedMatrix& m, ByteWriter& out) {
    if (m.hasBooks())
        writePlanes(splitBytes(m.books, bookElementBytes(m)), out);
    else
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

class Encoder {
public:
    explicit Encoder(const QuantizedMatrix& matrix) : m_matrix(matrix), m_symbols(matrix) {}

    std::vector<std::byte> encode() {
        ByteWriter out;
        out.put(static_cast<std::uint8_t>(MatrixForm::Runs));
        writeParameters(m_matrix, out);
        findClasses();
        const std::size_t blockRows = rowsPerBlock(m_matrix);
        const std::size_t blocks = blockCount(m_matrix, blockRows);
        m_lanes = ransLanes(std::min(m_matrix.rows, blockRows) * m_symbols.perRow());
        out.put(static_cast<std::uint8_t>(std::countr_zero(static_cast<unsigned>(m_lanes)) |
                                          (m_symbols.paired() ? PairedSymbols : 0)));
        out.put(static_cast<std::uint8_t>(m_classes.tables.size()));
        for (const CodedTable& table : m_classes.tables) writeTable(table, out);
        if (!m_classes.ofRow.empty()) m_classTable.write(out);
        out.putVarint(blockRows);
        const std::uint64_t seed = checksumSeed(out.bytes(), m_matrix);
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
        out.put(rowsChecksum(
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

} // namespace

namespace {

std::vector<std::byte> encodeCodes(const QuantizedMatrix& matrix) {
    if (matrix.grid == "mixed") return encodeMixed(matrix);
    if (matrix.grid != "gguf") return Encoder(matrix).encode();
    ByteWriter out;
    out.put(static_cast<std::uint8_t>(MatrixForm::Stream));
    const BlockFormat& format = *findBlockFormat(matrix.format);
    out.putBytes(encodeStream(matrix.codes, SymbolLayout::ofBlocks(format)));
    return out.take();
}

} // namespace

std::vector<std::byte> encodeMatrix(const QuantizedMatrix& matrix) {
    std::vector<std::byte> coded = encodeCodes(matrix);
    if (!matrix.side.any()) return coded;
    ByteWriter out;
    out.put(static_cast<std::uint8_t>(MatrixForm::Beside));
    out.put(sideChecksum(matrix.sideBytes));
    out.putBytes(matrix.sideBytes);
    out.putBytes(coded);
    return out.take();
}

std::uint64_t codedMatrixBytes(const QuantizedMatrix& matrix) {
    return encodeMatrix(matrix).size();
}

} // namespace bitsmith

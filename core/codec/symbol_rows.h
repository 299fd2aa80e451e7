// How the codes of a quantized matrix become symbols of one byte, which is what rANS codes, and
// back. Private to core/codec.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

// One symbol per code: packed codes of up to 7 bits as they are, 8-bit ones too; codes of 16 bits
// that are near 0 have a symbol, others are escaped and kept aside.
class SymbolRows {
public:
    explicit SymbolRows(const MatrixLayout& layout) : m_layout(layout) {}

    // Two codes of up to 4 bits as one symbol: half as many to decode, for tables that only large
    // matrices can afford.
    bool canPair() const { return m_layout.bits <= 4 && m_layout.cols % 2 == 0; }
    void pair() { m_codes = 2; }
    bool paired() const { return m_codes == 2; }

    bool wide() const { return m_layout.grid == "affine" && m_layout.bits > 8; }
    std::size_t perRow() const { return m_layout.cols / m_codes; }
    std::uint8_t centre() const;
    // Whether codes spread about the centre, so that classes of rows make sense.
    bool centred() const { return m_layout.grid == "affine" && m_layout.symmetric && m_codes == 1; }
    // Codes below this are possible symbols; others mean damage.
    unsigned alphabet() const { return packed() ? 1U << bits() : 256U; }

    // out: perRow(). escaped: codes that have no symbol are appended, if not null.
    void read(std::span<const std::byte> row, std::span<std::uint8_t> out,
              std::vector<std::int16_t>* escaped) const;
    // escaped: those that are left; taken from the front.
    void write(std::span<const std::uint8_t> symbols, std::span<std::byte> row,
               std::span<const std::int16_t>& escaped) const;

private:
    bool packed() const { return m_layout.bits < 8; }
    int bits() const { return m_layout.bits * static_cast<int>(m_codes); } // of a packed symbol

    const MatrixLayout& m_layout;
    std::size_t m_codes = 1; // of a symbol
};

} // namespace bitsmith

#include "core/tensor/row_codes.h"

#include "core/tensor/bit_packing.h"

#include <algorithm>
#include <cassert>

namespace bitsmith {
namespace {

// One code after another, at any bit: for groups that do not start on whole bytes.
class BitString {
public:
    explicit BitString(std::size_t bit) : m_bit(bit) {}
    void put(std::span<std::byte> out, unsigned code, int bits) { // out: zeros beyond this bit
        for (int done = 0; done < bits;) {
            const auto shift = static_cast<unsigned>(m_bit % 8);
            const int some = std::min(bits - done, 8 - static_cast<int>(shift));
            const unsigned part = (code >> done) & ((1U << some) - 1);
            out[m_bit / 8] |= static_cast<std::byte>(part << shift);
            m_bit += static_cast<std::size_t>(some);
            done += some;
        }
    }
    unsigned take(std::span<const std::byte> in, int bits) {
        unsigned code = 0;
        for (int done = 0; done < bits;) {
            const auto shift = static_cast<unsigned>(m_bit % 8);
            const int some = std::min(bits - done, 8 - static_cast<int>(shift));
            const unsigned part = std::to_integer<unsigned>(in[m_bit / 8]) >> shift;
            code |= (part & ((1U << some) - 1)) << done;
            m_bit += static_cast<std::size_t>(some);
            done += some;
        }
        return code;
    }

private:
    std::size_t m_bit;
};

// Calls body(first column, columns, bits, first bit) for each group.
template <class Body>
void forGroups(const MatrixLayout& layout, Body&& body) {
    std::size_t column = 0, bit = 0;
    for (const std::uint8_t bits : layout.groupBits) {
        const std::size_t count = std::min(layout.groupSize, layout.cols - column);
        body(column, count, static_cast<int>(bits), bit);
        column += count;
        bit += count * bits;
    }
}

template <class Code>
void packGroups(const MatrixLayout& layout, std::span<const Code> codes, std::span<std::byte> row) {
    std::ranges::fill(row, std::byte{0});
    forGroups(layout, [&](std::size_t column, std::size_t count, int bits, std::size_t bit) {
        const auto group = codes.subspan(column, count);
        // A group that ends within a byte shares it with the next one.
        if (bit % 8 == 0 && count * static_cast<std::size_t>(bits) % 8 == 0)
            return packBits(group, bits, row.subspan(bit / 8, packedBytes(count, bits)));
        BitString out(bit);
        for (const Code code : group) out.put(row, code, bits);
    });
}

template <class Code>
void unpackGroups(const MatrixLayout& layout, std::span<const std::byte> row,
                  std::span<Code> codes) {
    forGroups(layout, [&](std::size_t column, std::size_t count, int bits, std::size_t bit) {
        const auto group = codes.subspan(column, count);
        if (bit % 8 == 0)
            return unpackBits(row.subspan(bit / 8, packedBytes(count, bits)), bits, group);
        BitString in(bit);
        for (Code& code : group) code = static_cast<Code>(in.take(row, bits));
    });
}

template <class Code>
void packAny(const MatrixLayout& layout, std::span<const Code> codes, std::span<std::byte> row) {
    assert(codes.size() == layout.cols && row.size() == layout.rowBytes());
    layout.groupBits.empty() ? packBits(codes, layout.bits, row) : packGroups(layout, codes, row);
}

template <class Code>
void unpackAny(const MatrixLayout& layout, std::span<const std::byte> row, std::span<Code> codes) {
    assert(codes.size() == layout.cols && row.size() == layout.rowBytes());
    layout.groupBits.empty() ? unpackBits(row, layout.bits, codes)
                             : unpackGroups(layout, row, codes);
}

} // namespace

void packRow(const MatrixLayout& layout, std::span<const std::uint8_t> codes,
             std::span<std::byte> row) {
    packAny(layout, codes, row);
}
void packRow(const MatrixLayout& layout, std::span<const std::uint16_t> codes,
             std::span<std::byte> row) {
    packAny(layout, codes, row);
}
void unpackRow(const MatrixLayout& layout, std::span<const std::byte> row,
               std::span<std::uint8_t> codes) {
    unpackAny(layout, row, codes);
}
void unpackRow(const MatrixLayout& layout, std::span<const std::byte> row,
               std::span<std::uint16_t> codes) {
    unpackAny(layout, row, codes);
}

std::vector<std::byte> packZeros(const MatrixLayout& layout, std::span<const std::uint8_t> zeros) {
    assert(zeros.size() == layout.parameters());
    std::vector<std::byte> out(layout.zeroBytes());
    if (layout.groupBits.empty()) {
        packBits(zeros, layout.bits, out);
        return out;
    }
    BitString string(0);
    for (std::size_t p = 0; p < zeros.size(); ++p)
        string.put(out, zeros[p], layout.groupBits[p % layout.groupsPerRow]);
    return out;
}

void unpackZeros(const MatrixLayout& layout, std::span<const std::byte> packed,
                 std::span<std::uint8_t> zeros) {
    assert(zeros.size() == layout.parameters() && packed.size() == layout.zeroBytes());
    if (layout.groupBits.empty()) return unpackBits(packed, layout.bits, zeros);
    BitString string(0);
    for (std::size_t p = 0; p < zeros.size(); ++p)
        zeros[p] = static_cast<std::uint8_t>(
            string.take(packed, layout.groupBits[p % layout.groupsPerRow]));
}

} // namespace bitsmith

#include "core/codec/huffman.h"

#include "core/codec/huffman_table.h"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace bitsmith {
namespace {

constexpr std::size_t Streams = 4;
constexpr std::size_t HeaderBytes = (Streams - 1) * sizeof(std::uint32_t);
constexpr int PerRefill = 5; // codes in the 56 bits that a refill guarantees
static_assert(PerRefill * HuffmanTable::MostBits <= 56);

// Where part p of n symbols begins.
std::size_t partBegin(std::size_t n, std::size_t p) { return std::min(n, (n + 3) / 4 * p); }

// out: room for MostBits bits per symbol and 8 bytes more. Returns the bytes written.
std::size_t encodePart(const HuffmanTable::Data& table, std::span<const std::uint8_t> symbols,
                       std::byte* out) {
    std::byte* const begin = out;
    std::uint64_t bits = 0;
    unsigned count = 0;
    std::size_t i = 0;
    const auto put = [&] {
        const auto code = table.codes[symbols[i++]];
        assert(code.length > 0);
        bits |= std::uint64_t{code.bits} << count;
        count += code.length;
    };
    const auto flush = [&] { // whole bytes
        std::memcpy(out, &bits, sizeof bits);
        const unsigned bytes = count / 8;
        out += bytes;
        bits = bytes == 8 ? 0 : bits >> (8 * bytes);
        count -= 8 * bytes;
    };
    while (symbols.size() - i >= PerRefill) {
        for (int k = 0; k < PerRefill; ++k) put();
        flush();
    }
    while (i < symbols.size()) {
        put();
        flush();
    }
    if (count > 0) *out++ = static_cast<std::byte>(bits);
    return static_cast<std::size_t>(out - begin);
}

class BitStream {
public:
    explicit BitStream(std::span<const std::byte> bytes)
        : m_next(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    bool hasEight() const { return m_end - m_next >= 8; }
    // hasEight(). At least 56 bits are there afterwards.
    void refill() {
        std::uint64_t more;
        std::memcpy(&more, m_next, sizeof more);
        m_bits |= more << m_count;
        m_next += (63 - m_count) / 8;
        m_count |= 56;
    }
    // After refill(), up to PerRefill times.
    std::uint8_t take(const HuffmanTable::Data& table) {
        const auto entry = table.entries[m_bits & (table.entries.size() - 1)];
        m_bits >>= entry.length;
        m_count -= entry.length;
        return entry.symbol;
    }
    // The same near the end, bit by bit checked; false: the bits end early.
    bool takeChecked(const HuffmanTable::Data& table, std::uint8_t& symbol) {
        for (; m_count < 56 && m_next < m_end; m_count += 8)
            m_bits |= static_cast<std::uint64_t>(*m_next++) << m_count;
        const auto entry = table.entries[m_bits & (table.entries.size() - 1)];
        if (entry.length > m_count) return false;
        symbol = take(table);
        return true;
    }
    // refill() leaves bits of further bytes above the counted ones; before takeChecked.
    void drop() {
        if (m_count < 64) m_bits &= (std::uint64_t{1} << m_count) - 1;
    }
    bool atEnd() const { return m_next == m_end && m_count < 8 && m_bits == 0; }

private:
    const std::byte* m_next;
    const std::byte* m_end;
    std::uint64_t m_bits = 0;
    unsigned m_count = 0;
};

} // namespace

std::vector<std::byte> huffmanEncode(const HuffmanTable& table,
                                     std::span<const std::uint8_t> symbols) {
    if (table.data().single >= 0) return {};
    const std::size_t n = symbols.size();
    std::vector<std::byte> out(HeaderBytes);
    for (std::size_t p = 0; p < Streams; ++p) {
        const auto part = symbols.subspan(partBegin(n, p), partBegin(n, p + 1) - partBegin(n, p));
        std::uint64_t bits = 0;
        for (const std::uint8_t s : part) bits += table.data().lengths[s];
        const std::size_t at = out.size();
        out.resize(at + bits / 8 + 9);
        const std::size_t bytes = encodePart(table.data(), part, out.data() + at);
        assert(bytes == (bits + 7) / 8);
        out.resize(at + bytes);
        if (p == Streams - 1) break;
        const auto size = static_cast<std::uint32_t>(bytes);
        std::memcpy(out.data() + p * sizeof size, &size, sizeof size);
    }
    return out;
}

Status huffmanDecode(const HuffmanTable& table, std::span<const std::byte> payload,
                     std::span<std::uint8_t> out) {
    const HuffmanTable::Data& look = table.data();
    const auto damaged = [] {
        return fail(ErrorCode::BadInput, "the coded symbols do not end where they should");
    };
    if (look.single >= 0) {
        std::ranges::fill(out, static_cast<std::uint8_t>(look.single));
        return payload.empty() ? Status() : damaged();
    }
    ByteReader in(payload);
    std::array<std::uint32_t, Streams - 1> sizes;
    for (auto& size : sizes) {
        BITSMITH_TRY(size, in.take<std::uint32_t>());
    }
    const auto stream = [&](std::size_t p) -> Result<BitStream> {
        if (p == Streams - 1) return BitStream(in.rest());
        BITSMITH_TRY(const auto bytes, in.takeBytes(sizes[p]));
        return BitStream(bytes);
    };
    BITSMITH_TRY(BitStream a, stream(0));
    BITSMITH_TRY(BitStream b, stream(1));
    BITSMITH_TRY(BitStream c, stream(2));
    BITSMITH_TRY(BitStream d, stream(3));
    const std::size_t n = out.size();
    std::array<std::size_t, Streams + 1> begin;
    for (std::size_t p = 0; p <= Streams; ++p) begin[p] = partBegin(n, p);
    std::size_t i = 0; // in each part; the last is the shortest
    std::uint8_t* const to = out.data();
    while (begin[4] - begin[3] - i >= PerRefill && a.hasEight() && b.hasEight() && c.hasEight() &&
           d.hasEight()) {
        a.refill();
        b.refill();
        c.refill();
        d.refill();
        for (int k = 0; k < PerRefill; ++k, ++i) {
            to[begin[0] + i] = a.take(look);
            to[begin[1] + i] = b.take(look);
            to[begin[2] + i] = c.take(look);
            to[begin[3] + i] = d.take(look);
        }
    }
    std::size_t p = 0;
    for (BitStream* s : {&a, &b, &c, &d}) {
        s->drop();
        for (std::size_t at = begin[p] + i; at < begin[p + 1]; ++at)
            if (!s->takeChecked(look, to[at])) return damaged();
        if (!s->atEnd()) return damaged();
        ++p;
    }
    return {};
}

} // namespace bitsmith

// Tables as bytes.
//
//   table := u8 kind
//     0 one:     | u8 symbol. With the escape: all symbols are escaped, and none follows.
//     1 even:    | set | bits end. Frequencies as equal as possible, the larger ones first.
//     2 listed:  | set | bits of `largest` | frequencies, without the largest | bits end
//   kind + 4: the last frequency is that of the escape (not with even); kind + 8: the table of the
//   escaped symbols, itself without an escape, follows the bits.
//
//   set         := u8 first symbol | u8 symbols - 1 | 1 if they are consecutive, else: 0 and gaps
//                  between them, each a gamma number
//   frequency   := bit width, as the difference from the one before (the first: 4 bits), and the
//                  bits below the highest one, of which the lowest are left out: u4 says how many
//                  of them are kept at most
//   difference  := 1: 0 | 0, sign, unary
//
// A bell-shaped table needs about 3 bits for a width and keeps 3 to 5 below it.
#include "core/codec/bit_string.h"
#include "core/codec/rans_lookup.h"
#include "core/codec/rans_table.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace bitsmith {
namespace {

enum Kind : std::uint8_t { One, Even, Listed, KindMask = 3, WithEscape = 4, WithRest = 8 };

constexpr int KeptBits = 4;       // of the number of bits kept
constexpr int FirstWidthBits = 4; // of the first bit width

int indexBits(std::size_t count) { return static_cast<int>(std::bit_width(count - 1)); }

// How many bits below the highest one a frequency needs.
int keptOf(std::uint16_t frequency) {
    return static_cast<int>(std::bit_width(frequency)) - 1 - std::countr_zero(frequency);
}

void putSet(std::span<const std::uint8_t> symbols, BitWriter& out) {
    const std::size_t count = symbols.size();
    out.put(symbols.front(), 8);
    out.put(static_cast<std::uint32_t>(count - 1), 8);
    const bool dense = symbols.back() - symbols.front() + 1U == count;
    out.put(dense ? 1 : 0, 1);
    for (std::size_t i = 1; i < count && !dense; ++i)
        out.putGamma(std::uint32_t{symbols[i]} - symbols[i - 1]);
}

Result<std::vector<std::uint8_t>> takeSet(BitReader& in) {
    BITSMITH_TRY(std::uint32_t symbol, in.take(8));
    BITSMITH_TRY(const std::uint32_t more, in.take(8));
    BITSMITH_TRY(const std::uint32_t dense, in.take(1));
    std::vector<std::uint8_t> symbols{static_cast<std::uint8_t>(symbol)};
    for (std::uint32_t i = 0; i < more; ++i) {
        std::uint32_t gap = 1;
        if (dense == 0) {
            BITSMITH_TRY(gap, in.takeGamma(8));
        }
        symbol += gap;
        if (symbol > 255) return fail(ErrorCode::BadInput, "a table with a symbol {}", symbol);
        symbols.push_back(static_cast<std::uint8_t>(symbol));
    }
    return symbols;
}

// All but the one at `largest`.
void putFrequencies(std::span<const std::uint16_t> frequencies, std::size_t largest,
                    BitWriter& out) {
    int kept = 0;
    for (std::size_t i = 0; i < frequencies.size(); ++i)
        if (i != largest) kept = std::max(kept, keptOf(frequencies[i]));
    out.put(static_cast<std::uint32_t>(kept), KeptBits);
    int before = 0;
    for (std::size_t i = 0; i < frequencies.size(); ++i) {
        if (i == largest) continue;
        const int width = std::bit_width(frequencies[i]);
        if (before == 0)
            out.put(static_cast<std::uint32_t>(width), FirstWidthBits);
        else {
            out.put(width == before ? 1 : 0, 1);
            if (width != before) {
                out.put(width < before ? 1 : 0, 1);
                out.putUnary(std::abs(width - before) - 1);
            }
        }
        before = width;
        const int low = std::min(kept, width - 1);
        out.put(std::uint32_t{frequencies[i]} >> (width - 1 - low), low);
    }
}

Result<std::vector<std::uint16_t>> takeFrequencies(std::size_t count, std::size_t largest,
                                                   BitReader& in) {
    BITSMITH_TRY(const std::uint32_t kept, in.take(KeptBits));
    std::vector<std::uint16_t> frequencies(count);
    std::uint32_t left = RansTable::Total;
    int width = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (i == largest) continue;
        if (width == 0) {
            BITSMITH_TRY(const std::uint32_t first, in.take(FirstWidthBits));
            width = static_cast<int>(first);
        } else {
            BITSMITH_TRY(const std::uint32_t same, in.take(1));
            if (same == 0) {
                BITSMITH_TRY(const std::uint32_t down, in.take(1));
                BITSMITH_TRY(const int more, in.takeUnary(RansTable::Bits));
                width += down ? -1 - more : 1 + more;
            }
        }
        if (width < 1 || width > RansTable::Bits)
            return fail(ErrorCode::BadInput, "a frequency of {} bits", width);
        const int low = std::min(static_cast<int>(kept), width - 1);
        BITSMITH_TRY(const std::uint32_t bits, in.take(low));
        const std::uint32_t f = (bits | 1U << low) << (width - 1 - low);
        if (f >= left) return fail(ErrorCode::BadInput, "frequencies that add up to too much");
        left -= f;
        frequencies[i] = static_cast<std::uint16_t>(f);
    }
    frequencies[largest] = static_cast<std::uint16_t>(left);
    return frequencies;
}

std::vector<std::uint16_t> evenFrequencies(std::size_t count) {
    std::vector<std::uint16_t> out(count, static_cast<std::uint16_t>(RansTable::Total / count));
    for (std::size_t i = 0; i < RansTable::Total % count; ++i) ++out[i];
    return out;
}

} // namespace

void RansTable::write(ByteWriter& out) const {
    std::vector<std::uint8_t> symbols;
    std::vector<std::uint16_t> frequencies;
    for (std::size_t s = 0; s < alphabet(); ++s)
        if (const std::uint16_t f = m_data->frequencies[s]; f > 0) {
            symbols.push_back(static_cast<std::uint8_t>(s));
            frequencies.push_back(f);
        }
    if (symbols.size() == 1 && escape() == 0) {
        out.put(std::uint8_t{One});
        out.put(symbols.front());
        return;
    }
    const auto flags = (escape() > 0 ? WithEscape : 0) | (m_data->rest ? WithRest : 0);
    if (symbols.empty()) {
        out.put(static_cast<std::uint8_t>(One | flags));
        if (m_data->rest) rest().write(out);
        return;
    }
    const bool even = escape() == 0 && frequencies == evenFrequencies(frequencies.size());
    out.put(static_cast<std::uint8_t>((even ? Even : Listed) | flags));
    BitWriter bits(out);
    putSet(symbols, bits);
    if (!even) {
        if (escape() > 0) frequencies.push_back(m_data->escape);
        const auto largest = std::ranges::max_element(frequencies) - frequencies.begin();
        bits.put(static_cast<std::uint32_t>(largest), indexBits(frequencies.size()));
        putFrequencies(frequencies, static_cast<std::size_t>(largest), bits);
    }
    bits.flush();
    if (m_data->rest) rest().write(out);
}

Result<RansTable> RansTable::read(ByteReader& in) { return read(in, true); }

Result<RansTable> RansTable::read(ByteReader& in, bool mayEscape) {
    BITSMITH_TRY(const auto kind, in.take<std::uint8_t>());
    std::array<std::uint16_t, 256> frequencies{};
    if (kind == One) {
        BITSMITH_TRY(const auto symbol, in.take<std::uint8_t>());
        frequencies[symbol] = Total;
        return fromFrequencies(frequencies);
    }
    const bool escapes = (kind & WithEscape) != 0, hasRest = (kind & WithRest) != 0;
    const int way = kind & KindMask;
    const bool even = way == Even;
    if (kind > (KindMask | WithEscape | WithRest) || way == KindMask || (escapes && !mayEscape) ||
        (escapes && even) || (hasRest && !escapes) || (way == One && !escapes))
        return fail(ErrorCode::BadInput, "a table of kind {}", kind);
    const auto finished = [&](std::uint16_t escape) -> Result<RansTable> {
        if (!hasRest) return fromFrequencies(frequencies, escape);
        BITSMITH_TRY(const RansTable rest, read(in, false));
        return fromFrequencies(frequencies, escape, rest);
    };
    if (way == One) return finished(static_cast<std::uint16_t>(Total));
    BitReader bits(in);
    BITSMITH_TRY(const auto symbols, takeSet(bits));
    const std::size_t count = symbols.size() + (escapes ? 1 : 0);
    std::vector<std::uint16_t> listed;
    if (even) {
        listed = evenFrequencies(count);
    } else {
        BITSMITH_TRY(const std::uint32_t largest, bits.take(indexBits(count)));
        if (largest >= count) return fail(ErrorCode::BadInput, "a table without its largest");
        BITSMITH_TRY(listed, takeFrequencies(count, largest, bits));
    }
    BITSMITH_CHECK(bits.finish());
    for (std::size_t i = 0; i < symbols.size(); ++i) frequencies[symbols[i]] = listed[i];
    return finished(escapes ? listed.back() : std::uint16_t{0});
}

} // namespace bitsmith

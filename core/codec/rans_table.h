// The static probabilities of a run of symbols, as rANS uses them: 12-bit frequencies of an
// alphabet of at most 256 symbols (Duda 2013, arXiv 1311.2540; "asymmetric numeral systems").
// Immutable; two tables with equal frequencies code alike on every machine.
#pragma once

#include "core/base/result.h"
#include "core/codec/byte_stream.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace bitsmith {

class RansTable {
public:
    static constexpr int Bits = 12;
    static constexpr std::uint32_t Total = 1U << Bits;

    // weights: one per symbol, 1 to 256 of them, at least one not 0: counts of the symbols that
    // will be coded, which are weighed against the size of the table. The expected cost is least:
    // rare symbols go under the escape where that is cheaper, and short runs get tables of fewer
    // digits.
    static RansTable fromWeights(std::span<const std::uint64_t> weights);
    // frequencies: 1 to 256 of them, of the symbols, and of the escape; they add up to Total.
    // Escaped symbols are then coded as plain bytes, or with `rest`. Errors (BadInput): they do not
    // add up; an escape that no symbol could need; a rest with an escape of its own.
    static Result<RansTable> fromFrequencies(std::span<const std::uint16_t> frequencies,
                                             std::uint16_t escape = 0);
    static Result<RansTable> fromFrequencies(std::span<const std::uint16_t> frequencies,
                                             std::uint16_t escape, const RansTable& rest);

    std::size_t alphabet() const; // symbols with an entry, the escape not counted: largest + 1
    std::uint32_t frequency(std::uint8_t symbol) const; // 0: only through the escape
    // Of "none of these": the symbol follows, coded with rest(). 0: this table has no escape.
    std::uint32_t escape() const;
    // For the escaped symbols; has no escape itself. Requires escape() > 0.
    RansTable rest() const;
    // What stands for the escape until the escaped symbols are known: the first symbol without a
    // frequency of its own.
    std::uint8_t escapeCode() const;
    // Expected bits of symbols with these counts, escapes included; infinite where a symbol cannot
    // be written.
    double bits(std::span<const std::uint64_t> counts) const;

    // A compact form, see rans_table_io.cpp: 2 bytes for one symbol, about 4 + 0.8 for each of a
    // bell-shaped alphabet. Errors (BadInput): no table.
    void write(ByteWriter& out) const;
    static Result<RansTable> read(ByteReader& in);

    bool operator==(const RansTable& other) const;

    // What the kernels look up; built on first use by the decoder, shared by copies.
    struct Decoding;
    const Decoding& decoding() const;
    struct Encoding;
    const Encoding& encoding() const;

    struct Data; // private to core/codec

private:
    static Result<RansTable> read(ByteReader& in, bool mayEscape);

    std::shared_ptr<const Data> m_data;
};

} // namespace bitsmith

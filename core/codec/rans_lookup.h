// What the rANS coder looks up of a table. Private to core/codec.
//
// Slots, the 4096 values of a state's low 12 bits, belong to symbols by the alias method (Walker
// 1977; Vose 1991): slot = position * buckets + bucket, and a bucket holds at most two symbols, its
// own below the divider and another from there on. So the symbol of a slot takes one comparison
// and tables as small as the alphabet, which fit into vector registers. The layout is part of the
// stored format: buildAlias is the only place that defines it.
#pragma once

#include "core/codec/rans_table.h"

#include <atomic>
#include <mutex>

namespace bitsmith {

inline constexpr std::uint32_t RansLowest = 1U << 16; // states stay in [RansLowest, 2^32)
inline constexpr unsigned RansEscape = 256;           // in place of a symbol
inline constexpr std::size_t RansWordBytes = sizeof(std::uint16_t);

// What one side of a bucket decodes to: frequency (bits 0-11), symbol (12-19), and what to add to
// the position for the rank within the symbol (20-31). A frequency of 4096 does not fit, and needs
// no look-up.
using RansEntry = std::uint32_t;
constexpr RansEntry ransEntry(std::uint32_t frequency, std::uint32_t add, std::uint32_t symbol) {
    return (frequency & 0xfffU) | symbol << 12 | add << 20;
}
constexpr std::uint32_t ransFrequency(RansEntry entry) { return entry & 0xfffU; }
constexpr std::uint8_t ransSymbol(RansEntry entry) {
    return static_cast<std::uint8_t>(entry >> 12);
}
constexpr std::uint32_t ransAdd(RansEntry entry) { return entry >> 20; }

struct RansTable::Decoding {
    static constexpr int LeastBucketBits = 4;

    explicit Decoding(const Data& table);

    int bucketBits = LeastBucketBits;
    int single = -1;                           // the symbol that has all slots
    std::array<std::uint16_t, 256> dividers{}; // in slots
    std::array<std::uint8_t, 256> others{};
    std::array<std::array<RansEntry, 2>, 256> entries{}; // own, other

    // The same as bytes, for shuffles, where there are 16 or 32 buckets; 16 are repeated. The
    // divider is in units of 1/256 of a bucket; a bucket full of its own symbol is all "other".
    // Frequencies and symbols are of the bucket's own, addends of the other. Addends are in the
    // units of the divider.
    struct alignas(32) Bytes {
        std::array<std::uint8_t, 32> divider, other, frequencyLow, frequencyHigh, symbol, addLow,
            addHigh;
    };
    // The same for up to 64 buckets, as double words, repeated to fill 64. Dividers: whole slots.
    struct alignas(64) Words {
        std::array<std::uint32_t, 64> divider;
        std::array<RansEntry, 64> own, other;
    };
    // As Bytes, for 128 or 256 buckets, the former twice; dividers and addends in positions.
    struct alignas(64) AllBytes {
        std::array<std::uint8_t, 256> divider, other, frequencyLow, frequencyHigh, symbol, addLow,
            addHigh;
    };
    // The entry of each slot, with the rank in place of the addend.
    using Slots = std::array<RansEntry, Total>;

    const Bytes& bytes() const; // built on first use
    const Words& words() const;
    const AllBytes& allBytes() const;
    const Slots& slots() const;
    // Whether to use it for a run of so many symbols: it exists, or is soon worth it.
    bool slotsWorth(std::size_t symbols) const {
        return symbols >= 4096 || m_hasSlots.load(std::memory_order_relaxed);
    }

private:
    mutable std::once_flag m_bytesOnce, m_wordsOnce, m_allBytesOnce, m_slotsOnce;
    mutable std::atomic<bool> m_hasSlots = false; // only advice: slots() makes sure
    mutable std::unique_ptr<Bytes> m_bytes;
    mutable std::unique_ptr<Words> m_words;
    mutable std::unique_ptr<AllBytes> m_allBytes;
    mutable std::unique_ptr<Slots> m_slots;
};

struct RansTable::Encoding {
    explicit Encoding(const Data& table);

    struct Symbol {
        std::uint64_t reciprocal = 0; // x * reciprocal >> 44 = x / frequency for all states
        std::uint16_t frequency = 0;
        std::uint16_t first = 0; // in slots
    };
    std::array<Symbol, 256> symbols{};            // the escape is at its code
    std::array<std::uint16_t, Total + 1> slots{}; // of a symbol's ranks; one spare, for vectors
    std::array<std::uint32_t, 256> packed{};      // frequency | first << 16
    std::size_t alphabet = 0;                     // the largest symbol + 1
};

struct RansTable::Data {
    std::vector<std::uint16_t> frequencies; // of the symbols; the last one is not 0, if any
    std::uint16_t escape = 0;
    std::uint8_t escapeCode = 0;      // stands for the escape among decoded symbols
    std::shared_ptr<const Data> rest; // none: plain
    mutable std::once_flag decodingOnce, encodingOnce;
    mutable std::unique_ptr<Decoding> decoding;
    mutable std::unique_ptr<Encoding> encoding;
};

// The alias layout of frequencies that add up to Total.
struct RansAlias {
    int bucketBits;
    std::array<std::uint16_t, 256> divider; // positions of the bucket's own symbol
    std::array<std::uint8_t, 256> other;    // whose are the others
    std::array<std::uint16_t, 256> start;   // rank of the first of these
};
RansAlias buildAlias(std::span<const std::uint16_t> frequencies); // 1 to 256, none 0

} // namespace bitsmith

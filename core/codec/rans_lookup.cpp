#include "core/codec/rans_lookup.h"

#include <algorithm>
#include <bit>
#include <cassert>

namespace bitsmith {
namespace {

// The symbols with slots in ascending order, the escape last.
struct Used {
    std::array<std::uint16_t, 256> frequency{}, symbol{};
    std::size_t count = 0;
};

template <class Data>
Used usedSymbols(const Data& table) {
    Used used;
    const auto add = [&](std::uint16_t frequency, unsigned symbol) {
        if (frequency == 0) return;
        used.frequency[used.count] = frequency;
        used.symbol[used.count++] = static_cast<std::uint16_t>(symbol);
    };
    for (std::size_t s = 0; s < table.frequencies.size(); ++s)
        add(table.frequencies[s], static_cast<unsigned>(s));
    add(table.escape, RansEscape);
    return used;
}

} // namespace

// Buckets that their own symbol does not fill get the rest from the first symbol that has more than
// a bucket; that one may itself become too small, and is then filled by the next. A symbol gives
// away its highest ranks first, so that its own bucket holds the ranks from 0.
RansAlias buildAlias(std::span<const std::uint16_t> frequencies) {
    assert(!frequencies.empty() && frequencies.size() <= 256);
    RansAlias alias{};
    alias.bucketBits = std::max(RansTable::Decoding::LeastBucketBits,
                                static_cast<int>(std::bit_width(frequencies.size() - 1)));
    const std::size_t buckets = std::size_t{1} << alias.bucketBits;
    const auto width = static_cast<std::uint16_t>(RansTable::Total >> alias.bucketBits);
    auto& left = alias.divider; // becomes what stays in the own bucket
    std::copy(frequencies.begin(), frequencies.end(), left.begin());
    std::size_t giver = 0;
    for (std::size_t first = 0; first < buckets; ++first) {
        if ((first < frequencies.size() ? frequencies[first] : 0) >= width) continue;
        for (std::size_t bucket = first; left[bucket] < width; bucket = giver) {
            while (left[giver] <= width) ++giver;
            left[giver] = static_cast<std::uint16_t>(left[giver] - (width - left[bucket]));
            alias.other[bucket] = static_cast<std::uint8_t>(giver);
            alias.start[bucket] = left[giver];
        }
    }
    return alias;
}

RansTable::Decoding::Decoding(const Data& table) {
    const Used used = usedSymbols(table);
    const auto code = [&](std::size_t entry) {
        return used.symbol[entry] == RansEscape ? table.escapeCode : used.symbol[entry];
    };
    if (used.count == 1) {
        single = code(0);
        return;
    }
    const RansAlias alias = buildAlias(std::span(used.frequency).first(used.count));
    bucketBits = alias.bucketBits;
    for (std::size_t b = 0; b < std::size_t{1} << bucketBits; ++b) {
        dividers[b] = static_cast<std::uint16_t>(alias.divider[b] << bucketBits);
        const std::size_t other = alias.other[b];
        others[b] = alias.other[b];
        entries[b][0] = ransEntry(used.frequency[b], 0, code(b));
        entries[b][1] =
            ransEntry(used.frequency[other],
                      static_cast<std::uint32_t>(alias.start[b] - alias.divider[b]), code(other));
    }
}

const RansTable::Decoding::Bytes& RansTable::Decoding::bytes() const {
    std::call_once(m_bytesOnce, [&] {
        m_bytes = std::make_unique<Bytes>();
        const std::size_t buckets = std::size_t{1} << bucketBits;
        assert(buckets <= m_bytes->other.size());
        for (std::size_t i = 0; i < m_bytes->other.size(); ++i) {
            const std::size_t b = i & (buckets - 1);
            const bool full = dividers[b] == Total;
            const RansEntry own = entries[b][0];
            const std::uint32_t add = (full ? 0 : ransAdd(entries[b][1]))
                                      << (bucketBits - LeastBucketBits);
            const auto byte = [](std::size_t bits) { return static_cast<std::uint8_t>(bits); };
            m_bytes->divider[i] = byte(full ? 0 : dividers[b] >> LeastBucketBits);
            m_bytes->other[i] = byte(full ? b : others[b]);
            m_bytes->frequencyLow[i] = byte(own);
            m_bytes->frequencyHigh[i] = byte(ransFrequency(own) >> 8);
            m_bytes->symbol[i] = ransSymbol(own);
            m_bytes->addLow[i] = byte(add);
            m_bytes->addHigh[i] = byte(add >> 8);
        }
    });
    return *m_bytes;
}

const RansTable::Decoding::Words& RansTable::Decoding::words() const {
    std::call_once(m_wordsOnce, [&] {
        m_words = std::make_unique<Words>();
        const std::size_t buckets = std::size_t{1} << bucketBits;
        for (std::size_t i = 0; i < m_words->own.size(); ++i) {
            const std::size_t b = i & (buckets - 1);
            m_words->divider[i] = dividers[b];
            m_words->own[i] = entries[b][0];
            m_words->other[i] = entries[b][1];
        }
    });
    return *m_words;
}

const RansTable::Decoding::AllBytes& RansTable::Decoding::allBytes() const {
    std::call_once(m_allBytesOnce, [&] {
        m_allBytes = std::make_unique<AllBytes>();
        const std::size_t buckets = std::size_t{1} << bucketBits;
        assert(buckets > 64);
        const auto byte = [](std::size_t bits) { return static_cast<std::uint8_t>(bits); };
        for (std::size_t i = 0; i < m_allBytes->other.size(); ++i) {
            const std::size_t b = i & (buckets - 1);
            const RansEntry own = entries[b][0];
            // Addends of 16 bits wrap around: those below 0 are told apart by no rank's being so
            // high among more than 64 symbols.
            std::uint32_t add = ransAdd(entries[b][1]);
            if (add >= Total - (Total >> bucketBits)) add -= Total;
            m_allBytes->divider[i] = byte(dividers[b] >> bucketBits);
            m_allBytes->other[i] = byte(others[b]);
            m_allBytes->frequencyLow[i] = byte(own);
            m_allBytes->frequencyHigh[i] = byte(ransFrequency(own) >> 8);
            m_allBytes->symbol[i] = ransSymbol(own);
            m_allBytes->addLow[i] = byte(add);
            m_allBytes->addHigh[i] = byte(add >> 8);
        }
    });
    return *m_allBytes;
}

const RansTable::Decoding::Slots& RansTable::Decoding::slots() const {
    std::call_once(m_slotsOnce, [&] {
        m_slots = std::make_unique<Slots>();
        const std::uint32_t mask = (1U << bucketBits) - 1;
        for (std::uint32_t slot = 0; slot < Total; ++slot) {
            const std::uint32_t b = slot & mask;
            const RansEntry entry = entries[b][slot >= dividers[b] ? 1 : 0];
            (*m_slots)[slot] = entry + (slot >> bucketBits << 20);
        }
        m_hasSlots.store(true, std::memory_order_relaxed);
    });
    return *m_slots;
}

RansTable::Encoding::Encoding(const Data& table) {
    const Used used = usedSymbols(table);
    const RansAlias alias = buildAlias(std::span(used.frequency).first(used.count));
    std::array<std::uint16_t, 256> first{};
    for (std::size_t e = 0, at = 0; e < used.count; ++e) {
        const std::uint64_t frequency = used.frequency[e];
        first[e] = static_cast<std::uint16_t>(at);
        // Rounded up: the error stays below 1/frequency for every state below 2^32.
        const std::size_t code = used.symbol[e] == RansEscape ? table.escapeCode : used.symbol[e];
        symbols[code] = {(std::uint64_t{1} << 44) / frequency + 1, used.frequency[e], first[e]};
        packed[code] = used.frequency[e] | std::uint32_t{first[e]} << 16;
        alphabet = std::max(alphabet, code + 1);
        at += frequency;
    }
    const std::size_t buckets = std::size_t{1} << alias.bucketBits;
    const std::size_t width = Total >> alias.bucketBits;
    for (std::size_t b = 0; b < buckets; ++b)
        for (std::size_t position = 0; position < width; ++position) {
            const std::size_t at =
                position < alias.divider[b]
                    ? first[b] + position
                    : first[alias.other[b]] + alias.start[b] + position - alias.divider[b];
            slots[at] = static_cast<std::uint16_t>(position << alias.bucketBits | b);
        }
}

} // namespace bitsmith

#include "core/codec/rans_kernels.h"

#include <cstring>

namespace bitsmith {
namespace {

struct BySlot {
    const RansTable::Decoding::Slots& slots;
    RansEntry operator()(std::uint32_t x) const { return slots[x & (RansTable::Total - 1)]; }
};

struct ByBucket {
    const RansTable::Decoding& table;
    std::uint32_t mask = (1U << table.bucketBits) - 1;
    RansEntry operator()(std::uint32_t x) const {
        const std::uint32_t slot = x & (RansTable::Total - 1), bucket = x & mask;
        const RansEntry entry = table.entries[bucket][slot >= table.dividers[bucket] ? 1 : 0];
        return entry + (slot >> table.bucketBits << 20);
    }
};

// Without branches: whether a state needs a word is as good as random.
template <class Look>
std::size_t rounds(Look look, RansCursor& cursor, std::span<std::uint8_t> out) {
    const std::size_t lanes = cursor.lanes;
    std::uint32_t* const states = cursor.states->data();
    const std::byte* next = cursor.next;
    std::size_t at = 0;
    for (; out.size() - at >= lanes &&
           static_cast<std::size_t>(cursor.end - next) >= lanes * RansWordBytes;
         at += lanes)
        for (std::size_t lane = 0; lane < lanes; ++lane) {
            const std::uint32_t x = states[lane];
            const RansEntry entry = look(x);
            const std::uint32_t y = ransFrequency(entry) * (x >> RansTable::Bits) + ransAdd(entry);
            out[at + lane] = ransSymbol(entry);
            std::uint16_t word;
            std::memcpy(&word, next, RansWordBytes);
            const std::uint32_t low = y < RansLowest ? 1 : 0;
            states[lane] = y << (16 * low) | (word & (0U - low));
            next += RansWordBytes * low;
        }
    cursor.next = next;
    return at;
}

} // namespace

std::size_t ransRoundsScalar(const RansTable::Decoding& table, RansCursor& cursor,
                             std::span<std::uint8_t> out) {
    if (table.slotsWorth(out.size())) return rounds(BySlot{table.slots()}, cursor, out);
    return rounds(ByBucket{table}, cursor, out);
}

} // namespace bitsmith

// A hash table from pairs of numbers to a small value: made once, then only read. Open addressing
// in one array, because a lookup of a merge is the innermost step of byte-pair encoding.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace bitsmith {

template <class Value>
class PairTable {
public:
    // Room for `count` pairs.
    explicit PairTable(std::size_t count = 0) : m_slots(std::bit_ceil(2 * count + 2)) {}

    static std::uint64_t key(std::uint32_t first, std::uint32_t second) {
        return (std::uint64_t{first} << 32) | second;
    }

    // A pair that is already there gets the new value.
    void put(std::uint64_t key, Value value) {
        Slot& slot = m_slots[place(key)];
        slot.key = key;
        slot.value = value;
        slot.used = true;
    }

    const Value* find(std::uint64_t key) const {
        const Slot& slot = m_slots[place(key)];
        return slot.used ? &slot.value : nullptr;
    }

private:
    struct Slot {
        std::uint64_t key = 0;
        Value value{};
        bool used = false;
    };

    std::size_t place(std::uint64_t key) const {
        const std::size_t mask = m_slots.size() - 1;
        // The multiplier of SplitMix64's stream: its product mixes all bits into the upper half.
        std::size_t at = ((key ^ (key >> 32)) * 0x9E3779B97F4A7C15ULL >> 20) & mask;
        while (m_slots[at].used && m_slots[at].key != key) at = (at + 1) & mask;
        return at;
    }

    std::vector<Slot> m_slots;
};

} // namespace bitsmith

// The inner loops of the rANS decoder, one file per instruction set. Private to core/codec.
#pragma once

#include "core/codec/rans.h"
#include "core/codec/rans_lookup.h"

namespace bitsmith {

// Where a decoder stands.
struct RansCursor {
    std::array<std::uint32_t, MostRansLanes>* states;
    std::size_t lanes;
    const std::byte* next;
    const std::byte* end;
};

// Decodes whole rounds, one symbol of each lane, as long as end - next >= 2 * lanes, which is as
// far as a round may read. Returns how many symbols; for lane counts that a kernel does not know,
// 0. The table has more than one symbol.
using RansRounds = std::size_t (*)(const RansTable::Decoding& table, RansCursor& cursor,
                                   std::span<std::uint8_t> out);

// Encodes whole rounds, the last first: symbols.size() is a multiple of the lanes. `first`: the
// first word written so far, moves back; there is room for a word of each symbol and 16 more.
// False, and nothing done: for lane counts that a kernel does not know.
using RansEncodeRounds = bool (*)(const RansTable::Encoding& table, std::size_t lanes,
                                  std::uint32_t* states, std::span<const std::uint8_t> symbols,
                                  std::uint16_t*& first);

std::size_t ransRoundsScalar(const RansTable::Decoding&, RansCursor&, std::span<std::uint8_t>);
#if defined(__x86_64__)
std::size_t ransRoundsAvx2(const RansTable::Decoding&, RansCursor&, std::span<std::uint8_t>);
std::size_t ransRoundsAvx512(const RansTable::Decoding&, RansCursor&, std::span<std::uint8_t>);
std::size_t ransRoundsVbmi(const RansTable::Decoding&, RansCursor&, std::span<std::uint8_t>);
bool ransEncodeAvx512(const RansTable::Encoding&, std::size_t lanes, std::uint32_t* states,
                      std::span<const std::uint8_t>, std::uint16_t*& first);
#endif

} // namespace bitsmith

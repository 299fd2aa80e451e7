// The rANS decoder for AVX2: one or two groups of four vectors of 8 states.
#include "core/codec/rans_kernels.h"

#if defined(__x86_64__)
#include <bit>
#include <immintrin.h>

#define BITSMITH_AVX2 __attribute__((target("avx2,bmi,bmi2,lzcnt,popcnt")))
#define BITSMITH_AVX2_INLINE BITSMITH_AVX2 __attribute__((always_inline)) inline

namespace bitsmith {
namespace {

constexpr std::size_t Lanes = 8; // of a vector
constexpr int Group = 4;         // vectors whose symbols are looked up together

// For each set of lanes: from which word each lane of the set takes its own.
struct Expansion {
    alignas(64) std::array<std::array<std::uint32_t, Lanes>, 256> words{};
    constexpr Expansion() {
        for (unsigned set = 0; set < 256; ++set)
            for (unsigned lane = 0, word = 0; lane < Lanes; ++lane)
                if (set >> lane & 1U) words[set][lane] = word++;
    }
};
constexpr Expansion Expansions;

// The states below the lowest take one word each, in their order.
BITSMITH_AVX2_INLINE __m256i refilled(__m256i x, const std::byte*& next) {
    const __m256i low = _mm256_cmpeq_epi32(_mm256_srli_epi32(x, 16), _mm256_setzero_si256());
    const auto set = static_cast<unsigned>(_mm256_movemask_ps(_mm256_castsi256_ps(low)));
    const __m256i words =
        _mm256_cvtepu16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(next)));
    const __m256i from =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(Expansions.words[set].data()));
    next += RansWordBytes * static_cast<std::size_t>(std::popcount(set));
    const __m256i taken = _mm256_permutevar8x32_epi32(words, from);
    return _mm256_blendv_epi8(x, _mm256_or_si256(_mm256_slli_epi32(x, 16), taken), low);
}

BITSMITH_AVX2_INLINE __m256i* stateAt(const RansCursor& cursor, int v) {
    return reinterpret_cast<__m256i*>(cursor.states->data() + Lanes * unsigned(v));
}

// Byte v of lane i's double word is for vector v; in the order of lanes they are 32 bytes.
BITSMITH_AVX2_INLINE void write(__m256i bytes, std::uint8_t* out) {
    const __m256i within = _mm256_broadcastsi128_si256(
        _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
    const __m256i across = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out),
                        _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(bytes, within), across));
}

// From the table of all slots, entry by entry: gathers of 8 are slower (a seventh on Zen 4).
struct BySlot {
    const int* slots;
    BITSMITH_AVX2_INLINE explicit BySlot(const RansTable::Decoding& table)
        : slots(reinterpret_cast<const int*>(table.slots().data())) {}
    BITSMITH_AVX2_INLINE __m256i entries(__m256i index) const {
        const auto a = static_cast<std::uint64_t>(_mm256_extract_epi64(index, 0));
        const auto b = static_cast<std::uint64_t>(_mm256_extract_epi64(index, 1));
        const auto c = static_cast<std::uint64_t>(_mm256_extract_epi64(index, 2));
        const auto d = static_cast<std::uint64_t>(_mm256_extract_epi64(index, 3));
        const auto low = [&](std::uint64_t two) { return slots[static_cast<std::uint32_t>(two)]; };
        const auto high = [&](std::uint64_t two) { return slots[two >> 32]; };
        return _mm256_setr_epi32(low(a), high(a), low(b), high(b), low(c), high(c), low(d),
                                 high(d));
    }
    BITSMITH_AVX2_INLINE void operator()(__m256i* x, const std::byte*& next,
                                         std::uint8_t* out) const {
        const __m256i mask = _mm256_set1_epi32(0xfff), byte = _mm256_set1_epi32(0xff);
        __m256i symbols = _mm256_setzero_si256();
#pragma GCC unroll 4
        for (int v = 0; v < Group; ++v) {
            const __m256i entry = entries(_mm256_and_si256(x[v], mask));
            const __m256i product = _mm256_mullo_epi32(_mm256_and_si256(entry, mask),
                                                       _mm256_srli_epi32(x[v], RansTable::Bits));
            x[v] = refilled(_mm256_add_epi32(product, _mm256_srli_epi32(entry, 20)), next);
            // Byte v of the double words.
            const __m256i moved =
                v < 2 ? _mm256_srli_epi32(entry, 12 - 8 * v) : _mm256_slli_epi32(entry, 8 * v - 12);
            symbols =
                _mm256_or_si256(symbols, _mm256_and_si256(moved, _mm256_slli_epi32(byte, 8 * v)));
        }
        write(symbols, out);
    }
};

// 16 or 32 buckets: the low bytes of four vectors are packed, so that one shuffle, or two and a
// blend, look up what all of them need.
template <bool Wide>
struct ByShuffle {
    struct Table {
        __m256i low, high;
    };
    Table divider, other, frequencyLow, frequencyHigh, symbol, addLow, addHigh;

    BITSMITH_AVX2_INLINE static Table load(const std::array<std::uint8_t, 32>& from) {
        const auto* const halves = reinterpret_cast<const __m128i*>(from.data());
        return {_mm256_broadcastsi128_si256(_mm_loadu_si128(halves)),
                _mm256_broadcastsi128_si256(_mm_loadu_si128(halves + 1))};
    }
    BITSMITH_AVX2_INLINE explicit ByShuffle(const RansTable::Decoding& table) {
        const auto& bytes = table.bytes();
        divider = load(bytes.divider), other = load(bytes.other);
        frequencyLow = load(bytes.frequencyLow), frequencyHigh = load(bytes.frequencyHigh);
        symbol = load(bytes.symbol), addLow = load(bytes.addLow), addHigh = load(bytes.addHigh);
    }
    // index: bytes below 32. A shuffle looks at bits 0-3 of those below 128.
    BITSMITH_AVX2_INLINE static __m256i look(const Table& table, __m256i index) {
        const __m256i first = _mm256_shuffle_epi8(table.low, index);
        if constexpr (!Wide) return first;
        return _mm256_blendv_epi8(first, _mm256_shuffle_epi8(table.high, index),
                                  _mm256_slli_epi16(index, 3));
    }
    BITSMITH_AVX2_INLINE void operator()(__m256i* x, const std::byte*& next,
                                         std::uint8_t* out) const {
        const __m256i zero = _mm256_setzero_si256(), byte = _mm256_set1_epi16(0xff);
        const __m256i bucketMask = _mm256_set1_epi16(Wide ? 31 : 15);
        // The low words of vectors 0 and 1, and of 2 and 3.
        const __m256i x01 = _mm256_blend_epi16(x[0], _mm256_slli_epi32(x[1], 16), 0xaa);
        const __m256i x23 = _mm256_blend_epi16(x[2], _mm256_slli_epi32(x[3], 16), 0xaa);
        const __m256i bucket = _mm256_packus_epi16(_mm256_and_si256(x01, bucketMask),
                                                   _mm256_and_si256(x23, bucketMask));
        // Bits 4-11: the position in units of 1/256 of a bucket.
        const __m256i position01 = _mm256_and_si256(_mm256_srli_epi16(x01, 4), byte);
        const __m256i position23 = _mm256_and_si256(_mm256_srli_epi16(x23, 4), byte);
        const __m256i position = _mm256_packus_epi16(position01, position23);
        const __m256i others =
            _mm256_cmpeq_epi8(_mm256_max_epu8(position, look(divider, bucket)), position);
        const __m256i entry = _mm256_blendv_epi8(bucket, look(other, bucket), others);
        const __m256i f0 = look(frequencyLow, entry), f1 = look(frequencyHigh, entry);
        const __m256i add0 = _mm256_and_si256(look(addLow, bucket), others);
        const __m256i add1 = _mm256_and_si256(look(addHigh, bucket), others);
        const __m256i frequency[2] = {_mm256_unpacklo_epi8(f0, f1), _mm256_unpackhi_epi8(f0, f1)};
        const __m256i rank[2] = {
            _mm256_srli_epi16(_mm256_add_epi16(_mm256_unpacklo_epi8(add0, add1), position01),
                              Wide ? 1 : 0),
            _mm256_srli_epi16(_mm256_add_epi16(_mm256_unpackhi_epi8(add0, add1), position23),
                              Wide ? 1 : 0)};
#pragma GCC unroll 8
        for (int v = 0; v < Group; ++v) {
            const __m256i f = frequency[v / 2], r = rank[v / 2];
            const __m256i f32 =
                v % 2 == 0 ? _mm256_blend_epi16(f, zero, 0xaa) : _mm256_srli_epi32(f, 16);
            const __m256i r32 =
                v % 2 == 0 ? _mm256_blend_epi16(r, zero, 0xaa) : _mm256_srli_epi32(r, 16);
            x[v] = refilled(
                _mm256_add_epi32(_mm256_mullo_epi32(f32, _mm256_srli_epi32(x[v], RansTable::Bits)),
                                 r32),
                next);
        }
        // Packed are, per half of 4 lanes: vectors 0 and 1 in turns, then 2 and 3.
        const __m256i within = _mm256_broadcastsi128_si256(
            _mm_setr_epi8(0, 2, 4, 6, 1, 3, 5, 7, 8, 10, 12, 14, 9, 11, 13, 15));
        const __m256i across = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
        _mm256_storeu_si256(
            reinterpret_cast<__m256i*>(out),
            _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(look(symbol, entry), within), across));
    }
};

template <int Groups, class Look>
BITSMITH_AVX2 std::size_t decode(const RansTable::Decoding& table, RansCursor& cursor,
                                 std::span<std::uint8_t> out) {
    constexpr std::size_t Round = Groups * Group * Lanes;
    const Look look(table);
    __m256i x[Groups * Group];
#pragma GCC unroll 8
    for (int v = 0; v < Groups * Group; ++v) x[v] = _mm256_loadu_si256(stateAt(cursor, v));
    const std::byte* next = cursor.next;
    std::size_t at = 0;
    for (; out.size() - at >= Round &&
           static_cast<std::size_t>(cursor.end - next) >= Round * RansWordBytes;
         at += Round)
        for (int g = 0; g < Groups; ++g)
            look(x + g * Group, next, out.data() + at + Group * Lanes * unsigned(g));
#pragma GCC unroll 8
    for (int v = 0; v < Groups * Group; ++v) _mm256_storeu_si256(stateAt(cursor, v), x[v]);
    cursor.next = next;
    return at;
}

template <int Groups>
std::size_t rounds(const RansTable::Decoding& table, RansCursor& cursor,
                   std::span<std::uint8_t> out) {
    switch (table.bucketBits) {
    case 4:
        return decode<Groups, ByShuffle<false>>(table, cursor, out);
    case 5:
        return decode<Groups, ByShuffle<true>>(table, cursor, out);
    default:
        return decode<Groups, BySlot>(table, cursor, out);
    }
}

} // namespace

std::size_t ransRoundsAvx2(const RansTable::Decoding& table, RansCursor& cursor,
                           std::span<std::uint8_t> out) {
    if (cursor.lanes == 64) return rounds<2>(table, cursor, out);
    if (cursor.lanes == 32) return rounds<1>(table, cursor, out);
    return ransRoundsScalar(table, cursor, out);
}

} // namespace bitsmith
#endif

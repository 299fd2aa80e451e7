// The rANS decoder for AVX-512: up to four vectors of 16 states. Which way the symbols are looked
// up depends on the size of the table, see rounds() at the end; the results do not.
#include "core/codec/rans_kernels.h"

#if defined(__x86_64__)
#include "core/codec/rans_avx512_inl.h"

namespace bitsmith {
namespace {

// frequency * (x / 4096) + addend
BITSMITH_AVX512_INLINE __m512i advanced(__m512i x, __m512i entry) {
    return _mm512_add_epi32(_mm512_mullo_epi32(_mm512_and_si512(entry, _mm512_set1_epi32(0xfff)),
                                               _mm512_srli_epi32(x, RansTable::Bits)),
                            _mm512_srli_epi32(entry, 20));
}

// The symbols of a round, in the order of lanes.
template <bool Narrow, int Vectors>
BITSMITH_AVX512_INLINE void write(const __m512i (&entries)[Vectors], std::uint8_t* out) {
    if constexpr (Vectors < 4 || Narrow) {
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v)
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + Lanes * unsigned(v)),
                             _mm512_cvtepi32_epi8(_mm512_srli_epi32(entries[v], 12)));
    } else {
        // One byte of each vector into each double word, then a transposition in two steps.
        const __m512i two =
            select(0x000000ff, _mm512_srli_epi32(entries[0], 12), _mm512_srli_epi32(entries[1], 4));
        const __m512i more =
            select(0x00ff0000, _mm512_slli_epi32(entries[2], 4), _mm512_slli_epi32(entries[3], 12));
        const __m512i within = _mm512_broadcast_i32x4(
            _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
        const __m512i across =
            _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
        const __m512i grouped = _mm512_shuffle_epi8(select(0x0000ffff, two, more), within);
        _mm512_storeu_si512(out, _mm512_permutexvar_epi32(across, grouped));
    }
}

// 16, 32 or 64 buckets, in one, two or four registers of double words. The look-ups use the lowest
// bits of the states only.
template <int Registers>
struct Table {
    __m512i part[Registers];
};

template <int Registers>
BITSMITH_AVX512_INLINE Table<Registers> load(const std::array<std::uint32_t, 64>& from) {
    Table<Registers> table;
#pragma GCC unroll 8
    for (int i = 0; i < Registers; ++i) table.part[i] = _mm512_load_si512(from.data() + 16 * i);
    return table;
}

template <int Registers>
BITSMITH_AVX512_INLINE __m512i look(const Table<Registers>& table, __m512i x, __mmask16 upperHalf) {
    if constexpr (Registers == 1) return _mm512_permutexvar_epi32(x, table.part[0]);
    if constexpr (Registers == 2) return _mm512_permutex2var_epi32(table.part[0], x, table.part[1]);
    if constexpr (Registers == 4)
        return _mm512_mask_blend_epi32(upperHalf,
                                       _mm512_permutex2var_epi32(table.part[0], x, table.part[1]),
                                       _mm512_permutex2var_epi32(table.part[2], x, table.part[3]));
}

template <int Registers>
struct ByRegister {
    Table<Registers> divider, own, other;
    BITSMITH_AVX512_INLINE explicit ByRegister(const RansTable::Decoding& table)
        : divider(load<Registers>(table.words().divider)), own(load<Registers>(table.words().own)),
          other(load<Registers>(table.words().other)) {}
    BITSMITH_AVX512_INLINE __m512i operator()(__m512i x) const {
        constexpr int BucketBits = Registers == 1 ? 4 : Registers == 2 ? 5 : 6;
        constexpr int PositionBits = static_cast<int>(RansTable::Total) - (1 << BucketBits);
        const __m512i position = _mm512_and_si512(x, _mm512_set1_epi32(PositionBits));
        const __mmask16 half =
            Registers == 4 ? _mm512_test_epi32_mask(x, _mm512_set1_epi32(32)) : __mmask16{0};
        const __mmask16 others = _mm512_cmpge_epu32_mask(position, look(divider, x, half));
        const __m512i entry =
            _mm512_mask_blend_epi32(others, look(own, x, half), look(other, x, half));
        return _mm512_add_epi32(entry, _mm512_slli_epi32(position, 20 - BucketBits));
    }
};

// More buckets: one gather from the table of all slots.
struct BySlot {
    const RansEntry* slots;
    BITSMITH_AVX512_INLINE explicit BySlot(const RansTable::Decoding& table)
        : slots(table.slots().data()) {}
    BITSMITH_AVX512_INLINE __m512i operator()(__m512i x) const {
        return _mm512_mask_i32gather_epi32(
            _mm512_setzero_si512(), 0xffff,
            _mm512_and_si512(x, _mm512_set1_epi32(RansTable::Total - 1)), slots, 4);
    }
};

template <int Vectors, class Look>
BITSMITH_AVX512 std::size_t decode(const RansTable::Decoding& table, RansCursor& cursor,
                                   std::span<std::uint8_t> out) {
    constexpr std::size_t Round = Vectors * Lanes;
    const Look look(table);
    States<Vectors> s;
    load(s, cursor);
    const std::byte* next = cursor.next;
    std::size_t at = 0;
    for (; out.size() - at >= Round &&
           static_cast<std::size_t>(cursor.end - next) >= Round * RansWordBytes;
         at += Round) {
        __m512i entries[Vectors];
#pragma GCC unroll 8
        for (int v = 0; v < Vectors; ++v) {
            entries[v] = look(s.x[v]);
            s.x[v] = refilled(advanced(s.x[v], entries[v]), next);
        }
        write<std::is_same_v<Look, BySlot>>(entries, out.data() + at);
    }
    store(s, cursor);
    cursor.next = next;
    return at;
}

template <int Vectors>
std::size_t rounds(const RansTable::Decoding& table, RansCursor& cursor,
                   std::span<std::uint8_t> out) {
    switch (table.bucketBits) {
    case 4:
        return decode<Vectors, ByRegister<1>>(table, cursor, out);
    case 5:
        return decode<Vectors, ByRegister<2>>(table, cursor, out);
    case 6:
        return decode<Vectors, ByRegister<4>>(table, cursor, out);
    default:
        return decode<Vectors, BySlot>(table, cursor, out);
    }
}

} // namespace

std::size_t ransRoundsAvx512(const RansTable::Decoding& table, RansCursor& cursor,
                             std::span<std::uint8_t> out) {
    switch (cursor.lanes) {
    case 64:
        return rounds<4>(table, cursor, out);
    case 32:
        return rounds<2>(table, cursor, out);
    case 16:
        return rounds<1>(table, cursor, out);
    default:
        return ransRoundsScalar(table, cursor, out);
    }
}

} // namespace bitsmith
#endif

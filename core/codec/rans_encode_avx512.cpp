// The rANS encoder for AVX-512: vectors of 16 states, the last round first. The quotients are those
// of single precision, put right by at most one; the bytes are the scalar encoder's.
#include "core/codec/rans_kernels.h"

#if defined(__x86_64__)
#include "core/codec/rans_avx512_inl.h"

namespace bitsmith {
namespace {

// Frequency and first slot of each symbol: from two registers where 32 hold all of them.
struct FewSymbols {
    __m512i low, high;
    BITSMITH_AVX512_INLINE explicit FewSymbols(const RansTable::Encoding& table)
        : low(_mm512_loadu_si512(table.packed.data())),
          high(_mm512_loadu_si512(table.packed.data() + Lanes)) {}
    BITSMITH_AVX512_INLINE __m512i operator()(__m512i symbols) const {
        return _mm512_permutex2var_epi32(low, symbols, high);
    }
};
struct ManySymbols {
    const std::uint32_t* packed;
    BITSMITH_AVX512_INLINE explicit ManySymbols(const RansTable::Encoding& table)
        : packed(table.packed.data()) {}
    BITSMITH_AVX512_INLINE __m512i operator()(__m512i symbols) const {
        return _mm512_mask_i32gather_epi32(_mm512_setzero_si512(), 0xffff, symbols, packed, 4);
    }
};

// One symbol of each lane. Writes 16 words that end at `first`, of which it keeps those of the
// states that had to give some.
template <class Look>
BITSMITH_AVX512_INLINE __m512i encoded(__m512i x, const Look& look, const std::uint16_t* slots,
                                       const std::uint8_t* symbols, std::uint16_t*& first) {
    const __m512i entry =
        look(_mm512_cvtepu8_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(symbols))));
    const __m512i f = _mm512_and_si512(entry, _mm512_set1_epi32(0xffff));
    const __mmask16 high = _mm512_cmpge_epu32_mask(x, _mm512_slli_epi32(f, 32 - RansTable::Bits));
    const int count = std::popcount(std::uint32_t{high});
    const __m512i lane = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i words = _mm512_permutexvar_epi32(_mm512_add_epi32(lane, _mm512_set1_epi32(count)),
                                                   _mm512_maskz_compress_epi32(high, x));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(first - Lanes), _mm512_cvtepi32_epi16(words));
    first -= count;
    x = _mm512_mask_srli_epi32(x, high, x, 16);
    // x < f * 2^20: the quotient is below 2^20, single precision is off by less than 1.
    __m512i q = _mm512_cvttps_epi32(_mm512_div_ps(_mm512_cvtepu32_ps(x), _mm512_cvtepi32_ps(f)));
    __m512i rank = _mm512_sub_epi32(x, _mm512_mullo_epi32(q, f));
    const __mmask16 below = _mm512_movepi32_mask(rank);
    const __m512i one = _mm512_set1_epi32(1);
    q = _mm512_mask_sub_epi32(q, below, q, one);
    rank = _mm512_mask_add_epi32(rank, below, rank, f);
    const __mmask16 above = _mm512_cmpge_epu32_mask(rank, f);
    q = _mm512_mask_add_epi32(q, above, q, one);
    rank = _mm512_mask_sub_epi32(rank, above, rank, f);
    const __m512i at = _mm512_add_epi32(rank, _mm512_srli_epi32(entry, 16));
    const __m512i slot =
        _mm512_and_si512(_mm512_mask_i32gather_epi32(_mm512_setzero_si512(), 0xffff, at, slots, 2),
                         _mm512_set1_epi32(0xffff));
    return _mm512_or_si512(_mm512_slli_epi32(q, RansTable::Bits), slot);
}

template <int Vectors, class Look>
BITSMITH_AVX512 void encode(const RansTable::Encoding& table, std::uint32_t* states,
                            std::span<const std::uint8_t> symbols, std::uint16_t*& first) {
    constexpr std::size_t Round = Vectors * Lanes;
    const Look look(table);
    __m512i x[Vectors];
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) x[v] = _mm512_loadu_si512(states + Lanes * unsigned(v));
    std::uint16_t* next = first;
    for (std::size_t at = symbols.size(); at >= Round; at -= Round) {
#pragma GCC unroll 8
        for (int v = Vectors - 1; v >= 0; --v)
            x[v] = encoded(x[v], look, table.slots.data(),
                           symbols.data() + at - Round + Lanes * unsigned(v), next);
    }
    first = next;
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v) _mm512_storeu_si512(states + Lanes * unsigned(v), x[v]);
}

template <int Vectors>
void rounds(const RansTable::Encoding& table, std::uint32_t* states,
            std::span<const std::uint8_t> symbols, std::uint16_t*& first) {
    if (table.alphabet <= 2 * Lanes)
        encode<Vectors, FewSymbols>(table, states, symbols, first);
    else
        encode<Vectors, ManySymbols>(table, states, symbols, first);
}

} // namespace

bool ransEncodeAvx512(const RansTable::Encoding& table, std::size_t lanes, std::uint32_t* states,
                      std::span<const std::uint8_t> symbols, std::uint16_t*& first) {
    switch (lanes) {
    case 64:
        rounds<4>(table, states, symbols, first);
        return true;
    case 32:
        rounds<2>(table, states, symbols, first);
        return true;
    case 16:
        rounds<1>(table, states, symbols, first);
        return true;
    default:
        return false;
    }
}

} // namespace bitsmith
#endif

// Vectors of 16 states: what the decoders for AVX-512 share. Included by their sources alone.
#pragma once

#include "core/codec/rans_kernels.h"

#include <bit>
#include <immintrin.h>

// GCC 12 takes the deliberately undefined values of its own intrinsics for mistakes.
#if !defined(__clang__)
#pragma GCC diagnostic ignored "-Wuninitialized"
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif

#define BITSMITH_AVX512                                                                            \
    __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt")))
#define BITSMITH_AVX512_INLINE BITSMITH_AVX512 __attribute__((always_inline)) inline

namespace bitsmith {
namespace {

constexpr std::size_t Lanes = 16; // of a vector

template <int Vectors>
struct States {
    __m512i x[Vectors];
};

template <int Vectors>
BITSMITH_AVX512_INLINE void load(States<Vectors>& s, const RansCursor& cursor) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v)
        s.x[v] = _mm512_loadu_si512(cursor.states->data() + Lanes * unsigned(v));
}

template <int Vectors>
BITSMITH_AVX512_INLINE void store(const States<Vectors>& s, RansCursor& cursor) {
#pragma GCC unroll 8
    for (int v = 0; v < Vectors; ++v)
        _mm512_storeu_si512(cursor.states->data() + Lanes * unsigned(v), s.x[v]);
}

// The states below the lowest take one word each, in their order.
BITSMITH_AVX512_INLINE __m512i refilled(__m512i x, const std::byte*& next) {
    const __mmask16 low = _mm512_cmplt_epu32_mask(x, _mm512_set1_epi32(RansLowest));
    const __m512i words =
        _mm512_cvtepu16_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(next)));
    next += RansWordBytes * static_cast<std::size_t>(std::popcount(std::uint32_t{low}));
    return _mm512_or_si512(_mm512_mask_slli_epi32(x, low, x, 16),
                           _mm512_maskz_expand_epi32(low, words));
}

BITSMITH_AVX512_INLINE __m512i select(std::uint32_t mask, __m512i ones, __m512i zeros) {
    return _mm512_ternarylogic_epi32(_mm512_set1_epi32(static_cast<int>(mask)), ones, zeros, 0xCA);
}

} // namespace
} // namespace bitsmith

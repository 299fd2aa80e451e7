// The rANS decoder for AVX-512 with VBMI, which looks up 64 bytes at once in tables of 128: for
// alphabets that do not fit into registers as double words.
//
// The low bytes of four vectors of states are packed and looked up together. For small alphabets
// that is slower than one look-up per vector by a third: fewer instructions, but a longer chain
// from state to state. Against a gather it is 5 % (256 buckets) and 15 % (128) faster on Zen 4, and
// does not depend on how slow a processor's gathers are.
#include "core/codec/rans_kernels.h"

#if defined(__x86_64__)
#include "core/codec/rans_avx512_inl.h"

#define BITSMITH_VBMI                                                                              \
    __attribute__((                                                                                \
        target("avx512vbmi,avx512f,avx512bw,avx512dq,avx512vl,avx2,bmi,bmi2,lzcnt,popcnt")))
#define BITSMITH_VBMI_INLINE BITSMITH_VBMI __attribute__((always_inline)) inline

namespace bitsmith {
namespace {

// Where the looked-up byte of each state is: see decodeBytes.
struct Order {
    alignas(64) std::array<std::uint8_t, 64> of{};
    constexpr Order() {
        constexpr std::array<std::size_t, 4> Place{0, 2, 1, 3}; // of a vector's byte
        for (std::size_t i = 0; i < of.size(); ++i)
            of[i] = static_cast<std::uint8_t>(4 * (i % Lanes) + Place[i / Lanes]);
    }
};
constexpr Order InOrder;

// The bytes of a table at 64 indices; upperHalf: which of these are above 127.
template <int Bits>
BITSMITH_VBMI_INLINE __m512i lookBytes(const std::array<std::uint8_t, 256>& table, __m512i index,
                                       __mmask64 upperHalf) {
    const auto* const part = reinterpret_cast<const __m512i*>(table.data());
    const __m512i lower = _mm512_permutex2var_epi8(part[0], index, part[1]);
    if constexpr (Bits == 7) return lower;
    return _mm512_mask_blend_epi8(upperHalf, lower,
                                  _mm512_permutex2var_epi8(part[2], index, part[3]));
}

// 128 or 256 buckets, 64 states. The low bytes of all states are looked up at once: lane i's double
// word holds those of vectors 0, 2, 1 and 3.
template <int Bits>
BITSMITH_VBMI std::size_t decodeBytes(const RansTable::Decoding& table, RansCursor& cursor,
                                      std::span<std::uint8_t> out) {
    constexpr std::size_t Round = 64;
    const RansTable::Decoding::AllBytes& bytes = table.allBytes();
    const __m512i positionMask = _mm512_set1_epi16((RansTable::Total >> Bits) - 1);
    const __mmask32 oddWords = 0xaaaaaaaa;
    States<4> s;
    load(s, cursor);
    const std::byte* next = cursor.next;
    std::size_t at = 0;
    for (; out.size() - at >= Round &&
           static_cast<std::size_t>(cursor.end - next) >= Round * RansWordBytes;
         at += Round) {
        const __m512i x01 =
            _mm512_mask_blend_epi16(oddWords, s.x[0], _mm512_slli_epi32(s.x[1], 16));
        const __m512i x23 =
            _mm512_mask_blend_epi16(oddWords, s.x[2], _mm512_slli_epi32(s.x[3], 16));
        const __m512i bucket = select(0x00ff00ff, x01, _mm512_slli_epi16(x23, 8));
        const __m512i p01 = _mm512_and_si512(_mm512_srli_epi16(x01, Bits), positionMask);
        const __m512i p23 = _mm512_and_si512(_mm512_srli_epi16(x23, Bits), positionMask);
        const __m512i position = _mm512_or_si512(p01, _mm512_slli_epi16(p23, 8));
        const __mmask64 upper = _mm512_movepi8_mask(bucket);
        const __mmask64 others =
            _mm512_cmpge_epu8_mask(position, lookBytes<Bits>(bytes.divider, bucket, upper));
        const __m512i entry =
            _mm512_mask_blend_epi8(others, bucket, lookBytes<Bits>(bytes.other, bucket, upper));
        const __mmask64 upperEntry = _mm512_movepi8_mask(entry);
        const __m512i f0 = lookBytes<Bits>(bytes.frequencyLow, entry, upperEntry);
        const __m512i f1 = lookBytes<Bits>(bytes.frequencyHigh, entry, upperEntry);
        const __m512i a0 =
            _mm512_maskz_mov_epi8(others, lookBytes<Bits>(bytes.addLow, bucket, upper));
        const __m512i a1 =
            _mm512_maskz_mov_epi8(others, lookBytes<Bits>(bytes.addHigh, bucket, upper));
        const __m512i f01 = select(0x00ff00ff, f0, _mm512_slli_epi16(f1, 8));
        const __m512i f23 = select(0x00ff00ff, _mm512_srli_epi16(f0, 8), f1);
        const __m512i r01 = _mm512_add_epi16(select(0x00ff00ff, a0, _mm512_slli_epi16(a1, 8)), p01);
        const __m512i r23 = _mm512_add_epi16(select(0x00ff00ff, _mm512_srli_epi16(a0, 8), a1), p23);
        const __m512i low = _mm512_set1_epi32(0xffff);
        const __m512i f[4] = {_mm512_and_si512(f01, low), _mm512_srli_epi32(f01, 16),
                              _mm512_and_si512(f23, low), _mm512_srli_epi32(f23, 16)};
        const __m512i r[4] = {_mm512_and_si512(r01, low), _mm512_srli_epi32(r01, 16),
                              _mm512_and_si512(r23, low), _mm512_srli_epi32(r23, 16)};
#pragma GCC unroll 8
        for (int v = 0; v < 4; ++v)
            s.x[v] = refilled(
                _mm512_add_epi32(
                    _mm512_mullo_epi32(f[v], _mm512_srli_epi32(s.x[v], RansTable::Bits)), r[v]),
                next);
        const __m512i symbols = lookBytes<Bits>(bytes.symbol, entry, upperEntry);
        _mm512_storeu_si512(out.data() + at,
                            _mm512_permutexvar_epi8(_mm512_load_si512(InOrder.of.data()), symbols));
    }
    store(s, cursor);
    cursor.next = next;
    return at;
}

} // namespace

std::size_t ransRoundsVbmi(const RansTable::Decoding& table, RansCursor& cursor,
                           std::span<std::uint8_t> out) {
    if (cursor.lanes == 64 && table.bucketBits == 7) return decodeBytes<7>(table, cursor, out);
    if (cursor.lanes == 64 && table.bucketBits == 8) return decodeBytes<8>(table, cursor, out);
    if (table.bucketBits > 6 && !table.slotsWorth(out.size()))
        return ransRoundsScalar(table, cursor, out);
    return ransRoundsAvx512(table, cursor, out);
}

} // namespace bitsmith
#endif

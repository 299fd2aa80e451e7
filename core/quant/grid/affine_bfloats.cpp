#include "core/quant/grid/affine_bfloats.h"

#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/grid/affine_bfloats.cpp"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After foreach_target: compiled once per instruction set.
#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <cstring>

HWY_BEFORE_NAMESPACE();
namespace bitsmith::affine::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

constexpr std::uint16_t Infinity = 0x7F80, Sign = 0x8000;

HWY_INLINE float bfloat(std::uint16_t bits) {
    return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16);
}

// Of numbers with a sign and a magnitude, the largest signed integer is the largest positive number
// and the largest unsigned one the most negative number; NaN and infinity are beyond all others.
struct Extremes {
    std::uint16_t most = 0, least = 0; // bits of the largest and of the most negative number
};

HWY_INLINE bool isFinite(const Extremes& e) {
    return e.most < Infinity && e.least < (Infinity | Sign);
}

#if HWY_TARGET == HWY_SCALAR

Extremes extremesOf(const std::uint8_t* from, std::size_t size) {
    Extremes out;
    for (std::size_t i = 0; i < size; ++i) {
        std::uint16_t bits;
        std::memcpy(&bits, from + 2 * i, 2);
        if (bits < Sign) out.most = std::max(out.most, bits);
        out.least = std::max(out.least, bits);
    }
    return out;
}

#else

using D = hn::ScalableTag<float>;
using D8 = hn::Repartition<std::uint8_t, D>;
using D16 = hn::Repartition<std::uint16_t, D>;
using Vec = hn::Vec<D>;
using Bfloats = hn::Vec<D16>;

// Extremes per lane.
struct Extents {
    Bfloats most, least;
    HWY_INLINE Extents() : most(hn::Zero(D16())), least(hn::Zero(D16())) {}
    HWY_INLINE void add(Bfloats v) {
        const hn::RebindToSigned<D16> signed16;
        most = hn::BitCast(D16(), hn::Max(hn::BitCast(signed16, most), hn::BitCast(signed16, v)));
        least = hn::Max(least, v);
    }
    HWY_INLINE void addFrom(const std::uint8_t* from) {
        add(hn::BitCast(D16(), hn::LoadU(D8(), from)));
    }
    // Fewer than a vector.
    HWY_INLINE void addTail(const std::uint8_t* from, std::size_t size) {
        HWY_ALIGN std::uint8_t tail[HWY_MAX_BYTES] = {};
        std::memcpy(tail, from, 2 * size);
        addFrom(tail);
    }
};

HWY_INLINE Extremes extremesOf(const std::uint8_t* from, std::size_t size) {
    constexpr std::size_t Lanes = hn::MaxLanes(D16());
    Extents lanes;
    std::size_t i = 0;
    for (; i + Lanes <= size; i += Lanes) lanes.addFrom(from + 2 * i);
    if (i < size) lanes.addTail(from + 2 * i, size - i);
    return {hn::GetLane(hn::MaxOfLanes(D16(), lanes.most)),
            hn::GetLane(hn::MaxOfLanes(D16(), lanes.least))};
}

// Lanes of a and b in turn, each the larger of two.
HWY_INLINE Bfloats halved(Bfloats a, Bfloats b) {
    const D16 d16;
    return hn::Max(hn::InterleaveLower(d16, a, b), hn::InterleaveUpper(d16, a, b));
}

// The largest lane of a vector, block by block of 128 bits.
template <class DX, class V>
HWY_INLINE auto oneBlock(DX d, V v) {
    if constexpr (hn::MaxLanes(DX()) > 8) {
        const hn::Half<DX> half;
        return oneBlock(half, hn::Max(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    } else {
        (void)d;
        return v;
    }
}

using Pairs = hn::Full128<std::uint16_t>; // most and least of four groups in turn

// Of four whole groups at once: eight vectors are reduced together.
HWY_INLINE hn::Vec<Pairs> extremesOfFour(const std::uint8_t* from, std::size_t size) {
    constexpr std::size_t Lanes = hn::MaxLanes(D16());
    Extents a, b, c, d;
    std::size_t i = 0;
    for (; i + Lanes <= size; i += Lanes) {
        a.addFrom(from + 2 * i);
        b.addFrom(from + 2 * (size + i));
        c.addFrom(from + 2 * (2 * size + i));
        d.addFrom(from + 2 * (3 * size + i));
    }
    if (i < size) {
        a.addTail(from + 2 * i, size - i);
        b.addTail(from + 2 * (size + i), size - i);
        c.addTail(from + 2 * (2 * size + i), size - i);
        d.addTail(from + 2 * (3 * size + i), size - i);
    }
    const Bfloats most = halved(halved(a.most, c.most), halved(b.most, d.most));
    const Bfloats least = halved(halved(a.least, c.least), halved(b.least, d.least));
    return oneBlock(D16(), halved(most, least));
}

#endif

bool BfloatRanges(const std::byte* row, std::size_t cols, std::size_t groupSize, float* lows,
                  float* highs) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(row);
    std::size_t g = 0;
    bool finite = true;
#if HWY_TARGET != HWY_SCALAR
    const Pairs pairs;
    const hn::Repartition<std::uint32_t, Pairs> d32;
    const hn::Repartition<std::int32_t, Pairs> di32;
    const hn::Repartition<float, Pairs> floats;
    auto beyond = hn::Zero(pairs);
    for (; (g + 4) * groupSize <= cols; g += 4) {
        const auto four = extremesOfFour(bytes + 2 * g * groupSize, groupSize);
        beyond = hn::Max(beyond, four);
        const auto both = hn::BitCast(d32, four);
        const auto least = hn::And(both, hn::Set(d32, 0xFFFF0000U));
        const auto negative = hn::BitCast(d32, hn::ShiftRight<31>(hn::BitCast(di32, both)));
        hn::StoreU(hn::BitCast(floats, hn::ShiftLeft<16>(both)), floats, highs + g);
        hn::StoreU(hn::BitCast(floats, hn::And(least, negative)), floats, lows + g);
    }
    HWY_ALIGN Extremes largest[4];
    static_assert(sizeof largest == 16);
    hn::Store(beyond, pairs, &largest[0].most);
    for (const Extremes& e : largest) finite = finite && isFinite(e);
#endif
    for (std::size_t first = g * groupSize; first < cols; first += groupSize, ++g) {
        const Extremes e = extremesOf(bytes + 2 * first, std::min(groupSize, cols - first));
        finite = finite && isFinite(e);
        highs[g] = bfloat(e.most);
        lows[g] = e.least >= Sign ? bfloat(e.least) : 0.0F;
    }
    return finite;
}

#if HWY_NATIVE_FMA && HWY_MAX_BYTES >= 32

// A group's parameters as its weights meet them.
struct Group {
    float inverse = 1, rest = 0; // inverse + rest = 1 / scale
    std::int32_t offset = 0;     // zero + Raised, less the bits of Whole
};

// Adding it rounds to a whole number, ties to even, which the low bits then hold.
constexpr float Whole = 0x1.8p23F;

// With it 15 is the largest number of 16 bits, where narrowing stops; taking it off stops at zero.
constexpr std::uint16_t Raised = 0x7FFF - 15;

using Codes = hn::Vec<hn::RebindToSigned<D16>>;

// Codes, from 0 to 15, of two vectors of floats, each in its group. In each block of 128 bits four
// of the first, then four of the second.
//
// w / scale from w times the inverse, which is a sum of two floats: exact to 2^-45 before the last
// rounding. Weights have 8 significant bits and scales 11, so that a quotient is k + 1/2 or at
// least 2^-12 away; both round to the same whole number as the quotient that is rounded once.
template <class V>
HWY_INLINE Codes codesOf(V first, V second, const Group& firstGroup, const Group& secondGroup) {
    const D d;
    const hn::RebindToSigned<D> di;
    const hn::RebindToSigned<D16> di16;
    const auto code = [&](V bits, const Group& group) HWY_ATTR {
        const Vec w = hn::BitCast(d, bits);
        const Vec quotient =
            hn::MulAdd(w, hn::Set(d, group.inverse), hn::Mul(w, hn::Set(d, group.rest)));
        return hn::Add(hn::BitCast(di, hn::Add(quotient, hn::Set(d, Whole))),
                       hn::Set(di, group.offset));
    };
    const auto both =
        hn::ReorderDemote2To(di16, code(first, firstGroup), code(second, secondGroup));
    return hn::BitCast(di16, hn::SaturatedSub(hn::BitCast(D16(), both), hn::Set(D16(), Raised)));
}

// Past the caches, 128 bits at a time.
template <class DX, class V>
HWY_INLINE void stream(DX d, V v, std::uint8_t* to) {
    if constexpr (hn::MaxLanes(DX()) > 16) {
        const hn::Half<DX> half;
        stream(half, hn::LowerHalf(half, v), to);
        stream(half, hn::UpperHalf(half, v), to + hn::MaxLanes(half));
    } else {
        hn::Stream(v, d, to);
    }
}

// Past: past the caches, whose lines would first be read; `to` is then at a multiple of 16.
template <bool Past, class V>
HWY_INLINE void store(V codes, std::uint8_t* to) {
    const D8 d8;
    if constexpr (Past) {
        stream(d8, codes, to);
    } else {
        hn::StoreU(codes, d8, to);
    }
}

// Four vectors of bf16 to one of packed codes; groups[i]: of the i-th.
template <bool Past>
HWY_INLINE void roundBlock(const std::uint8_t* from, const Group groups[4], std::uint8_t* out) {
    const D8 d8;
    const hn::RebindToUnsigned<D> d32;
    constexpr std::size_t Bytes = hn::MaxLanes(D8()), Blocks = Bytes / 16;
    const auto upper = hn::Set(d32, 0xFFFF0000U);
    const auto pairs = [&](std::size_t i) HWY_ATTR { // 16-bit lanes of two codes, of two vectors
        const auto a = hn::BitCast(d32, hn::LoadU(d8, from + i * Bytes));
        const auto b = hn::BitCast(d32, hn::LoadU(d8, from + (i + 1) * Bytes));
        const Codes even =
            codesOf(hn::ShiftLeft<16>(a), hn::ShiftLeft<16>(b), groups[i], groups[i + 1]);
        const Codes odd = codesOf(hn::And(a, upper), hn::And(b, upper), groups[i], groups[i + 1]);
        return hn::Or(even, hn::ShiftLeft<4>(odd));
    };
    const Codes first = pairs(0), second = pairs(2);
    const auto mixed = hn::BitCast(d8, hn::Or(first, hn::ShiftLeft<8>(second)));
    // Each block has four bytes of each vector; those of one come together.
    HWY_ALIGN static constexpr std::uint8_t Sorted[16] = {0, 2, 4, 6, 8, 10, 12, 14,
                                                          1, 3, 5, 7, 9, 11, 13, 15};
    HWY_ALIGN static constexpr auto Order = [] {
        std::array<std::int32_t, Bytes / 4> order{};
        for (std::size_t vector = 0; vector < 4; ++vector)
            for (std::size_t block = 0; block < Blocks; ++block)
                order[vector * Blocks + block] = static_cast<std::int32_t>(4 * block + vector);
        return order;
    }();
    const auto sorted = hn::BitCast(d32, hn::TableLookupBytes(mixed, hn::LoadDup128(d8, Sorted)));
    store<Past>(
        hn::BitCast(d8, hn::TableLookupLanes(sorted, hn::SetTableIndices(d32, Order.data()))), out);
}

// The groups of a row's vectors, one after the other.
class Groups {
public:
    Groups(const float* scales, const std::uint8_t* zeros, std::size_t count, std::size_t vectors)
        : m_scales(scales), m_zeros(zeros), m_count(count), m_vectors(vectors) {}
    // Of the next `step` vectors, which share theirs. Past the end: the last.
    HWY_INLINE Group next(std::size_t step) {
        if (m_left == 0) {
            const std::size_t g = std::min(m_next++, m_count - 1);
            const float scale = m_scales[g], inverse = 1.0F / scale;
            m_group = {inverse, inverse * std::fma(-scale, inverse, 1.0F),
                       m_zeros[g] + Raised - std::bit_cast<std::int32_t>(Whole)};
            m_left = m_vectors;
        }
        m_left -= step;
        return m_group;
    }

private:
    const float* m_scales;
    const std::uint8_t* m_zeros;
    std::size_t m_count, m_vectors, m_next = 0, m_left = 0;
    Group m_group;
};

// Shared: groups have a multiple of four vectors.
template <bool Shared, bool Past>
HWY_INLINE void nextBlock(const std::uint8_t* from, Groups& groups, std::uint8_t* out) {
    if constexpr (Shared) {
        const Group group = groups.next(4);
        const Group four[4] = {group, group, group, group};
        roundBlock<Past>(from, four, out);
    } else {
        const Group first = groups.next(1), second = groups.next(1), third = groups.next(1);
        const Group four[4] = {first, second, third, groups.next(1)};
        roundBlock<Past>(from, four, out);
    }
}

template <bool Shared, bool Past>
HWY_INLINE void roundRow(const std::uint8_t* from, std::size_t cols, Groups groups,
                         std::uint8_t* out) {
    constexpr std::size_t Bytes = hn::MaxLanes(D8()), Step = 2 * Bytes;
    std::size_t i = 0;
    for (; i + Step <= cols; i += Step) {
        // The same place of the next row: its ranges come next, and then wait for nothing.
        for (std::size_t line = 0; line < 2 * Step; line += 64)
            hwy::Prefetch(from + 2 * (i + cols) + line);
        nextBlock<Shared, Past>(from + 2 * i, groups, out + i / 2);
    }
    if constexpr (Past) hwy::FlushStream();
    if (i == cols) return;
    HWY_ALIGN std::uint8_t tail[4 * Bytes] = {}, codes[Bytes];
    std::memcpy(tail, from + 2 * i, 2 * (cols - i));
    nextBlock<Shared, false>(tail, groups, codes);
    if (cols % 2 != 0) codes[(cols - i) / 2] &= 15;
    std::memcpy(out + i / 2, codes, (cols - i + 1) / 2);
}

bool BfloatNibbles(const std::byte* row, std::size_t cols, std::size_t groupSize,
                   const float* scales, const std::uint8_t* zeros, std::size_t count,
                   std::byte* packed, bool past) {
    constexpr std::size_t Lanes = hn::MaxLanes(D16()), Endless = std::size_t{1} << 62;
    if (count > 1 && groupSize % Lanes != 0) return false;
    const auto* from = reinterpret_cast<const std::uint8_t*>(row);
    auto* out = reinterpret_cast<std::uint8_t*>(packed);
    const std::size_t vectors = count > 1 ? groupSize / Lanes : Endless; // of a group
    const Groups groups(scales, zeros, count, vectors);
    past = past && reinterpret_cast<std::uintptr_t>(out) % 16 == 0;
    if (vectors % 4 == 0)
        past ? roundRow<true, true>(from, cols, groups, out)
             : roundRow<true, false>(from, cols, groups, out);
    else
        past ? roundRow<false, true>(from, cols, groups, out)
             : roundRow<false, false>(from, cols, groups, out);
    return true;
}

#else

bool BfloatNibbles(const std::byte*, std::size_t, std::size_t, const float*, const std::uint8_t*,
                   std::size_t, std::byte*, bool) {
    return false;
}

#endif

} // namespace bitsmith::affine::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::affine {

HWY_EXPORT(BfloatRanges);
HWY_EXPORT(BfloatNibbles);

bool bfloatRanges(std::span<const std::byte> row, std::size_t groupSize, std::span<float> lows,
                  std::span<float> highs) {
    return HWY_DYNAMIC_DISPATCH(BfloatRanges)(row.data(), row.size() / 2, groupSize, lows.data(),
                                              highs.data());
}

bool bfloatNibbles(std::span<const std::byte> row, std::size_t groupSize,
                   std::span<const float> scales, std::span<const std::uint8_t> zeros,
                   std::span<std::byte> packed, bool pastCaches) {
    assert(packed.size() == (row.size() / 2 + 1) / 2 && scales.size() == zeros.size());
    return HWY_DYNAMIC_DISPATCH(BfloatNibbles)(row.data(), row.size() / 2, groupSize, scales.data(),
                                               zeros.data(), scales.size(), packed.data(),
                                               pastCaches);
}

} // namespace bitsmith::affine
#endif

// Codes that fill half bytes or bytes, times vectors of 16-bit integers: one instruction multiplies
// and adds pairs, so that a weight costs half of what it costs as a float. Included once per
// instruction set.
//
// A format W of packed_dot_inl.h's, for IntegerSums:
//   IntVec dot<P>(codes, x)      sum of codes of part P times a stripe of integers, per lane
//   column(v, lane)              of lane `lane` in the v-th vector of integers, in the stripe
//   partFactor(p)                what to multiply part p's sum with; none: 1
#if defined(BITSMITH_PACKED_INTEGER_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BITSMITH_PACKED_INTEGER_INL_H
#undef BITSMITH_PACKED_INTEGER_INL_H
#else
#define BITSMITH_PACKED_INTEGER_INL_H
#endif

#include "core/compute/cpu/packed_dot_inl.h"

#include <cmath>

#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

template <class W>
using PairTag = hn::Repartition<std::int16_t, typename W::Tag>;
template <class W>
using SumVec = hn::Vec<hn::RebindToSigned<typename W::Tag>>;

template <class W, std::size_t Rows, std::size_t Tokens>
class IntegerSums {
public:
    using Input = std::int16_t;
    static constexpr bool OwnScales = true;
    static const Input* inputOf(const PackedInput& x) { return x.integers; }

    HWY_INLINE void clear() {
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) m_of[r][t] = hn::Zero(IntTag());
    }
    template <bool Fresh>
    HWY_INLINE void add(const typename W::Codes (&codes)[Rows], const typename W::Table&,
                        const Input* x, std::size_t stride) {
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) {
            const auto dot = W::template dot<0>(codes[r], x + t * stride);
            m_of[r][t] = Fresh ? dot : hn::Add(m_of[r][t], dot);
        }
    }
    HWY_INLINE FloatVec total(std::size_t r, std::size_t t) const {
        return hn::ConvertTo(FloatTag(), m_of[r][t]);
    }

private:
    hn::Vec<IntTag> m_of[Rows][Tokens];
};

// sum + codes times the V-th vector of integers, neighbours added.
template <class W, std::size_t V>
HWY_INLINE SumVec<W> addPairs(hn::Vec<PairTag<W>> codes, const std::int16_t* x, SumVec<W> sum) {
    const PairTag<W> d;
    auto unused = hn::Zero(hn::RebindToSigned<typename W::Tag>());
    return hn::ReorderWidenMulAccumulate(hn::RebindToSigned<typename W::Tag>(), codes,
                                         hn::LoadU(d, x + V * hn::MaxLanes(d)), sum, unused);
}
template <class W>
HWY_INLINE hn::Vec<PairTag<W>> masked(hn::Vec<PairTag<W>> codes, std::int16_t mask) {
    return hn::And(codes, hn::Set(PairTag<W>(), mask));
}
template <class W>
HWY_INLINE hn::Vec<PairTag<W>> upperBytes(hn::Vec<PairTag<W>> codes) {
    const hn::RebindToUnsigned<PairTag<W>> du;
    return hn::BitCast(PairTag<W>(), hn::ShiftRight<8>(hn::BitCast(du, codes)));
}

// Low and high halves of bytes: vectors 0 and 1, and 16 times vectors 2 and 3.
template <class W>
HWY_INLINE SumVec<W> dotLow(hn::Vec<PairTag<W>> codes, const std::int16_t* x) {
    const auto zero = hn::Zero(hn::RebindToSigned<typename W::Tag>());
    return addPairs<W, 1>(masked<W>(upperBytes<W>(codes), 0x0F), x,
                          addPairs<W, 0>(masked<W>(codes, 0x0F), x, zero));
}
template <class W>
HWY_INLINE SumVec<W> dotHigh(hn::Vec<PairTag<W>> codes, const std::int16_t* x) {
    const auto zero = hn::Zero(hn::RebindToSigned<typename W::Tag>());
    return addPairs<W, 3>(masked<W>(upperBytes<W>(codes), 0xF0), x,
                          addPairs<W, 2>(masked<W>(codes, 0xF0), x, zero));
}
template <class W>
HWY_INLINE SumVec<W> dotHalves(hn::Vec<PairTag<W>> codes, const std::int16_t* x) {
    return hn::Add(dotLow<W>(codes, x), hn::ShiftRight<4>(dotHigh<W>(codes, x)));
}
// Whole bytes, times vectors V and V + 1.
template <class W, std::size_t V>
HWY_INLINE SumVec<W> dotBytes(hn::Vec<PairTag<W>> codes, const std::int16_t* x) {
    const auto zero = hn::Zero(hn::RebindToSigned<typename W::Tag>());
    return addPairs<W, V + 1>(upperBytes<W>(codes), x,
                              addPairs<W, V>(masked<W>(codes, 0xFF), x, zero));
}

// x as integers: of each group the largest becomes 32767.
inline void toIntegers(const float* x, std::size_t cols, std::size_t groupSize,
                       std::int16_t* integers, float* rounded, float* factors) {
    const hn::CappedTag<float, 8> d;
    const hn::Rebind<std::int16_t, decltype(d)> ds;
    const std::size_t lanes = hn::Lanes(d);
    for (std::size_t first = 0, g = 0; first < cols; first += groupSize, ++g) {
        const std::size_t last = std::min(cols, first + groupSize);
        std::size_t c = first;
        auto most = hn::Zero(d), sum = hn::Zero(d);
        for (; c + lanes <= last; c += lanes) {
            const auto values = hn::LoadU(d, x + c);
            most = hn::Max(hn::Abs(values), most);
            sum = hn::Add(sum, values);
        }
        float largest = hn::GetLane(hn::MaxOfLanes(d, most));
        float total = hn::GetLane(hn::SumOfLanes(d, sum));
        for (; c < last; ++c) {
            largest = std::max(largest, std::abs(x[c]));
            total += x[c];
        }
        // What is not a number makes the group none.
        const float factor = std::isfinite(total) ? largest / 32767 : total - total;
        const float inverse = largest > 0 ? 32767 / largest : 0.0F;
        const float usable = std::isfinite(inverse) && std::isfinite(total) ? inverse : 0.0F;
        factors[g] = usable == 0 && factor > 0 ? 0.0F : factor; // too small to matter
        for (c = first; c + lanes <= last; c += lanes) {
            const auto whole = hn::NearestInt(hn::Mul(hn::LoadU(d, x + c), hn::Set(d, usable)));
            hn::StoreU(hn::DemoteTo(ds, whole), ds, integers + c);
            hn::StoreU(hn::Mul(hn::ConvertTo(d, whole), hn::Set(d, factors[g])), d, rounded + c);
        }
        for (; c < last; ++c) {
            integers[c] = static_cast<std::int16_t>(std::lrint(x[c] * usable));
            rounded[c] = factors[g] * static_cast<float>(integers[c]);
        }
    }
}

// W's order, in stripes of `Stripe` columns.
template <class W, std::size_t Stripe>
void reorderIntegers(ConstMatrixView x, std::size_t groupSize, const PackedSpace& to) {
    constexpr std::size_t Lanes = hn::MaxLanes(PairTag<W>());
    std::uint16_t columns[Stripe];
    for (std::size_t v = 0; v < Stripe / Lanes; ++v)
        for (std::size_t l = 0; l < Lanes; ++l)
            columns[v * Lanes + l] = static_cast<std::uint16_t>(W::column(v, l));
    std::vector<std::int16_t> inOrder(to.stride); // zeros behind the last column
    std::int16_t* out = to.integers;
    for (std::size_t t = 0; t < x.rows; ++t) {
        float* factors = to.factors + t * to.groups;
        toIntegers(x.row(t).data(), x.cols, groupSize, inOrder.data(), to.rounded.row(t).data(),
                   factors);
        for (std::size_t first = 0; first < to.stride; first += Stripe, out += Stripe)
            for (std::size_t i = 0; i < Stripe; ++i) out[i] = inOrder[first + columns[i]];
        if constexpr (requires { W::partFactor(0); })
            for (std::size_t g = 0; g < to.groups; ++g) factors[g] *= W::partFactor(g % W::Parts);
    }
}

template <class W>
PackedKernel integerKernelOf() {
    PackedKernel kernel = kernelWith<W>(reorderIntegers<W, stripeOf<W>()>);
    kernel.integers = true;
    return kernel;
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#endif
#endif

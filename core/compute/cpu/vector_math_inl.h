// Vector forms of exp, sigmoid, the normal distribution function and loops over rows. Included once
// per instruction set by the .cpp files of this folder (hence the guard that toggles).
#if defined(BITSMITH_VECTOR_MATH_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BITSMITH_VECTOR_MATH_INL_H
#undef BITSMITH_VECTOR_MATH_INL_H
#else
#define BITSMITH_VECTOR_MATH_INL_H
#endif

#include <hwy/highway.h>

#include <algorithm>
#include <cstddef>
#include <limits>

// For loops over a few rows or vectors whose sums must stay in registers: GCC's -O2 would keep the
// loop, and the sums in memory.
#undef BITSMITH_UNROLL
#define BITSMITH_UNROLL _Pragma("GCC unroll 8")

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using FloatTag = hn::ScalableTag<float>;
using IntTag = hn::RebindToSigned<FloatTag>;
using FloatVec = hn::Vec<FloatTag>;

inline constexpr std::size_t MaxFloats = HWY_MAX_BYTES / sizeof(float);

// 2^n for whole n in [-126, 127].
HWY_INLINE FloatVec powerOfTwo(hn::Vec<IntTag> n) {
    const IntTag di;
    return hn::BitCast(FloatTag(), hn::ShiftLeft<23>(hn::Add(n, hn::Set(di, 127))));
}

// e^x to about 1e-7 relative. x = n ln 2 + r, |r| <= ln(2)/2; the Taylor polynomial of degree 7 is
// then off by at most 5e-9. 2^n is applied in two halves, so that results reach down to the
// subnormals and up to infinity without a special case. NaN stays NaN.
HWY_INLINE FloatVec expV(FloatVec x) {
    const FloatTag d;
    const auto bounded = hn::Min(hn::Max(x, hn::Set(d, -104.0f)), hn::Set(d, 89.0f));
    const auto n = hn::NearestInt(hn::Mul(bounded, hn::Set(d, 1.44269504f)));
    const auto nf = hn::ConvertTo(d, n);
    auto r = hn::NegMulAdd(nf, hn::Set(d, 0.693359375f), bounded); // ln 2 in two parts
    r = hn::NegMulAdd(nf, hn::Set(d, -2.12194440e-4f), r);
    auto p = hn::Set(d, 1.0f / 5040);
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 720));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 120));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 24));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f / 6));
    p = hn::MulAdd(p, r, hn::Set(d, 0.5f));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
    p = hn::MulAdd(p, r, hn::Set(d, 1.0f));
    const auto half = hn::ShiftRight<1>(n);
    const auto result = hn::Mul(hn::Mul(p, powerOfTwo(half)), powerOfTwo(hn::Sub(n, half)));
    return hn::IfThenElse(hn::IsNaN(x), x, result);
}

// x / (1 + e^(-k x)): x times the logistic function.
HWY_INLINE FloatVec swish(FloatVec x, FloatVec exponent) {
    const FloatTag d;
    return hn::Div(x, hn::Add(hn::Set(d, 1.0f), expV(hn::Neg(exponent))));
}

// x Phi(x). For z = |x| / sqrt 2: erfc(z) = e^(-z^2) t P(t), t = 2 / (2 + z), where P is a degree-8
// polynomial fitted to erfcx(z) / t on [0, 14] for least relative error (4.6e-8; evaluated in
// float: 2e-7). Phi(-|x|) = erfc(z) / 2 keeps its digits in the tail.
HWY_INLINE FloatVec geluV(FloatVec x) {
    const FloatTag d;
    const auto one = hn::Set(d, 1.0f);
    const auto z = hn::Mul(hn::Abs(x), hn::Set(d, 0.707106781f));
    const auto t = hn::Div(hn::Set(d, 2.0f), hn::Add(hn::Set(d, 2.0f), z));
    auto p = hn::Set(d, -0.0593821742f);
    p = hn::MulAdd(p, t, hn::Set(d, 0.28610447f));
    p = hn::MulAdd(p, t, hn::Set(d, -0.490368873f));
    p = hn::MulAdd(p, t, hn::Set(d, 0.281693608f));
    p = hn::MulAdd(p, t, hn::Set(d, -0.0291233845f));
    p = hn::MulAdd(p, t, hn::Set(d, 0.203742802f));
    p = hn::MulAdd(p, t, hn::Set(d, 0.242837355f));
    p = hn::MulAdd(p, t, hn::Set(d, 0.282411814f));
    p = hn::MulAdd(p, t, hn::Set(d, 0.282084346f));
    const auto gauss = expV(hn::Mul(hn::Mul(x, x), hn::Set(d, -0.5f)));
    const auto tail = hn::Mul(hn::Set(d, 0.5f), hn::Mul(gauss, hn::Mul(t, p)));
    const auto phi = hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one, tail));
    return hn::Mul(x, phi);
}

// Loads `count` < Lanes floats; the other lanes hold `fill`.
HWY_INLINE FloatVec loadSome(const float* from, std::size_t count, float fill) {
    HWY_ALIGN float lanes[MaxFloats] = {};
    std::fill(lanes, lanes + MaxFloats, fill);
    std::copy(from, from + count, lanes);
    return hn::Load(FloatTag(), lanes);
}

HWY_INLINE void storeSome(FloatVec v, float* to, std::size_t count) {
    HWY_ALIGN float lanes[MaxFloats] = {};
    hn::Store(v, FloatTag(), lanes);
    std::copy(lanes, lanes + count, to);
}

HWY_INLINE float sumOf(FloatVec v) { return hn::GetLane(hn::SumOfLanes(FloatTag(), v)); }
HWY_INLINE float maxOf(FloatVec v) { return hn::GetLane(hn::MaxOfLanes(FloatTag(), v)); }

// x[i] = f(x[i])
template <class F>
HWY_INLINE void mapRow(float* x, std::size_t count, const F& f) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) hn::StoreU(f(hn::LoadU(d, x + i)), d, x + i);
    if (i < count) storeSome(f(loadSome(x + i, count - i, 0)), x + i, count - i);
}

// x[i] = f(x[i], y[i])
template <class F>
HWY_INLINE void zipRow(float* x, const float* y, std::size_t count, const F& f) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes)
        hn::StoreU(f(hn::LoadU(d, x + i), hn::LoadU(d, y + i)), d, x + i);
    if (i < count) {
        const std::size_t rest = count - i;
        storeSome(f(loadSome(x + i, rest, 0), loadSome(y + i, rest, 0)), x + i, rest);
    }
}

// The sum of f over x; each float lane adds at most 128 values before they are joined in double.
template <class F>
HWY_INLINE double sumRow(const float* x, std::size_t count, const F& f) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    double total = 0;
    std::size_t i = 0;
    while (i + lanes <= count) {
        const std::size_t end = std::min(count, i + 256 * lanes);
        auto a = hn::Zero(d), b = hn::Zero(d);
        for (; i + 2 * lanes <= end; i += 2 * lanes) {
            a = hn::Add(a, f(hn::LoadU(d, x + i)));
            b = hn::Add(b, f(hn::LoadU(d, x + i + lanes)));
        }
        for (; i + lanes <= end; i += lanes) a = hn::Add(a, f(hn::LoadU(d, x + i)));
        total += sumOf(hn::Add(a, b));
    }
    if (i < count) { // the lanes beyond the end hold f(0), which need not be 0
        HWY_ALIGN float rest[MaxFloats] = {};
        hn::Store(f(loadSome(x + i, count - i, 0)), d, rest);
        for (std::size_t k = 0; k < count - i; ++k) total += rest[k];
    }
    return total;
}

// The largest element, NaN ignored where another is there; -infinity for none.
HWY_INLINE float maxRow(const float* x, std::size_t count) {
    const FloatTag d;
    const std::size_t lanes = hn::Lanes(d);
    const float lowest = -std::numeric_limits<float>::infinity();
    auto top = hn::Set(d, lowest);
    std::size_t i = 0;
    for (; i + lanes <= count; i += lanes) {
        const auto v = hn::LoadU(d, x + i);
        top = hn::IfThenElse(hn::Gt(v, top), v, top);
    }
    if (i < count) {
        const auto v = loadSome(x + i, count - i, lowest);
        top = hn::IfThenElse(hn::Gt(v, top), v, top);
    }
    return maxOf(top);
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#endif

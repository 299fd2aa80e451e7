#include "core/quant/blocks/lane_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/quant/blocks/lane_kernels.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>
// After foreach_target: compiled once per instruction set.
#include "core/tensor/blocks/levels16.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::blocks::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;
using hn::Add, hn::Sub, hn::Mul, hn::Div, hn::Abs, hn::Gt, hn::Lt, hn::IfThenElse,
    hn::IfThenElseZero, hn::IfThenZeroElse, hn::Set, hn::Zero;

constexpr float Tiny = 1e-15F; // sub-blocks below are stored as zeros

// Calls body(tag, s) for groups of as many sub-blocks as a vector has lanes.
template <class Body>
HWY_INLINE void forLanes(const Batch& batch, Body&& body) {
    if (batch.used <= 4) {
        const hn::CappedTag<float, 4> d;
        for (std::size_t s = 0; s < batch.used; s += hn::Lanes(d)) body(d, s);
    } else {
        const hn::CappedTag<float, BatchSize> d;
        for (std::size_t s = 0; s < batch.used; s += hn::Lanes(d)) body(d, s);
    }
}

// clamp(round(v), low, high) as a float. Adding 1.5 * 2^23 leaves the rounded number in the low
// bits of the fraction; clamping it there gives ggml's result for infinities and NaN, too.
template <class D, class V = hn::Vec<D>>
HWY_INLINE V nearest(D d, V v, int low, int high) {
    const hn::RebindToSigned<D> di;
    const V magic = Set(d, 12582912.0F);
    const auto bits = hn::And(hn::BitCast(di, Add(v, magic)), Set(di, 0x7FFFFF));
    const auto clamped = hn::Min(hn::Max(bits, Set(di, 0x400000 + low)), Set(di, 0x400000 + high));
    return Sub(hn::BitCast(d, hn::Or(clamped, Set(di, 0x4B000000))), magic);
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE void storeCodes(D, V codes, std::uint8_t* out) {
    const hn::RebindToSigned<D> di;
    const hn::Rebind<std::uint8_t, D> du;
    hn::StoreU(hn::DemoteTo(du, hn::ConvertTo(di, codes)), du, out);
}

// ---- Weights

template <class Of> // Of(tag, x, rms)
HWY_INLINE void weigh(Batch& batch, bool needsRms, Of&& of) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        auto squares = Zero(d);
        if (needsRms) {
            for (std::size_t i = 0; i < batch.elements; ++i) {
                const auto x = hn::Load(d, batch.x + i * BatchSize + s);
                squares = Add(squares, Mul(x, x));
            }
            squares = hn::Sqrt(Div(squares, Set(d, static_cast<float>(batch.elements))));
        }
        for (std::size_t i = 0; i < batch.elements; ++i)
            hn::Store(of(d, hn::Load(d, batch.x + i * BatchSize + s), squares), d,
                      batch.weights + i * BatchSize + s);
    });
}

void WeighByMagnitude(Batch& batch) {
    weigh(batch, false, [](auto, auto x, auto) HWY_ATTR { return Abs(x); });
}

void WeighBySquare(Batch& batch) {
    weigh(batch, false, [](auto, auto x, auto) HWY_ATTR { return Mul(x, x); });
}

void WeighByRmsAndMagnitude(Batch& batch) {
    weigh(batch, true, [](auto, auto x, auto rms) HWY_ATTR { return Add(rms, Abs(x)); });
}

void WeighImportance(Batch& batch, const float* variances) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        const auto variance = hn::LoadU(d, variances + s);
        for (std::size_t i = 0; i < batch.elements; ++i) {
            const auto x = hn::Load(d, batch.x + i * BatchSize + s);
            float* w = batch.weights + i * BatchSize + s;
            hn::Store(Mul(hn::Load(d, w), hn::Sqrt(Add(variance, Mul(x, x)))), d, w);
        }
    });
}

// ---- Searches

// Tries numbers of steps around maxCode for the range, fits scale and min to each set of codes by
// weighted least squares and keeps the best. A min that was accepted is the start of the next try.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void asymmetric(D d, Batch& batch, std::size_t s, const AsymmetricSearch& how) {
    const std::size_t n = batch.elements;
    const float *xs = batch.x + s, *ws = batch.weights + s;
    HWY_ALIGN float tried[MostElements * BatchSize];
    const V zero = Zero(d);

    V low = hn::Load(d, xs), high = low;
    V sumW = hn::Load(d, ws), sumX = Mul(sumW, low);
    for (std::size_t i = 1; i < n; ++i) {
        const V x = hn::Load(d, xs + i * BatchSize), w = hn::Load(d, ws + i * BatchSize);
        low = IfThenElse(Lt(x, low), x, low); // keeps the sign of a first zero, as Min need not
        high = hn::Max(high, x);
        sumW = Add(sumW, w);
        sumX = Add(sumX, Mul(w, x));
    }
    low = IfThenZeroElse(Gt(low, zero), low);
    const auto flat = hn::Eq(high, low);
    const auto codesAt = [&](V x, V inverse, V min) HWY_ATTR {
        return nearest(d, Mul(inverse, Sub(x, min)), 0, how.maxCode);
    };
    const auto errorOf = [&](std::size_t i, V code, V scale, V min) HWY_ATTR {
        const V x = hn::Load(d, xs + i * BatchSize);
        const V diff = Sub(Add(Mul(scale, code), min), x);
        return Mul(hn::Load(d, ws + i * BatchSize),
                   how.absoluteError ? Abs(diff) : Mul(diff, diff));
    };

    V inverse = Div(Set(d, static_cast<float>(how.maxCode)), Sub(high, low));
    V scale = Div(Set(d, 1.0F), inverse), best = zero;
    for (std::size_t i = 0; i < n; ++i)
        best = Add(best,
                   errorOf(i, codesAt(hn::Load(d, xs + i * BatchSize), inverse, low), scale, low));
    V keptInverse = inverse, keptLow = low; // that gave the best codes
    for (int step = 0; step <= how.steps; ++step) {
        const float levels =
            how.first + how.step * static_cast<float>(step) + static_cast<float>(how.maxCode);
        inverse = Div(Set(d, levels), Sub(high, low));
        V sumL = zero, sumLL = zero, sumXL = zero;
        for (std::size_t i = 0; i < n; ++i) {
            const V x = hn::Load(d, xs + i * BatchSize);
            const V code = codesAt(x, inverse, low);
            hn::Store(code, d, tried + i * BatchSize);
            const V wl = Mul(hn::Load(d, ws + i * BatchSize), code);
            sumL = Add(sumL, wl);
            sumLL = Add(sumLL, Mul(wl, code));
            sumXL = Add(sumXL, Mul(wl, x));
        }
        const V determinant = Sub(Mul(sumW, sumLL), Mul(sumL, sumL));
        V newScale = Div(Sub(Mul(sumW, sumXL), Mul(sumX, sumL)), determinant);
        V newLow = Div(Sub(Mul(sumLL, sumX), Mul(sumL, sumXL)), determinant);
        const auto positive = Gt(newLow, zero);
        newLow = IfThenZeroElse(positive, newLow);
        newScale = IfThenElse(positive, Div(sumXL, sumLL), newScale);
        V error = zero;
        for (std::size_t i = 0; i < n; ++i)
            error = Add(error, errorOf(i, hn::Load(d, tried + i * BatchSize), newScale, newLow));
        const auto better = hn::And(Gt(determinant, zero), Lt(error, best));
        best = IfThenElse(better, error, best);
        scale = IfThenElse(better, newScale, scale);
        keptInverse = IfThenElse(better, inverse, keptInverse);
        keptLow = IfThenElse(better, low, keptLow);
        low = IfThenElse(better, newLow, low);
    }
    low = IfThenElse(flat, keptLow, low);
    for (std::size_t i = 0; i < n; ++i) {
        const V code = codesAt(hn::Load(d, xs + i * BatchSize), keptInverse, keptLow);
        storeCodes(d, IfThenZeroElse(flat, code), batch.codes + i * BatchSize + s);
    }
    hn::StoreU(IfThenZeroElse(flat, scale), d, batch.scales + s);
    hn::StoreU(hn::Neg(low), d, batch.mins + s);
}

void SearchAsymmetric(Batch& batch, const AsymmetricSearch& how) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR { asymmetric(d, batch, s, how); });
}

// The value of largest magnitude with its sign, the first of several, and that magnitude.
template <class V>
struct Extreme {
    V value, magnitude;
};
template <class D, class V = hn::Vec<D>>
HWY_INLINE Extreme<V> extreme(D d, const Batch& batch, std::size_t s) {
    Extreme<V> out{Zero(d), Zero(d)};
    for (std::size_t i = 0; i < batch.elements; ++i) {
        const V x = hn::Load(d, batch.x + i * BatchSize + s), a = Abs(x);
        const auto larger = Gt(a, out.magnitude);
        out.magnitude = IfThenElse(larger, a, out.magnitude);
        out.value = IfThenElse(larger, x, out.value);
    }
    return out;
}

// Sums of weight * x * code and weight * code^2.
template <class V>
struct Fit {
    V xl, ll;
};
template <class D, class CodeOf, class V = hn::Vec<D>>
HWY_INLINE Fit<V> fitOf(D d, const Batch& batch, std::size_t s, CodeOf&& codeOf) {
    Fit<V> fit{Zero(d), Zero(d)};
    for (std::size_t i = 0; i < batch.elements; ++i) {
        const V x = hn::Load(d, batch.x + i * BatchSize + s);
        const V w = hn::Load(d, batch.weights + i * BatchSize + s);
        const V code = codeOf(x);
        fit.xl = Add(fit.xl, Mul(Mul(w, x), code));
        fit.ll = Add(fit.ll, Mul(Mul(w, code), code));
    }
    return fit;
}

// Tries scales around extreme / half; the fit that explains most of the weighted squares wins.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void symmetric(D d, Batch& batch, std::size_t s, int half) {
    const Extreme<V> top = extreme(d, batch, s);
    const auto empty = Lt(top.magnitude, Set(d, Tiny));
    const V zero = Zero(d);
    V kept = Div(Set(d, static_cast<float>(-half)), top.value);
    const auto fitAt = [&](V inverse) HWY_ATTR {
        return fitOf(d, batch, s,
                     [&](V x) HWY_ATTR { return nearest(d, Mul(inverse, x), -half, half - 1); });
    };
    const Fit<V> first = fitAt(kept);
    V scale = IfThenZeroElse(hn::Eq(first.ll, zero), Div(first.xl, first.ll));
    V best = Mul(scale, first.xl);
    for (int step = -9; step <= 9; ++step) {
        if (step == 0) continue;
        const float levels = static_cast<float>(half) + 0.1F * static_cast<float>(step);
        const V inverse = Div(Set(d, -levels), top.value);
        const Fit<V> fit = fitAt(inverse);
        const auto better = hn::And(Gt(fit.ll, zero), Gt(Mul(fit.xl, fit.xl), Mul(best, fit.ll)));
        const V newScale = Div(fit.xl, fit.ll);
        scale = IfThenElse(better, newScale, scale);
        best = IfThenElse(better, Mul(newScale, fit.xl), best);
        kept = IfThenElse(better, inverse, kept);
    }
    for (std::size_t i = 0; i < batch.elements; ++i) {
        const V x = hn::Load(d, batch.x + i * BatchSize + s);
        const V code =
            Add(nearest(d, Mul(kept, x), -half, half - 1), Set(d, static_cast<float>(half)));
        storeCodes(d, IfThenZeroElse(empty, code), batch.codes + i * BatchSize + s);
    }
    hn::StoreU(IfThenZeroElse(empty, scale), d, batch.scales + s);
}

void SearchSymmetric(Batch& batch, int half) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR { symmetric(d, batch, s, half); });
}

// Moves one code at a time to its best value for the others, while that raises the part of the
// weighted squares that the fit explains. codes: floats, changed; fit: of these codes, changed.
template <class D, class V = hn::Vec<D>>
HWY_INLINE void descend(D d, const Batch& batch, std::size_t s, int low, int high,
                        bool needsSquares, float* codes, Fit<V>& fit) {
    const V zero = Zero(d);
    for (int sweep = 0; sweep < 5; ++sweep) {
        bool changed = false;
        for (std::size_t i = 0; i < batch.elements; ++i) {
            const V x = hn::Load(d, batch.x + i * BatchSize + s);
            const V w = hn::Load(d, batch.weights + i * BatchSize + s);
            const V old = hn::Load(d, codes + i * BatchSize), wx = Mul(w, x);
            V xl = Sub(fit.xl, Mul(wx, old)), ll = Sub(fit.ll, Mul(Mul(w, old), old));
            auto better = Gt(xl, zero);
            if (needsSquares) better = hn::And(better, Gt(ll, zero));
            const V code = nearest(d, Div(Mul(x, ll), xl), low, high);
            xl = Add(xl, Mul(wx, code));
            ll = Add(ll, Mul(Mul(w, code), code));
            better = hn::And(better, hn::Ne(code, old));
            if (!needsSquares) better = hn::And(better, Gt(ll, zero));
            better = hn::And(better, Gt(Mul(Mul(xl, xl), fit.ll), Mul(Mul(fit.xl, fit.xl), ll)));
            changed = changed || !hn::AllFalse(d, better);
            hn::Store(IfThenElse(better, code, old), d, codes + i * BatchSize);
            fit.xl = IfThenElse(better, xl, fit.xl);
            fit.ll = IfThenElse(better, ll, fit.ll);
        }
        if (!changed) break; // lanes that have come to rest stay where they are
    }
}

template <class D, class V = hn::Vec<D>>
HWY_INLINE void finishDescent(D d, Batch& batch, std::size_t s, const float* codes, Fit<V> fit,
                              hn::Mask<D> empty, int offset) {
    for (std::size_t i = 0; i < batch.elements; ++i) {
        const V code = Add(hn::Load(d, codes + i * BatchSize), Set(d, static_cast<float>(offset)));
        storeCodes(d, IfThenZeroElse(empty, code), batch.codes + i * BatchSize + s);
    }
    const auto usable = hn::AndNot(empty, Gt(fit.ll, Zero(d)));
    hn::StoreU(IfThenElseZero(usable, Div(fit.xl, fit.ll)), d, batch.scales + s);
}

void SearchByDescent(Batch& batch, int half) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        using V = hn::Vec<decltype(d)>;
        HWY_ALIGN float codes[MostElements * BatchSize];
        const Extreme<V> top = extreme(d, batch, s);
        const V inverse = Div(Set(d, static_cast<float>(-half)), top.value);
        std::size_t i = 0;
        Fit<V> fit = fitOf(d, batch, s, [&](V x) HWY_ATTR {
            const V code = nearest(d, Mul(inverse, x), -half, half - 1);
            hn::Store(code, d, codes + i++ * BatchSize);
            return code;
        });
        descend(d, batch, s, -half, half - 1, false, codes, fit);
        finishDescent(d, batch, s, codes, fit, Lt(top.magnitude, Set(d, Tiny)), half);
    });
}

void SearchPositive(Batch& batch, int maxCode) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        using V = hn::Vec<decltype(d)>;
        HWY_ALIGN float codes[MostElements * BatchSize];
        const V zero = Zero(d), one = Set(d, 1.0F);
        V top = zero;
        for (std::size_t i = 0; i < batch.elements; ++i)
            top = hn::Max(top, hn::Load(d, batch.x + i * BatchSize + s));
        const auto codeAt = [&](V x, V inverse)
                                HWY_ATTR { return nearest(d, Mul(inverse, x), 0, maxCode); };
        const auto errorAt = [&](V inverse) HWY_ATTR {
            const V scale = Div(one, inverse);
            V error = zero;
            for (std::size_t i = 0; i < batch.elements; ++i) {
                const V x = hn::Load(d, batch.x + i * BatchSize + s);
                const V diff = Sub(x, Mul(scale, codeAt(x, inverse)));
                const V w = hn::Load(d, batch.weights + i * BatchSize + s);
                error = Add(error, Mul(Mul(w, diff), diff));
            }
            return error;
        };
        V kept = Div(Set(d, static_cast<float>(maxCode)), top), best = errorAt(kept);
        for (int step = -4; step <= 4; ++step) {
            if (step == 0) continue;
            const float levels = 0.1F * static_cast<float>(step) + static_cast<float>(maxCode);
            const V inverse = Div(Set(d, levels), top), error = errorAt(inverse);
            const auto better = Lt(error, best);
            best = IfThenElse(better, error, best);
            kept = IfThenElse(better, inverse, kept);
        }
        std::size_t i = 0;
        Fit<V> fit = fitOf(d, batch, s, [&](V x) HWY_ATTR {
            const V code = codeAt(x, kept);
            hn::Store(code, d, codes + i++ * BatchSize);
            return code;
        });
        descend(d, batch, s, 0, maxCode, true, codes, fit);
        finishDescent(d, batch, s, codes, fit, Lt(top, Set(d, Tiny)), 0);
    });
}

// ---- The 16 levels of IQ4_NL

// Nearest of the 16 levels, as `values` of them; ties to the larger. The midpoints are exact
// floats, and so are the differences near them that ggml compares.
template <class D, class Values, class V = hn::Vec<D>>
HWY_INLINE V pickLevel(D d, V x, Values&& valueOf) {
    V out = Set(d, valueOf(0));
    for (std::size_t k = 1; k < 16; ++k) {
        const float middle = 0.5F * static_cast<float>(Iq4Levels[k - 1] + Iq4Levels[k]);
        out = IfThenElse(hn::Ge(x, Set(d, middle)), Set(d, valueOf(k)), out);
    }
    return out;
}

void SearchLevels(Batch& batch) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        using V = hn::Vec<decltype(d)>;
        const Extreme<V> top = extreme(d, batch, s);
        const V zero = Zero(d);
        const float first = Iq4Levels[0];
        const auto fitAt = [&](V inverse) HWY_ATTR {
            V xl = zero, ll = zero;
            for (std::size_t i = 0; i < batch.elements; ++i) {
                const V x = hn::Load(d, batch.x + i * BatchSize + s);
                const V level = pickLevel(d, Mul(inverse, x), [](std::size_t k) {
                    return static_cast<float>(Iq4Levels[k]);
                });
                const V wl = Mul(hn::Load(d, batch.weights + i * BatchSize + s), level);
                xl = Add(xl, Mul(wl, x));
                ll = Add(ll, Mul(wl, level));
            }
            return Fit<V>{xl, ll};
        };
        const V start = Div(hn::Neg(top.value), Set(d, first));
        Fit<V> fit = fitAt(Div(Set(d, 1.0F), start));
        V scale = Div(fit.xl, fit.ll), best = Mul(scale, fit.xl);
        for (int step = -7; step <= 7; ++step) {
            fit = fitAt(Div(Set(d, static_cast<float>(step) + first), top.value));
            const auto better =
                hn::And(Gt(fit.ll, zero), Gt(Mul(fit.xl, fit.xl), Mul(best, fit.ll)));
            const V newScale = Div(fit.xl, fit.ll);
            scale = IfThenElse(better, newScale, scale);
            best = IfThenElse(better, Mul(newScale, fit.xl), best);
        }
        const auto empty = Lt(top.magnitude, Set(d, Tiny));
        hn::StoreU(IfThenZeroElse(empty, scale), d, batch.scales + s);
    });
}

void NearestLevels(Batch& batch, const float* inverses) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        const auto inverse = hn::LoadU(d, inverses + s);
        for (std::size_t i = 0; i < batch.elements; ++i) {
            const auto x = hn::Load(d, batch.x + i * BatchSize + s);
            const auto code =
                pickLevel(d, Mul(inverse, x), [](std::size_t k) { return static_cast<float>(k); });
            storeCodes(d, code, batch.codes + i * BatchSize + s);
        }
    });
}

// ---- Codes for given scales

void Requantize(Batch& batch, const float* scales, const float* mins, int low, int high) {
    forLanes(batch, [&](auto d, std::size_t s) HWY_ATTR {
        const hn::RebindToSigned<decltype(d)> di;
        const hn::Rebind<std::uint8_t, decltype(d)> du;
        const auto scale = hn::LoadU(d, scales + s), min = hn::LoadU(d, mins + s);
        const auto none = hn::Eq(scale, Zero(d));
        for (std::size_t i = 0; i < batch.elements; ++i) {
            std::uint8_t* code = batch.codes + i * BatchSize + s;
            const auto x = hn::Load(d, batch.x + i * BatchSize + s);
            const auto fresh = Sub(nearest(d, Div(Add(x, min), scale), low, high),
                                   Set(d, static_cast<float>(low)));
            const auto old = hn::ConvertTo(d, hn::PromoteTo(di, hn::LoadU(du, code)));
            storeCodes(d, IfThenElse(none, old, fresh), code);
        }
    });
}

} // namespace bitsmith::blocks::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::blocks {

HWY_EXPORT(WeighByMagnitude);
HWY_EXPORT(WeighBySquare);
HWY_EXPORT(WeighByRmsAndMagnitude);
HWY_EXPORT(WeighImportance);
HWY_EXPORT(SearchAsymmetric);
HWY_EXPORT(SearchSymmetric);
HWY_EXPORT(SearchByDescent);
HWY_EXPORT(SearchPositive);
HWY_EXPORT(SearchLevels);
HWY_EXPORT(NearestLevels);
HWY_EXPORT(Requantize);

void setSubBlock(Batch& batch, std::size_t s, const float* x, const float* importance) {
    for (std::size_t i = 0; i < batch.elements; ++i) batch.x[i * BatchSize + s] = x[i];
    if (!importance) return;
    for (std::size_t i = 0; i < batch.elements; ++i)
        batch.weights[i * BatchSize + s] = importance[i];
}

void weighByMagnitude(Batch& batch) { HWY_DYNAMIC_DISPATCH(WeighByMagnitude)(batch); }
void weighBySquare(Batch& batch) { HWY_DYNAMIC_DISPATCH(WeighBySquare)(batch); }
void weighByRmsAndMagnitude(Batch& batch) { HWY_DYNAMIC_DISPATCH(WeighByRmsAndMagnitude)(batch); }
void weighImportance(Batch& batch, const float* variances) {
    HWY_DYNAMIC_DISPATCH(WeighImportance)(batch, variances);
}
void searchAsymmetric(Batch& batch, const AsymmetricSearch& how) {
    HWY_DYNAMIC_DISPATCH(SearchAsymmetric)(batch, how);
}
void searchSymmetric(Batch& batch, int half) { HWY_DYNAMIC_DISPATCH(SearchSymmetric)(batch, half); }
void searchByDescent(Batch& batch, int half) { HWY_DYNAMIC_DISPATCH(SearchByDescent)(batch, half); }
void searchPositive(Batch& batch, int maxCode) {
    HWY_DYNAMIC_DISPATCH(SearchPositive)(batch, maxCode);
}
void searchLevels(Batch& batch) { HWY_DYNAMIC_DISPATCH(SearchLevels)(batch); }
void nearestLevels(Batch& batch, const float* inverses) {
    HWY_DYNAMIC_DISPATCH(NearestLevels)(batch, inverses);
}
void requantize(Batch& batch, const float* scales, const float* mins, int low, int high) {
    HWY_DYNAMIC_DISPATCH(Requantize)(batch, scales, mins, low, high);
}

} // namespace bitsmith::blocks
#endif

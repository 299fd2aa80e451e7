// Element by element: activation functions, gated units, residual sums.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/activation.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/vector_math_inl.h"

#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

struct Silu {
    HWY_INLINE FloatVec operator()(FloatVec x) const { return swish(x, x); }
};
struct Gelu {
    HWY_INLINE FloatVec operator()(FloatVec x) const { return geluV(x); }
};
struct GeluTanh { // 0.5 (1 + tanh u) = sigmoid(2u), u = sqrt(2/pi) (x + 0.044715 x^3)
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        const FloatTag d;
        const auto cubic = hn::Mul(hn::Mul(x, x), hn::Set(d, 1.59576912f * 0.044715f));
        return swish(x, hn::Mul(x, hn::Add(cubic, hn::Set(d, 1.59576912f))));
    }
};
struct Relu {
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        const auto zero = hn::Zero(FloatTag());
        return hn::IfThenElse(hn::Lt(x, zero), zero, x);
    }
};
struct QuickGelu {
    HWY_INLINE FloatVec operator()(FloatVec x) const {
        return swish(x, hn::Mul(x, hn::Set(FloatTag(), 1.702f)));
    }
};

template <class F>
struct Gated {
    HWY_INLINE FloatVec operator()(FloatVec x, FloatVec up) const { return hn::Mul(F()(x), up); }
};
struct Sum {
    HWY_INLINE FloatVec operator()(FloatVec x, FloatVec y) const { return hn::Add(x, y); }
};

void activateRow(Activation kind, float* x, std::size_t count) {
    switch (kind) {
    case Activation::Silu:
        return mapRow(x, count, Silu());
    case Activation::Gelu:
        return mapRow(x, count, Gelu());
    case Activation::GeluTanh:
        return mapRow(x, count, GeluTanh());
    case Activation::Relu:
        return mapRow(x, count, Relu());
    case Activation::QuickGelu:
        return mapRow(x, count, QuickGelu());
    }
}

void gateRow(Activation kind, float* x, const float* up, std::size_t count) {
    switch (kind) {
    case Activation::Silu:
        return zipRow(x, up, count, Gated<Silu>());
    case Activation::Gelu:
        return zipRow(x, up, count, Gated<Gelu>());
    case Activation::GeluTanh:
        return zipRow(x, up, count, Gated<GeluTanh>());
    case Activation::Relu:
        return zipRow(x, up, count, Gated<Relu>());
    case Activation::QuickGelu:
        return zipRow(x, up, count, Gated<QuickGelu>());
    }
}

void addRow(float* x, const float* y, std::size_t count) { zipRow(x, y, count, Sum()); }

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(activateRow);
HWY_EXPORT(gateRow);
HWY_EXPORT(addRow);

void activate(Activation kind, MatrixView x) {
    const auto kernel = HWY_DYNAMIC_DISPATCH(activateRow);
    parallelFor(x.rows, rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t) kernel(kind, x.row(t).data(), x.cols);
    });
}

void gate(Activation kind, MatrixView gate, ConstMatrixView up) {
    assert(gate.rows == up.rows && gate.cols == up.cols);
    const auto kernel = HWY_DYNAMIC_DISPATCH(gateRow);
    parallelFor(gate.rows, rowGrain(gate.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t)
            kernel(kind, gate.row(t).data(), up.row(t).data(), gate.cols);
    });
}

void add(MatrixView x, ConstMatrixView y) {
    assert(x.rows == y.rows && x.cols == y.cols);
    const auto kernel = HWY_DYNAMIC_DISPATCH(addRow);
    parallelFor(x.rows, rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
        for (std::size_t t = first; t < last; ++t) kernel(x.row(t).data(), y.row(t).data(), x.cols);
    });
}

} // namespace bitsmith::cpu
#endif

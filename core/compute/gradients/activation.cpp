// Derivatives of the activation functions, in double: next to the products around them they cost
// little, and near their zeros fp32 would lose digits.
#include "core/base/parallel.h"
#include "core/compute/cpu/cpu_ops.h"
#include "core/compute/gradients.h"

#include <cmath>
#include <numbers>

namespace bitsmith::gradients {
namespace {

struct ValueAndSlope {
    double value, slope;
};

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

// x sigmoid(u(x)) with u' = inner: slope = s + x s (1 - s) u'.
ValueAndSlope swish(double x, double u, double inner) {
    const double s = sigmoid(u);
    return {x * s, s + x * s * (1 - s) * inner};
}

struct Silu {
    ValueAndSlope operator()(double x) const { return swish(x, x, 1); }
};
struct QuickGelu {
    ValueAndSlope operator()(double x) const { return swish(x, 1.702 * x, 1.702); }
};
struct GeluTanh { // 0.5 (1 + tanh v) = sigmoid(2v), v = sqrt(2/pi) (x + 0.044715 x^3)
    ValueAndSlope operator()(double x) const {
        const double twice = 2 * std::sqrt(2 / std::numbers::pi);
        return swish(x, twice * (x + 0.044715 * x * x * x), twice * (1 + 3 * 0.044715 * x * x));
    }
};
struct Gelu { // x Phi(x): Phi + x phi
    ValueAndSlope operator()(double x) const {
        const double below = 0.5 * std::erfc(-x / std::numbers::sqrt2);
        const double density = std::exp(-0.5 * x * x) / std::sqrt(2 * std::numbers::pi);
        return {x * below, below + x * density};
    }
};
struct Relu {
    ValueAndSlope operator()(double x) const {
        return x > 0 ? ValueAndSlope{x, 1} : ValueAndSlope{0, 0};
    }
};

template <class Body>
void withFunction(Activation kind, const Body& body) {
    switch (kind) {
    case Activation::Silu:
        return body(Silu());
    case Activation::Gelu:
        return body(Gelu());
    case Activation::GeluTanh:
        return body(GeluTanh());
    case Activation::Relu:
        return body(Relu());
    case Activation::QuickGelu:
        return body(QuickGelu());
    }
}

} // namespace

void activate(Activation kind, ConstMatrixView x, ConstMatrixView dy, MatrixView dx) {
    assert(dy.rows == x.rows && dy.cols == x.cols && dx.rows == x.rows && dx.cols == x.cols);
    withFunction(kind, [&](auto function) {
        parallelFor(x.rows, cpu::rowGrain(x.cols), [&](std::size_t first, std::size_t last) {
            for (std::size_t t = first; t < last; ++t)
                for (std::size_t c = 0; c < x.cols; ++c)
                    dx(t, c) = static_cast<float>(dy(t, c) * function(x(t, c)).slope);
        });
    });
}

void gate(Activation kind, ConstMatrixView gate, ConstMatrixView up, ConstMatrixView dy,
          MatrixView dGate, MatrixView dUp) {
    assert(up.rows == gate.rows && up.cols == gate.cols);
    assert(dy.rows == gate.rows && dy.cols == gate.cols && dGate.data != dy.data);
    assert(dGate.rows == gate.rows && dGate.cols == gate.cols);
    assert(dUp.rows == gate.rows && dUp.cols == gate.cols);
    withFunction(kind, [&](auto function) {
        parallelFor(gate.rows, cpu::rowGrain(gate.cols), [&](std::size_t first, std::size_t last) {
            for (std::size_t t = first; t < last; ++t)
                for (std::size_t c = 0; c < gate.cols; ++c) {
                    const ValueAndSlope f = function(gate(t, c));
                    const double outer = dy(t, c);
                    dGate(t, c) = static_cast<float>(outer * up(t, c) * f.slope);
                    dUp(t, c) = static_cast<float>(outer * f.value);
                }
        });
    });
}

} // namespace bitsmith::gradients

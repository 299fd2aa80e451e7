#include "core/compute/reference/reference_ops.h"

#include <cmath>
#include <numbers>

namespace bitsmith::reference {
namespace {

double activation(Activation kind, double x) {
    switch (kind) {
    case Activation::Silu:
        return x / (1 + std::exp(-x));
    // erfc keeps the digits of the negative tail that 1 + erf loses.
    case Activation::Gelu:
        return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::GeluTanh: {
        const double inner =
            std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x); // Hendrycks & Gimpel 2016
        return x / (1 + std::exp(-2 * inner)); // 0.5 (1 + tanh u) = sigmoid(2u)
    }
    case Activation::Relu:
        return x < 0 ? 0 : x;
    case Activation::QuickGelu:
        return x / (1 + std::exp(-1.702 * x));
    }
    return x;
}

} // namespace

void activate(Activation kind, MatrixView x) {
    for (std::size_t t = 0; t < x.rows; ++t)
        for (float& value : x.row(t)) value = static_cast<float>(activation(kind, value));
}

void gate(Activation kind, MatrixView gate, ConstMatrixView up) {
    assert(gate.rows == up.rows && gate.cols == up.cols);
    for (std::size_t t = 0; t < gate.rows; ++t)
        for (std::size_t c = 0; c < gate.cols; ++c)
            gate(t, c) = static_cast<float>(activation(kind, gate(t, c)) * up(t, c));
}

void add(MatrixView x, ConstMatrixView y) {
    assert(x.rows == y.rows && x.cols == y.cols);
    for (std::size_t t = 0; t < x.rows; ++t)
        for (std::size_t c = 0; c < x.cols; ++c) x(t, c) += y(t, c);
}

} // namespace bitsmith::reference

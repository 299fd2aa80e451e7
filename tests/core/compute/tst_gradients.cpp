// The backward operations against central differences of naive forward ones in double. The inputs
// are floats, so both see the same numbers, and the differences themselves are good to about 1e-11.
// Operations whose inside is double are held to 1e-6; products and attention go through sgemm,
// whose sums of K terms in fp32 are off by about sqrt(K) 6e-8 of their size: 4e-6 at these shapes.
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/compute/gradients.h"
#include "core/compute/selftest_support.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numbers>

using namespace bitsmith;
using selftest::TestWeights;

namespace {

constexpr double Tight = 1e-6, Products = 4e-6;

Matrix randomMatrix(std::size_t rows, std::size_t cols, std::string_view name, double scale = 1) {
    Rng rng(1, name, "gradients");
    Matrix matrix(rows, cols);
    for (float& value : matrix.values()) value = static_cast<float>(scale * rng.normal());
    return matrix;
}

using Numbers = std::vector<double>;

Numbers numbers(const Matrix& matrix) { return {matrix.values().begin(), matrix.values().end()}; }

double dot(const Numbers& a, const Numbers& b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
}

// f'(0) of t -> f(t), five points: the error is of the order h^4 f'''''.
double slope(const std::function<double(double)>& f, double h = 1e-3) {
    return (f(-2 * h) - 8 * f(-h) + 8 * f(h) - f(2 * h)) / (12 * h);
}

// The gradient of <dy, forward(x)>, element by element.
Numbers differences(const std::function<Numbers(const Numbers&)>& forward, const Numbers& x,
                    const Numbers& dy) {
    Numbers gradient(x.size());
    for (std::size_t i = 0; i < x.size(); ++i)
        gradient[i] = slope([&](double t) {
            Numbers moved = x;
            moved[i] += t;
            return dot(dy, forward(moved));
        });
    return gradient;
}

// Largest |got - expected| / (|expected| + rms of expected).
double errorOf(const Matrix& got, const Numbers& expected) {
    return selftest::largestError(selftest::outputOf(got), expected, 0);
}

void within(double error, double tolerance) {
    QVERIFY2(error <= tolerance, qPrintable(QString("%1 > %2").arg(error).arg(tolerance)));
}

// ---- Naive forward operations, in double

Numbers rmsNorm(const Numbers& x, std::size_t cols, std::span<const float> weight, double eps) {
    Numbers y(x.size());
    for (std::size_t t = 0; t < x.size(); t += cols) {
        double squares = 0;
        for (std::size_t c = 0; c < cols; ++c) squares += x[t + c] * x[t + c];
        for (std::size_t c = 0; c < cols; ++c)
            y[t + c] = x[t + c] * weight[c] / std::sqrt(squares / double(cols) + eps);
    }
    return y;
}

Numbers layerNorm(const Numbers& x, std::size_t cols, std::span<const float> weight, double eps) {
    Numbers y(x.size());
    for (std::size_t t = 0; t < x.size(); t += cols) {
        double mean = 0, variance = 0;
        for (std::size_t c = 0; c < cols; ++c) mean += x[t + c] / double(cols);
        for (std::size_t c = 0; c < cols; ++c)
            variance += (x[t + c] - mean) * (x[t + c] - mean) / double(cols);
        for (std::size_t c = 0; c < cols; ++c)
            y[t + c] = (x[t + c] - mean) * weight[c] / std::sqrt(variance + eps);
    }
    return y;
}

double activation(Activation kind, double x) {
    switch (kind) {
    case Activation::Silu:
        return x / (1 + std::exp(-x));
    case Activation::Gelu:
        return 0.5 * x * std::erfc(-x / std::numbers::sqrt2);
    case Activation::GeluTanh:
        return 0.5 * x *
               (1 + std::tanh(std::sqrt(2 / std::numbers::pi) * (x + 0.044715 * x * x * x)));
    case Activation::Relu:
        return std::max(0.0, x);
    case Activation::QuickGelu:
        return x / (1 + std::exp(-1.702 * x));
    }
    return 0;
}

struct Heads {
    std::size_t tokens, heads, kvHeads, dim, window;
    double scale;
};

// q | k | v one after the other.
Numbers attention(const Numbers& qkv, const Heads& s) {
    const std::size_t wide = s.heads * s.dim, narrow = s.kvHeads * s.dim;
    const double *q = qkv.data(), *k = q + s.tokens * wide, *v = k + s.tokens * narrow;
    Numbers out(s.tokens * wide);
    for (std::size_t h = 0; h < s.heads; ++h)
        for (std::size_t t = 0; t < s.tokens; ++t) {
            const std::size_t kv = h / (s.heads / s.kvHeads) * s.dim;
            const std::size_t from = s.window && t + 1 > s.window ? t + 1 - s.window : 0;
            Numbers p;
            double sum = 0;
            for (std::size_t j = from; j <= t; ++j) {
                double score = 0;
                for (std::size_t i = 0; i < s.dim; ++i)
                    score += q[t * wide + h * s.dim + i] * k[j * narrow + kv + i];
                sum += p.emplace_back(std::exp(s.scale * score));
            }
            for (std::size_t j = from; j <= t; ++j)
                for (std::size_t i = 0; i < s.dim; ++i)
                    out[t * wide + h * s.dim + i] += p[j - from] / sum * v[j * narrow + kv + i];
        }
    return out;
}

struct AttentionCase {
    Matrix q, k, v, out, dOut, dq, dk, dv;
    explicit AttentionCase(const Heads& s)
        : q(randomMatrix(s.tokens, s.heads * s.dim, "q")),
          k(randomMatrix(s.tokens, s.kvHeads * s.dim, "k")),
          v(randomMatrix(s.tokens, s.kvHeads * s.dim, "v")), out(s.tokens, s.heads * s.dim),
          dOut(randomMatrix(s.tokens, s.heads * s.dim, "dO")), dq(q.rows(), q.cols()),
          dk(k.rows(), k.cols()), dv(v.rows(), v.cols()) {
        makeCpuBackend()->attention({.query = q.view(),
                                     .keys = k.view(),
                                     .values = v.view(),
                                     .heads = s.heads,
                                     .kvHeads = s.kvHeads,
                                     .headDim = s.dim,
                                     .window = s.window,
                                     .scale = static_cast<float>(s.scale),
                                     .out = out.view()});
        gradients::attention({.query = q.view(),
                              .dOut = dOut.view(),
                              .out = out.view(),
                              .keys = k.view(),
                              .values = v.view(),
                              .heads = s.heads,
                              .kvHeads = s.kvHeads,
                              .headDim = s.dim,
                              .window = s.window,
                              .scale = static_cast<float>(s.scale),
                              .dQuery = dq.view(),
                              .dKeys = dk.view(),
                              .dValues = dv.view()});
    }
    Numbers inputs() const { return joined(q, k, v); }
    Numbers gradient() const { return joined(dq, dk, dv); }

private:
    static Numbers joined(const Matrix& a, const Matrix& b, const Matrix& c) {
        Numbers all = numbers(a);
        all.insert(all.end(), b.values().begin(), b.values().end());
        all.insert(all.end(), c.values().begin(), c.values().end());
        return all;
    }
};

const Activation Activations[] = {Activation::Silu, Activation::Gelu, Activation::GeluTanh,
                                  Activation::Relu, Activation::QuickGelu};

} // namespace

class TstGradients : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { setThreads(0); }

    void norms() {
        for (const double scale : {1.0, 1e-3}) { // the second: eps matters
            const Matrix x = randomMatrix(5, 32, "x", scale), dy = randomMatrix(5, 32, "dy");
            const Matrix weight = randomMatrix(1, 32, "weight");
            const float eps = 1e-5f;
            Matrix dx(5, 32);
            // The step has to be small against x.
            const auto moved = [&](const auto& forward) {
                Numbers gradient(x.values().size());
                for (std::size_t i = 0; i < gradient.size(); ++i)
                    gradient[i] = slope(
                        [&](double t) {
                            Numbers at = numbers(x);
                            at[i] += t;
                            return dot(numbers(dy), forward(at));
                        },
                        1e-3 * scale);
                return gradient;
            };
            gradients::rmsNorm(x.view(), weight.values(), eps, dy.view(), dx.view());
            within(errorOf(dx, moved([&](const Numbers& v) {
                               return rmsNorm(v, 32, weight.values(), eps);
                           })),
                   Tight);
            Matrix inPlace = dy;
            gradients::rmsNorm(x.view(), weight.values(), eps, inPlace.view(), inPlace.view());
            QCOMPARE(inPlace, dx);
            gradients::layerNorm(x.view(), weight.values(), eps, dy.view(), dx.view());
            within(errorOf(dx, moved([&](const Numbers& v) {
                               return layerNorm(v, 32, weight.values(), eps);
                           })),
                   Tight);
            inPlace = dy;
            gradients::layerNorm(x.view(), weight.values(), eps, inPlace.view(), inPlace.view());
            QCOMPARE(inPlace, dx);
        }
    }

    // Two heads of 8 with 3 rotated pairs, from position 4; the table scaled as yarn's is.
    void rotary() {
        const std::size_t tokens = 7, dim = 8, pairs = 3, first = 4;
        RotaryTable table{pairs, {}, {}};
        for (std::size_t p = 0; p < first + tokens; ++p)
            for (std::size_t i = 0; i < pairs; ++i) {
                table.cosines.push_back(
                    static_cast<float>(1.3 * std::cos(double(p) / double(i + 1))));
                table.sines.push_back(
                    static_cast<float>(1.3 * std::sin(double(p) / double(i + 1))));
            }
        const Matrix x = randomMatrix(tokens, 2 * dim, "x"),
                     dy = randomMatrix(tokens, 2 * dim, "dy");
        Matrix dx = dy;
        gradients::rotary(dx.view(), dim, table, first);
        const auto forward = [&](const Numbers& in) {
            Numbers out = in;
            for (std::size_t t = 0; t < tokens; ++t)
                for (std::size_t start = 0; start < 2 * dim; start += dim)
                    for (std::size_t i = 0; i < pairs; ++i) {
                        const std::size_t low = t * 2 * dim + start + i,
                                          at = (first + t) * pairs + i;
                        out[low] = in[low] * table.cosines[at] - in[low + pairs] * table.sines[at];
                        out[low + pairs] =
                            in[low + pairs] * table.cosines[at] + in[low] * table.sines[at];
                    }
            return out;
        };
        within(errorOf(dx, differences(forward, numbers(x), numbers(dy))), Tight);
    }

    void activations() {
        for (const Activation kind : Activations) {
            Matrix x = randomMatrix(4, 33, "x", 2);
            for (float& value : x.values()) // relu's corner and the differences' steps keep apart
                if (std::abs(value) < 0.01f) value = 0.01f;
            const Matrix dy = randomMatrix(4, 33, "dy"), up = randomMatrix(4, 33, "up");
            Matrix dx(4, 33);
            gradients::activate(kind, x.view(), dy.view(), dx.view());
            const auto plain = [&](const Numbers& in) {
                Numbers out(in.size());
                std::ranges::transform(in, out.begin(),
                                       [&](double v) { return activation(kind, v); });
                return out;
            };
            within(errorOf(dx, differences(plain, numbers(x), numbers(dy))), Tight);

            Matrix dGate(4, 33), dUp = dy;
            gradients::gate(kind, x.view(), up.view(), dUp.view(), dGate.view(), dUp.view());
            const auto gated = [&](const Numbers& g, const Numbers& u) {
                Numbers out = plain(g);
                for (std::size_t i = 0; i < out.size(); ++i) out[i] *= u[i];
                return out;
            };
            within(
                errorOf(dGate, differences([&](const Numbers& g) { return gated(g, numbers(up)); },
                                           numbers(x), numbers(dy))),
                Tight);
            within(errorOf(dUp, differences([&](const Numbers& u) { return gated(numbers(x), u); },
                                            numbers(up), numbers(dy))),
                   Tight);
        }
    }

    // Far out, where exponentials overflow, derivatives are 0 or 1 and never NaN.
    void activationsFarOut() {
        for (const Activation kind : Activations) {
            Matrix x(1, 4), dy(1, 4), dx(1, 4);
            for (std::size_t i = 0; i < 4; ++i) {
                x(0, i) = (i < 2 ? -1.0f : 1.0f) * (i % 2 ? 1e4f : 1e30f);
                dy(0, i) = 1;
            }
            gradients::activate(kind, x.view(), dy.view(), dx.view());
            for (std::size_t i = 0; i < 4; ++i) QCOMPARE(dx(0, i), i < 2 ? 0.0f : 1.0f);
        }
    }

    void attentionElementByElement() {
        const Heads shapes[] = {{7, 4, 2, 8, 0, 0.35},
                                {7, 4, 1, 8, 3, 0.5},
                                {1, 2, 2, 4, 0, 1},
                                {9, 2, 2, 5, 1, 0.2},
                                {12, 3, 3, 4, 5, 0.7}};
        for (const Heads& shape : shapes) {
            const AttentionCase c(shape);
            const Numbers expected =
                differences([&](const Numbers& qkv) { return attention(qkv, shape); }, c.inputs(),
                            numbers(c.dOut));
            within(selftest::largestError(c.gradient(), expected, 0), Products);
        }
    }

    // Over the edges of tiles: derivatives along random directions, each moving only a few rows.
    void attentionAcrossTiles() {
        const Heads shapes[] = {{300, 4, 2, 8, 0, 0.35},
                                {257, 2, 1, 8, 70, 0.35},
                                {128, 2, 2, 8, 0, 0.35},
                                {193, 3, 1, 4, 130, 0.5}};
        for (const Heads& shape : shapes) {
            const AttentionCase c(shape);
            const Numbers inputs = c.inputs(), gradient = c.gradient(), dOut = numbers(c.dOut);
            Rng rng(3, "direction", "gradients");
            for (int trial = 0; trial < 24; ++trial) {
                Numbers direction(inputs.size());
                double scale = 0;
                const std::size_t from = rng.below(inputs.size() - 40);
                for (std::size_t i = from; i < from + 40; ++i) {
                    direction[i] = rng.normal();
                    scale += std::abs(direction[i] * gradient[i]);
                }
                const double expected = slope([&](double t) {
                    Numbers moved = inputs;
                    for (std::size_t i = from; i < from + 40; ++i) moved[i] += t * direction[i];
                    return dot(dOut, attention(moved, shape));
                });
                within(std::abs(dot(direction, gradient) - expected) / scale, Products);
            }
        }
    }

    void products() {
        for (const bool dense : {true, false})
            for (const auto& [tokens, out, in] :
                 {std::tuple{7, 5, 9}, {1, 1, 1}, {3, 40, 33}, {70, 65, 130}}) {
                const Matrix x = randomMatrix(tokens, in, "x"),
                             dy = randomMatrix(tokens, out, "dy");
                const TestWeights w(randomMatrix(out, in, "w"), dense);
                const Numbers values = numbers(decodeAll(w));
                Numbers dx(x.values().size()), dw(values.size());
                for (int t = 0; t < tokens; ++t)
                    for (int o = 0; o < out; ++o)
                        for (int i = 0; i < in; ++i) {
                            dx[t * in + i] += double(dy(t, o)) * values[o * in + i];
                            dw[o * in + i] += double(dy(t, o)) * x(t, i);
                        }
                Matrix gotX(tokens, in), gotW(out, in);
                std::ranges::fill(gotX.values(), 7.0f); // overwritten
                gradients::linearInput(dy.view(), w, gotX.view());
                within(errorOf(gotX, dx), Products);
                gradients::linearWeight(dy.view(), x.view(), gotW.view());
                within(errorOf(gotW, dw), Products);
                gradients::linearInput(dy.view(), w, gotX.view(), true);
                gradients::linearWeight(dy.view(), x.view(), gotW.view());
                for (double& v : dx) v *= 2;
                for (double& v : dw) v *= 2;
                within(errorOf(gotX, dx), Products);
                within(errorOf(gotW, dw), Products);
            }
    }

    // More rows than a panel holds (4 Mi floats): the panels' sums join.
    void productsInPanels() {
        const std::size_t out = 1100, in = 4096;
        const Matrix dy = randomMatrix(8, out, "dy"), values = randomMatrix(out, in, "w");
        const TestWeights packed(values, false), dense(decodeAll(packed), true);
        Matrix a(8, in), b(8, in);
        gradients::linearInput(dy.view(), packed, a.view());
        gradients::linearInput(dy.view(), dense, b.view());
        within(errorOf(a, numbers(b)), 2e-5); // sums of 1100 terms, both in fp32
    }

    void crossEntropy() {
        const std::size_t rows = 4, words = 50;
        Matrix logits = randomMatrix(rows, words, "logits", 3);
        logits(3, 20) = 40; // certain of its target: p - 1 must not be lost to rounding
        const std::vector<std::int32_t> targets{3, 49, 0, 20};
        const std::vector<float> scales{1, 0.5f, 0.25f, 2};
        const auto loss = [&](const Numbers& x, std::size_t t) {
            double top = -1e300, sum = 0;
            for (std::size_t v = 0; v < words; ++v) top = std::max(top, x[t * words + v]);
            for (std::size_t v = 0; v < words; ++v) sum += std::exp(x[t * words + v] - top);
            return std::log(sum) + top - x[t * words + std::size_t(targets[t])];
        };
        const Numbers at = numbers(logits);
        Matrix gradient = logits;
        std::vector<double> losses(rows);
        gradients::crossEntropy(gradient.view(), targets, scales, losses);
        const Numbers expected = differences(
            [&](const Numbers& x) {
                Numbers out(rows);
                for (std::size_t t = 0; t < rows; ++t) out[t] = loss(x, t);
                return out;
            },
            at, Numbers(scales.begin(), scales.end()));
        within(errorOf(gradient, expected), Tight);
        for (std::size_t t = 0; t < rows; ++t)
            within(std::abs(losses[t] - loss(at, t)), 1e-12 * std::max(1.0, loss(at, t)));
        // Each row's gradient sums to 0; the certain row keeps its digits.
        for (std::size_t t = 0; t < rows; ++t) {
            double sum = 0, size = 0;
            for (const float g : gradient.view().row(t)) {
                sum += g;
                size += std::abs(g);
            }
            QVERIFY(size > 0);
            within(std::abs(sum) / size, 1e-6);
        }
    }

    void sameBitsWithAnyThreads() {
        const auto everything = [] {
            std::vector<Matrix> out;
            const Heads shape{300, 4, 2, 16, 90, 0.25};
            const AttentionCase c(shape);
            out.insert(out.end(), {c.dq, c.dk, c.dv});
            const Matrix x = randomMatrix(300, 260, "x"), dy = randomMatrix(300, 200, "dy");
            const TestWeights w(randomMatrix(200, 260, "w"), false);
            Matrix dx(300, 260), dw(200, 260), normed(300, 260);
            gradients::linearInput(dy.view(), w, dx.view());
            gradients::linearWeight(dy.view(), x.view(), dw.view());
            const std::vector<float> ones(260, 1.0f);
            gradients::layerNorm(x.view(), ones, 1e-5f, dx.view(), normed.view());
            out.insert(out.end(), {dx, dw, normed});
            return out;
        };
        setThreads(1);
        const auto one = everything();
        setThreads(2);
        QVERIFY(everything() == one);
    }
};

QTEST_GUILESS_MAIN(TstGradients)
#include "tst_gradients.moc"

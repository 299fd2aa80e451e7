#include "core/compute/selftest.h"

#include "core/compute/selftest_support.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

namespace bitsmith {
namespace {

using selftest::append;
using selftest::Infinity;
using selftest::Inputs;
using selftest::NaN;
using selftest::Output;
using selftest::outputOf;
using selftest::TestWeights;

using Run = std::function<Output(const Backend&)>;

class Checker {
public:
    Checker(const Backend& backend, SelfTestSize size, double productTolerance)
        : m_backend(backend), m_reference(makeReferenceBackend()),
          m_full(size == SelfTestSize::Full), m_productTolerance(productTolerance) {}

    std::vector<OpCheck> all() {
        linear();
        packedLinear();
        linears();
        embed();
        norms();
        rotary();
        attention();
        activations();
        statistics();
        logSoftmax();
        return std::move(m_checks);
    }

private:
    void check(std::string op, std::string shape, double tolerance, const Run& run,
               double scale = 0) {
        OpCheck result{std::move(op), std::move(shape), 0, tolerance, false};
        result.maxError = selftest::largestError(run(m_backend), run(*m_reference), scale);
        result.ok = result.maxError <= tolerance;
        m_checks.push_back(std::move(result));
    }
    std::vector<std::size_t> sizes(std::initializer_list<std::size_t> small,
                                   std::initializer_list<std::size_t> full) const {
        return m_full ? full : small;
    }

    void linear();
    void packedLinear();
    void packedCase(const selftest::PackedCase& wanted, std::size_t tokens, std::size_t in,
                    std::size_t out);
    void linears();
    void embed();
    void norms();
    void rotary();
    void attention();
    void attentionCase(std::size_t tokens, std::size_t past, std::size_t heads, std::size_t kvHeads,
                       std::size_t dim, std::size_t window);
    void activations();
    void statistics();
    void logSoftmax();

    const Backend& m_backend;
    std::shared_ptr<const Backend> m_reference;
    bool m_full;
    double m_productTolerance;
    std::vector<OpCheck> m_checks;
};

void Checker::linear() {
    struct Case {
        std::size_t tokens, in, out;
    };
    std::vector<Case> cases{{1, 64, 64}, {3, 17, 65}, {65, 63, 257}, {0, 8, 8}, {5, 64, 1}};
    if (m_full)
        cases.insert(cases.end(), {{1, 1, 1},
                                   {1, 257, 63},
                                   {2, 4096, 300},
                                   {4, 65, 17},
                                   {5, 257, 257},
                                   {17, 3, 3},
                                   {64, 64, 64},
                                   {257, 1, 65},
                                   {300, 1100, 130},
                                   {1030, 65, 520},
                                   {9, 11008, 70},
                                   {4200, 17, 63}});
    for (const Case& c : cases)
        for (const bool dense : {true, false})
            for (const bool withBias : {true, false}) {
                const std::string shape =
                    fmt::format("tokens {}, {} -> {}, {}{}", c.tokens, c.in, c.out,
                                dense ? "fp32" : "decoded", withBias ? ", bias" : "");
                Inputs inputs(shape);
                const Matrix x = inputs.matrix(c.tokens, c.in + 3); // strided
                const TestWeights w(inputs.matrix(c.out, c.in), dense);
                const auto bias = inputs.vector(withBias ? c.out : 0);
                check("linear", shape, m_productTolerance, [&](const Backend& backend) {
                    Matrix y(c.tokens, c.out + 2);
                    std::ranges::fill(y.values(), NaN); // all of it must be overwritten
                    backend.linear(x.view().columnRange(2, c.in), w, bias,
                                   y.view().columnRange(1, c.out));
                    return outputOf(y); // the margins stay NaN
                });
            }
}

void Checker::packedCase(const selftest::PackedCase& wanted, std::size_t tokens, std::size_t in,
                         std::size_t out) {
    const auto w = selftest::packedCase(wanted, out, in);
    const std::string name =
        wanted.grid == "affine" ? fmt::format("affine{}", wanted.bits) : wanted.format;
    const std::string groups = wanted.perTensor        ? "per tensor"
                               : wanted.grid == "gguf" ? "blocks"
                               : wanted.groupSize == 0
                                   ? "per channel"
                                   : fmt::format("groups of {}", wanted.groupSize);
    const std::string shape = fmt::format("tokens {}, {} -> {}, {} {}{}{}", tokens, in, out, name,
                                          groups, wanted.symmetric ? ", symmetric" : "",
                                          wanted.columnScaled ? ", factors of columns" : "");
    Inputs inputs(shape);
    const Matrix x = inputs.matrix(tokens, in + 3, 1); // strided
    const auto bias = inputs.vector(tokens % 2 ? out : 0);
    // Where codes fill bytes a backend may round the vector to 16 bits (packed_kernels.h).
    const bool integers = wanted.grid == "gguf" ||
                          (wanted.grid == "affine" && (wanted.bits == 4 || wanted.bits == 8));
    check("linear_packed", shape, integers ? 2e-4 : 1e-5, [&](const Backend& backend) {
        Matrix y(tokens, out + 2);
        std::ranges::fill(y.values(), NaN);
        backend.linear(x.view().columnRange(2, in), *w, bias, y.view().columnRange(1, out));
        return outputOf(y);
    });
}

// Kernels that multiply with codes as they are stored, at sizes around their words and groups.
void Checker::packedLinear() {
    for (const std::string_view format : {"Q4_0", "Q8_0", "Q4_K", "Q5_K", "Q6_K", "Q4_1"})
        for (const std::size_t tokens : sizes({1}, {1, 2, 3, 4, 6, 9})) {
            const std::size_t block = format.back() == 'K' ? 256 : 32;
            for (const std::size_t blocks : sizes({3}, {1, 2, 3, 7, 16}))
                packedCase({.grid = "gguf", .format = std::string(format)}, tokens, blocks * block,
                           tokens == 1 ? 37 : 5);
        }
    struct Level {
        const char* format;
        int bits;
    };
    for (const Level& level :
         {Level{"nf4", 4}, Level{"e2m1", 4}, Level{"log3", 3}, Level{"e4m3x", 8}, Level{"e3m2", 6}})
        for (const std::size_t group : sizes({32}, {0, 16, 32, 40, 64, 128}))
            for (const std::size_t tokens : sizes({1}, {1, 2, 5}))
                packedCase({.grid = "float",
                            .format = level.format,
                            .bits = level.bits,
                            .groupSize = group},
                           tokens, 328, 19);
    for (int bits = 2; bits <= 8; ++bits) {
        for (const std::size_t group : sizes({0, 64}, {0, 1, 7, 8, 16, 24, 32, 48, 64, 100, 128}))
            for (const std::size_t cols : sizes({200}, {1, 63, 64, 200, 257, 640}))
                for (const bool symmetric : {true, false})
                    packedCase(
                        {.bits = bits, .groupSize = std::min(group, cols), .symmetric = symmetric},
                        1 + cols % 3, cols, 1 + cols % 11);
        if (!m_full) continue;
        for (const std::size_t tokens : {1, 2, 3, 4, 5, 6, 7})
            for (const std::size_t group : {32, 128})
                packedCase({.bits = bits, .groupSize = group}, tokens, 1152, 70);
        packedCase({.bits = bits, .perTensor = true}, 1, 300, 70);
        packedCase({.bits = bits, .groupSize = 64, .symmetric = true, .columnScaled = true}, 2, 300,
                   70);
        packedCase({.bits = bits, .groupSize = 128}, 1, 4096, 300);
    }
}

// Layers of one input: some of the same kind, some not, one that no kernel knows.
void Checker::linears() {
    constexpr std::size_t In = 512;
    const std::vector<selftest::PackedCase> formats{{.grid = "gguf", .format = "Q4_K"},
                                                    {.grid = "gguf", .format = "Q4_K"},
                                                    {.grid = "gguf", .format = "Q6_K"},
                                                    {.bits = 4, .groupSize = 64},
                                                    {.grid = "gguf", .format = "Q4_1"}};
    for (const std::size_t tokens : sizes({1}, {1, 3, 9}))
        for (const std::size_t count : sizes({4}, {2, 4, 5})) {
            const std::string shape = fmt::format("tokens {}, {} layers", tokens, count);
            Inputs inputs(shape);
            const Matrix x = inputs.matrix(tokens, In + 3, 1);
            std::vector<std::shared_ptr<const WeightMatrix>> weights;
            for (std::size_t i = 0; i < count; ++i)
                weights.push_back(selftest::packedCase(formats[i], 90 - 17 * i, In));
            check("linears", shape, 2e-4, [&](const Backend& backend) {
                std::vector<Matrix> y;
                std::vector<LinearPart> parts;
                for (const auto& w : weights) {
                    y.emplace_back(tokens, w->rows() + 2);
                    std::ranges::fill(y.back().values(), NaN);
                    parts.push_back({w.get(), {}, y.back().view().columnRange(1, w->rows())});
                }
                backend.linears(x.view().columnRange(2, In), parts);
                Output all = outputOf(y[0]);
                for (std::size_t i = 1; i < count; ++i) append(all, y[i].values());
                return all;
            });
        }
}

void Checker::embed() {
    for (const std::size_t cols : sizes({64}, {1, 17, 64, 257, 20000})) {
        Inputs inputs("embed");
        const TestWeights table(inputs.matrix(65, cols), false);
        const std::vector<std::int32_t> ids{64, 0, 3, 3, 63, 1};
        check("embed", fmt::format("6 of 65 rows of {}", cols), 0, [&](const Backend& backend) {
            Matrix out(ids.size(), cols);
            backend.embed(table, ids, out.view());
            return outputOf(out);
        });
    }
}

void Checker::norms() {
    for (const std::size_t cols : sizes({64, 257}, {1, 3, 17, 63, 64, 65, 257, 5000}))
        for (const std::size_t rows : sizes({3}, {1, 3, 65})) {
            const std::string shape = fmt::format("{}x{}", rows, cols);
            Inputs inputs(shape);
            Matrix x = inputs.matrix(rows, cols);
            for (float& value : x.values()) value += 3; // a mean to remove
            const auto weight = inputs.vector(cols, 0.1f, 1), bias = inputs.vector(cols);
            const auto run = [&](auto&& op) {
                return [&x, op](const Backend& backend) {
                    Matrix y = x; // in place, then into another matrix
                    op(backend, y.view(), y.view());
                    Matrix z(x.rows(), x.cols());
                    op(backend, x.view(), z.view());
                    Output output = outputOf(y);
                    append(output, z.values());
                    return output;
                };
            };
            check("rms_norm", shape, 1e-5,
                  run([&](const Backend& backend, ConstMatrixView in, MatrixView out) {
                      backend.rmsNorm(in, weight, 1e-5f, out);
                  }));
            // A column of one has no variance: what is left is rounding, so eps is large there.
            check("layer_norm", shape, 1e-5,
                  run([&](const Backend& backend, ConstMatrixView in, MatrixView out) {
                      backend.layerNorm(in, weight, bias, cols == 1 ? 1.0f : 1e-5f, out);
                  }));
        }
}

void Checker::rotary() {
    for (const std::size_t pairs : sizes({3, 32}, {1, 3, 8, 17, 32, 64}))
        for (const std::size_t rest : {std::size_t{0}, std::size_t{5}}) {
            const std::size_t headDim = 2 * pairs + rest, heads = 3, tokens = 17, first = 5;
            Inputs inputs("rotary");
            RotaryTable table;
            table.pairs = pairs;
            for (const float angle : inputs.vector((first + tokens) * pairs, 3)) {
                table.cosines.push_back(std::cos(angle));
                table.sines.push_back(std::sin(angle));
            }
            const Matrix x = inputs.matrix(tokens, heads * headDim);
            check("rotary",
                  fmt::format("{}x{} heads of {}, {} pairs", tokens, heads, headDim, pairs), 1e-6,
                  [&](const Backend& backend) {
                      Matrix y = x;
                      backend.rotary(y.view(), headDim, table, first);
                      return outputOf(y);
                  });
        }
}

void Checker::attentionCase(std::size_t tokens, std::size_t past, std::size_t heads,
                            std::size_t kvHeads, std::size_t dim, std::size_t window) {
    const std::string shape =
        fmt::format("tokens {}, past {}, heads {}/{} of {}{}", tokens, past, heads, kvHeads, dim,
                    window ? fmt::format(", window {}", window) : "");
    Inputs inputs(shape);
    const Matrix query = inputs.matrix(tokens, heads * dim, 2),
                 keys = inputs.matrix(past + tokens, kvHeads * dim),
                 values = inputs.matrix(past + tokens, kvHeads * dim);
    check("attention", shape, m_productTolerance, [&](const Backend& backend) {
        Matrix out(tokens, heads * dim);
        backend.attention({.query = query.view(),
                           .keys = keys.view(),
                           .values = values.view(),
                           .heads = heads,
                           .kvHeads = kvHeads,
                           .headDim = dim,
                           .past = past,
                           .window = window,
                           .scale = 1 / std::sqrt(static_cast<float>(dim)),
                           .out = out.view()});
        return outputOf(out);
    });
}

void Checker::attention() {
    attentionCase(1, 0, 1, 1, 1, 0);
    attentionCase(17, 0, 4, 2, 16, 0);
    attentionCase(65, 3, 2, 1, 17, 0);
    attentionCase(1, 300, 4, 2, 64, 0);
    attentionCase(70, 0, 2, 2, 8, 5);
    if (!m_full) return;
    attentionCase(0, 7, 2, 1, 8, 0);
    attentionCase(3, 257, 6, 2, 33, 0);
    attentionCase(63, 64, 3, 3, 64, 0);
    attentionCase(257, 0, 2, 1, 63, 0);
    attentionCase(64, 1000, 2, 2, 65, 0);
    attentionCase(600, 0, 1, 1, 3, 0);
    attentionCase(300, 300, 2, 1, 16, 1);
    attentionCase(300, 300, 2, 1, 16, 64);
    attentionCase(300, 17, 2, 1, 128, 257);
    attentionCase(2, 300, 2, 1, 128, 100);
    attentionCase(5, 0, 2, 1, 128, 1000);
}

void Checker::activations() {
    struct Kind {
        Activation kind;
        const char* name;
    };
    constexpr Kind kinds[] = {{Activation::Silu, "silu"},
                              {Activation::Gelu, "gelu"},
                              {Activation::GeluTanh, "gelu_tanh"},
                              {Activation::Relu, "relu"},
                              {Activation::QuickGelu, "quick_gelu"}};
    for (const Kind& kind : kinds) {
        for (const std::size_t cols : sizes({65}, {1, 3, 17, 63, 64, 65, 257, 20000})) {
            Inputs inputs(kind.name);
            const Matrix x = inputs.matrix(3, cols, 3), up = inputs.matrix(3, cols);
            const std::string shape = fmt::format("3x{}", cols);
            check(
                kind.name, shape, 1e-6,
                [&](const Backend& backend) {
                    Matrix y = x;
                    backend.activate(kind.kind, y.view());
                    return outputOf(y);
                },
                0.01);
            check(
                fmt::format("{}_gate", kind.name), shape, 1e-6,
                [&](const Backend& backend) {
                    Matrix y = x;
                    backend.gate(kind.kind, y.view(), up.view());
                    return outputOf(y);
                },
                0.01);
        }
        Matrix extremes(1, 20);
        std::ranges::copy(std::initializer_list<float>{NaN,     Infinity, 0,   -0.0f, 1e-30f,
                                                       -1e-30f, 88,       -88, 104,   -104,
                                                       1e4f,    -1e4f,    5,   -5,    1e-3f,
                                                       -1,      1,        -12, 1e10f, -1e10f},
                          extremes.data());
        check(
            kind.name, "extreme values", 1e-6,
            [&](const Backend& backend) {
                Matrix y = extremes;
                backend.activate(kind.kind, y.view());
                return outputOf(y);
            },
            0.01);
    }
    for (const std::size_t cols : sizes({65}, {1, 17, 64, 257})) {
        Inputs inputs("add");
        const Matrix x = inputs.matrix(17, cols), y = inputs.matrix(17, cols);
        check("add", fmt::format("17x{}", cols), 0, [&](const Backend& backend) {
            Matrix sum = x;
            backend.add(sum.view(), y.view());
            return outputOf(sum);
        });
    }
}

void Checker::statistics() {
    for (const std::size_t cols : sizes({1, 65}, {1, 3, 17, 64, 65, 257, 300}))
        for (const std::size_t tokens : sizes({17}, {1, 63, 300})) {
            const std::string shape = fmt::format("{}x{}", tokens, cols);
            Inputs inputs(shape);
            const Matrix x = inputs.matrix(tokens, cols + 2);
            const ConstMatrixView view = x.view().columnRange(1, cols);
            check("gram", shape, m_productTolerance, [&](const Backend& backend) {
                Matrix gram(cols, cols);
                backend.gram(view, gram.view());
                backend.gram(view, gram.view()); // adds to what is there
                Output output = outputOf(gram);
                for (std::size_t i = 0; i < cols; ++i) // exactly symmetric
                    for (std::size_t j = 0; j < i; ++j) output.push_back(gram(i, j) == gram(j, i));
                return output;
            });
            check("channel_stats", shape, 1e-12, [&](const Backend& backend) {
                std::vector<double> sums(cols, 0.5);
                std::vector<float> tops(cols, 0.25f);
                backend.channelStats(view, sums, tops);
                append(sums, tops);
                return sums;
            });
        }
}

void Checker::logSoftmax() {
    for (const std::size_t cols : sizes({65}, {1, 3, 17, 64, 257, 32003})) {
        Inputs inputs("log_softmax");
        Matrix x = inputs.matrix(4, cols, 5);
        x(1, cols / 2) = 1000;      // one certain outcome
        x(2, cols - 1) = -Infinity; // one impossible one
        if (cols > 1)
            for (float& value : x.view().row(3)) value -= 3e4f;
        check(
            "log_softmax", fmt::format("4x{}", cols), 1e-6,
            [&](const Backend& backend) {
                Matrix y = x;
                backend.logSoftmax(y.view());
                return outputOf(y);
            },
            1);
    }
}

} // namespace

std::vector<OpCheck> checkBackend(const Backend& backend, SelfTestSize size,
                                  double productTolerance) {
    return Checker(backend, size, productTolerance).all();
}

} // namespace bitsmith

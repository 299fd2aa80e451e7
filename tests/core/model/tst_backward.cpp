// Gradients of whole models: against automatic differentiation in double precision by an
// independent library (tests/golden/logits/make_gradients.py), against differences of our own loss,
// and against themselves in other cuts: batches, groups, threads, single matrices.
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/model/backward.h"
#include "core/model/hessian_product.h"
#include "tests/core/model/model_fixtures.h"

#include <QElapsedTimer>
#include <QTest>

#include <algorithm>
#include <cmath>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

struct Gradients {
    std::vector<std::string> order;
    std::map<std::string, Matrix> gradient, squares;
    GradientSummary summary;
};

Matrix copyOf(ConstMatrixView x) {
    Matrix copy(x.rows, x.cols);
    for (std::size_t r = 0; r < x.rows; ++r)
        std::ranges::copy(x.row(r), copy.view().row(r).begin());
    return copy;
}

GradientPass passOf(const fs::path& folder,
                    std::shared_ptr<const Backend> backend = makeCpuBackend()) {
    return GradientPass::create(
               ForwardPass::create(openModel(folder).value(), std::move(backend)).value())
        .value();
}

Gradients gradientsOf(const GradientPass& pass, const TokenBatch& sequences,
                      const GradientRequest& request = {}) {
    Gradients out;
    RunContext context;
    const auto summary = pass.run(
        sequences, request,
        [&](const TensorGradient& g) -> Status {
            out.order.emplace_back(g.tensor);
            out.gradient[out.order.back()] = copyOf(g.gradient);
            if (g.squares.rows > 0) out.squares[out.order.back()] = copyOf(g.squares);
            return {};
        },
        context);
    if (!summary) throw std::runtime_error(summary.error().message);
    out.summary = *summary;
    return out;
}

double norm(std::span<const float> values) {
    double sum = 0;
    for (const float v : values) sum += static_cast<double>(v) * v;
    return std::sqrt(sum);
}

double dot(std::span<const float> a, std::span<const float> b) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

// ||a - b|| / ||b||
double distance(const Matrix& a, const Matrix& b) {
    if (a.rows() != b.rows() || a.cols() != b.cols()) return INFINITY;
    double sum = 0;
    for (std::size_t i = 0; i < a.values().size(); ++i) {
        const double d = static_cast<double>(a.values()[i]) - b.values()[i];
        sum += d * d;
    }
    return std::sqrt(sum) / norm(b.values());
}

void within(double error, double tolerance, const std::string& what) {
    QVERIFY2(error <= tolerance, qPrintable(QString::fromStdString(
                                     fmt::format("{}: {} > {}", what, error, tolerance))));
}

// A matrix of the golden file as (output x input).
Matrix goldenMatrix(const RawTensors& golden, const std::string& name, const Matrix& like) {
    const RawTensor& tensor = golden.at(name);
    const auto values = asFloats(tensor);
    Matrix out(like.rows(), like.cols());
    const bool transposed = tensor.shape[0] != static_cast<std::int64_t>(like.rows()) ||
                            name.find(".h.") != std::string::npos; // GPT-2, also where square
    for (std::size_t r = 0; r < out.rows(); ++r)
        for (std::size_t c = 0; c < out.cols(); ++c)
            out(r, c) = values[transposed ? c * out.rows() + r : r * out.cols() + c];
    return out;
}

TokenBatch goldenTokens(const fs::path& folder) {
    const RawTensors expected = readTensors(folder / "expected.safetensors");
    TokenBatch batch;
    for (int i = 0; expected.contains(fmt::format("tokens.{}", i)); ++i) {
        const auto ids = asFloats(expected.at(fmt::format("tokens.{}", i)));
        batch.append(std::vector<TokenId>(ids.begin(), ids.end()));
    }
    return batch;
}

Matrix randomMatrix(std::size_t rows, std::size_t cols, std::string_view name) {
    Rng rng(5, name, "backward");
    Matrix matrix(rows, cols);
    for (float& v : matrix.values()) v = static_cast<float>(rng.normal());
    return matrix;
}

fs::path proseFolder() { return fs::path(BITSMITH_SHARED_DIR) / "models/prose-3m/hf"; }

TokenBatch randomSequences(std::size_t count, std::size_t length, std::size_t vocabulary) {
    Rng rng(11, "tokens", "backward");
    TokenBatch batch;
    for (std::size_t s = 0; s < count; ++s) {
        std::vector<TokenId> sequence(length);
        for (TokenId& id : sequence) id = static_cast<TokenId>(rng.below(vocabulary));
        batch.append(sequence);
    }
    return batch;
}

} // namespace

class TstBackward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void cleanup() { setThreads(0); }

    void eachModel_data() {
        QTest::addColumn<QString>("name");
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            if (entry.is_directory()) {
                const auto name = QString::fromStdString(entry.path().filename().string());
                QTest::newRow(qPrintable(name)) << name;
            }
    }

    // Every matrix of every family: within 1e-4 of its norm of what the other library computes in
    // double. Ours is fp32, forward and backward, through logits of a size of about 10.
    void matchesAutomaticDifferentiation_data() { eachModel_data(); }
    void matchesAutomaticDifferentiation() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const RawTensors golden = readTensors(folder / "gradients.safetensors");
        const GradientPass pass = passOf(folder);
        GradientRequest request;
        request.head = !pass.forward().architecture().tied();
        request.squares = golden.contains("squares." + pass.forward().architecture().head.weight) ||
                          std::ranges::any_of(golden, [](const auto& entry) {
                              return entry.first.starts_with("squares.");
                          });
        const Gradients got = gradientsOf(pass, goldenTokens(folder), request);
        QCOMPARE(got.summary.sequences, std::size_t(2));
        QCOMPARE(got.summary.tokens, std::size_t(23 + 6));
        within(std::abs(got.summary.loss - asFloats(golden.at("loss"))[0]), 1e-5, "loss");
        std::size_t expected = 0;
        double worst = 0;
        for (const auto& [tensor, raw] : golden) {
            if (tensor == "loss" || tensor.starts_with("vector.") || tensor.starts_with("product."))
                continue;
            const bool squares = tensor.starts_with("squares.");
            const std::string matrix = squares ? tensor.substr(8) : tensor;
            QVERIFY2(got.gradient.contains(matrix), matrix.c_str());
            const Matrix& ours = squares ? got.squares.at(matrix) : got.gradient.at(matrix);
            const double error = distance(ours, goldenMatrix(golden, tensor, ours));
            worst = std::max(worst, error);
            within(error, 1e-4, tensor);
            expected += !squares;
        }
        QCOMPARE(got.gradient.size(), expected);
        qInfo("%s: %zu matrices, worst relative error %.1e", qPrintable(name), expected, worst);
    }

    // Two moves along each matrix, at random and partly along its gradient: the loss changes as the
    // gradient says. Our loss comes from an fp32 forward pass, good to about 1e-7 of itself; the
    // best of several steps (too small: rounding, too large: curvature) is within 0.2 %. Where 3700
    // relus have a corner, steps that rounding allows cross some of them: 5 %.
    void matchesDifferencesOfTheLoss_data() { eachModel_data(); }
    void matchesDifferencesOfTheLoss() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const GradientPass pass = passOf(folder, makeReferenceBackend());
        const TokenBatch sequences = goldenTokens(folder);
        const bool corners = pass.forward().architecture().activation == Activation::Relu;
        RunContext context;
        double worst = 0;
        for (const auto& [tensor, gradient] : gradientsOf(pass, sequences).gradient) {
            const Matrix w = decodeAll(*pass.forward().model().matrix(tensor).value());
            for (const bool along : {false, true}) {
                Matrix v = randomMatrix(w.rows(), w.cols(), tensor);
                const double scale = norm(gradient.values()) / norm(v.values());
                if (along)
                    for (std::size_t i = 0; i < v.values().size(); ++i)
                        v.values()[i] += static_cast<float>(gradient.values()[i] / scale);
                const double expected = dot(v.values(), gradient.values());
                const double size = std::max(std::abs(expected), scale * norm(v.values()));
                double best = INFINITY;
                for (const double step : {1e-2, 3e-3, 1e-3, 3e-4, 1e-4}) {
                    const double eps = step * norm(w.values()) / norm(v.values());
                    const auto lossAt = [&](double factor) {
                        Matrix moved = w;
                        for (std::size_t i = 0; i < v.values().size(); ++i)
                            moved.values()[i] += static_cast<float>(factor * v.values()[i]);
                        const WeightOverrides overrides{{tensor, denseWeights(std::move(moved))}};
                        return pass.loss(sequences, overrides, context).value().loss;
                    };
                    const double slope = (lossAt(eps) - lossAt(-eps)) / (2 * eps);
                    best = std::min(best, std::abs(slope - expected) / size);
                }
                worst = std::max(worst, best);
                within(best, corners ? 5e-2 : 2e-3, tensor);
            }
        }
        qInfo("%s: worst %.1e", qPrintable(name), worst);
    }

    // From the last block to the first, in an order that does not depend on the request.
    void deliversBlocksFromTheLast() {
        const GradientPass pass = passOf(goldenFolder() / "qwen3");
        GradientRequest request;
        request.head = true;
        const Gradients got = gradientsOf(pass, goldenTokens(goldenFolder() / "qwen3"), request);
        QCOMPARE(got.order.front(), std::string("lm_head.weight"));
        std::vector<std::string> blocks;
        for (const char* block : {"1", "0"})
            for (const char* part :
                 {"mlp.down_proj", "mlp.gate_proj", "mlp.up_proj", "self_attn.o_proj",
                  "self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"})
                blocks.push_back(fmt::format("model.layers.{}.{}.weight", block, part));
        QCOMPARE(std::vector<std::string>(got.order.begin() + 1, got.order.end()), blocks);
    }

    // Groups of one block, single matrices, kept blocks and hidden states from half-way: the same
    // bits.
    void cutsChangeNothing_data() { eachModel_data(); }
    void cutsChangeNothing() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const GradientPass pass = passOf(folder);
        const TokenBatch sequences = goldenTokens(folder);
        const Gradients all = gradientsOf(pass, sequences);
        GradientRequest grouped;
        grouped.gradientBytes = 1;
        const Gradients small = gradientsOf(pass, sequences, grouped);
        QCOMPARE(small.order, all.order);
        QVERIFY(small.gradient == all.gradient);
        QCOMPARE(small.summary.loss, all.summary.loss);

        RunContext context;
        const HiddenStates states = pass.hiddenStates(sequences, 1, context).value();
        for (const TensorInfo& info : pass.forward().model().tensors()) {
            if (info.block < 0 || !info.quantizable) continue;
            GradientRequest one;
            one.tensors = {info.name};
            if (info.block == 1) one.from = &states;
            one.overrides[info.name] =
                denseWeights(decodeAll(*pass.forward().model().matrix(info.name).value()));
            const Gradients got = gradientsOf(pass, sequences, one);
            QCOMPARE(got.order, std::vector<std::string>{info.name});
            QVERIFY2(got.gradient.at(info.name) == all.gradient.at(info.name), info.name.c_str());
        }
        pass.forward().keepBlocks(1 << 22);
        QVERIFY(gradientsOf(pass, sequences).gradient == all.gradient);
        setThreads(1);
        QVERIFY(gradientsOf(pass, sequences).gradient == all.gradient);
        setThreads(2);
        QVERIFY(gradientsOf(pass, sequences).gradient == all.gradient);
    }

    // Batches of one sequence instead of all: the same sums in another order. Sequences too short
    // to predict anything do not matter.
    void batchesChangeRoundingOnly() {
        const fs::path folder = goldenFolder() / "mistral_window";
        const GradientPass pass = passOf(folder);
        TokenBatch sequences = randomSequences(5, 19, 96), more;
        for (std::size_t s = 0; s < 5; ++s) {
            more.append(std::vector<TokenId>{3});
            more.append(std::span(sequences.tokens).subspan(19 * s, 19));
            more.append({});
        }
        const Gradients all = gradientsOf(pass, sequences);
        GradientRequest request;
        request.batchTokens = 20;
        const Gradients parts = gradientsOf(pass, more, request);
        QCOMPARE(parts.summary.sequences, std::size_t(5));
        QCOMPARE(parts.summary.tokens, std::size_t(90));
        for (const auto& [tensor, gradient] : all.gradient)
            within(distance(parts.gradient.at(tensor), gradient), 1e-5, tensor);
    }

    // Squares are those of single-sequence gradients, whatever the batches; the gradient beside
    // them is still the whole mean's.
    void squaresAreSequenceBySequence() {
        const fs::path folder = goldenFolder() / "llama_llama3_untied";
        const GradientPass pass = passOf(folder);
        TokenBatch sequences;
        std::vector<TokenBatch> single;
        for (const std::size_t length : {11, 2, 30, 7}) {
            const TokenBatch one = randomSequences(1, length, 96);
            sequences.append(one.tokens);
            single.push_back(one);
        }
        GradientRequest request;
        request.squares = request.head = true;
        const Gradients got = gradientsOf(pass, sequences, request);
        request.batchTokens = 12;
        request.gradientBytes = 1;
        const Gradients cut = gradientsOf(pass, sequences, request);
        GradientRequest plain;
        plain.head = true;
        const Gradients mean = gradientsOf(pass, sequences, plain);
        std::map<std::string, Matrix> expected;
        for (const TokenBatch& one : single)
            for (const auto& [tensor, gradient] : gradientsOf(pass, one, plain).gradient) {
                Matrix& sum =
                    expected.try_emplace(tensor, gradient.rows(), gradient.cols()).first->second;
                for (std::size_t i = 0; i < sum.values().size(); ++i)
                    sum.values()[i] += gradient.values()[i] * gradient.values()[i];
            }
        QCOMPARE(got.squares.size(), expected.size());
        QVERIFY(expected.contains("lm_head.weight"));
        for (const auto& [tensor, squares] : expected) {
            within(distance(got.squares.at(tensor), squares), 1e-5, tensor);
            within(distance(cut.squares.at(tensor), squares), 1e-5, tensor);
            within(distance(got.gradient.at(tensor), mean.gradient.at(tensor)), 1e-5, tensor);
        }
    }

    // Products with the Hessian against double backward in double precision.
    void hessianProducts_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("llama_yarn") << "llama_yarn";
        QTest::newRow("opt_post_norm") << "opt_post_norm";
    }
    void hessianProducts() {
        QFETCH(QString, name);
        const fs::path folder = goldenFolder() / name.toStdString();
        const RawTensors golden = readTensors(folder / "gradients.safetensors");
        const GradientPass pass = passOf(folder);
        const TokenBatch sequences = goldenTokens(folder);
        RunContext context;
        int products = 0;
        for (const auto& [entry, raw] : golden) {
            if (!entry.starts_with("product.")) continue;
            const std::string tensor = entry.substr(8);
            const auto hessian = HessianProduct::create(pass, sequences, tensor, context).value();
            const Matrix vector = goldenMatrix(golden, "vector." + tensor, hessian.weights());
            Matrix product(vector.rows(), vector.cols());
            QVERIFY(hessian.multiply(vector.values(), product.values(), context).has_value());
            const double error = distance(product, goldenMatrix(golden, entry, vector));
            qInfo("%s: relative error %.1e", tensor.c_str(), error);
            within(error, 1e-2, tensor);
            ++products;
        }
        QVERIFY(products > 0);
    }

    void errorsSayWhatToDo() {
        const GradientPass pass = passOf(goldenFolder() / "qwen2");
        RunContext context;
        const auto errorOf = [&](const TokenBatch& sequences, const GradientRequest& request) {
            const auto result = pass.run(
                sequences, request, [](const TensorGradient&) -> Status { return {}; }, context);
            return result ? std::string() : result.error().message;
        };
        const TokenBatch sequences = randomSequences(2, 9, 96);
        GradientRequest request;
        request.tensors = {"model.norm.weight"};
        QVERIFY(errorOf(sequences, request).find("'model.norm.weight'") != std::string::npos);
        request = {};
        request.head = true;
        QVERIFY(errorOf(sequences, request).find("is the embedding") != std::string::npos);
        TokenBatch one;
        one.append(std::vector<TokenId>{5});
        QVERIFY(errorOf(one, {}).find("two tokens") != std::string::npos);
        one.append(std::vector<TokenId>{5, 96});
        QVERIFY(errorOf(one, {}).find("token 96 is outside") != std::string::npos);
        const HiddenStates states = pass.hiddenStates(sequences, 1, context).value();
        request = {};
        request.from = &states; // block 0 is wanted too
        QVERIFY(errorOf(sequences, request).find("hidden states at block 1") != std::string::npos);
        const auto stopped = pass.run(
            sequences, {},
            [](const TensorGradient&) -> Status { return fail(ErrorCode::Failed, "enough"); },
            context);
        QCOMPARE(stopped.error().message, std::string("enough"));

        std::stop_source stop;
        RunContext stopping(stop.get_token());
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)pass.loss(sequences, {}, stopping));
    }

    // A real model: how long a pass takes, and that memory follows the batch, not the text.
    void proseTimingAndMemory() {
        if (!fs::exists(proseFolder())) QSKIP("shared/models/prose-3m is not here");
        const GradientPass pass = passOf(proseFolder());
        const std::size_t vocabulary = pass.forward().architecture().vocabulary;
        const TokenBatch few = randomSequences(16, 257, vocabulary);
        RunContext context;
        (void)pass.loss(few, {}, context);
        QElapsedTimer timer;
        timer.start();
        (void)pass.loss(few, {}, context);
        const double forward = double(timer.restart()) / 1000;
        (void)gradientsOf(pass, few);
        const double backward = double(timer.restart()) / 1000;
        qInfo("prose-3m, 4096 tokens: loss %.2f s, gradients %.2f s", forward, backward);

        // Four times the text: a growth below that of one more hidden state per token (6.3 MB for
        // each 8192 tokens), though seven of them exist per token of a batch.
        const std::uint64_t before = peakResidentBytes();
        const TokenBatch many = randomSequences(64, 257, vocabulary);
        (void)gradientsOf(pass, many);
        const std::uint64_t grown = peakResidentBytes() - before;
        qInfo("prose-3m, 16384 tokens: %.1f s, peak memory +%.1f MB over 4096 tokens",
              double(timer.restart()) / 1000, double(grown) / 1e6);
        QVERIFY(grown < std::uint64_t{20} << 20);

        timer.start();
        GradientRequest squares;
        squares.squares = true;
        (void)gradientsOf(pass, few, squares);
        qInfo("prose-3m, 4096 tokens: gradients and squares %.2f s",
              double(timer.elapsed()) / 1000);
    }
};

QTEST_GUILESS_MAIN(TstBackward)
#include "tst_backward.moc"

// The forward pass as calibration and quantization use it: taps, replaced weights, batches,
// threads.
#include "core/base/parallel.h"
#include "core/model/forward.h"
#include "tests/core/model/model_fixtures.h"

#include <QTest>

#include <algorithm>
#include <cmath>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

ForwardPass passOf(const char* name, std::shared_ptr<const Backend> backend = makeCpuBackend()) {
    return ForwardPass::create(openModel(goldenFolder() / name).value(), std::move(backend))
        .value();
}

TokenBatch batchOf(const std::vector<std::vector<TokenId>>& sequences) {
    TokenBatch batch;
    for (const auto& sequence : sequences) batch.append(sequence);
    return batch;
}

const std::vector<TokenId> Words{5, 17, 80, 33, 33, 9, 61, 4, 28, 90, 12};

} // namespace

class TstForward : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void eachModel_data() {
        QTest::addColumn<QString>("name");
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            if (entry.is_directory()) {
                const auto name = QString::fromStdString(entry.path().filename().string());
                QTest::newRow(qPrintable(name)) << name;
            }
    }

    // What a tap sees is what the linear layers multiply: their product with it, done here by hand,
    // is the next thing that the block computes.
    void tapsSeeTheLinearInputs_data() { eachModel_data(); }
    void tapsSeeTheLinearInputs() {
        QFETCH(QString, name);
        const ForwardPass pass = passOf(name.toUtf8().constData());
        const TokenBatch batch = batchOf({Words, {3, 4}});
        Matrix hidden = pass.embed(batch).value();
        const Matrix before = hidden;
        const auto weights = pass.loadBlock(0).value();
        std::map<std::string, Matrix> seen;
        std::vector<std::string> order;
        const InputTap tap = [&](std::string_view input, ConstMatrixView x) {
            Matrix copy(x.rows, x.cols);
            for (std::size_t t = 0; t < x.rows; ++t)
                std::ranges::copy(x.row(t), copy.data() + t * x.cols);
            order.emplace_back(input);
            seen.emplace(input, std::move(copy));
            return true;
        };
        pass.runBlock(*weights, batch, hidden.view(), tap);
        QCOMPARE(order, (std::vector<std::string>{"attn_in", "attn_out", "mlp_in", "mlp_hidden"}));
        QVERIFY(hidden != before);
        for (const TensorInfo& tensor : pass.model().tensors())
            if (tensor.block == 0 && tensor.quantizable) {
                QCOMPARE(seen.at(tensor.input).rows(), batch.tokens.size());
                QCOMPARE(seen.at(tensor.input).cols(), tensor.cols);
            }

        // Ending early at any input leaves hidden as it was.
        for (const auto& stop : order) {
            Matrix again = before;
            std::size_t calls = 0;
            pass.runBlock(
                *weights, batch, again.view(), [&](std::string_view input, ConstMatrixView x) {
                    ++calls;
                    if (input != stop) return true;
                    if (!std::ranges::equal(x.row(1), ConstMatrixView(seen.at(stop).view()).row(1)))
                        calls = 100;
                    return false;
                });
            QCOMPARE(calls,
                     static_cast<std::size_t>(std::ranges::find(order, stop) - order.begin()) + 1);
            QCOMPARE(again, before);
        }
    }

    void replacedWeightsAreUsed_data() { eachModel_data(); }
    // Every quantizable matrix replaced by an equal one changes nothing; by zeros, something.
    void replacedWeightsAreUsed() {
        QFETCH(QString, name);
        const ForwardPass pass = passOf(name.toUtf8().constData());
        const TokenBatch batch = batchOf({Words});
        const Matrix start = pass.embed(batch).value();
        const auto after = [&](const WeightOverrides& overrides) {
            Matrix hidden = start;
            pass.runBlock(*pass.loadBlock(1, overrides).value(), batch, hidden.view());
            return hidden;
        };
        const Matrix plain = after({});
        WeightOverrides same;
        for (const TensorInfo& tensor : pass.model().tensors()) {
            if (tensor.block != 1 || !tensor.quantizable) continue;
            const auto matrix = pass.model().matrix(tensor.name).value();
            QCOMPARE(matrix->rows(), tensor.rows);
            QCOMPARE(matrix->cols(), tensor.cols);
            same[tensor.name] = denseWeights(decodeAll(*matrix));
            QVERIFY(after({{tensor.name, denseWeights(Matrix(tensor.rows, tensor.cols))}}) !=
                    plain);
            const auto wrong = pass.loadBlock(
                1, {{tensor.name, denseWeights(Matrix(tensor.rows, tensor.cols + 1))}});
            QVERIFY(!wrong.has_value());
            QVERIFY(wrong.error().message.find(tensor.name) != std::string::npos);
        }
        QVERIFY(same.size() >= 4);
        QCOMPARE(after(same), plain);
    }

    // A sequence gives the same bits alone, in company, and on one thread or two.
    void sequencesAreIndependent_data() { eachModel_data(); }
    void sequencesAreIndependent() {
        QFETCH(QString, name);
        const ForwardPass pass = passOf(name.toUtf8().constData());
        RunContext context;
        setThreads(1);
        const Matrix alone = pass.run(batchOf({Words}), context).value();
        const Matrix together = pass.run(batchOf({{7, 7, 7}, Words, {}, {1}}), context).value();
        setThreads(2);
        const Matrix threaded = pass.run(batchOf({{7, 7, 7}, Words, {}, {1}}), context).value();
        pass.keepBlocks(1 << 20);
        const Matrix kept = pass.run(batchOf({{7, 7, 7}, Words, {}, {1}}), context).value();
        setThreads(0);
        QCOMPARE(threaded, together);
        QCOMPARE(kept, together);
        double largest = 0, scale = 0;
        for (std::size_t t = 0; t < Words.size(); ++t)
            for (std::size_t c = 0; c < alone.cols(); ++c) {
                largest = std::max(largest,
                                   std::abs(static_cast<double>(alone(t, c)) - together(t + 3, c)));
                scale = std::max(scale, std::abs(static_cast<double>(alone(t, c))));
            }
        QVERIFY2(largest <= 1e-5 * scale, qPrintable(QString::number(largest / scale)));
    }

    void logitsOfSomeRowsEqualThoseOfAll() {
        const ForwardPass pass = passOf("opt_post_norm");
        RunContext context;
        const Matrix hidden = pass.run(batchOf({Words}), context).value();
        const Matrix all = pass.logits(hidden.view()).value();
        const Matrix some = pass.logits(hidden.view().rowRange(4, 2)).value();
        QCOMPARE(all.cols(), std::size_t(96));
        for (std::size_t c = 0; c < all.cols(); ++c) {
            QVERIFY(std::abs(some(0, c) - all(4, c)) < 1e-4f);
            QVERIFY(std::abs(some(1, c) - all(5, c)) < 1e-4f);
        }
    }

    void runsStopWhenAsked() {
        const ForwardPass pass = passOf("qwen3");
        std::stop_source stop;
        RunContext context(stop.get_token());
        stop.request_stop();
        QVERIFY_THROWS_EXCEPTION(Cancelled, (void)pass.run(batchOf({Words}), context));
    }

    void blocksThatDoNotFitAreNotKept() {
        const ForwardPass pass = passOf("gpt2");
        pass.keepBlocks(1000);
        QVERIFY(pass.loadBlock(0).value() != pass.loadBlock(0).value());
        pass.keepBlocks(1 << 20);
        QCOMPARE(pass.loadBlock(0).value(), pass.loadBlock(0).value());
        const ForwardPass copy = pass;
        QCOMPARE(copy.loadBlock(1).value(), pass.loadBlock(1).value());
    }
};

QTEST_GUILESS_MAIN(TstForward)
#include "tst_forward.moc"

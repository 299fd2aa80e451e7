// Our logits against those of the reference library on small random models of every family, made by
// tests/golden/logits/make.py.
#include "core/model/forward.h"
#include "core/model/kv_cache.h"
#include "tests/core/model/model_fixtures.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <set>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

struct Golden {
    std::vector<std::vector<TokenId>> tokens;
    std::vector<std::vector<float>> logits; // (tokens x vocabulary) each
};

Golden readGolden(const fs::path& folder) {
    const RawTensors tensors = readTensors(folder / "expected.safetensors");
    Golden golden;
    for (int i = 0; tensors.contains(fmt::format("tokens.{}", i)); ++i) {
        const auto ids = asFloats(tensors.at(fmt::format("tokens.{}", i)));
        golden.tokens.emplace_back(ids.begin(), ids.end());
        golden.logits.push_back(asFloats(tensors.at(fmt::format("logits.{}", i))));
    }
    return golden;
}

double scaleOf(std::span<const float> values) {
    double sum = 0;
    for (const float v : values) sum += static_cast<double>(v) * v;
    return std::sqrt(sum / static_cast<double>(values.size()));
}

double largestDifference(std::span<const float> a, std::span<const float> b) {
    if (a.size() != b.size()) return INFINITY;
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double difference = std::abs(static_cast<double>(a[i]) - b[i]);
        if (!(difference <= largest)) largest = std::isnan(difference) ? INFINITY : difference;
    }
    return largest;
}

ForwardPass passOf(const fs::path& folder, const QString& backend) {
    auto model = openModel(folder);
    if (!model) throw std::runtime_error(model.error().message);
    auto pass =
        ForwardPass::create(*model, backend == "cpu" ? makeCpuBackend() : makeReferenceBackend());
    if (!pass) throw std::runtime_error(pass.error().message);
    return *pass;
}

Matrix allLogits(const ForwardPass& pass, const TokenBatch& batch) {
    RunContext context;
    const auto hidden = pass.run(batch, context);
    if (!hidden) throw std::runtime_error(hidden.error().message);
    return pass.logits(hidden->view()).value();
}

} // namespace

class TstGoldenLogits : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyFamilyHasAModel() {
        std::set<std::string> seen;
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            if (entry.is_directory()) seen.insert(openModel(entry.path()).value()->family());
        for (const Family* family : allFamilies())
            QVERIFY2(seen.contains(std::string(family->id)), std::string(family->id).c_str());
    }

    void matchesTheReferenceLibrary_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("backend");
        for (const auto& entry : fs::directory_iterator(goldenFolder()))
            for (const char* backend : {"reference", "cpu"})
                if (entry.is_directory()) {
                    const auto name = QString::fromStdString(entry.path().filename().string());
                    QTest::newRow(qPrintable(name + " " + backend)) << name << QString(backend);
                }
    }
    // Both sequences in one batch: they must not see each other.
    void matchesTheReferenceLibrary() {
        QFETCH(QString, name);
        QFETCH(QString, backend);
        const fs::path folder = goldenFolder() / name.toStdString();
        const Golden golden = readGolden(folder);
        QCOMPARE(golden.tokens.size(), std::size_t(2));
        const ForwardPass pass = passOf(folder, backend);
        TokenBatch batch;
        std::vector<float> expected;
        for (std::size_t i = 0; i < golden.tokens.size(); ++i) {
            batch.append(golden.tokens[i]);
            expected.insert(expected.end(), golden.logits[i].begin(), golden.logits[i].end());
        }
        const Matrix logits = allLogits(pass, batch);
        const double error = largestDifference(logits.values(), expected) / scaleOf(expected);
        qInfo("largest difference %.2g of the logits' scale", error);
        QVERIFY2(error <= 2e-4, qPrintable(QString::number(error)));
    }

    void cachedDecodingEqualsTheFullPass_data() { matchesTheReferenceLibrary_data(); }
    // A prompt of several tokens, then one at a time.
    void cachedDecodingEqualsTheFullPass() {
        QFETCH(QString, name);
        QFETCH(QString, backend);
        const fs::path folder = goldenFolder() / name.toStdString();
        const Golden golden = readGolden(folder);
        ForwardPass pass = passOf(folder, backend);
        pass.keepBlocks(1 << 20);
        const auto& tokens = golden.tokens[0];
        const std::size_t vocabulary = pass.architecture().vocabulary;
        const auto cache = pass.newCache(tokens.size());
        std::size_t done = 0;
        for (const std::size_t count : {std::size_t(5), std::size_t(3)}) {
            QVERIFY(pass.step(*cache, std::span(tokens).subspan(done, count)).has_value());
            done += count;
        }
        for (; done < tokens.size(); ++done) {
            const auto last = pass.step(*cache, std::span(tokens).subspan(done, 1));
            QVERIFY(last.has_value());
            const auto row = std::span(golden.logits[0]).subspan(done * vocabulary, vocabulary);
            const double error = largestDifference(*last, row) / scaleOf(golden.logits[0]);
            QVERIFY2(error <= 2e-4, qPrintable(QString("token %1: %2").arg(done).arg(error)));
        }
        QCOMPARE(cache->length(), tokens.size());
        QVERIFY(!pass.step(*cache, std::span(tokens).first(1)).has_value());
    }

    void shortTypesEqualRoundedFloats_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("type");
        for (const char* name :
             {"llama_llama3_untied", "gpt2", "opt_post_norm", "gpt_neox_parallel"})
            for (const DType type : {DType::F16, DType::BF16})
                QTest::addRow("%s %s", name, std::string(dtypeName(type)).c_str())
                    << QString(name) << static_cast<int>(type);
    }
    // Weights in fp16 and bf16 give what the same rounded values give in fp32.
    void shortTypesEqualRoundedFloats() {
        QFETCH(QString, name);
        QFETCH(int, type);
        const fs::path folder = goldenFolder() / name.toStdString();
        const Golden golden = readGolden(folder);
        const std::string config = readTextFile(folder / "config.json").value();
        QTemporaryDir dir;
        const fs::path root = dir.path().toStdString();
        for (const DType stored : {static_cast<DType>(type), DType::F32}) {
            RawTensors tensors = readTensors(folder / "model.safetensors");
            convertTensors(tensors, static_cast<DType>(type), stored);
            writeModel(root / std::string(dtypeName(stored)), config, tensors);
        }
        TokenBatch batch;
        batch.append(golden.tokens[0]);
        for (const char* backend : {"reference", "cpu"}) {
            const Matrix wide = allLogits(passOf(root / "F32", backend), batch);
            const Matrix narrow = allLogits(
                passOf(root / std::string(dtypeName(static_cast<DType>(type))), backend), batch);
            const double error =
                largestDifference(wide.values(), narrow.values()) / scaleOf(wide.values());
            QVERIFY2(error <= 1e-5, qPrintable(QString("%1: %2").arg(backend).arg(error)));
            const double moved =
                largestDifference(wide.values(), golden.logits[0]) / scaleOf(golden.logits[0]);
            QVERIFY2(moved > 0 && moved < 0.5, qPrintable(QString::number(moved)));
        }
    }
};

QTEST_GUILESS_MAIN(TstGoldenLogits)
#include "tst_golden_logits.moc"

// A quantized container opens as a model like any other and computes what its quantized matrices,
// put into the original model, compute.
#include "core/exporters/container.h"
#include "core/model/forward.h"
#include "core/quant/recipe.h"
#include "tests/core/model/model_fixtures.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <fstream>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

// Writes `model`, rounded to 8 bits, to `out`; returns the matrices.
WeightOverrides quantized(const std::shared_ptr<const Model>& model, const fs::path& out) {
    std::vector<PlanTensor> tensors;
    for (const TensorInfo& t : model->tensors())
        tensors.push_back({t.name, t.rows, t.cols, t.bytes, t.block, t.role, t.quantizable});
    const auto recipe = must(findRecipe("rtn"));
    const auto plan = must(makePlan(model->name(), model->contentKey(), tensors, recipe, 8));
    auto journal = must(QuantizationJournal::open(out, "model=test", false));
    RunContext context;
    WeightOverrides matrices;
    for (const TensorInfo& t : model->tensors()) {
        if (!t.quantizable) continue;
        const Matrix weights = decodeAll(*must(model->matrix(t.name)));
        const LayerTask task{.name = t.name, .weights = weights.view(), .bits = 8};
        const LayerResult result = must(quantizeLayer(task, *recipe, nullptr, context));
        if (const Status added = journal.add(t.name, *result.matrix, result.report); !added)
            throw std::runtime_error(added.error().message);
        matrices[t.name] = packedWeights(result.matrix);
    }
    must(writeContainer(out, *plan, journal, ModelSource(*model), model->name(), context));
    return matrices;
}

Matrix logitsOf(const ForwardPass& pass, const WeightOverrides& overrides) {
    TokenBatch batch;
    batch.append(std::vector<TokenId>{5, 17, 80, 33, 33, 9, 61, 4, 28});
    Matrix hidden = must(pass.embed(batch));
    for (std::size_t i = 0; i < pass.blockCount(); ++i)
        pass.runBlock(*must(pass.loadBlock(i, overrides)), batch, hidden.view());
    return must(pass.logits(hidden.view()));
}

} // namespace

class TstContainerModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void containersRunAsModels_data() {
        QTest::addColumn<QString>("name");
        for (const char* name :
             {"llama_linear_tied_bias", "gpt2", "gpt_neox_parallel", "opt_post_norm"})
            QTest::newRow(name) << name;
    }
    void containersRunAsModels() {
        QFETCH(QString, name);
        QTemporaryDir dir;
        const fs::path out = fs::path(dir.path().toStdString()) / "quantized";
        const auto original = must(openModel(goldenFolder() / name.toStdString()));
        const WeightOverrides matrices = quantized(original, out);
        const auto model = must(openModel(out));
        QCOMPARE(model->family(), original->family());
        QCOMPARE(model->parameters(), original->parameters());
        QVERIFY(model->bytes() < original->bytes());
        QVERIFY(model->contentKey() != original->contentKey());
        QCOMPARE(model->tensors().size(), original->tensors().size());
        std::uint64_t bytes = 0;
        for (std::size_t i = 0; i < model->tensors().size(); ++i) {
            const TensorInfo& now = model->tensors()[i];
            const TensorInfo& then = original->tensors()[i];
            QCOMPARE(now.name, then.name);
            QCOMPARE(now.shape, then.shape);
            QCOMPARE(now.rows, then.rows);
            QCOMPARE(now.dtype, then.quantizable ? std::string("affine8") : then.dtype);
            QCOMPARE(model->stored(now.name).has_value(), !then.quantizable);
            bytes += now.bytes;
            // Element by element close to the original, in the file's order.
            const auto a = must(model->values(now.name)), b = must(original->values(now.name));
            QCOMPARE(a.size(), b.size());
            for (std::size_t k = 0; k < a.size(); ++k)
                QVERIFY2(std::abs(a[k] - b[k]) < 0.02f, now.name.c_str());
        }
        QCOMPARE(model->bytes(), bytes);

        for (const auto& backend : {makeReferenceBackend(), makeCpuBackend()}) {
            const auto packed = must(ForwardPass::create(model, backend));
            const auto plain = must(ForwardPass::create(original, backend));
            const Matrix got = logitsOf(packed, {}), expected = logitsOf(plain, matrices);
            const Matrix full = logitsOf(plain, {});
            double largest = 0, moved = 0, scale = 0;
            for (std::size_t i = 0; i < got.values().size(); ++i) {
                const double e = expected.values()[i];
                largest = std::max(largest, std::abs(got.values()[i] - e));
                moved = std::max(moved, std::abs(full.values()[i] - e));
                scale = std::max(scale, std::abs(e));
            }
            QVERIFY2(largest <= 1e-6 * scale, qPrintable(QString::number(largest / scale)));
            QVERIFY2(moved > 1e-5 * scale && moved < 0.2 * scale,
                     qPrintable(QString::number(moved / scale)));
        }
    }

    void damagedContainersAreRefused() {
        QTemporaryDir dir;
        const fs::path out = fs::path(dir.path().toStdString()) / "quantized";
        quantized(must(openModel(goldenFolder() / "gpt2")), out);
        std::string manifest = must(readTextFile(out / "bitsmith.json"));
        std::ofstream(out / "bitsmith.json") << manifest.substr(0, manifest.size() / 2);
        const auto model = openModel(out);
        QVERIFY(!model.has_value());
        QCOMPARE(model.error().code, ErrorCode::BadInput);
        QVERIFY2(QString::fromStdString(model.error().message).contains("bitsmith.json"),
                 model.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TstContainerModel)
#include "tst_container_model.moc"

// Every recipe on every model: quantized as the command line does it, first block only and on few
// tokens, the container opens and runs. What a model cannot take is refused with the nearest choice
// that it can.
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "tests/support/real_models.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace bitsmith;

class TstRecipesOnModels : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::map<std::string, std::shared_ptr<const Model>> m_models;
    Engine m_engine;

    std::filesystem::path at(const std::string& name) const {
        return std::filesystem::path(m_dir.path().toStdString()) / name;
    }
    std::shared_ptr<const Model> opened(const std::filesystem::path& path) {
        auto& model = m_models[path.string()];
        if (!model) model = openModel(path).value();
        return model;
    }
    // Tensors that `wanted` says get the recipe at its own bits, all others stay.
    static Result<std::shared_ptr<const Plan>>
    planFor(const Model& model, const std::shared_ptr<const Recipe>& recipe,
            const std::function<bool(const TensorInfo&)>& wanted) {
        BITSMITH_TRY(auto plan,
                     makePlan(model.name(), model.contentKey(), planTensors(model), recipe));
        std::vector<std::size_t> others;
        for (std::size_t i = 0; i < model.tensors().size(); ++i)
            if (!wanted(model.tensors()[i])) others.push_back(i);
        return edited(*plan, others, {.keep = true});
    }
    // Beginnings of the model's texts.
    std::pair<std::filesystem::path, std::filesystem::path> textsOf(const test::RealModel& model) {
        const auto calibration = at(std::string(model.name) + ".calibration"),
                   heldOut = at(std::string(model.name) + ".held-out");
        if (!exists(calibration)) {
            test::excerpt(model.calibration, 30'000, true, calibration);
            test::excerpt(model.heldOut, 10'000, false, heldOut);
        }
        return {calibration, heldOut};
    }
    static QString whyNot(const auto& result) {
        return result ? QString() : QString::fromStdString(result.error().message);
    }

private Q_SLOTS:
    void initTestCase() {
        m_engine = makeEngine("cpu", {}).value();
        m_engine.calibrationFolder = at("calibration");
    }

    void runs_data() { test::addRecipesOnModels(); }
    void runs() {
        QFETCH(QString, model);
        QFETCH(QString, recipe);
        const test::RealModel& files = test::realModel(model);
        if (!files.present()) QSKIP(qPrintable(files.whyAbsent()));
        const auto [calibration, heldOut] = textsOf(files);
        const auto original = opened(files.folder);
        const auto chosen = findRecipe(recipe.toStdString()).value();
        const auto plan =
            planFor(*original, chosen, [](const TensorInfo& t) { return t.block == 0; });
        QVERIFY2(plan.has_value(), qPrintable(whyNot(plan)));
        const auto output = at("out");
        std::filesystem::remove_all(output);
        RunContext context;
        const auto made = quantize(original, *plan,
                                   {.output = output,
                                    .calibrationText = calibration,
                                    .calibration = {.samples = 4, .context = 32}},
                                   m_engine, context);
        QVERIFY2(made.has_value(), qPrintable(whyNot(made)));
        const auto quantized = openModel(output);
        QVERIFY2(quantized.has_value(), qPrintable(whyNot(quantized)));
        std::size_t count = 0;
        for (const TensorInfo& tensor : (*quantized)->tensors()) {
            QCOMPARE(tensor.layout.has_value(), tensor.block == 0 && tensor.quantizable);
            count += tensor.layout ? 1 : 0;
        }
        QCOMPARE(made->tensors.size(), count);
        const auto eval = evaluateModel(*quantized, nullptr, heldOut,
                                        {.context = 32, .limitTokens = 200}, m_engine, context);
        QVERIFY2(eval.has_value(), qPrintable(whyNot(eval)));
        QVERIFY(eval->tokens > 100);
        QVERIFY2(std::isfinite(eval->perplexity) && eval->perplexity >= 1,
                 qPrintable(QString::number(eval->perplexity)));
    }

    // Weights whose network nobody knows: data-free recipes work, the others say what does.
    void weightsAlone_data() {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QString>("tensor");
        QTest::addColumn<QString>("recipe");
        for (const auto& recipe : builtinRecipes()) {
            const QString id = QString::fromStdString(recipe->id);
            QTest::addRow("GPT-2 %s", recipe->id.c_str())
                << "models/gpt2-attention-partial/attention.safetensors"
                << "h.11.attn.c_proj.weight" << id;
            QTest::addRow("ResNet %s", recipe->id.c_str())
                << "models/resnet-cifar10/resnet20-12fca82f.th"
                << "module.linear.weight" << id;
        }
    }
    void weightsAlone() {
        QFETCH(QString, file);
        QFETCH(QString, tensor);
        QFETCH(QString, recipe);
        const auto path = test::sharedFile(file.toStdString());
        if (!exists(path))
            QSKIP(qPrintable("needs " + file + " in the shared folder, which is absent"));
        const auto original = opened(path);
        const std::string name = tensor.toStdString();
        QVERIFY(!original->architecture());
        auto chosen = findRecipe(recipe.toStdString()).value();
        const auto planned = [&] {
            return planFor(*original, chosen, [&](const TensorInfo& t) { return t.name == name; });
        };
        auto plan = planned();
        QVERIFY2(plan.has_value(), qPrintable(whyNot(plan)));
        const auto made = [&](const std::filesystem::path& text) {
            std::filesystem::remove_all(at("out"));
            RunContext context;
            return quantize(original, *plan, {.output = at("out"), .calibrationText = text},
                            m_engine, context);
        };
        auto alone = made({});
        // Activations of what network? Its weights alone can be had.
        if (chosen->activations && !chosen->needsStats()) {
            QVERIFY(!alone.has_value());
            QVERIFY2(whyNot(alone).contains("--set '*:activations=none'"),
                     qPrintable(whyNot(alone)));
            chosen = withSetting(*chosen, "activations", "none").value();
            plan = planned();
            alone = made({});
        }
        if (chosen->needsStats()) {
            QVERIFY(!alone.has_value());
            QVERIFY2(whyNot(alone).contains("a data-free recipe such as rtn"),
                     qPrintable(whyNot(alone)));
            const auto text = made(textsOf(test::realModel("demo")).first);
            QVERIFY(!text.has_value());
            QVERIFY2(whyNot(text).contains("no config.json") &&
                         whyNot(text).contains("quantized without calibration"),
                     qPrintable(whyNot(text)));
            return;
        }
        QVERIFY2(alone.has_value(), qPrintable(whyNot(alone)));
        const auto quantized = openModel(at("out"));
        QVERIFY2(quantized.has_value(), qPrintable(whyNot(quantized)));
        QVERIFY((*quantized)->find(name)->layout.has_value());
        const Matrix before = decodeAll(**original->matrix(name)),
                     after = decodeAll(**(*quantized)->matrix(name));
        QCOMPARE(after.rows(), before.rows());
        QCOMPARE(after.cols(), before.cols());
        double error = 0, whole = 0;
        for (std::size_t i = 0; i < before.values().size(); ++i) {
            error += std::pow(double(after.values()[i]) - double(before.values()[i]), 2);
            whole += std::pow(double(before.values()[i]), 2);
        }
        QVERIFY2(error < 0.3 * whole, qPrintable(QString::number(error / whole))); // NaN, too
    }
};

QTEST_GUILESS_MAIN(TstRecipesOnModels)
#include "tst_recipes_on_models.moc"

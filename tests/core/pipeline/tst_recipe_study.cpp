// Recipes side by side: figures are those of quantizing, baselines stand at the same bits, what
// cannot be done says why, what was interrupted goes on.
#include "core/pipeline/recipe_study.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace bitsmith;

namespace {

constexpr const char* Query = "model.layers.0.self_attn.q_proj.weight";

RecipeCandidate candidate(const char* id, int bits = 0) { return {*findRecipe(id), bits}; }

} // namespace

class TstRecipeStudy : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<const Model> m_model;
    Engine m_engine;
    RecipeStudyOptions m_options;

private Q_SLOTS:
    void initTestCase() {
        const auto folder = demoModelFolder();
        const auto text = demoCalibrationFile();
        QVERIFY(folder && text);
        m_model = *openModel(*folder);
        m_engine = *makeEngine("cpu", m_folder.filePath("a.db").toStdString());
        m_engine.calibrationFolder = m_folder.filePath("cache").toStdString();
        m_options.text = *text;
        m_options.calibration = {.samples = 8, .context = 64};
        m_options.tensors = {Query};
        m_options.candidates = {candidate("rtn", 4), candidate("gptq", 3),
                                candidate("hadamard_gptq", 3), candidate("nvfp4", 3)};
    }

    void figuresAreThoseOfQuantizing() {
        RunContext context;
        const auto study = studyRecipes(m_model, m_options, m_engine, context);
        QVERIFY2(study.has_value(), study ? "" : study.error().message.c_str());
        QCOMPARE(study->recipes.size(), std::size_t(4));
        QVERIFY(study->hasText);
        const RecipeOutcome& rtn = study->recipes[0];
        const Matrix weights = decodeAll(**m_model->matrix(Query));
        const auto alone = quantizeLayer({.name = Query, .weights = weights.view(), .bits = 4},
                                         **findRecipe("rtn"), nullptr, context);
        QVERIFY(alone.has_value());
        QCOMPARE(rtn.all.bitsPerWeight, alone->report.bitsPerWeight);
        QCOMPARE(rtn.all.weightError, alone->report.weightError);
        // Plain rounding lies on its own line or above it, and at most at the cheapest.
        QVERIFY(rtn.all.outputError >= rtn.plain * (1 - 1e-6));
        QVERIFY(rtn.cheap <= rtn.plain * (1 + 1e-9));
        const RecipeOutcome& gptq = study->recipes[1];
        QVERIFY(gptq.all.outputError > 0);
        QVERIFY2(gptq.all.outputError < gptq.plain, "GPTQ is better than plain rounding");
        QCOMPARE(gptq.loses(), gptq.all.outputError > 1.005 * gptq.cheap);
        // NVFP4 has one width.
        QVERIFY(!study->recipes[3].problem.empty());
        QVERIFY(context.resultsSince(0).size() == 4);
    }

    void whatWasFoundIsKept() {
        RunContext context;
        const auto first = studyRecipes(m_model, m_options, m_engine, context);
        const auto again = studyRecipes(m_model, m_options, m_engine, context);
        QVERIFY(first && again);
        for (std::size_t i = 0; i < 3; ++i) { // also the seconds: nothing was quantized again
            QCOMPARE(again->recipes[i].all.seconds, first->recipes[i].all.seconds);
            QCOMPARE(again->recipes[i].all.outputError, first->recipes[i].all.outputError);
        }
    }

    void outlinesInterpolateTheLogarithm() {
        const auto line = lowerOutline(
            {{"d", 5, 0.05}, {"a", 2, 1.0}, {"b", 3, 0.9}, {"c", 4, 0.01}, {"e", 4, 0.5}});
        QCOMPARE(line.size(), std::size_t(2)); // b lies above the line, d costs more for more error
        QCOMPARE(errorAt(line, 2), 1.0);
        QVERIFY(std::abs(errorAt(line, 3) - 0.1) < 1e-12);
        QVERIFY(std::isnan(errorAt(line, 1.9)) && std::isnan(errorAt(line, 4.1)));
        QVERIFY(std::isnan(errorAt({}, 3)));
    }

    void nothingToCompareIsSaid() {
        RunContext context;
        RecipeStudyOptions none = m_options;
        none.candidates.clear();
        const auto study = studyRecipes(m_model, none, m_engine, context);
        QVERIFY(!study.has_value());
        QCOMPARE(study.error().code, ErrorCode::Usage);
    }

    void stagesAreSeenInOrder() {
        const Matrix weights = decodeAll(**m_model->matrix(Query));
        const auto recipe = withSetting(**findRecipe("hadamard_gptq"), "compensate", "outliers");
        QVERIFY(recipe.has_value());
        const auto plain = withSetting(**recipe, "round", "nearest");
        QVERIFY(plain.has_value());
        std::vector<std::string> seen;
        RunContext context;
        Matrix last;
        const auto result = traceLayer(
            {.name = Query, .weights = weights.view(), .bits = 4}, **plain, nullptr,
            [&](std::string_view stage, std::string_view choice, ConstMatrixView w,
                const SideLayout& side) {
                seen.push_back(fmt::format("{} {} {}", stage, choice, side.outliers > 0));
                last = Matrix(w.rows, w.cols);
                for (std::size_t r = 0; r < w.rows; ++r) std::ranges::copy(w.row(r), &last(r, 0));
            },
            context);
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        const std::vector<std::string> expected = {"compensate outliers true",
                                                   "transform hadamard true", "round nearest true",
                                                   "compensate outliers true"};
        QCOMPARE(seen, expected);
        const Matrix whole = decode(*result->matrix);
        QVERIFY(std::ranges::equal(last.values(), whole.values()));
    }
};

QTEST_GUILESS_MAIN(TstRecipeStudy)
#include "tst_recipe_study.moc"

// What every grid and every rounder must keep, walked over the registries: finite results within
// their bound, exact sizes, cancellation, the same bytes for any number of threads, hostile input
// refused.
#include "core/base/parallel.h"
#include "core/codec/coded_matrix.h"
#include "core/quant/layer_stage.h"
#include "core/quant/recipe.h"
#include "core/quant/round/grid_demand.h"
#include "core/quant/round/lattice_rounder.h"
#include "core/quant/stages.h"
#include "tests/core/quant/samples.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <functional>
#include <limits>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

std::shared_ptr<const Recipe> recipeOf(const std::string& grid, const std::string& rounder,
                                       const Json& settings, const std::string& transform = {}) {
    Json json = {{"id", "contract"},
                 {"bits", 4},
                 {"stages", {{"grid", {{"id", grid}}}, {"round", {{"id", rounder}}}}}};
    if (!transform.empty()) json["stages"]["transform"] = {{"id", transform}};
    if (findGrid(grid)->unbounded()) json["stages"]["encode"] = {{"id", "rans"}};
    if (!recipeFromJson(json)) json["bits"] = 8; // a grid of one width
    auto recipe = *recipeFromJson(json);
    for (const auto& [name, value] : settings.items()) {
        const std::string text = value.is_string() ? value.get<std::string>() : value.dump();
        // A choice without this parameter is tested as it is.
        if (auto changed = withSetting(*recipe, name, text)) recipe = *changed;
    }
    return recipe;
}

// As wanted, or the recipe's own where the grid has only that.
int bitsFor(const Recipe& recipe, int wanted) {
    const StageChoice& grid = *recipe.stage("grid");
    return findGrid(grid.id)->layout(64, 64, wanted, *grid.params, false) ? wanted : recipe.bits;
}

// Others are refused when the recipe is made.
bool fits(const Grid& grid, const Rounder& rounder) {
    if (grid.wholeRowsOnly() && rounder.columnByColumn()) return false;
    if (dynamic_cast<const LatticeRounder*>(&rounder) && !grid.unbounded()) return false;
    const auto* demand = dynamic_cast<const GridDemand*>(&rounder);
    return !demand || demand->accepts(grid, *grid.defaults());
}

struct Case {
    std::size_t rows, cols;
    int bits;
    Json settings;
};

const std::vector<Case>& cases() {
    static const std::vector<Case> All = {
        {1, 1, 4, {}},
        {3, 7, 2, {}},
        {65, 130, 3, {{"group_size", 32}}},
        {70, 200, 4, {{"group_size", 64}, {"ragged", "short_last_group"}, {"symmetric", true}}},
        {33, 96, 8, {{"granularity", "tensor"}}},
        {130, 64, 5, {{"granularity", "channel"}, {"search", "mse"}}},
        {64, 160, 3, {{"group_size", 32}, {"act_order", true}, {"static_groups", false}}},
        {64, 160, 3, {{"group_size", 32}, {"act_order", true}, {"static_groups", true}}},
        {40, 96, 6, {{"group_size", 16}, {"search", "mse"}, {"block_size", 24}}},
        {37, 512, 4, {}}, // whole super-blocks of the block formats
        {37, 64, 4, {{"family", "legacy"}}},
        {20, 256, 4, {{"family", "iq4_xs"}}},
    };
    return All;
}

} // namespace

class TstStageContract : public QObject {
    Q_OBJECT
private:
    static void
    forPairs(const std::function<void(const Grid& grid, const Rounder& rounder)>& visit) {
        for (const Grid* grid : allGrids())
            for (const Rounder* rounder : allRounders()) {
                if (!fits(*grid, *rounder)) continue; // refused when the recipe is made
                visit(*grid, *rounder);
            }
    }

    void addPairs() {
        QTest::addColumn<QString>("grid");
        QTest::addColumn<QString>("rounder");
        forPairs([](const Grid& grid, const Rounder& rounder) {
            QTest::addRow("%s, %s", std::string(grid.info().id).c_str(),
                          std::string(rounder.info().id).c_str())
                << QString::fromStdString(std::string(grid.info().id))
                << QString::fromStdString(std::string(rounder.info().id));
        });
    }

    void check(const Case& c, const Recipe& recipe) {
        const int bits = bitsFor(recipe, c.bits);
        const Matrix w = test::randomMatrix(c.rows, c.cols, c.rows * 31 + c.cols, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(2 * c.cols, c.cols, 5));
        const LayerTask task{
            .name = "layer", .weights = w.view(), .stats = &stats, .bits = bits, .seed = 1};
        RunContext context;
        setThreads(1);
        const auto one = quantizeLayer(task, recipe, &stats, context);
        setThreads(2);
        const auto two = quantizeLayer(task, recipe, &stats, context);
        setThreads(0);
        QVERIFY2(one.has_value(), one ? "" : one.error().message.c_str());
        QVERIFY(*one->matrix == *two->matrix);
        QCOMPARE(one->report.outputError, two->report.outputError);

        const auto predicted = predictStoredBytes(c.rows, c.cols, bits, recipe);
        QVERIFY(predicted.has_value());
        if (exactSize(recipe)) {
            QCOMPARE(one->matrix->storedBytes(), *predicted);
            QCOMPARE(one->report.bytes, *predicted);
        } else if (c.rows * c.cols > 1000) { // the rate, which tiny matrices cannot meet
            QVERIFY(one->report.bytes <= *predicted);
            QVERIFY(double(one->report.bytes) >= 0.99 * double(*predicted));
        }
        QCOMPARE(one->report.bitsPerWeight,
                 8.0 * double(one->report.bytes) / double(c.rows * c.cols));

        const Matrix back = decode(*one->matrix);
        double error = 0, whole = 0;
        for (std::size_t i = 0; i < back.values().size(); ++i) {
            QVERIFY(std::isfinite(back.values()[i]));
            const double d = double(w.values()[i]) - back.values()[i];
            error += d * d;
            whole += double(w.values()[i]) * w.values()[i];
        }
        // Differences as large as the weights themselves are rounded in fp32.
        QVERIFY2(std::abs(one->report.weightError - error / whole) <= 1e-9 + 1e-7 * error / whole,
                 qPrintable(QString("%1 x %2 at %3 bits: %4 against %5")
                                .arg(c.rows)
                                .arg(c.cols)
                                .arg(bits)
                                .arg(one->report.weightError, 0, 'g', 12)
                                .arg(error / whole, 0, 'g', 12)));
        const double output = test::outputError(w, back, stats.gram) /
                              test::outputError(w, Matrix(c.rows, c.cols), stats.gram);
        QVERIFY2(std::abs(one->report.outputError - output) <= 1e-3 * output + 1e-9,
                 qPrintable(QString("%1 against %2").arg(one->report.outputError).arg(output)));
        // Coarser grids than 2 bits per group of normal weights would be broken.
        if (exactSize(recipe) || c.rows * c.cols > 1000)
            QVERIFY2(output < 0.5, qPrintable(QString::number(output)));
    }

private Q_SLOTS:
    void keepsTheContract_data() { addPairs(); }
    void keepsTheContract() {
        QFETCH(QString, grid);
        QFETCH(QString, rounder);
        for (const Case& c : cases())
            check(c, *recipeOf(grid.toStdString(), rounder.toStdString(), c.settings));
    }

    // Whatever a transform does, the pair behind it keeps its promises.
    void transformsKeepTheContract_data() {
        QTest::addColumn<QString>("transform");
        QTest::addColumn<QString>("grid");
        QTest::addColumn<QString>("rounder");
        for (const LayerStage* transform : allTransforms())
            forPairs([&](const Grid& grid, const Rounder& rounder) {
                const auto text = [](std::string_view id) {
                    return QString::fromStdString(std::string(id));
                };
                QTest::addRow("%s, %s, %s", std::string(transform->info().id).c_str(),
                              std::string(grid.info().id).c_str(),
                              std::string(rounder.info().id).c_str())
                    << text(transform->info().id) << text(grid.info().id)
                    << text(rounder.info().id);
            });
    }
    void transformsKeepTheContract() {
        QFETCH(QString, transform);
        QFETCH(QString, grid);
        QFETCH(QString, rounder);
        static const std::vector<Case> Few = {
            {1, 1, 4, {}}, {34, 96, 4, {{"group_size", 32}}}, {20, 256, 3, {{"group_size", 64}}}};
        for (const Case& c : Few)
            check(c, *recipeOf(grid.toStdString(), rounder.toStdString(), c.settings,
                               transform.toStdString()));
    }

    // Every compensator, and all together, on every pair that it accepts, with and without a
    // transform: exact sizes, the same bytes for any number of threads, a lower error than alone.
    void compensators_data() {
        QTest::addColumn<QString>("grid");
        QTest::addColumn<QString>("rounder");
        QTest::addColumn<QString>("compensate");
        std::vector<std::string> choices;
        std::string all;
        for (const LayerStage* stage : allCompensators()) {
            choices.emplace_back(stage->info().id);
            all += (all.empty() ? "" : "+") + choices.back();
        }
        choices.push_back(all);
        for (const Grid* grid : allGrids())
            for (const Rounder* rounder : allRounders()) {
                if (!fits(*grid, *rounder)) continue;
                const std::string g(grid->info().id), r(rounder->info().id);
                const auto recipe = recipeOf(g, r, Json::object());
                for (const std::string& choice : choices)
                    if (withSetting(*recipe, "compensate", choice))
                        QTest::addRow("%s, %s, %s", g.c_str(), r.c_str(), choice.c_str())
                            << QString::fromStdString(g) << QString::fromStdString(r)
                            << QString::fromStdString(choice);
            }
    }
    void compensators() {
        QFETCH(QString, grid);
        QFETCH(QString, rounder);
        QFETCH(QString, compensate);
        const std::size_t rows = 40, cols = 256;
        Matrix w = test::randomMatrix(rows, cols, 61, 0.02);
        for (std::size_t i = 0; i < w.values().size(); i += 101) w.values()[i] *= 6;
        Matrix inputs = test::correlatedInputs(500, cols, 62);
        for (std::size_t s = 0; s < inputs.rows(); ++s)
            for (std::size_t c = 0; c < cols; c += 3) inputs(s, c) += 1;
        const LayerStats stats = test::statsOf(inputs);
        for (const char* transform : {"none", "hadamard"}) {
            const Json settings = {
                {"transform", transform}, {"group_size", 64}, {"steps", 20}, {"sweeps", 3}};
            const auto plain = recipeOf(grid.toStdString(), rounder.toStdString(), settings);
            auto recipe = *withSetting(*plain, "compensate", compensate.toStdString());
            for (const auto& [name, value] :
                 {std::pair("outlier_fraction", "0.01"), std::pair("rank", "2")})
                if (auto changed = withSetting(*recipe, name, value)) recipe = *changed;
            const int bits = bitsFor(*recipe, 4);
            const LayerTask task{
                .name = "layer", .weights = w.view(), .stats = &stats, .bits = bits, .seed = 1};
            RunContext context;
            const auto without = quantizeLayer(task, *plain, &stats, context);
            setThreads(1);
            const auto one = quantizeLayer(task, *recipe, &stats, context);
            setThreads(2);
            const auto two = quantizeLayer(task, *recipe, &stats, context);
            setThreads(0);
            QVERIFY2(one.has_value(), one ? "" : one.error().message.c_str());
            QVERIFY(*one->matrix == *two->matrix);
            QVERIFY(one->coded == two->coded);
            const auto predicted = *predictStoredBytes(rows, cols, bits, *recipe);
            if (exactSize(*recipe)) {
                QCOMPARE(one->report.bytes, predicted);
            } else { // the rate, which counts what is beside the codes
                QVERIFY2(one->report.bytes <= predicted &&
                             double(one->report.bytes) >= 0.99 * double(predicted),
                         qPrintable(QString("%1 of %2").arg(one->report.bytes).arg(predicted)));
                const auto back =
                    decodeMatrix(one->coded, one->matrix->layout(), one->matrix->tensorScale);
                QVERIFY2(back.has_value(), back ? "" : back.error().message.c_str());
                QVERIFY(**back == *one->matrix);
            }
            QVERIFY(std::isfinite(one->report.weightError));
            // At a rate, less is left for the codes. Taking weights out moves ties of others.
            if (exactSize(*recipe))
                QVERIFY2(one->report.outputError <= without->report.outputError * 1.02,
                         qPrintable(QString("%1 after %2")
                                        .arg(one->report.outputError)
                                        .arg(without->report.outputError)));
            if (!one->matrix->side.shifted) {
                const double output = test::outputError(w, decode(*one->matrix), stats.gram) /
                                      test::outputError(w, Matrix(rows, cols), stats.gram);
                QVERIFY(std::abs(one->report.outputError - output) <= 1e-3 * output + 1e-9);
            }
        }
    }

    void stopsWhenAsked_data() { addPairs(); }
    void stopsWhenAsked() {
        QFETCH(QString, grid);
        QFETCH(QString, rounder);
        const auto recipe = recipeOf(grid.toStdString(), rounder.toStdString(), {});
        const Matrix w = test::randomMatrix(64, 64, 1);
        const LayerStats stats = test::statsOf(test::correlatedInputs(100, 64, 5));
        const int bits = bitsFor(*recipe, 4);
        const LayerTask task{.name = "layer", .weights = w.view(), .stats = &stats, .bits = bits};
        std::stop_source source;
        source.request_stop();
        RunContext context(source.get_token());
        QVERIFY_EXCEPTION_THROWN((void)quantizeLayer(task, *recipe, &stats, context), Cancelled);
        // The rounder itself looks, too, not only the pipeline around it.
        auto fit =
            *findGrid(grid.toStdString())->begin(64, 64, bits, *recipe->stage("grid")->params);
        LayerReport report;
        QVERIFY_EXCEPTION_THROWN(
            (void)findRounder(rounder.toStdString())
                ->round(task, *fit, *recipe->stage("round")->params, report, context),
            Cancelled);
    }

    void refusesBrokenInput_data() { addPairs(); }
    void refusesBrokenInput() {
        QFETCH(QString, grid);
        QFETCH(QString, rounder);
        const auto recipe = recipeOf(grid.toStdString(), rounder.toStdString(), {});
        RunContext context;
        const int bits = bitsFor(*recipe, 4);
        const LayerStats stats = test::statsOf(test::correlatedInputs(100, 64, 5));
        for (const float bad :
             {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            Matrix w = test::randomMatrix(8, 64, 1);
            w(3, 5) = bad;
            const LayerTask task{
                .name = "layer.w", .weights = w.view(), .stats = &stats, .bits = bits};
            const auto result = quantizeLayer(task, *recipe, nullptr, context);
            QVERIFY(!result.has_value());
            QCOMPARE(result.error().code, ErrorCode::BadInput);
            QVERIFY2(result.error().message.find("layer.w: the weight at row 3, column 5") == 0,
                     result.error().message.c_str());
        }
        // Statistics of another layer.
        const Matrix other = test::randomMatrix(8, 32, 1);
        const LayerTask task{
            .name = "layer.w", .weights = other.view(), .stats = &stats, .bits = bits};
        QVERIFY(!quantizeLayer(task, *recipe, nullptr, context).has_value());
        const LayerTask empty{.name = "layer.w", .bits = bits};
        QVERIFY(!quantizeLayer(empty, *recipe, nullptr, context).has_value());
    }

    void needsStatsIsSaid() {
        const Matrix w = test::randomMatrix(8, 32, 1);
        RunContext context;
        for (const auto& recipe : builtinRecipes()) {
            const LayerTask task{
                .name = "layer.w", .weights = w.view(), .bits = bitsFor(*recipe, 4)};
            const auto result = quantizeLayer(task, *recipe, nullptr, context);
            QCOMPARE(result.has_value(), !recipe->needsStats());
            if (!result)
                QVERIFY(result.error().message.find("calibration") != std::string::npos);
            else
                QCOMPARE(result->report.outputError, -1.0);
        }
    }
};

QTEST_GUILESS_MAIN(TstStageContract)
#include "tst_stage_contract.moc"

// Every pair of choices of different stages, some settings of each: either it works on a matrix, or
// it is refused when the recipe is made, and the message names a setting (name=value) with which it
// works. The test applies just that.
#include "core/quant/recipe.h"
#include "core/quant/stages.h"
#include "tests/core/quant/samples.h"

#include <QRegularExpression>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

Json choice(const std::string& stage, const std::string& id) {
    Json out = {{"id", id}};
    if (stage == "grid" && id == "mixed") out["group_size"] = 32; // two groups, to tell apart
    return out;
}

// Sets NAME=VALUE in a recipe's JSON, as --set would in a recipe that exists.
bool apply(Json& recipe, const std::string& name, const std::string& value) {
    if (findStage(name)) {
        recipe["stages"][name] = {{"id", value}};
        return true;
    }
    const Json parsed = Json::parse(value, nullptr, false);
    for (auto& [stage, one] : recipe["stages"].items()) {
        if (!one.is_object()) continue;
        const auto defaults = stageDefaults(stage, one["id"].get<std::string>());
        if (!defaults) continue;
        for (const Field& field : (*defaults)->fields())
            if (field.id == name) {
                one[name] = parsed.is_discarded() ? Json(value) : parsed;
                return true;
            }
    }
    return false;
}

int someWidth(const Json& recipe) {
    for (const int bits : {4, 8, 6, 3, 2}) {
        Json at = recipe;
        at["bits"] = bits;
        const auto made = recipeFromJson(at);
        if (made && predictLayout(16, 64, bits, **made)) return bits;
    }
    return 4;
}

QString works(const Json& json) {
    const auto recipe = recipeFromJson(json);
    if (!recipe) return QString::fromStdString(recipe.error().message);
    const Matrix w = test::randomMatrix(16, 64, 1, 0.05);
    const Matrix inputs = test::correlatedInputs(80, 64, 5);
    LayerStats stats = test::statsOf(inputs);
    stats.sumSquares.resize(64);
    for (std::size_t c = 0; c < 64; ++c) stats.sumSquares[c] = stats.gram(c, c);
    stats.sample = inputs;
    RunContext context;
    const auto result =
        quantizeLayer({.name = "l", .weights = w.view(), .stats = &stats, .bits = (*recipe)->bits},
                      **recipe, &stats, context);
    if (!result) return QString::fromStdString(result.error().message);
    const Matrix back = decode(*result->matrix);
    for (const float v : back.values())
        if (!std::isfinite(v)) return QStringLiteral("not finite");
    const auto predicted = predictLayout(16, 64, (*recipe)->bits, **recipe);
    if (!predicted) return QString::fromStdString(predicted.error().message);
    return {};
}

} // namespace

class TstCombinations : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void worksOrSaysWhatDoes_data() {
        QTest::addColumn<QString>("json");
        const auto add = [](const std::string& name, Json stages) {
            Json json = {{"id", "made"}, {"bits", 4}, {"stages", std::move(stages)}};
            json["bits"] = someWidth(json);
            QTest::newRow(name.c_str()) << QString::fromStdString(json.dump());
        };
        for (const ChoiceInfo* grid : stageChoices("grid")) {
            const std::string g(grid->id);
            std::vector<Json> grids{choice("grid", g)};
            if (g == "float")
                for (const char* format : {"bfp", "mxfp4", "nvfp4", "nf4"})
                    grids.push_back({{"id", g}, {"format", format}});
            if (g == "affine") grids.push_back({{"id", g}, {"search", "mse"}});
            for (const Json& one : grids)
                for (const ChoiceInfo* round : stageChoices("round")) {
                    const std::string r(round->id);
                    std::vector<Json> rounds{choice("round", r)};
                    Json ordered = choice("round", r);
                    bool knows = false;
                    for (const Field& field : (*stageDefaults("round", r))->fields())
                        knows = knows || field.id == "act_order";
                    ordered["act_order"] = true;
                    if (knows) rounds.push_back(ordered);
                    for (const Json& other : rounds) {
                        const std::string pair = one.dump() + " " + other.dump();
                        add(pair, {{"grid", one}, {"round", other}});
                        add(pair + " rans",
                            {{"grid", one}, {"round", other}, {"encode", {{"id", "rans"}}}});
                        if (other.contains("act_order")) continue;
                        for (const char* stage : {"transform", "compensate"})
                            for (const ChoiceInfo* extra : stageChoices(stage))
                                add(pair + " " + std::string(extra->id),
                                    {{stage, {{"id", extra->id}}},
                                     {"grid", one},
                                     {"round", other}});
                    }
                }
        }
    }
    void worksOrSaysWhatDoes() {
        QFETCH(QString, json);
        Json recipe = Json::parse(json.toStdString());
        QString problem = works(recipe);
        // One choice after the other may be in the way.
        for (int tries = 0; !problem.isEmpty() && tries < 3; ++tries) {
            QVERIFY2(!recipeFromJson(recipe).has_value(),
                     qPrintable("found out during the work: " + problem));
            static const QRegularExpression Setting("([a-z_]+)=([a-z0-9_.]+)");
            const auto found = Setting.match(problem);
            QVERIFY2(found.hasMatch(), qPrintable("no setting is named: " + problem));
            QVERIFY2(
                apply(recipe, found.captured(1).toStdString(), found.captured(2).toStdString()),
                qPrintable(problem));
            recipe["bits"] = someWidth(recipe);
            problem = works(recipe);
        }
        QVERIFY2(problem.isEmpty(), qPrintable(problem));
    }

    void widthsSayWhichThereAre() {
        for (const auto& [grid, bits, wanted] :
             {std::tuple{"affine", 9, "2 to 8"}, {"float", 4, "8"}, {"mixed", 8, "affine"}}) {
            const auto refused = recipeFromJson(
                {{"id", "made"},
                 {"bits", bits},
                 {"stages", {{"grid", {{"id", grid}}}, {"round", {{"id", "nearest"}}}}}});
            QVERIFY2(!refused.has_value(), grid);
            QVERIFY2(refused.error().message.find(wanted) != std::string::npos,
                     refused.error().message.c_str());
        }
    }
};

QTEST_GUILESS_MAIN(TstCombinations)
#include "tst_combinations.moc"

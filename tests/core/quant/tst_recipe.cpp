// Recipes: the built-in ones, JSON both ways, changed parameters, messages of refusals.
#include "core/quant/recipe.h"
#include "core/quant/stages.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

class TstRecipe : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void builtinRecipesSurviveJson() {
        QVERIFY(builtinRecipes().size() >= 2);
        for (const auto& recipe : builtinRecipes()) {
            const Json json = toJson(*recipe);
            const auto again = recipeFromJson(json);
            QVERIFY2(again.has_value(), recipe->id.c_str());
            QCOMPARE(toJson(**again).dump(), json.dump());
            QCOMPARE(toReference(*recipe).dump(), Json({{"id", recipe->id}}).dump());
            QVERIFY(!recipe->title.empty() && !recipe->summary.empty());
        }
        QVERIFY(std::ranges::is_sorted(builtinRecipes(), {}, [](const auto& r) { return r->id; }));
    }

    void changesAreKept() {
        const auto rtn = *findRecipe("rtn");
        const auto changed = withSetting(*rtn, "group_size", "64");
        QVERIFY(changed.has_value());
        const auto changedTwice = withSetting(**changed, "grid.symmetric", "true");
        QVERIFY(changedTwice.has_value());
        QCOMPARE(QString::fromStdString(toReference(**changedTwice).dump()),
                 QString(R"({"id":"rtn","changes":{"grid":{"group_size":64,"symmetric":true}}})"));
        const auto back = recipeFromReference(toReference(**changedTwice));
        QVERIFY(back.has_value());
        QCOMPARE(toJson(**back).dump(), toJson(**changedTwice).dump());
        // The original is untouched.
        QCOMPARE(toReference(*rtn).dump(), Json({{"id", "rtn"}}).dump());
    }

    void foreignRecipesAreKeptWhole() {
        Json json = toJson(**findRecipe("rtn"));
        json["id"] = "mine";
        const auto mine = recipeFromJson(json);
        QVERIFY(mine.has_value());
        const auto back = recipeFromReference(toReference(**mine));
        QVERIFY(back.has_value());
        QCOMPARE(toJson(**back).dump(), json.dump());
    }

    void optionalStagesMayBeNone() {
        const auto recipe = recipeFromJson(Json::parse(R"({"id": "r", "stages": {
            "transform": {"id": "none"}, "grid": {"id": "affine"}, "round": {"id": "nearest"},
            "encode": {"id": "packed"}, "tune": null}})"));
        QVERIFY(recipe.has_value());
        QCOMPARE((*recipe)->stages.size(), std::size_t{3});
        QCOMPARE((*recipe)->title, std::string("r"));
    }

    void refuses_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("mention");
        QTest::newRow("no object") << "[]"
                                   << "object";
        QTest::newRow("no id") << R"({"stages": {}})"
                               << "id";
        QTest::newRow("no stages") << R"({"id": "r"})"
                                   << "stages";
        QTest::newRow("grid missing") << R"({"id": "r", "stages": {"round": {"id": "nearest"}}})"
                                      << "'grid' is missing";
        QTest::newRow("unknown stage")
            << R"({"id": "r", "stages": {"grid": {"id": "affine"}, "round": {"id": "nearest"}, "polish": {"id": "x"}}})"
            << "transform, grid, round, compensate, tune, encode";
        QTest::newRow("unknown grid")
            << R"({"id": "r", "stages": {"grid": {"id": "cubic"}, "round": {"id": "nearest"}}})"
            << "known: affine";
        QTest::newRow("unknown transform")
            << R"({"id": "r", "stages": {"grid": {"id": "affine"}, "round": {"id": "nearest"}, "transform": {"id": "spin"}}})"
            << "known: none";
        QTest::newRow("unknown parameter")
            << R"({"id": "r", "stages": {"grid": {"id": "affine", "group": 3}, "round": {"id": "nearest"}}})"
            << "group_size";
        QTest::newRow("parameter type")
            << R"({"id": "r", "stages": {"grid": {"id": "affine", "group_size": "3"}, "round": {"id": "nearest"}}})"
            << "whole number";
        QTest::newRow("bits")
            << R"({"id": "r", "bits": 12, "stages": {"grid": {"id": "affine"}, "round": {"id": "nearest"}}})"
            << "2 to 8";
        QTest::newRow("bits type") << R"({"id": "r", "bits": "4", "stages": {}})"
                                   << "bits";
        QTest::newRow("stage no object") << R"({"id": "r", "stages": {"grid": 3}})"
                                         << "grid";
        QTest::newRow("member") << R"({"id": "r", "stage": {}})"
                                << "unknown member 'stage'";
        QTest::newRow("id") << R"({"id": "../r", "stages": {}})"
                            << "small letters";
    }
    void refuses() {
        QFETCH(QString, json);
        QFETCH(QString, mention);
        const auto recipe = recipeFromJson(Json::parse(json.toStdString()));
        QVERIFY(!recipe.has_value());
        QCOMPARE(recipe.error().code, ErrorCode::Usage);
        QVERIFY2(recipe.error().message.find(mention.toStdString()) != std::string::npos,
                 recipe.error().message.c_str());
    }

    void refusesSettings() {
        const auto rtn = *findRecipe("rtn");
        const auto unknown = withSetting(*rtn, "damping", "0.1");
        QVERIFY(!unknown.has_value());
        QVERIFY(unknown.error().message.find("group_size") != std::string::npos);
        QVERIFY(!withSetting(*rtn, "group_size", "many").has_value());
        QVERIFY(!withSetting(*rtn, "group_size", "-1").has_value());
        QVERIFY(!withSetting(*rtn, "search", "best").has_value());
        const auto missing = findRecipe("gtpq");
        QVERIFY(!missing.has_value());
        QVERIFY(missing.error().message.find("rtn") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstRecipe)
#include "tst_recipe.moc"

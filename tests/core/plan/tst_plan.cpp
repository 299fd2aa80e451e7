// Plans: sizes, edits that share what they do not touch, settings by pattern, saved and reopened.
#include "core/plan/glob.h"
#include "core/plan/plan.h"

#include <QElapsedTimer>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

std::vector<PlanTensor> modelTensors(int blocks) {
    std::vector<PlanTensor> tensors;
    tensors.push_back({"model.embed_tokens.weight", 512, 64, 512 * 64 * 4, -1, "embedding", false});
    for (int b = 0; b < blocks; ++b) {
        const auto name = [&](const char* part) {
            return fmt::format("model.layers.{}.{}.weight", b, part);
        };
        tensors.push_back({name("self_attn.q_proj"), 64, 64, 64 * 64 * 4, b, "q", true});
        tensors.push_back({name("mlp.down_proj"), 64, 172, 64 * 172 * 4, b, "down", true});
        tensors.push_back({name("input_layernorm"), 1, 64, 64 * 4, b, "norm", false});
    }
    return tensors;
}

std::shared_ptr<const Plan> samplePlan(int blocks = 3) {
    return *makePlan("sample", "key", modelTensors(blocks), *findRecipe("rtn"));
}

std::string messageOf(const Result<std::shared_ptr<const Plan>>& result) {
    return result ? "no error" : result.error().message;
}

} // namespace

class TstPlan : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void predictsExactSizes() {
        const auto plan = samplePlan(2);
        // 4 bits, one group per row (64 < 128, 172 is no multiple): codes, fp16 scale, 4-bit zeros.
        const std::uint64_t q = 64 * 32 + 64 * 2 + 32, down = 64 * 86 + 64 * 2 + 32;
        QCOMPARE(plan->quantizedBytes, 2 * (q + down));
        QCOMPARE(plan->quantizedWeights, std::uint64_t{2 * (64 * 64 + 64 * 172)});
        QCOMPARE(plan->bytes, 2 * (q + down) + 512 * 64 * 4 + 2 * 64 * 4);
        QCOMPARE(plan->bitsPerWeight(), 8.0 * double(2 * (q + down)) / (2 * (64 * 64 + 64 * 172)));
        QCOMPARE(plan->parameters, std::uint64_t{512 * 64 + 2 * (64 * 64 + 64 * 172 + 64)});
        QCOMPARE(Plan().bitsPerWeight(), 0.0);
    }

    void editsShareTheRest() {
        const auto plan = samplePlan();
        const std::size_t rows[] = {1, 4};
        const auto next = *edited(*plan, rows, {.bits = 3, .locked = 1});
        for (std::size_t i = 0; i < plan->tensors.size(); ++i)
            QCOMPARE(next->tensors[i] == plan->tensors[i], i != 1 && i != 4);
        QCOMPARE(&next->model_tensors[0], &plan->model_tensors[0]);
        QCOMPARE(next->tensors[1]->bits, 3);
        QVERIFY(next->tensors[1]->locked);
        QCOMPARE(plan->tensors[1]->bits, 4);
        QVERIFY(next->bytes < plan->bytes);
        const auto kept = *edited(*next, rows, {.keep = true});
        QCOMPARE(kept->tensors[1]->recipe, nullptr);
        QCOMPARE(kept->tensors[1]->bits, 0);
        QCOMPARE(kept->tensors[1]->bytes, std::uint64_t{64 * 64 * 4});
        // A recipe without the row's width: its own instead, where none was asked for.
        const auto wide = *edited(*plan, rows, {.recipe = *findRecipe("fp8")});
        QCOMPARE(wide->tensors[1]->bits, 8);
        QVERIFY(!edited(*plan, rows, {.recipe = *findRecipe("fp8"), .bits = 4}).has_value());
        // Back again: the recipe's own bits.
        const auto back = *edited(*kept, rows, {.recipe = *findRecipe("rtn_mse")});
        QCOMPARE(back->tensors[1]->bits, 4);
        QCOMPARE(back->bytes, plan->bytes);
    }

    // Many rows, each its own edit: as one after the other.
    void batchesOfEdits() {
        const auto plan = samplePlan();
        const RowEdit edits[] = {{1, {.bits = 3}},
                                 {4, {.recipe = *findRecipe("rtn_mse"), .bits = 8}},
                                 {1, {.locked = 1}}};
        auto single = plan;
        for (const RowEdit& e : edits) single = *edited(*single, {&e.row, 1}, e.edit);
        const auto batch = *edited(*plan, edits);
        QVERIFY(toJson(*batch) == toJson(*single));
        QCOMPARE(batch->bytes, single->bytes);
        QCOMPARE(batch->tensors[1]->bits, 3);
        QVERIFY(batch->tensors[1]->locked);
        QCOMPARE(batch->tensors[2], plan->tensors[2]);
        const RowEdit wrong[] = {{1, {.bits = 3}}, {4, {.bits = 9}}};
        QVERIFY(!edited(*plan, wrong));
    }

    void locksAreSettings() {
        const auto plan = samplePlan();
        const auto locked = *withSetting(*plan, "*down*:bits=3,lock");
        QVERIFY(locked->tensors[2]->locked && !locked->tensors[1]->locked);
        QCOMPARE(locked->tensors[2]->bits, 3);
        const auto one = *withSetting(*locked, "0.down:unlock,symmetric=true");
        QVERIFY(!one->tensors[2]->locked && one->tensors[5]->locked);
    }

    void editsRefuse() {
        const auto plan = samplePlan();
        const std::size_t embedding[] = {0}, linear[] = {1}, beyond[] = {999};
        QVERIFY(messageOf(edited(*plan, embedding, {.bits = 4})).find("embed_tokens") !=
                std::string::npos);
        QVERIFY(messageOf(edited(*plan, beyond, {.bits = 4})).find("999") != std::string::npos);
        QVERIFY(messageOf(edited(*plan, linear, {.bits = 11})).find("2 to 8") != std::string::npos);
        QVERIFY(!edited(*plan, linear, {.bits = 4, .keep = true}).has_value());
        const auto kept = *edited(*plan, linear, {.keep = true});
        QVERIFY(messageOf(edited(*kept, linear, {.bits = 4})).find("recipe") != std::string::npos);
        QVERIFY(!makePlan("m", "k", modelTensors(1), *findRecipe("rtn"), 1).has_value());
    }

    void globs_data() {
        QTest::addColumn<QString>("pattern");
        QTest::addColumn<QString>("text");
        QTest::addColumn<bool>("matches");
        QTest::newRow("all") << "*"
                             << "a.b.c" << true;
        QTest::newRow("exact") << "a.b"
                               << "a.b" << true;
        QTest::newRow("prefix only") << "a.b"
                                     << "a.bc" << false;
        QTest::newRow("suffix") << "*.c"
                                << "a.b.c" << true;
        QTest::newRow("middle") << "a*c*e"
                                << "abcde" << true;
        QTest::newRow("give back") << "*ab*abc"
                                   << "ababab.ab.abc" << true;
        QTest::newRow("one") << "layers.?.w"
                             << "layers.3.w" << true;
        QTest::newRow("one is not two") << "layers.?.w"
                                        << "layers.13.w" << false;
        QTest::newRow("empty") << ""
                               << "" << true;
        QTest::newRow("empty pattern") << ""
                                       << "a" << false;
        QTest::newRow("hostile") << QString("a*").repeated(30) + "b" << QString("a").repeated(2000)
                                 << false;
    }
    void globs() {
        QFETCH(QString, pattern);
        QFETCH(QString, text);
        QFETCH(bool, matches);
        QCOMPARE(globMatches(pattern.toStdString(), text.toStdString()), matches);
    }

    void settings() {
        const auto plan = samplePlan();
        const auto next = withSetting(*plan, "*down_proj*:bits=3,group_size=43,recipe=rtn_mse");
        QVERIFY2(next.has_value(), messageOf(next).c_str());
        QCOMPARE((*next)->tensors[2]->recipe->id, std::string("rtn_mse"));
        QCOMPARE((*next)->tensors[2]->bits, 3);
        QCOMPARE((*next)->tensors[2]->recipe, (*next)->tensors[5]->recipe);
        QCOMPARE((*next)->tensors[1], plan->tensors[1]);
        QCOMPARE((*next)->tensors[2]->bytes,
                 std::uint64_t{64 * ((172 * 3 + 7) / 8) + 64 * 4 * 2 + 64 * 4 * 3 / 8});
        const auto byRole = withSetting(*plan, "1.down:keep");
        QVERIFY2(byRole.has_value(), messageOf(byRole).c_str());
        QCOMPARE((*byRole)->tensors[5]->recipe, nullptr);
        QVERIFY((*byRole)->tensors[2]->recipe != nullptr);
    }

    void settingsRefuse_data() {
        QTest::addColumn<QString>("setting");
        QTest::addColumn<QString>("mention");
        QTest::newRow("no colon") << "bits=3"
                                  << "GLOB:name=value";
        QTest::newRow("no match") << "*lm_head*:bits=3"
                                  << "matches no tensor";
        QTest::newRow("not quantizable") << "*embed*:bits=3"
                                         << "embed_tokens";
        QTest::newRow("bits") << "*:bits=1"
                              << "2 to 8";
        QTest::newRow("bits text") << "*:bits=few"
                                   << "few";
        QTest::newRow("recipe") << "*:recipe=gtpq"
                                << "known:";
        QTest::newRow("parameter") << "*:groups=3"
                                   << "group_size";
        QTest::newRow("value") << "*:group_size=x"
                               << "whole number";
        QTest::newRow("empty item") << "*:bits=3,"
                                    << "name=value";
        QTest::newRow("keep and more") << "*:keep,bits=3"
                                       << "alone";
    }
    void settingsRefuse() {
        QFETCH(QString, setting);
        QFETCH(QString, mention);
        const auto result = withSetting(*samplePlan(), setting.toStdString());
        QVERIFY(!result.has_value());
        QCOMPARE(result.error().code, ErrorCode::Usage);
        QVERIFY2(messageOf(result).find(mention.toStdString()) != std::string::npos,
                 messageOf(result).c_str());
    }

    void savedPlansReopenTheSame() {
        auto plan = samplePlan();
        plan = *withSetting(*plan, "*down*:bits=3,group_size=43");
        plan = *withSetting(*plan, "0.q:keep");
        const std::size_t rows[] = {4};
        plan = *edited(*plan, rows, {.locked = 1});
        const Json json = toJson(*plan);
        QCOMPARE(json["recipes"].size(), std::size_t{2});
        const auto again = planFromJson(Json::parse(json.dump()), "sample", "key", modelTensors(3));
        QVERIFY2(again.has_value(), messageOf(again).c_str());
        QCOMPARE(toJson(**again).dump(), json.dump());
        QCOMPARE((*again)->bytes, plan->bytes);
        for (std::size_t i = 0; i < plan->tensors.size(); ++i) {
            QCOMPARE((*again)->tensors[i]->bits, plan->tensors[i]->bits);
            QCOMPARE((*again)->tensors[i]->bytes, plan->tensors[i]->bytes);
            QCOMPARE((*again)->tensors[i]->locked, plan->tensors[i]->locked);
        }
    }

    void foreignPlansAreRefused() {
        const Json json = toJson(*samplePlan(3));
        const auto fewer = planFromJson(json, "m", "k", modelTensors(2));
        QVERIFY(messageOf(fewer).find("model.layers.2.self_attn.q_proj.weight") !=
                std::string::npos);
        const auto more = planFromJson(json, "m", "k", modelTensors(4));
        QVERIFY(messageOf(more).find("model.layers.3.self_attn.q_proj.weight") !=
                std::string::npos);
        auto wider = modelTensors(3);
        wider[1].cols = 65;
        QVERIFY(messageOf(planFromJson(json, "m", "k", wider)).find("shapes differ") !=
                std::string::npos);
    }

    // Any single value replaced by something odd: an error or a plan, never a crash.
    void damagedPlansAreRefused() {
        const Json good = toJson(*samplePlan(1));
        const std::vector<Json> odd = {
            nullptr, -1, 1e300, "x", Json::array(), Json::object(), true, 18446744073709551615ULL};
        const Json flat = good.flatten();
        int refused = 0;
        for (const auto& [path, value] : flat.items())
            for (const Json& replacement : odd) {
                Json bad = good;
                bad[Json::json_pointer(path)] = replacement;
                const auto result = planFromJson(bad, "m", "k", modelTensors(1));
                if (!result) {
                    QCOMPARE(result.error().code, ErrorCode::BadInput);
                    ++refused;
                }
            }
        QVERIFY(refused > 50);
        for (const char* text : {"[]", "null", "3", R"({"format": "bitsmith-plan"})",
                                 R"({"format": "bitsmith-plan", "version": 2})"})
            QVERIFY(!planFromJson(Json::parse(text), "m", "k", modelTensors(1)).has_value());
    }

    void editsAreFast() {
        const auto plan = samplePlan(400); // 1,201 tensors
        const std::size_t rows[] = {1, 601, 1001};
        QElapsedTimer timer;
        constexpr int Repeats = 200;
        timer.start();
        for (int i = 0; i < Repeats; ++i)
            QVERIFY(edited(*plan, rows, {.bits = 3 + i % 2}).has_value());
        const double milliseconds = double(timer.nsecsElapsed()) * 1e-6 / Repeats;
        qInfo("one edit of %zu tensors: %.4f ms", plan->tensors.size(), milliseconds);
        QVERIFY(milliseconds < 1.0);
    }
};

QTEST_GUILESS_MAIN(TstPlan)
#include "tst_plan.moc"

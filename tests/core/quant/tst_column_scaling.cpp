// AWQ and SmoothQuant on one matrix: against independent implementations, never worse than without
// by AWQ's own measure, exact sizes, and what is kept beside the codes undoes the scaling.
#include "core/quant/layer_errors.h"
#include "core/quant/transform/clip_search.h"
#include "core/quant/transform/column_scaling.h"
#include "core/quant/transform/scale_search.h"
#include "core/tensor/convert.h"
#include "core/tensor/rotation.h"
#include "tests/core/quant/golden_script.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"

#include <QTest>

using namespace bitsmith;
using test::quantized;
using test::recipeWith;
using Json = nlohmann::ordered_json;

namespace {

// A few input channels are far stronger than the rest, as in language models.
Matrix unevenInputs(std::size_t samples, std::size_t cols, std::uint64_t seed) {
    Matrix x = test::correlatedInputs(samples, cols, seed);
    for (std::size_t c = 0; c < cols; c += 17)
        for (std::size_t s = 0; s < samples; ++s) x(s, c) *= 12;
    return x;
}

std::shared_ptr<const Recipe> transformed(const Json& transform, const char* base = "rtn",
                                          const Json& settings = {}) {
    Json json = toJson(*recipeWith(base, settings));
    json["stages"]["transform"] = transform;
    auto recipe = recipeFromJson(json);
    if (!recipe) qFatal("%s", recipe.error().message.c_str());
    return *recipe;
}

std::optional<ScaleSearch> searchOf(const Matrix& w, const LayerStats& stats, int bits,
                                    const Recipe& recipe) {
    RunContext context;
    const auto r = quantizeLayer({"layer", w.view(), &stats, bits}, recipe, &stats, context);
    if (!r) qFatal("%s", r.error().message.c_str());
    for (const std::any& published : context.resultsSince(0))
        if (const auto* search = std::any_cast<ScaleSearch>(&published)) return *search;
    return std::nullopt;
}

} // namespace

class TstColumnScaling : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithNumpy_data() {
        QTest::addColumn<QString>("model"); // empty: random
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("group");
        QTest::newRow("3 bits") << "" << 3 << 64;
        QTest::newRow("4 bits, short last group") << "" << 4 << 96;
        for (const char* model : test::RealModels)
            for (const int bits : {3, 4})
                QTest::addRow("%s, %d bits", model, bits) << model << bits << 32;
    }
    void agreesWithNumpy() {
        QFETCH(QString, model);
        QFETCH(int, bits);
        QFETCH(int, group);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs /usr/bin/python3 with numpy");
        const bool real = !model.isEmpty();
        Matrix w = test::randomMatrix(48, 256, 3, 0.05);
        LayerStats stats = test::statsOf(unevenInputs(400, 256, 4));
        if (real) {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
            stats = layer->stats;
        }
        const test::GoldenScript script;
        script.write(
            "case.json",
            Json({{"rows", w.rows()}, {"cols", w.cols()}, {"bits", bits}, {"group_size", group}})
                .dump());
        script.write("weights.f32", std::span(std::as_const(w).values()));
        script.write("gram.f32", std::span(std::as_const(stats.gram).values()));
        script.write("mean.f32", std::span<const float>(stats.meanAbs));
        script.write("most.f32", std::span<const float>(stats.maxAbs));
        const QString complaint = script.run("awq/awq_numpy.py");
        QVERIFY2(complaint.isEmpty(), qPrintable(complaint));
        const auto errors = script.read<double>("errors.f64");
        const auto scales = script.read<double>("scales.f64");
        const auto smooth = script.read<double>("smooth.f64");

        const auto recipe = transformed({{"id", "awq"}}, "rtn",
                                        {{"group_size", group}, {"ragged", "short_last_group"}});
        const auto search = searchOf(w, stats, bits, *recipe);
        QVERIFY(search);
        QCOMPARE(search->errors.size(), errors.size());
        for (std::size_t i = 0; i < errors.size(); ++i) // a near tie may go either way
            QVERIFY2(
                std::abs(search->errors[i] - errors[i]) < 2e-3 * errors[i],
                qPrintable(
                    QString("%1: %2 against %3").arg(i).arg(search->errors[i]).arg(errors[i])));
        QCOMPARE(search->best, std::size_t(std::ranges::min_element(errors) - errors.begin()));
        if (!real) QVERIFY(search->best > 0 && search->best < 19); // the case says something
        qInfo("strength %.2f, error %.3f of none", search->strengths[search->best],
              search->errors[search->best] / search->errors[0]);

        const auto factorsOf = [&](const char* transform) {
            const auto result = quantized(w, &stats, bits, *transformed({{"id", transform}}));
            const QuantizedMatrix& m = *result.matrix;
            return unpackSide(m.side, m.rows, m.cols, m.sideBytes).columnFactors;
        };
        for (const auto& [name, expected] : {std::pair("awq", scales), {"smoothquant", smooth}}) {
            const auto recipeFactors = name == std::string("awq")
                                           ? [&] {
                                                 const auto r = quantized(w, &stats, bits, *recipe);
                                                 return unpackSide(r.matrix->side, w.rows(),
                                                                   w.cols(), r.matrix->sideBytes)
                                                     .columnFactors;
                                             }()
                                           : factorsOf(name);
            QCOMPARE(recipeFactors.size(), expected.size());
            for (std::size_t c = 0; c < expected.size(); ++c)
                QVERIFY(std::abs(recipeFactors[c] * expected[c] - 1) < 1.1e-3); // a step of fp16
        }
    }

    void awqIsNeverWorseThanWithout_data() {
        QTest::addColumn<int>("seed");
        for (int seed = 1; seed <= 6; ++seed) QTest::addRow("%d", seed) << seed;
    }
    void awqIsNeverWorseThanWithout() {
        QFETCH(int, seed);
        const Matrix w = test::randomMatrix(64, 128, std::uint64_t(seed), 0.05);
        const LayerStats stats =
            test::statsOf(seed % 2 ? unevenInputs(300, 128, std::uint64_t(seed))
                                   : test::correlatedInputs(300, 128, std::uint64_t(seed)));
        for (const char* base : {"rtn", "rtn_mse", "mxfp4", "nvfp4", "gguf_legacy"}) {
            const int bits = std::string(base) == "gguf_legacy" ? 4 : (*findRecipe(base))->bits;
            const auto plain = quantized(w, &stats, bits, *recipeWith(base, {}));
            const auto scaled = quantized(w, &stats, bits, *transformed({{"id", "awq"}}, base));
            QVERIFY2(scaled.report.outputError <= plain.report.outputError * (1 + 1e-5), base);
            // Scales that are powers of two hardly follow those of the columns.
            if (seed % 2 && base != std::string_view("mxfp4"))
                QVERIFY2(scaled.report.outputError < 0.9 * plain.report.outputError, base);
            const auto clipped =
                quantized(w, &stats, bits, *transformed({{"id", "awq"}, {"clip", true}}, base));
            QVERIFY2(clipped.report.outputError <= scaled.report.outputError * (1 + 1e-5), base);
        }
    }

    // On a seeded matrix with a few very large weights cutting them off pays at 3 bits.
    void clippingPaysWhereOneWeightSpoilsAGroup() {
        Matrix w = test::randomMatrix(32, 128, 5, 0.02);
        for (std::size_t r = 0; r < 32; ++r) w(r, r) = 0.12F;
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 128, 6));
        RunContext context;
        const auto recipe = recipeWith("rtn", {{"group_size", 64}});
        const LayerTask task{"layer", w.view(), &stats, 3};
        const auto before = quantizeLayer(task, *recipe, &stats, context);
        Matrix clipped = w;
        QVERIFY(clipGroups(clipped, task, *recipe, {}, context).has_value());
        const auto after =
            quantizeLayer({"layer", clipped.view(), &stats, 3}, *recipe, &stats, context);
        const double error = measureErrors(w.view(), *after->matrix, &stats, context).output;
        QVERIFY2(error < 0.8 * before->report.outputError, qPrintable(QString::number(error)));
        for (std::size_t i = 0; i < w.values().size(); ++i) // nothing but cut off
            QVERIFY(std::abs(clipped.values()[i]) <= std::abs(w.values()[i]));
    }

    // s decides where errors lie, not what the matrix is: at 8 bits W comes back.
    void factorsUndoTheScaling() {
        const Matrix w = test::randomMatrix(40, 96, 7, 0.05);
        const LayerStats stats = test::statsOf(unevenInputs(200, 96, 8));
        for (const Json& transform : {Json({{"id", "awq"}}), Json({{"id", "smoothquant"}}),
                                      Json::array({{{"id", "smoothquant"}}, {{"id", "awq"}}}),
                                      Json::array({{{"id", "awq"}}, {{"id", "hadamard"}}})}) {
            const auto recipe = transformed(transform, "rtn", {{"group_size", 32}});
            const auto result = quantized(w, &stats, 8, *recipe);
            QVERIFY(result.matrix->side.columnFactors);
            QVERIFY2(result.report.outputError < 2e-4, transform.dump().c_str());
            QVERIFY(std::abs(result.report.outputError -
                             test::relativeError(w, *result.matrix, stats)) <
                    1e-3 * result.report.outputError);
            QCOMPARE(result.report.bytes, *predictStoredBytes(40, 96, 8, *recipe));
        }
    }

    // Equation 4 and its ends: alpha 1 moves all differences into the weights, 0 none.
    void smoothQuantMovesWhatItIsTold_data() {
        QTest::addColumn<double>("alpha");
        for (const double alpha : {0.0, 0.5, 1.0}) QTest::addRow("%g", alpha) << alpha;
    }
    void smoothQuantMovesWhatItIsTold() {
        QFETCH(double, alpha);
        const Matrix w = test::randomMatrix(30, 64, 9, 0.05);
        LayerStats stats = test::statsOf(unevenInputs(200, 64, 10));
        stats.maxAbs[5] = 0; // dead: no factor
        const auto recipe = transformed({{"id", "smoothquant"}, {"smooth_strength", alpha}});
        const auto& scaling = dynamic_cast<const ColumnScaling&>(*findTransform("smoothquant"));
        RunContext context;
        const LayerTask task{"layer", w.view(), &stats, 8};
        const auto s =
            scaling.choose({&task, 1}, *recipe, *recipe->stage("transform")->params, {}, context);
        QVERIFY(s.has_value());
        for (std::size_t c = 0; c < 64; ++c) {
            float most = 0;
            for (std::size_t r = 0; r < 30; ++r) most = std::max(most, std::abs(w(r, c)));
            if (c == 5) {
                QCOMPARE((*s)[c], 1.0F);
                continue;
            }
            const double input = double(stats.maxAbs[c]) / (*s)[c], weight = double(most) * (*s)[c];
            // What is left of the differences: a^(1-alpha) w^(1-alpha), and the other way round.
            const double product = double(stats.maxAbs[c]) * most;
            QVERIFY(std::abs(input / std::pow(product, 1 - alpha) - 1) < 1e-3);
            QVERIFY(std::abs(weight / std::pow(product, alpha) - 1) < 1e-3);
        }
    }

    // (W R)(R^T x) = W x, and what stands out of a row is spread over all of it.
    void rotationKeepsOutputsAndSpreadsOutliers() {
        Matrix w = test::randomMatrix(24, 96, 16, 0.02);
        for (std::size_t r = 0; r < 24; ++r) w(r, (7 * r) % 96) = 0.5F;
        const Matrix x = test::correlatedInputs(10, 96, 17);
        const Rotation rotation(96, 5);
        Matrix turned = w, inputs = x;
        rotation.apply(turned.view());
        rotation.apply(inputs.view());
        float most = 0;
        for (const float value : turned.values()) most = std::max(most, std::abs(value));
        QVERIFY(most < 0.2F);
        for (std::size_t r = 0; r < 24; ++r)
            for (std::size_t t = 0; t < 10; ++t) {
                double before = 0, after = 0;
                for (std::size_t c = 0; c < 96; ++c) {
                    before += double(w(r, c)) * x(t, c);
                    after += double(turned(r, c)) * inputs(t, c);
                }
                QVERIFY(std::abs(before - after) < 1e-5 * (1 + std::abs(before)));
            }
        const LayerStats stats = test::statsOf(test::correlatedInputs(200, 96, 18));
        for (const char* base : {"rtn", "gptq"}) {
            const auto plain = quantized(w, &stats, 3, *recipeWith(base, {}));
            const auto rotated = quantized(w, &stats, 3, *transformed({{"id", "hadamard"}}, base));
            QVERIFY2(rotated.report.outputError < 0.5 * plain.report.outputError, base);
            QCOMPARE(rotated.report.bytes, plain.report.bytes + 8);
        }
    }

    void tiedColumnsGetOneFactor() {
        const Matrix w = test::randomMatrix(30, 64, 11, 0.05);
        const LayerStats stats = test::statsOf(unevenInputs(200, 64, 12));
        std::vector<std::uint32_t> tied(64);
        for (std::size_t c = 0; c < 64; ++c) tied[c] = std::uint32_t(c % 16);
        RunContext context;
        const LayerTask tasks[] = {{"a", w.view(), &stats, 3}, {"b", w.view(), &stats, 4}};
        for (const char* id : {"awq", "smoothquant"}) {
            const auto recipe = transformed({{"id", id}});
            const auto& scaling = dynamic_cast<const ColumnScaling&>(*findTransform(id));
            const auto s =
                scaling.choose(tasks, *recipe, *recipe->stage("transform")->params, tied, context);
            QVERIFY(s.has_value());
            for (std::size_t c = 16; c < 64; ++c) QCOMPARE((*s)[c], (*s)[c - 16]);
            QVERIFY(std::ranges::max(*s) > std::ranges::min(*s));
            for (const float value : *s) // 1/s is what is stored
                QCOMPARE(1 / storedFactor(value), value);
        }
    }

    void deadAndFlatInputsAreNoTrouble() {
        const Matrix w = test::randomMatrix(16, 32, 13, 0.05);
        Matrix x(50, 32); // all dead
        LayerStats dead = test::statsOf(x);
        for (std::size_t s = 0; s < 50; ++s) x(s, 3) = 1;
        LayerStats one = test::statsOf(x);
        for (const LayerStats* stats : {&dead, &one})
            for (const char* id : {"awq", "smoothquant"}) {
                const auto r = quantized(w, stats, 4, *transformed({{"id", id}, {"fold", false}}));
                const Matrix back = decode(*r.matrix);
                for (const float value : back.values()) QVERIFY(std::isfinite(value));
                QVERIFY(r.report.outputError < 0.01);
            }
    }

    // A matrix alone cannot be folded: it stays as it is, and nothing is stored for it.
    void foldedStoresNothing() {
        const Matrix w = test::randomMatrix(16, 64, 14, 0.05);
        const LayerStats stats = test::statsOf(unevenInputs(200, 64, 15));
        const auto folded = quantized(w, &stats, 4, *transformed({{"id", "awq"}, {"fold", true}}));
        QVERIFY(!folded.matrix->side.any());
        QVERIFY(*folded.matrix == *quantized(w, &stats, 4, *recipeWith("rtn", {})).matrix);
    }

    void refusesWhatMakesNoSense() {
        Json json = toJson(**findRecipe("rtn"));
        json["stages"]["transform"] = Json::array({{{"id", "hadamard"}}, {{"id", "awq"}}});
        const auto wrong = recipeFromJson(json);
        QVERIFY(!wrong.has_value());
        QVERIFY2(wrong.error().message.find("awq+hadamard") != std::string::npos,
                 wrong.error().message.c_str());
        const auto free = transformed({{"id", "awq"}});
        const Matrix w = test::randomMatrix(8, 32, 1);
        RunContext context;
        const auto r = quantizeLayer({"layer", w.view()}, *free, nullptr, context);
        QVERIFY(!r.has_value());
        QCOMPARE(r.error().code, ErrorCode::Usage);
    }
};

QTEST_GUILESS_MAIN(TstColumnScaling)
#include "tst_column_scaling.moc"

// The float grid: nearest levels against a search over all of them, scales by their formulas, and
// vectors of the formats' own programs.
#include "core/quant/grid/float_fit.h"
#include "core/quant/recipe.h"
#include "core/quant/stages.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/levels.h"
#include "core/tensor/nearest_level.h"
#include "tests/core/quant/samples.h"

#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>

using namespace bitsmith;

namespace {

// The nearest finite level; ties to the even code.
std::uint8_t searched(std::span<const float> levels, float w) {
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t code = 0; code < levels.size(); ++code) {
        if (!std::isfinite(levels[code]) || std::signbit(levels[code]) != std::signbit(w)) continue;
        const double off = std::abs(double(levels[code]) - w);
        if (off < least || (off == least && code % 2 == 0)) {
            least = off;
            best = code;
        }
    }
    return static_cast<std::uint8_t>(best);
}

QuantizedMatrix quantized(const Matrix& w, const char* recipe, std::string_view setting = {},
                          std::string_view value = {}) {
    auto chosen = *findRecipe(recipe);
    if (!setting.empty()) chosen = *withSetting(*chosen, setting, value);
    RunContext context;
    const LayerTask task{.name = "w", .weights = w.view(), .bits = chosen->bits};
    const auto result = quantizeLayer(task, *chosen, nullptr, context);
    if (!result) throw std::runtime_error(result.error().message);
    return *result->matrix;
}

// x_i = ((37 i + 11) mod 251 - 125) / 64: exact in every format that the vectors below are in.
Matrix vectorInput(std::size_t count) {
    Matrix w(1, count);
    for (std::size_t i = 0; i < count; ++i)
        w(0, i) = static_cast<float>(static_cast<int>((i * 37 + 11) % 251) - 125) / 64.0F;
    return w;
}

} // namespace

class TstFloatGrid : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void roundsToTheNearestLevel() {
        for (const char* name : {"e2m1", "e4m3"}) {
            const NearestLevel nearest(*findLevelFormat(name));
            std::vector<float> weights{1e30F, -1e30F};
            for (float w = -8; w <= 8; w += 1.0F / 64)
                weights.push_back(std::string(name) == "e4m3" ? w * 60 : w);
            std::vector<std::uint8_t> codes(weights.size());
            nearest(weights, 1.0F, codes.data());
            for (std::size_t i = 0; i < weights.size(); ++i) {
                const float most = nearest.format().largest;
                const float w = std::clamp(weights[i], -most, most);
                QCOMPARE(codes[i], searched(floatLevels(name), w));
                if (std::string(name) == "e4m3") QCOMPARE(codes[i], floatToE4m3(w));
            }
        }
    }

    void e4m3ScalesReach448() {
        const Matrix w = test::randomMatrix(5, 96, 3);
        const std::pair<const char*, std::size_t> forms[] = {
            {"channel", 5}, {"tensor", 1}, {"group", 15}};
        for (const auto& [granularity, parameters] : forms) {
            auto recipe = *withSetting(**findRecipe("fp8"), "granularity", granularity);
            recipe = *withSetting(*recipe, "group_size", "32");
            RunContext context;
            const LayerTask task{.name = "w", .weights = w.view(), .bits = 8};
            const QuantizedMatrix q = *quantizeLayer(task, *recipe, nullptr, context)->matrix;
            QCOMPARE(q.parameters(), parameters);
            const Matrix back = decode(q);
            for (std::size_t r = 0; r < 5; ++r)
                for (std::size_t c = 0; c < 96; ++c) {
                    const std::size_t p = parameters == 1   ? 0
                                          : parameters == 5 ? r
                                                            : r * 3 + c / 32;
                    float most = 0;
                    for (std::size_t i = 0; i < 5; ++i)
                        for (std::size_t k = 0; k < 96; ++k)
                            if (parameters == 1 ||
                                (i == r && (parameters == 5 || k / 32 == c / 32)))
                                most = std::max(most, std::abs(w(i, k)));
                    QCOMPARE(q.scale(p), most / 448.0F);
                    // Half a step of 3 fraction bits, and of the smallest number.
                    QVERIFY(std::abs(back(r, c) - w(r, c)) <=
                            std::abs(w(r, c)) / 16 + q.scale(p) * 0x1p-10F);
                }
        }
    }

    // Scales and codes of the same input by ggml's MXFP4 (nibbles split there, in order here).
    void mxfp4AgreesWithGguf() {
        const QuantizedMatrix q = quantized(vectorInput(32), "mxfp4");
        QCOMPARE(q.scaleType, DType::F8E8M0);
        // ggml stores the exponent of half the scale, as its levels are doubled: the same byte.
        QCOMPARE(std::to_integer<int>(q.scales[0]), 0x7d);
        const std::uint8_t stored[] = {0xbf, 0x2e, 0x5c, 0x70, 0x74, 0xf6, 0xd7, 0xaf,
                                       0x3e, 0x6c, 0x71, 0xf5, 0xf6, 0xd7, 0x9f, 0x4e};
        std::vector<std::uint8_t> codes(32);
        unpackBits(q.codes, 4, codes);
        const auto levels = floatLevels("e2m1");
        const Matrix w = vectorInput(32);
        for (std::size_t j = 0; j < 32; ++j) {
            const int theirs = j < 16 ? stored[j] & 15 : stored[j - 16] >> 4;
            // They may differ where two levels are equally near, and in the sign of zero.
            const float x = w(0, j) / q.scale(0);
            QCOMPARE(std::abs(levels[codes[j]] - x),
                     std::abs(levels[static_cast<std::size_t>(theirs)] - x));
        }
    }

    void nvfp4HasTwoScales() {
        Matrix w = test::randomMatrix(6, 64, 9);
        for (std::size_t c = 16; c < 32; ++c) w(2, c) = 0;
        const QuantizedMatrix q = quantized(w, "nvfp4");
        float most = 0;
        for (const float value : w.values()) most = std::max(most, std::abs(value));
        QCOMPARE(q.tensorScale, 1 / (448.0F * 6 / most));
        QCOMPARE(q.scaleType, DType::F8E4M3);
        float largest = 0;
        for (std::size_t r = 0; r < 6; ++r)
            for (std::size_t g = 0; g < 4; ++g) {
                float group = 0;
                for (std::size_t c = 16 * g; c < 16 * g + 16; ++c)
                    group = std::max(group, std::abs(w(r, c)));
                const float scale = q.scale(r * 4 + g);
                largest = std::max(largest, scale);
                const float wanted = group / 6 / q.tensorScale;
                QCOMPARE(scale, group == 0 ? 0.125F : e4m3ToFloat(floatToE4m3(wanted)));
            }
        QCOMPARE(largest, 448.0F);
        const Matrix back = decode(q);
        double error = 0, whole = 0;
        for (std::size_t i = 0; i < back.values().size(); ++i) {
            error += std::pow(double(back.values()[i]) - w.values()[i], 2);
            whole += std::pow(double(w.values()[i]), 2);
        }
        QVERIFY2(error < 0.012 * whole, qPrintable(QString::number(error / whole)));
        for (std::size_t c = 16; c < 32; ++c) QCOMPARE(back(2, c), 0.0F);
    }

    void zeroMatricesStayZero() {
        for (const char* recipe : {"fp8", "nvfp4", "mxfp4"}) {
            const Matrix back = decode(quantized(Matrix(3, 64), recipe));
            for (const float value : back.values()) QCOMPARE(value, 0.0F);
        }
    }

    // GPTQ must be at least as good on the outputs as rounding each weight by itself.
    void gptqImprovesAllFormats() {
        const Matrix w = test::randomMatrix(64, 96, 21);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 96, 8));
        for (const char* format : {"e4m3", "nvfp4", "mxfp4"})
            for (const bool actOrder : {false, true}) {
                double errors[2];
                for (const bool gptq : {false, true}) {
                    nlohmann::ordered_json round{{"id", gptq ? "gptq" : "nearest"}};
                    if (gptq) round["act_order"] = actOrder;
                    const auto recipe = *recipeFromJson(
                        {{"id", "t"},
                         {"bits", std::string(format) == "e4m3" ? 8 : 4},
                         {"stages",
                          {{"grid", {{"id", "float"}, {"format", format}}}, {"round", round}}}});
                    RunContext context;
                    const LayerTask task{
                        .name = "w", .weights = w.view(), .stats = &stats, .bits = recipe->bits};
                    const auto result = quantizeLayer(task, *recipe, &stats, context);
                    QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
                    errors[gptq] = result->report.outputError;
                    QCOMPARE(result->matrix->storedBytes(),
                             *predictStoredBytes(64, 96, recipe->bits, *recipe));
                }
                QVERIFY2(
                    errors[1] < 0.9 * errors[0],
                    qPrintable(QString("%1: %2 to %3").arg(format).arg(errors[0]).arg(errors[1])));
            }
    }

    void otherWidthsAreRefused() {
        const FloatParams four{.format = "nvfp4"}, eight;
        QCOMPARE(floatLayout(8, 32, 8, four).error().code, ErrorCode::Usage);
        QCOMPARE(floatLayout(8, 32, 4, eight).error().code, ErrorCode::Usage);
        QVERIFY(floatLayout(8, 32, 4, four));
        QVERIFY(!floatLayout(0, 32, 4, four));
    }
};

QTEST_GUILESS_MAIN(TstFloatGrid)
#include "tst_float_grid.moc"

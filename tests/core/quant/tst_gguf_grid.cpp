// The gguf grid: which block type a width becomes, fallbacks and their notes, importance, recipes.
#include "core/quant/blocks/encode.h"
#include "core/quant/grid/gguf_math.h"
#include "core/quant/recipe.h"
#include "tests/core/quant/samples.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

std::shared_ptr<const Recipe> ggufRecipe(const std::string& family) {
    return *recipeFromJson(
        {{"id", "test"},
         {"bits", 4},
         {"stages",
          {{"grid", {{"id", "gguf"}, {"family", family}}}, {"round", {{"id", "nearest"}}}}}});
}

LayerResult quantized(const Matrix& w, const Recipe& recipe, int bits,
                      const LayerStats* stats = nullptr) {
    RunContext context;
    const LayerTask task{.name = "layer", .weights = w.view(), .stats = stats, .bits = bits};
    auto result = quantizeLayer(task, recipe, stats, context);
    if (!result) qFatal("%s", result.error().message.c_str());
    return *std::move(result);
}

std::string formatName(const std::string& family, int bits, std::size_t cols) {
    const auto layout = ggufLayout(4, cols, bits, {family});
    return layout ? layout->format : layout.error().message;
}

} // namespace

class TstGgufGrid : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void families() {
        for (const auto& [bits, name] : std::map<int, std::string>{
                 {2, "Q2_K"}, {3, "Q3_K"}, {4, "Q4_K"}, {5, "Q5_K"}, {6, "Q6_K"}, {8, "Q8_0"}})
            QCOMPARE(formatName("k", bits, 512), name);
        QCOMPARE(formatName("legacy", 4, 64), std::string("Q4_0"));
        QCOMPARE(formatName("legacy", 5, 64), std::string("Q5_0"));
        QCOMPARE(formatName("legacy", 8, 64), std::string("Q8_0"));
        QCOMPARE(formatName("legacy_offset", 4, 64), std::string("Q4_1"));
        QCOMPARE(formatName("legacy_offset", 5, 64), std::string("Q5_1"));
        QCOMPARE(formatName("iq4_nl", 4, 64), std::string("IQ4_NL"));
        QCOMPARE(formatName("iq4_xs", 4, 256), std::string("IQ4_XS"));
        QCOMPARE(formatName("mxfp4", 4, 64), std::string("MXFP4"));
    }

    void widthsThatDoNotExist() {
        QCOMPARE(formatName("k", 7, 256),
                 std::string("grid 'gguf': the family 'k' has no 7-bit blocks; the nearest is Q6_K "
                             "with 6 bits"));
        QVERIFY(formatName("legacy", 3, 256).find("Q4_0") != std::string::npos);
        QVERIFY(formatName("mxfp4", 8, 256).find("MXFP4 with 4 bits") != std::string::npos);
        QVERIFY(!ggufLayout(0, 256, 4, {}));
        QVERIFY(!ggufLayout(4, 0, 4, {}));
        QVERIFY(!ggufLayout(4, std::size_t{1} << 40, 4, {}));
    }

    void fallbacks() {
        // 96 columns hold blocks of 32, not of 256; 40 hold neither.
        for (const auto& [bits, name] : std::map<int, std::string>{{2, "IQ4_NL"},
                                                                   {3, "IQ4_NL"},
                                                                   {4, "Q5_0"},
                                                                   {5, "Q5_1"},
                                                                   {6, "Q8_0"},
                                                                   {8, "Q8_0"}}) {
            QCOMPARE(formatName("k", bits, 96), name);
            QCOMPARE(formatName("k", bits, 40), std::string("F16"));
        }
        QCOMPARE(formatName("iq4_xs", 4, 96), std::string("IQ4_NL"));
        QCOMPARE(formatName("legacy", 4, 40), std::string("F16"));

        auto result = quantized(test::randomMatrix(8, 172, 1), *ggufRecipe("k"), 4);
        QCOMPARE(result.report.notes,
                 (std::vector<std::string>{
                     "172 columns are no multiple of 32: stored as F16 instead of Q4_K"}));
        QCOMPARE(result.matrix->bits, 16);
        QVERIFY(result.report.weightError < 1e-6);
        QCOMPARE(result.report.bytes, std::uint64_t{8 * 172 * 2});
        result = quantized(test::randomMatrix(8, 96, 1), *ggufRecipe("k"), 4);
        QCOMPARE(result.report.notes,
                 (std::vector<std::string>{
                     "96 columns are no multiple of 256: stored as Q5_0 instead of Q4_K"}));
        QVERIFY(quantized(test::randomMatrix(8, 256, 1), *ggufRecipe("k"), 4).report.notes.empty());
    }

    // What the container stores are llama.cpp's bytes: rows of blocks, nothing else.
    void storesBlocks() {
        const Matrix w = test::randomMatrix(70, 512, 3, 0.02);
        const auto result = quantized(w, *ggufRecipe("k"), 6);
        const BlockFormat& format = *findBlockFormat("Q6_K");
        std::vector<std::byte> blocks(70 * format.rowBytes(512));
        encodeBlocks(format, w.view(), {}, blocks);
        QVERIFY(result.matrix->codes == blocks);
        QCOMPARE(result.matrix->parameters(), std::size_t{0});
        QVERIFY(result.matrix->scales.empty() && result.matrix->zeros.empty());
        QCOMPARE(result.report.bitsPerWeight, 6.5625);
        std::vector<float> back(512);
        result.matrix->decodeRows(69, 1, back.data());
        std::vector<float> whole(512);
        format.decode(blocks.data() + 69 * format.rowBytes(512), 2, whole.data());
        QVERIFY(back == whole);
    }

    void importanceHelps() {
        const Matrix w = test::randomMatrix(64, 256, 3, 0.02);
        Matrix inputs = test::correlatedInputs(600, 256, 5);
        for (std::size_t r = 0; r < inputs.rows(); ++r) // features of very different strength
            for (std::size_t c = 0; c < 256; ++c)
                inputs(r, c) *= std::pow(10.0F, static_cast<float>(c * 97 % 256) / 256.0F);
        LayerStats stats = test::statsOf(inputs);
        LayerStats scaled = stats;
        for (float& v : scaled.gram.values()) v *= 4096;
        RunContext context;
        for (const auto& [family, bits] :
             std::vector<std::pair<std::string, int>>{{"k", 2},
                                                      {"k", 3},
                                                      {"k", 4},
                                                      {"legacy", 4},
                                                      {"iq4_xs", 4},
                                                      {"legacy_offset", 4}}) {
            const auto recipe = ggufRecipe(family);
            const auto with = quantized(w, *recipe, bits, &stats);
            const LayerTask plain{.name = "layer", .weights = w.view(), .bits = bits};
            const auto without = quantizeLayer(plain, *recipe, &stats, context);
            QVERIFY2(with.report.outputError < without->report.outputError, family.c_str());
            // The number of calibration tokens does not matter.
            QVERIFY(*quantized(w, *recipe, bits, &scaled).matrix == *with.matrix);
        }
    }

    // Features that calibration never met, or no signal at all: finite, and no worse than
    // data-free.
    void deadFeatures() {
        const Matrix w = test::randomMatrix(16, 256, 3, 0.02);
        Matrix inputs = test::correlatedInputs(300, 256, 5);
        for (std::size_t r = 0; r < inputs.rows(); ++r)
            for (std::size_t c = 64; c < 160; ++c) inputs(r, c) = 0;
        const LayerStats stats = test::statsOf(inputs);
        const LayerStats nothing = test::statsOf(Matrix(10, 256));
        for (const auto& [family, bits] : std::vector<std::pair<std::string, int>>{
                 {"k", 3}, {"k", 4}, {"k", 6}, {"legacy", 4}, {"iq4_nl", 4}, {"iq4_xs", 4}}) {
            const auto recipe = ggufRecipe(family);
            const auto free = quantized(w, *recipe, bits);
            QVERIFY(quantized(w, *recipe, bits, &stats).report.weightError <
                    2 * free.report.weightError);
            QVERIFY(*quantized(w, *recipe, bits, &nothing).matrix == *free.matrix);
        }
    }

    void levelsAreWhatABlockCanHold() {
        const Matrix w = test::randomMatrix(3, 512, 8, 0.02);
        for (const auto& [family, bits] :
             std::vector<std::pair<std::string, int>>{{"k", 2},
                                                      {"k", 3},
                                                      {"k", 4},
                                                      {"k", 5},
                                                      {"k", 6},
                                                      {"k", 8},
                                                      {"legacy", 4},
                                                      {"legacy", 5},
                                                      {"legacy_offset", 4},
                                                      {"legacy_offset", 5},
                                                      {"iq4_nl", 4},
                                                      {"iq4_xs", 4},
                                                      {"mxfp4", 4}}) {
            const auto result = quantized(w, *ggufRecipe(family), bits);
            const QuantizedMatrix& m = *result.matrix;
            const Matrix back = decode(m);
            for (const std::size_t row : {0, 2})
                for (std::size_t g = 0; g < m.groupsPerRow; ++g) {
                    const auto levels = findGrid("gguf")->levels(m, row, g);
                    QCOMPARE(levels.size(), std::size_t{1} << bits);
                    for (std::size_t c = 0; c < m.groupSize; ++c)
                        QVERIFY(std::ranges::count(levels, back(row, g * m.groupSize + c)) > 0);
                }
        }
        const auto numbers = quantized(test::randomMatrix(2, 40, 1), *ggufRecipe("k"), 4);
        QVERIFY(findGrid("gguf")->levels(*numbers.matrix, 0, 0).empty());
    }

    void hugeWeightsAreNoted() {
        Matrix w = test::randomMatrix(4, 64, 1);
        w(2, 7) = 1e9F;
        const auto result = quantized(w, *ggufRecipe("legacy"), 4);
        QCOMPARE(result.report.notes.size(), std::size_t{1});
        QVERIFY(result.report.notes[0].find("1 of 4 rows") == 0);
        const Matrix back = decode(*result.matrix);
        for (const float v : back.values()) QVERIFY(std::isfinite(v));
    }

    void columnRoundersAreRefused() {
        const auto recipe =
            recipeFromJson({{"id", "mine"},
                            {"stages", {{"grid", {{"id", "gguf"}}}, {"round", {{"id", "gptq"}}}}}});
        QVERIFY(!recipe);
        QCOMPARE(recipe.error().code, ErrorCode::Usage);
        for (const char* part : {"mine", "'gguf'", "'gptq'", "'nearest'", "group_size 32", "Q4_0"})
            QVERIFY2(recipe.error().message.find(part) != std::string::npos, part);
    }

    void builtInRecipes() {
        const std::map<std::string, std::string> formats = {{"gguf_k", "Q4_K"},
                                                            {"gguf_legacy", "Q4_0"},
                                                            {"gguf_iq4_nl", "IQ4_NL"},
                                                            {"gguf_iq4_xs", "IQ4_XS"},
                                                            {"gguf_mxfp4", "MXFP4"}};
        for (const auto& [id, format] : formats) {
            const auto recipe = findRecipe(id);
            QVERIFY2(recipe.has_value(), id.c_str());
            QVERIFY(!(*recipe)->needsStats());
            QCOMPARE(predictLayout(8, 256, 0, **recipe)->format, format);
            QVERIFY(!(*recipe)->title.empty() && !(*recipe)->summary.empty());
        }
        const auto offset = withSetting(**findRecipe("gguf_legacy"), "family", "legacy_offset");
        QCOMPARE(predictLayout(8, 256, 5, **offset)->format, std::string("Q5_1"));
        QVERIFY(!withSetting(**findRecipe("gguf_k"), "family", "q4_k"));
    }
};

QTEST_GUILESS_MAIN(TstGgufGrid)
#include "tst_gguf_grid.moc"

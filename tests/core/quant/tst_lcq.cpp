// LCQ: the forms that low-rank codebooks contain, turns that never raise the error, storage in two
// levels, and the best of what was met.
#include "core/quant/grid/low_rank_book.h"
#include "core/quant/grid/low_rank_output.h"
#include "core/tensor/convert.h"
#include "core/tensor/levels.h"
#include "tests/core/quant/books_golden.h"
#include "tests/core/quant/layer_quantizing.h"
#include "tests/core/quant/real_layer.h"

#include <QTest>

using namespace bitsmith;
using test::Json, test::quantized, test::recipeWith;

namespace {

// Rows of different scale, tails as in language models.
Matrix heavyTailed(std::size_t rows, std::size_t cols, std::uint64_t seed) {
    Matrix w = test::randomMatrix(rows, cols, seed, 0.02);
    Rng rng(seed + 1);
    for (std::size_t r = 0; r < rows; ++r) {
        const double scale = std::exp(0.4 * rng.normal());
        for (std::size_t c = 0; c < cols; ++c)
            w(r, c) *= static_cast<float>(scale * (rng.uniform() < 0.02 ? 4 : 1));
    }
    return w;
}

MatrixLayout lowRank(std::size_t rows, std::size_t cols, int bits, std::size_t group,
                     std::size_t rank, int width = 16) {
    MatrixLayout l;
    l.grid = "codebook";
    l.rows = l.parameterRows = rows;
    l.cols = cols;
    l.bits = bits;
    l.groupSize = group;
    l.groupsPerRow = cols / group;
    l.book = {.rank = rank, .width = width, .block = width < 16 ? 256U : 0U};
    return l;
}

// Levels of all groups for numbers in 16 bits.
std::vector<float> levelsOf(const MatrixLayout& layout, const BookParts& parts) {
    const auto bytes = packBooks(layout, parts);
    const Codebooks books(layout, bytes);
    const std::size_t size = std::size_t{1} << layout.bits;
    std::vector<float> out(layout.parameters() * size);
    for (std::size_t p = 0; p < layout.parameters(); ++p)
        books.levels(p, std::span(out).subspan(p * size, size));
    return out;
}

} // namespace

class TstLcq : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // One template that counts: integers with a scale and a zero point.
    void oneTemplateIsAffine() {
        const MatrixLayout layout = lowRank(4, 64, 3, 32, 1);
        BookParts parts;
        for (int k = 0; k < 8; ++k) parts.levels.push_back(static_cast<float>(k));
        parts.numbers.resize(2);
        std::vector<std::pair<float, int>> groups; // scale, zero
        for (std::size_t p = 0; p < layout.parameters(); ++p) {
            groups.emplace_back(0.0625F * static_cast<float>(p + 1), static_cast<int>(p % 8));
            parts.numbers[0].factors.push_back(groups[p].first);
            parts.numbers[1].factors.push_back(groups[p].first *
                                               static_cast<float>(groups[p].second));
        }
        const auto levels = levelsOf(layout, parts);
        for (std::size_t p = 0; p < groups.size(); ++p)
            for (int k = 0; k < 8; ++k)
                QCOMPARE(levels[p * 8 + std::size_t(k)],
                         groups[p].first * static_cast<float>(k - groups[p].second));
    }
    // One template that is a table of levels: NF4.
    void oneTemplateIsNormalFloat() {
        const MatrixLayout layout = lowRank(4, 128, 4, 64, 1);
        BookParts parts;
        const auto table = floatLevels("nf4");
        parts.levels.assign(table.begin(), table.end());
        parts.numbers.resize(2);
        for (std::size_t p = 0; p < layout.parameters(); ++p) {
            parts.numbers[0].factors.push_back(0.5F + static_cast<float>(p));
            parts.numbers[1].factors.push_back(0);
        }
        const auto levels = levelsOf(layout, parts);
        for (std::size_t p = 0; p < layout.parameters(); ++p)
            for (std::size_t k = 0; k < 16; ++k)
                QCOMPARE(levels[p * 16 + k],
                         (0.5F + static_cast<float>(p)) * halfToFloat(floatToHalf(table[k])));
    }
    // 2^bits - 1 templates hold any codebook.
    void enoughTemplatesAreAnything() {
        const MatrixLayout layout = lowRank(8, 64, 2, 32, 3);
        Rng rng(3);
        BookParts parts;
        parts.levels = {0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};
        parts.numbers.resize(4);
        std::vector<float> wanted;
        for (std::size_t p = 0; p < layout.parameters(); ++p) {
            float first = 0;
            for (std::size_t k = 0; k < 4; ++k) { // differences that halves hold
                const float level = static_cast<float>(rng.below(200)) / 64 - 1;
                wanted.push_back(level);
                if (k == 0) first = level;
                parts.numbers[k == 0 ? 3 : k - 1].factors.push_back(k == 0 ? -level
                                                                           : level - first);
            }
        }
        QCOMPARE(levelsOf(layout, parts), wanted);
        // Fitted, they are k-means of every group.
        const Matrix w = heavyTailed(24, 128, 4);
        const Json group = {{"granularity", "group"}, {"group_size", 32}, {"outlier_fraction", 0}};
        const auto best = quantized(w, nullptr, 2, *recipeWith("squeezellm", group));
        const auto fitted = quantized(
            w, nullptr, 2,
            *recipeWith("lcq", {{"group_size", 32}, {"rank", 3}, {"double_quantization", false}}));
        QVERIFY2(fitted.report.weightError < 1.02 * best.report.weightError,
                 qPrintable(QString("%1 against %2")
                                .arg(fitted.report.weightError)
                                .arg(best.report.weightError)));
    }
    void noTurnRaisesTheError_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<int>("rank");
        QTest::addColumn<bool>("clustered");
        for (const bool clustered : {false, true})
            for (const auto& [bits, rank] : {std::pair{2, 1}, {2, 3}, {3, 2}, {4, 2}, {4, 5}})
                QTest::addRow("%d bits rank %d %s", bits, rank, clustered ? "clustered" : "uniform")
                    << bits << rank << clustered;
    }
    void noTurnRaisesTheError() {
        QFETCH(int, bits);
        QFETCH(int, rank);
        QFETCH(bool, clustered);
        const Matrix w = heavyTailed(30, 128, 11);
        Rng rng(12);
        std::vector<float> importance;
        for (std::size_t c = 0; c < 128; ++c)
            importance.push_back(static_cast<float>(0.1 + rng.uniform()));
        const MatrixLayout layout = lowRank(30, 128, bits, 32, std::size_t(rank));
        const LowRankProblem problem{layout, w.view(), importance};
        RunContext context;
        LowRankBook book =
            clustered ? *clusteredStart(problem, context) : uniformStart(problem, context);
        std::vector<std::uint8_t> codes;
        double error = assignNearest(problem, book, codes, context);
        const double first = error;
        const auto falls = [&](double now, const char* step, int turn) {
            const bool ok = now <= error * (1 + 1e-6);
            if (!ok) qWarning("%s in turn %d: %.12g after %.12g", step, turn, now, error);
            error = now;
            return ok;
        };
        for (int turn = 0; turn < 12; ++turn) {
            fitCoefficients(problem, codes, book, context);
            QVERIFY(falls(weightedError(problem, codes, book), "coefficients", turn));
            fitTemplates(problem, codes, book, context);
            QVERIFY(falls(weightedError(problem, codes, book), "templates", turn));
            QVERIFY(falls(assignNearest(problem, book, codes, context), "codes", turn));
        }
        QVERIFY(error <= first);
    }
    void moreTemplatesAreNoWorse() {
        const Matrix w = heavyTailed(64, 256, 21);
        double before = 0;
        for (const int rank : {1, 2, 3}) {
            const auto result =
                quantized(w, nullptr, 3,
                          *recipeWith("lcq", {{"group_size", 64}, {"rank", rank}, {"sweeps", 40}}));
            const double db = -10 * std::log10(result.report.weightError);
            QVERIFY2(db > before - 0.05,
                     qPrintable(QString("rank %1: %2 dB after %3").arg(rank).arg(db).arg(before)));
            before = db;
        }
    }
    void bestOfWhatWasMet() {
        const Matrix w = heavyTailed(70, 128, 31);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 128, 6));
        for (const int bits : {2, 3}) {
            const Json settings = {{"group_size", 64}};
            Json byWeights = settings;
            byWeights["output_sweeps"] = 0;
            const auto start = quantized(w, &stats, bits, *recipeWith("lcq", byWeights));
            const auto best = quantized(w, &stats, bits, *recipeWith("lcq", settings));
            QVERIFY2(best.report.outputError < 0.97 * start.report.outputError,
                     qPrintable(QString("%1 after %2")
                                    .arg(best.report.outputError)
                                    .arg(start.report.outputError)));
            // Fitting goes on from there, so that more turns are never worse.
            Json more = settings;
            more["output_sweeps"] = 20;
            QVERIFY(quantized(w, &stats, bits, *recipeWith("lcq", more)).report.outputError <=
                    best.report.outputError * (1 + 1e-6));
            // Against searched ranges of smaller groups, which have more bits.
            const auto uniform =
                quantized(w, &stats, bits, *recipeWith("rtn_mse", {{"group_size", 32}}));
            QVERIFY(best.report.bytes < uniform.report.bytes);
            QVERIFY2(best.report.outputError < uniform.report.outputError,
                     qPrintable(QString("%1 against %2")
                                    .arg(best.report.outputError)
                                    .arg(uniform.report.outputError)));
        }
    }
    void coefficientsOfEightBitsCostLittle() {
        const Matrix w = heavyTailed(64, 256, 41);
        const auto wide =
            quantized(w, nullptr, 3, *recipeWith("lcq", {{"double_quantization", false}}));
        const auto narrow = quantized(w, nullptr, 3, **findRecipe("lcq"));
        QVERIFY(narrow.report.bytes < wide.report.bytes);
        QVERIFY(narrow.report.weightError < 1.03 * wide.report.weightError);
    }
    void sizesAreExact() {
        const std::size_t rows = 64, cols = 512, groups = rows * cols / 128;
        const Matrix w = heavyTailed(rows, cols, 51);
        const auto narrow = quantized(w, nullptr, 2, **findRecipe("lcq"));
        QCOMPARE(narrow.report.bytes,
                 rows * cols * 2 / 8 + 2 * 2 * 4 + 3 * (groups + 2 * ((groups + 255) / 256)));
        const auto wide = quantized(
            w, nullptr, 3, *recipeWith("lcq", {{"double_quantization", false}, {"rank", 3}}));
        QCOMPARE(wide.report.bytes, rows * cols * 3 / 8 + 2 * 3 * 8 + 4 * 2 * groups);
    }
    void decodesAsNumpy_data() {
        QTest::addColumn<QString>("model"); // empty: random, without statistics
        QTest::newRow("random") << "";
        for (const char* model : test::RealModels) QTest::newRow(model) << model;
    }
    void decodesAsNumpy() {
        QFETCH(QString, model);
        if (!test::GoldenScript::hasNumpy()) QSKIP("needs python3 with numpy");
        Matrix w = heavyTailed(30, 96, 61);
        LayerStats stats;
        if (!model.isEmpty()) {
            BITSMITH_REAL_LAYER(layer, model);
            w = layer->weights;
            stats = layer->stats;
        }
        for (const bool narrow : {true, false})
            for (const int bits : {2, 3, 4}) {
                const auto result = quantized(
                    w, model.isEmpty() ? nullptr : &stats, bits,
                    *recipeWith("lcq", {{"group_size", 32}, {"double_quantization", narrow}}));
                const auto golden = test::decodedByNumpy(*result.matrix);
                QVERIFY2(golden.problem.isEmpty(), qPrintable(golden.problem));
                // Every weight has the nearest of its levels.
                const std::size_t size = std::size_t{1} << bits;
                for (std::size_t i = 0; i < w.values().size(); ++i) {
                    double least = std::numeric_limits<double>::infinity();
                    for (std::size_t k = 0; k < size; ++k)
                        least = std::min(least, std::abs(golden.levels[i / 32 * size + k] -
                                                         double(w.values()[i])));
                    QVERIFY(std::abs(double(golden.values[i]) - double(w.values()[i])) <=
                            least + 1e-6);
                }
            }
    }
    void gptqRoundsOnIt() {
        const Matrix w = heavyTailed(70, 128, 71);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 128, 6));
        const auto nearest = quantized(w, &stats, 2, **findRecipe("lcq"));
        const auto gptq = quantized(w, &stats, 2, *recipeWith("lcq", {{"round", "gptq"}}));
        QCOMPARE(gptq.report.bytes, nearest.report.bytes);
        QVERIFY(gptq.report.outputError < nearest.report.outputError);
    }
    void impossibleSettingsAreSaid() {
        for (const auto& [name, value] : {std::pair{"rank", "4"}, {"rank", "9"}, {"rank", "0"}})
            QVERIFY(!withSetting(**findRecipe("lcq"), name, value).has_value());
        const auto layout = predictLayout(8, 64, 8, **findRecipe("lcq"));
        QVERIFY(!layout.has_value());
        QVERIFY2(layout.error().message.find("2 to 5 bits") != std::string::npos,
                 layout.error().message.c_str());
    }
};

QTEST_GUILESS_MAIN(TstLcq)
#include "tst_lcq.moc"

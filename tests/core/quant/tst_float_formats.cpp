// Tables of small number formats and the grids that use them: levels and roundings against numpy
// and against a search over all levels; the properties that blocks with a shared power of two have.
#include "core/base/parallel.h"
#include "core/codec/coded_matrix.h"
#include "core/quant/grid/float_fit.h"
#include "core/quant/recipe.h"
#include "core/quant/stages.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "core/tensor/nearest_level.h"
#include "tests/core/quant/samples.h"

#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <cmath>
#include <cstring>
#include <limits>

using namespace bitsmith;
using Json = nlohmann::ordered_json;

namespace {

constexpr float Infinity = std::numeric_limits<float>::infinity();

// The nearest finite level; ties to the even code, of codes that differ in their sign alone the one
// with the weight's.
std::uint8_t searched(const LevelFormat& format, float w) {
    const auto levels = floatLevels(format.name);
    const bool signedZeros = format.kind != LevelKind::Integer && format.name != "nf4";
    const auto top = [&](std::size_t code) { return std::abs(levels[code]) <= format.largest; };
    const float kept = std::clamp(w, -format.largest, format.largest);
    std::size_t best = 0;
    double least = std::numeric_limits<double>::infinity();
    for (std::size_t code = 0; code < levels.size(); ++code) {
        if (!std::isfinite(levels[code]) || !top(code)) continue;
        if (std::signbit(levels[code]) != std::signbit(w) &&
            (format.kind == LevelKind::Logarithm || (signedZeros && levels[code] == 0)))
            continue;
        const double off = std::abs(double(levels[code]) - kept);
        if (off < least || (off == least && code % 2 == 0)) {
            least = off;
            best = code;
        }
    }
    return static_cast<std::uint8_t>(best);
}

struct Form {
    const char* format;
    int bits;
};
constexpr Form Forms[] = {{"e4m3", 8},
                          {"e5m2", 8},
                          {"e3m2", 6},
                          {"e2m3", 6},
                          {"nvfp4", 4},
                          {"mxfp4", 4},
                          {"mxfp6_e2m3", 6},
                          {"mxfp6_e3m2", 6},
                          {"mxfp8_e4m3", 8},
                          {"mxfp8_e5m2", 8},
                          {"mxint8", 8},
                          {"nf4", 4},
                          {"fp4", 4},
                          {"bfp", 3},
                          {"bfp", 4},
                          {"bfp", 5},
                          {"bfp", 6},
                          {"bfp", 7},
                          {"bfp", 8},
                          {"block_minifloat", 4},
                          {"block_minifloat", 5},
                          {"block_minifloat", 6},
                          {"block_minifloat", 7},
                          {"block_minifloat", 8},
                          {"block_log", 3},
                          {"block_log", 4},
                          {"block_log", 5},
                          {"block_log", 6},
                          {"block_log", 7},
                          {"block_log", 8}};

std::shared_ptr<const Recipe> recipeOf(const std::string& format, int bits, Json more = {},
                                       Json round = {{"id", "nearest"}}) {
    Json grid{{"id", "float"}, {"format", format}};
    if (!more.is_null()) grid.update(more);
    const auto recipe = recipeFromJson(
        {{"id", "t"}, {"bits", bits}, {"stages", {{"grid", grid}, {"round", round}}}});
    if (!recipe) throw std::runtime_error(recipe.error().message);
    return *recipe;
}

LayerResult quantizedOn(const Matrix& w, const Recipe& recipe, const LayerStats* stats = nullptr) {
    RunContext context;
    const LayerTask task{.name = "w", .weights = w.view(), .stats = stats, .bits = recipe.bits};
    auto result = quantizeLayer(task, recipe, stats, context);
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

QuantizedMatrix quantized(const Matrix& w, const std::string& format, int bits, Json more = {}) {
    return *quantizedOn(w, *recipeOf(format, bits, std::move(more))).matrix;
}

// Signal to error in dB.
double decibels(const Matrix& w, const QuantizedMatrix& q) {
    const Matrix back = decode(q);
    double error = 0, whole = 0;
    for (std::size_t i = 0; i < back.values().size(); ++i) {
        error += std::pow(double(back.values()[i]) - w.values()[i], 2);
        whole += std::pow(double(w.values()[i]), 2);
    }
    return 10 * std::log10(whole / error);
}

template <class T>
std::vector<T> readAll(const QString& path) {
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    std::vector<T> out(static_cast<std::size_t>(bytes.size()) / sizeof(T));
    std::memcpy(out.data(), bytes.constData(), out.size() * sizeof(T));
    return out;
}

void writeRaw(const QString& path, const void* data, std::size_t bytes) {
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    QCOMPARE(file.write(static_cast<const char*>(data), static_cast<qint64>(bytes)),
             static_cast<qint64>(bytes));
}

QString named(const Form& form) { return QString("%1 of %2 bits").arg(form.format).arg(form.bits); }

} // namespace

class TstFloatFormats : public QObject {
    Q_OBJECT

private Q_SLOTS:
    // All codes of all tables, and a matrix with zero blocks, denormals, ties and a huge weight.
    void agreesWithNumpy() {
        const QString python = QStringLiteral("/usr/bin/python3");
        if (QProcess::execute(python, {"-c", "import numpy"}) != 0)
            QSKIP("needs /usr/bin/python3 with numpy");
        constexpr std::size_t Rows = 12, Cols = 200; // the last block is short
        Matrix w = test::randomMatrix(Rows, Cols, 77, 0.02);
        for (std::size_t c = 0; c < Cols; ++c) {
            w(1, c) = 0;
            w(2, c) *= 0x1p-130F;
            w(3, c) = static_cast<float>(static_cast<int>((c * 37 + 11) % 251) - 125) / 64.0F;
            w(4, c) = std::ldexp(c % 2 ? -1.0F : 1.0F, static_cast<int>(c % 16) - 8);
            w(5, c) = static_cast<float>(c % 33) / 16.0F;
        }
        w(6, 5) = 3.0e38F;
        w(7, 9) = -0.0F;
        QTemporaryDir folder;
        const std::string text = Json({{"rows", Rows}, {"cols", Cols}}).dump();
        writeRaw(folder.filePath("case.json"), text.data(), text.size());
        writeRaw(folder.filePath("weights.f32"), w.data(), w.values().size_bytes());
        QProcess script;
        script.start(python,
                     {QStringLiteral(BITSMITH_SOURCE_DIR "/tests/golden/floats/floats_numpy.py"),
                      folder.path()});
        QVERIFY(script.waitForFinished(120000));
        QVERIFY2(script.exitCode() == 0, script.readAllStandardError().constData());

        const auto text2 = readAll<char>(folder.filePath("formats.json"));
        const Json formats = Json::parse(text2.begin(), text2.end());
        QCOMPARE(formats.size(), levelFormats().size());
        for (const auto& [name, bits] : formats.items()) {
            const LevelFormat* format = findLevelFormat(name);
            QVERIFY2(format, name.c_str());
            QCOMPARE(format->bits, bits.get<int>());
            const auto theirs =
                readAll<double>(folder.filePath(QString::fromStdString(name) + ".levels.f64"));
            const auto ours = floatLevels(name);
            QCOMPARE(ours.size(), theirs.size());
            float largest = 0;
            for (std::size_t code = 0; code < ours.size(); ++code) {
                QVERIFY2(std::isnan(theirs[code])
                             ? std::isnan(ours[code])
                             : double(ours[code]) == theirs[code] &&
                                   std::signbit(ours[code]) == std::signbit(theirs[code]),
                         qPrintable(QString("%1, code %2: %3 against %4")
                                        .arg(QString::fromStdString(name))
                                        .arg(code)
                                        .arg(double(ours[code]))
                                        .arg(theirs[code])));
                if (std::isfinite(ours[code])) largest = std::max(largest, ours[code]);
            }
            QCOMPARE(format->largest, largest);
        }

        const auto text3 = readAll<char>(folder.filePath("families.json"));
        const Json families = Json::parse(text3.begin(), text3.end());
        QCOMPARE(families.size(), std::size_t{25});
        for (const Json& family : families) {
            const auto name = QString::fromStdString(family["name"].get<std::string>());
            const QuantizedMatrix q =
                quantized(w, family["format"].get<std::string>(), family["bits"].get<int>());
            QCOMPARE(q.groupSize, family["block"].get<std::size_t>());
            const auto scales = readAll<std::uint8_t>(folder.filePath(name + ".scales.u8"));
            if (q.scaleType == DType::F8E8M0) {
                QCOMPARE(scales.size(), q.scales.size());
                for (std::size_t i = 0; i < scales.size(); ++i)
                    QVERIFY2(scales[i] == std::to_integer<std::uint8_t>(q.scales[i]),
                             qPrintable(QString("%1, block %2: %3 against %4")
                                            .arg(name)
                                            .arg(i)
                                            .arg(std::to_integer<int>(q.scales[i]))
                                            .arg(scales[i])));
            }
            const auto values = readAll<double>(folder.filePath(name + ".values.f64"));
            const Matrix back = decode(q);
            QCOMPARE(values.size(), back.values().size());
            // Theirs has no smallest number: to fp32 like ours.
            for (std::size_t i = 0; i < values.size(); ++i)
                QVERIFY2(back.values()[i] == static_cast<float>(values[i]),
                         qPrintable(QString("%1, row %2, column %3: %4 against %5")
                                        .arg(name)
                                        .arg(i / Cols)
                                        .arg(i % Cols)
                                        .arg(double(back.values()[i]), 0, 'g', 12)
                                        .arg(values[i], 0, 'g', 12)));
        }
    }

    // Every code there is, packed and under different scales: its level times its block's scale.
    void everyCodeDecodes() {
        for (const Form& form : Forms) {
            const std::size_t codes = std::size_t{1} << form.bits;
            QuantizedMatrix q =
                quantized(test::randomMatrix(2, codes, 3, 0.02), form.format, form.bits);
            std::vector<std::uint8_t> row(codes);
            for (std::size_t r = 0; r < 2; ++r) { // up, and down
                for (std::size_t c = 0; c < codes; ++c)
                    row[c] = static_cast<std::uint8_t>(r == 0 ? c : codes - 1 - c);
                packBits(row, q.bits, std::span(q.codes).subspan(r * q.rowBytes(), q.rowBytes()));
            }
            const auto levels = floatLevels(q.format);
            QCOMPARE(levels.size(), codes);
            const Matrix back = decode(q);
            for (std::size_t r = 0; r < 2; ++r)
                for (std::size_t c = 0; c < codes; ++c) {
                    const float level = levels[r == 0 ? c : codes - 1 - c];
                    const float scale =
                        q.scale(q.parameterRows == 1 ? 0 : r * q.groupsPerRow + c / q.groupSize) *
                        q.tensorScale;
                    QVERIFY2(std::isnan(level) ? std::isnan(back(r, c))
                                               : back(r, c) == scale * level,
                             qPrintable(QString("%1, code %2: %3, level %4")
                                            .arg(named(form))
                                            .arg(r == 0 ? c : codes - 1 - c)
                                            .arg(double(back(r, c)))
                                            .arg(double(level))));
                }
        }
    }

    void roundsToTheNearestLevel_data() {
        QTest::addColumn<QString>("name");
        for (const LevelFormat& format : levelFormats()) {
            const QString name =
                QString::fromUtf8(format.name.data(), qsizetype(format.name.size()));
            QTest::newRow(qPrintable(name)) << name;
        }
    }
    void roundsToTheNearestLevel() {
        QFETCH(QString, name);
        const LevelFormat& format = *findLevelFormat(name.toStdString());
        const NearestLevel nearest(format);
        std::vector<float> weights{0.0F,      1e30F,       -1e30F,          1e-45F,  -1e-45F,
                                   0x1p-149F, 0x1.8p-127F, 0x1.80001p-127F, 3.4e38F, 0x1p-126F};
        const auto levels = floatLevels(format.name);
        for (const float a : levels)
            for (const float b : levels) {
                if (levels.size() > 64 && std::abs(b) > 2.5F * std::abs(a) + 0x1p-6F) continue;
                const auto middle = static_cast<float>((double(a) + double(b)) / 2);
                if (!std::isfinite(middle)) continue;
                for (const float w : {a, middle, std::nextafter(middle, Infinity),
                                      std::nextafter(middle, -Infinity)})
                    if (std::isfinite(w)) weights.push_back(w);
            }
        Rng rng(5);
        for (int i = 0; i < 20000; ++i)
            weights.push_back(
                static_cast<float>(rng.normal() * std::exp2(16 * rng.uniform() - 10)) *
                format.largest);
        weights.push_back(-0.0F);
        // Of listed formats -0 is 0.
        if (format.kind == LevelKind::Listed)
            for (float& w : weights) w += 0.0F;
        std::vector<std::uint8_t> codes(weights.size()), each(weights.size());
        nearest(weights, 1.0F, codes.data());
        const std::vector<float> ones(weights.size(), 1.0F);
        nearest(weights, ones.data(), each.data());
        QVERIFY(codes == each);
        for (std::size_t i = 0; i < weights.size(); ++i) {
            const auto expected = searched(format, weights[i]);
            QVERIFY2(codes[i] == expected, qPrintable(QString("%1: code %2, not %3")
                                                          .arg(double(weights[i]), 0, 'g', 12)
                                                          .arg(codes[i])
                                                          .arg(expected)));
        }
    }

    void sharedExponentsFollowTheirRules() {
        struct {
            const char* format;
            float absmax;
            int exponent;
        } const cases[] = {{"e2m1", 6, 127},
                           {"e2m1", 4, 127},
                           {"e2m1", 3.99F, 126},
                           {"e2m1", 8, 128},
                           {"e2m1", 0, 0},
                           {"e2m1", std::numeric_limits<float>::max(), 252},
                           {"e2m1", 1e-45F, 0},
                           {"e2m3", 7.9F, 127},
                           {"e3m2", 16, 127},
                           {"e4m3", 256, 127},
                           {"e5m2", 32768, 127},
                           {"e5m2", 0x1p-120F, 0},
                           {"int8", 1, 127},
                           {"int8", 1.99F, 127},
                           {"int8", 2, 128},
                           {"bfp4", 1, 127},
                           {"bfp4", 1.01F, 128},
                           {"bfp4", 0.51F, 127},
                           {"bfp8", std::numeric_limits<float>::max(), 254},
                           {"log4", 0.5F, 126},
                           {"log4", 0.75F, 127},
                           {"log4", 0x1p-149F, 0}};
        for (const auto& c : cases)
            QCOMPARE(int(sharedExponent(*findLevelFormat(c.format), c.absmax)), c.exponent);
        for (const LevelFormat& format : levelFormats())
            QVERIFY(std::isfinite(format.largest * e8m0ToFloat(mostExponent(format))));
    }

    void sizesAreExact() {
        struct {
            const char* recipe;
            const char* set;
            const char* value;
            double bits;
        } const cases[] = {{"mxfp8", "", "", 8.25},
                           {"mxfp8", "format", "mxfp8_e5m2", 8.25},
                           {"mxfp6", "", "", 6.25},
                           {"mxfp6", "format", "mxfp6_e3m2", 6.25},
                           {"mxint8", "", "", 8.25},
                           {"mxfp4", "", "", 4.25},
                           {"nf4", "", "", 4.25},
                           {"nf4", "scale_type", "F32", 4.5},
                           {"nf4", "scale_type", "F8_E4M3", 4.125},
                           {"nf4", "format", "fp4", 4.25},
                           {"nf4", "block", "128", 4.125},
                           {"bfp4", "", "", 4.5},
                           {"bfp4", "block", "32", 4.25},
                           {"bfp6", "", "", 6.5},
                           {"block_minifloat", "", "", 8.5},
                           {"block_log", "", "", 4.5}};
        const Matrix w = test::randomMatrix(32, 256, 8);
        for (const auto& c : cases) {
            auto recipe = *findRecipe(c.recipe);
            if (*c.set) recipe = *withSetting(*recipe, c.set, c.value);
            const LayerResult result = quantizedOn(w, *recipe);
            QCOMPARE(result.matrix->bitsPerWeight(), c.bits);
            QCOMPARE(result.report.bytes, *predictStoredBytes(32, 256, recipe->bits, *recipe));
        }
    }

    // The figures are for N(0, 0.02^2), from an independent program in numpy.
    void lossOfEachFormat() {
        const Matrix w = test::randomMatrix(256, 1024, 3, 0.02);
        struct {
            const char* format;
            int bits;
            Json more;
            double expected, tolerance;
        } const cases[] = {
            {"bfp", 3, {}, 12.9, 0.15},
            {"bfp", 4, {}, 19.0, 0.15},
            {"bfp", 5, {}, 25.0, 0.15},
            {"bfp", 6, {}, 31.1, 0.15},
            {"bfp", 8, {}, 43.1, 0.15},
            {"mxfp4", 4, {}, 18.9, 0.3},
            {"nvfp4", 4, {}, 20.4, 0.3},
            {"nf4", 4, {{"scale_type", "F16"}}, 20.7, 0.1},
            {"nf4", 4, {{"scale_type", "F16"}, {"block", 32}}, 21.15, 0.1},
            {"nf4", 4, {{"scale_type", "F16"}, {"block", 128}}, 20.37, 0.1},
            {"block_minifloat", 8, {}, 31.0, 0.6},
            {"block_log", 4, {}, 14.0, 1.5},
            {"block_log", 8, {}, 14.0, 1.5},
        };
        for (const auto& c : cases) {
            const double db = decibels(w, quantized(w, c.format, c.bits, c.more));
            QVERIFY2(std::abs(db - c.expected) < c.tolerance,
                     qPrintable(QString("%1 at %2 bits: %3 dB, not %4")
                                    .arg(c.format)
                                    .arg(c.bits)
                                    .arg(db)
                                    .arg(c.expected)));
        }
        // A scale in 8 bits instead of 16 costs little.
        const double sixteen = decibels(w, quantized(w, "nf4", 4, {{"scale_type", "F16"}}));
        const double eight = decibels(w, quantized(w, "nf4", 4, {{"scale_type", "F8_E4M3"}}));
        QVERIFY2(eight > sixteen - 0.25 && eight < sixteen, qPrintable(QString::number(eight)));
    }

    void searchedExponentsLoseNoMore() {
        const Matrix w = test::randomMatrix(64, 512, 4, 0.02);
        for (const Form& form : Forms) {
            const QuantizedMatrix rule = quantized(w, form.format, form.bits);
            if (rule.scaleType != DType::F8E8M0) continue;
            const QuantizedMatrix best =
                quantized(w, form.format, form.bits, {{"exponent", "mse"}});
            const Matrix a = decode(rule), b = decode(best);
            for (std::size_t r = 0; r < 64; ++r)
                for (std::size_t g = 0; g < rule.groupsPerRow; ++g) {
                    double before = 0, after = 0;
                    for (std::size_t c = g * rule.groupSize; c < (g + 1) * rule.groupSize; ++c) {
                        before += std::pow(double(a(r, c)) - w(r, c), 2);
                        after += std::pow(double(b(r, c)) - w(r, c), 2);
                    }
                    QVERIFY(after <= before * (1 + 1e-12));
                    const std::size_t p = r * rule.groupsPerRow + g;
                    QVERIFY(std::abs(std::to_integer<int>(best.scales[p]) -
                                     std::to_integer<int>(rule.scales[p])) <= 1);
                }
        }
        const double gain = decibels(w, quantized(w, "mxfp4", 4, {{"exponent", "mse"}})) -
                            decibels(w, quantized(w, "mxfp4", 4));
        QVERIFY2(gain > 0.2 && gain < 1.2, qPrintable(QString::number(gain)));
    }

    // A power of two passes through: fixed point has no such property.
    void powersOfTwoPassThrough() {
        const Matrix w = test::randomMatrix(16, 128, 6);
        for (const Form& form : Forms) {
            const QuantizedMatrix q = quantized(w, form.format, form.bits);
            if (q.scaleType != DType::F8E8M0) continue;
            for (const int k : {-60, -3, 1, 40}) {
                Matrix scaled = w;
                for (float& value : scaled.values()) value = std::ldexp(value, k);
                const QuantizedMatrix other = quantized(scaled, form.format, form.bits);
                QVERIFY2(other.codes == q.codes, qPrintable(named(form)));
                for (std::size_t i = 0; i < q.scales.size(); ++i)
                    QCOMPARE(std::to_integer<int>(other.scales[i]),
                             std::to_integer<int>(q.scales[i]) + k);
            }
        }
    }

    void shortBlocksAreAsAlone() {
        const Matrix w = test::randomMatrix(9, 139, 12);
        for (const Form& form : Forms) {
            const QuantizedMatrix q = quantized(w, form.format, form.bits);
            if (q.groupsPerRow == 1 || q.scaleType == DType::F8E4M3) continue;
            const std::size_t first = (q.groupsPerRow - 1) * q.groupSize;
            Matrix tail(9, 139 - first);
            for (std::size_t r = 0; r < 9; ++r)
                for (std::size_t c = first; c < 139; ++c) tail(r, c - first) = w(r, c);
            const Matrix whole = decode(q), alone = decode(quantized(tail, form.format, form.bits));
            for (std::size_t r = 0; r < 9; ++r)
                for (std::size_t c = first; c < 139; ++c)
                    QVERIFY2(whole(r, c) == alone(r, c - first), qPrintable(named(form)));
        }
    }

    void zerosAndDenormals() {
        for (const Form& form : Forms) {
            // The logarithm has no zero: the smallest number there is stands for it.
            const bool logarithm = std::string(form.format) == "block_log";
            const Matrix back = decode(quantized(Matrix(3, 70), form.format, form.bits));
            for (const float value : back.values())
                QVERIFY2(logarithm ? std::abs(value) <= 0x1p-127F : value == 0,
                         qPrintable(named(form)));
            Matrix tiny(2, 64);
            for (std::size_t c = 0; c < 64; ++c) tiny(0, c) = static_cast<float>(c) * 0x1p-149F;
            const Matrix small = decode(quantized(tiny, form.format, form.bits));
            for (const float value : small.values())
                QVERIFY2(std::abs(value) <= 0x1p-126F,
                         qPrintable(QString("%1: %2").arg(named(form)).arg(double(value))));
            Matrix huge(2, 64);
            for (std::size_t c = 0; c < 64; ++c)
                huge(0, c) = (c % 2 ? -1.0F : 1.0F) * std::numeric_limits<float>::max();
            for (const char* exponent : {"rule", "mse"}) {
                const Matrix large =
                    decode(quantized(huge, form.format, form.bits, {{"exponent", exponent}}));
                for (const float value : large.values())
                    QVERIFY2(std::isfinite(value), qPrintable(named(form)));
            }
        }
    }

    void everyFormatKeepsTheContract() {
        const Matrix w = test::randomMatrix(70, 150, 21, 0.02);
        const LayerStats stats = test::statsOf(test::correlatedInputs(300, 150, 8));
        for (const Form& form : Forms)
            for (const char* exponent : {"rule", "mse"}) {
                const auto recipe = recipeOf(form.format, form.bits, {{"exponent", exponent}});
                setThreads(1);
                const LayerResult one = quantizedOn(w, *recipe, &stats);
                setThreads(2);
                const LayerResult two = quantizedOn(w, *recipe, &stats);
                setThreads(0);
                QVERIFY2(*one.matrix == *two.matrix, qPrintable(named(form)));
                QCOMPARE(one.report.bytes, *predictStoredBytes(70, 150, form.bits, *recipe));
                const QuantizedMatrix& q = *one.matrix;
                // The codec, and rows by themselves.
                const auto coded = encodeMatrix(q);
                QVERIFY2(coded.size() < q.storedBytes() * 103 / 100 + 100, qPrintable(named(form)));
                const auto back = decodeMatrix(coded, q.layout(), q.tensorScale);
                QVERIFY2(back && **back == q, qPrintable(named(form)));
                const Matrix whole = decode(q);
                Matrix some(5, 150);
                q.decodeRows(33, 5, some.data());
                for (std::size_t i = 0; i < 5 * 150; ++i)
                    QCOMPARE(some.values()[i], whole.values()[33 * 150 + i]);
                const Grid& grid = *findGrid("float");
                const auto levels = grid.levels(q, 3, 0);
                QVERIFY(std::ranges::find(levels, whole(3, 0)) != levels.end());
                for (const bool actOrder : {false, true}) {
                    const auto gptq = recipeOf(form.format, form.bits, {{"exponent", exponent}},
                                               {{"id", "gptq"}, {"act_order", actOrder}});
                    const LayerResult better = quantizedOn(w, *gptq, &stats);
                    QVERIFY2(better.report.outputError < 0.9 * one.report.outputError,
                             qPrintable(QString("%1: %2 to %3")
                                            .arg(named(form))
                                            .arg(one.report.outputError)
                                            .arg(better.report.outputError)));
                    QCOMPARE(better.report.bytes, *predictStoredBytes(70, 150, form.bits, *gptq));
                }
            }
    }

    void refusals() {
        const auto message = [](int bits, const FloatParams& params) {
            const auto layout = floatLayout(8, 64, bits, params);
            return layout ? std::string() : layout.error().message;
        };
        for (const Form& form : Forms)
            QCOMPARE(message(form.bits, {.format = form.format}), std::string());
        QCOMPARE(message(2, {.format = "bfp"}),
                 std::string("the format bfp has 3 to 8 bits, not 2"));
        QCOMPARE(message(3, {.format = "block_minifloat"}),
                 std::string("the format block_minifloat has 4 to 8 bits, not 3"));
        QCOMPARE(message(8, {.format = "nf4"}), std::string("the format nf4 has 4 bits, not 8"));
        QVERIFY(message(8, {.format = "e4m3", .scaleType = "F8_E4M3"}).find("nf4") !=
                std::string::npos);
        QCOMPARE(message(4, {.format = "nf4", .scaleType = "F8_E4M3"}), std::string());
    }
};

QTEST_GUILESS_MAIN(TstFloatFormats)
#include "tst_float_formats.moc"

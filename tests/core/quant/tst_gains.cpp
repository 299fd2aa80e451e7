// Water-filled columns' gains and the refit of rows and columns: against numpy, never a larger
// error, what is stored.
#include "core/base/parallel.h"
#include "core/quant/recipe.h"
#include "core/quant/round/gains.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/convert.h"
#include "tests/core/quant/samples.h"

#include <QFile>
#include <QProcess>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <cstring>

using namespace bitsmith;

namespace {

using Settings = std::vector<std::pair<std::string, std::string>>;

LayerResult quantized(const Matrix& w, const LayerStats& stats, const Settings& settings) {
    auto recipe = *findRecipe("watersic");
    for (const auto& [name, value] : settings) {
        auto changed = withSetting(*recipe, name, value);
        if (!changed) qFatal("%s", changed.error().message.c_str());
        recipe = *changed;
    }
    RunContext context;
    auto result = quantizeLayer({.name = "layer", .weights = w.view(), .stats = &stats, .bits = 3},
                                *recipe, &stats, context);
    if (!result) qFatal("%s", result.error().message.c_str());
    return *result;
}

std::vector<std::int32_t> codesOf(const QuantizedMatrix& m) {
    std::vector<std::int32_t> out;
    std::vector<std::uint16_t> row(m.cols);
    for (std::size_t r = 0; r < m.rows; ++r) {
        unpackBits(std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()), m.bits,
                   std::span(row));
        for (const std::uint16_t code : row) out.push_back(int(code) - (1 << (m.bits - 1)));
    }
    return out;
}

std::vector<float> factorsOf(const QuantizedMatrix& m) {
    std::vector<float> out(m.cols);
    toFloat(DType::F16, m.columnScales, out);
    return out;
}

std::vector<float> stepsOf(const QuantizedMatrix& m) {
    std::vector<float> out(m.rows);
    for (std::size_t r = 0; r < m.rows; ++r) out[r] = m.scale(m.parameterRows == 1 ? 0 : r);
    return out;
}

template <class T>
void write(const QTemporaryDir& folder, const char* name, std::span<const T> values) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::WriteOnly)) qFatal("cannot write %s", name);
    file.write(reinterpret_cast<const char*>(values.data()), qint64(values.size_bytes()));
}

template <class T>
std::vector<T> read(const QTemporaryDir& folder, const char* name) {
    QFile file(folder.filePath(name));
    if (!file.open(QIODevice::ReadOnly)) return {};
    const QByteArray bytes = file.readAll();
    std::vector<T> out(std::size_t(bytes.size()) / sizeof(T));
    std::memcpy(out.data(), bytes.constData(), out.size() * sizeof(T));
    return out;
}

constexpr std::size_t Rows = 96, Cols = 160;

// Rows of different strengths, inputs too.
Matrix weights() {
    Matrix w = test::randomMatrix(Rows, Cols, 31, 0.02);
    for (std::size_t r = 0; r < Rows; ++r)
        for (std::size_t c = 0; c < Cols; ++c) w(r, c) *= std::exp2(float(r % 5) / 3);
    return w;
}

const LayerStats& stats() {
    static const LayerStats made = [] {
        Matrix inputs = test::correlatedInputs(640, Cols, 32);
        for (std::size_t s = 0; s < inputs.rows(); ++s)
            for (std::size_t c = 0; c < Cols; ++c)
                inputs(s, c) *= std::exp2(float((c * 7) % Cols) / float(Cols) * 3);
        return test::statsOf(inputs);
    }();
    return made;
}

const Settings Plain = {{"step", "0.6"}, {"centroid", "0"}, {"damping", "0.01"}, {"grain", "0"}};

Settings with(Settings settings, const Settings& more) {
    settings.insert(settings.end(), more.begin(), more.end());
    return settings;
}

} // namespace

class TstGains : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void agreesWithNumpy() {
        const QString python = "/usr/bin/python3";
        if (QProcess::execute(python, {"-c", "import numpy"}) != 0)
            QSKIP("needs /usr/bin/python3 with numpy");
        constexpr int Turns = 10;
        const Matrix w = weights();
        // Water-filling's own factors are what is there without gains.
        const auto bare = quantized(w, stats(), with(Plain, {{"gains", "false"}}));
        const auto gained = quantized(w, stats(), with(Plain, {{"gains", "true"}}));
        QTemporaryDir folder;
        const nlohmann::json example = {
            {"rows", Rows}, {"cols", Cols}, {"damping", 0.01}, {"turns", Turns}};
        const std::string text = example.dump();
        write<char>(folder, "case.json", text);
        write<float>(folder, "weights.f32", w.values());
        write<float>(folder, "gram.f32", stats().gram.values());
        write<float>(folder, "steps.f32", stepsOf(*gained.matrix));
        write<float>(folder, "factors.f32", factorsOf(*bare.matrix));
        write<std::int32_t>(folder, "codes.i32", codesOf(*gained.matrix));
        write<float>(folder, "fitted.f32", factorsOf(*gained.matrix));
        QProcess script;
        script.start(
            python, {QStringLiteral(BITSMITH_SOURCE_DIR "/tests/golden/watersic/watersic_numpy.py"),
                     folder.path()});
        QVERIFY(script.waitForFinished(120000));
        QVERIFY2(script.exitCode() == 0, script.readAllStandardError().constData());

        // Codes and gains of the rounding.
        const auto codes = read<std::int32_t>(folder, "codes.out.i32");
        const auto ours = codesOf(*gained.matrix);
        QCOMPARE(codes.size(), ours.size());
        std::size_t same = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) same += codes[i] == ours[i];
        QVERIFY2(double(same) >= 0.999 * double(codes.size()), qPrintable(QString::number(same)));
        const auto factors = read<double>(folder, "factors.out.f64");
        const auto stored = factorsOf(*gained.matrix), before = factorsOf(*bare.matrix);
        double moved = 0;
        for (std::size_t c = 0; c < Cols; ++c) {
            QVERIFY2(std::abs(double(stored[c]) / factors[c] - 1) < 2e-3,
                     qPrintable(QString("%1: %2, %3").arg(c).arg(stored[c]).arg(factors[c])));
            moved = std::max(moved, std::abs(double(stored[c]) / double(before[c]) - 1));
        }
        QVERIFY2(moved > 0.01, qPrintable(QString::number(moved))); // so that there was something

        // The refit of what we rounded.
        QuantizedMatrix refitted = *gained.matrix;
        RunContext context;
        const auto trace =
            refitGains(w.view(), stats().gram, {.damping = 0.01, .turns = Turns, .grain = 0},
                       refitted, context);
        const auto theirs = read<double>(folder, "trace.f64");
        QVERIFY(theirs.size() > 3);
        QCOMPARE(trace.size(), theirs.size() + 1); // and as stored
        for (std::size_t i = 0; i < theirs.size(); ++i)
            QVERIFY2(std::abs(trace[i] / theirs[i] - 1) < 1e-6,
                     qPrintable(QString("%1: %2, %3").arg(i).arg(trace[i]).arg(theirs[i])));
        const auto steps = read<double>(folder, "refit_steps.f64");
        const auto columns = read<double>(folder, "refit_factors.f64");
        const auto ourSteps = stepsOf(refitted), ourColumns = factorsOf(refitted);
        for (std::size_t r = 0; r < Rows; ++r)
            QVERIFY(std::abs(double(ourSteps[r]) / steps[r] - 1) < 6e-4); // fp16
        // Columns make up for the rounding of each other and of the steps.
        for (std::size_t c = 0; c < Cols; ++c)
            QVERIFY2(std::abs(double(ourColumns[c]) / columns[c] - 1) < 3e-3,
                     qPrintable(QString("%1: %2, %3").arg(c).arg(ourColumns[c]).arg(columns[c])));
        QVERIFY(std::abs(trace.back() / theirs.back() - 1) < 1e-3);
    }

    void refitNeverRaisesTheError_data() {
        QTest::addColumn<QString>("steps");
        QTest::addColumn<QString>("step");
        QTest::addColumn<int>("grain");
        for (const char* steps : {"row", "matrix"})
            for (const char* step : {"0.1", "0.6", "2.5"})
                for (const int grain : {0, 8, 64})
                    QTest::addRow("%s %s %d", steps, step, grain) << steps << step << grain;
    }
    void refitNeverRaisesTheError() {
        QFETCH(QString, steps);
        QFETCH(QString, step);
        QFETCH(int, grain);
        const Matrix w = weights();
        for (const char* gains : {"false", "true"}) {
            const auto result = quantized(w, stats(),
                                          {{"step", step.toStdString()},
                                           {"steps", steps.toStdString()},
                                           {"damping", "0"},
                                           {"gains", gains},
                                           {"grain", std::to_string(grain)}});
            QuantizedMatrix refitted = *result.matrix;
            RunContext context;
            const auto trace =
                refitGains(w.view(), stats().gram, {.turns = 5, .grain = grain}, refitted, context);
            QVERIFY(trace.size() >= 4);
            for (std::size_t i = 1; i + 1 < trace.size(); ++i)
                QVERIFY2(trace[i] <= trace[i - 1], qPrintable(QString::number(i)));
            QVERIFY(trace.back() <= trace.front());
            QVERIFY(trace[1] < trace.front());
            // The trace is the truth, and codes are kept.
            const double before = test::outputError(w, decode(*result.matrix), stats().gram);
            const double after = test::outputError(w, decode(refitted), stats().gram);
            QVERIFY2(std::abs(trace.front() / before - 1) < 1e-4,
                     qPrintable(QString("%1, %2").arg(trace.front()).arg(before)));
            QVERIFY2(std::abs(trace.back() / after - 1) < 1e-4,
                     qPrintable(QString("%1, %2").arg(trace.back()).arg(after)));
            QVERIFY(refitted.codes == result.matrix->codes);
            if (trace.back() < trace.front() && grain > 0)
                for (const float factor : factorsOf(refitted))
                    QCOMPARE(double(factor), storableFactor(double(factor), grain));
        }
    }

    // At a given step, where levels are few and far from the middle of their cells.
    void gainsLowerTheError() {
        const Matrix w = weights();
        const auto errorOf = [&](const char* gains, const char* refit) {
            return quantized(w, stats(),
                             {{"step", "2"},
                              {"centroid", "0"},
                              {"damping", "0.0001"},
                              {"gains", gains},
                              {"refit", refit}})
                .report.outputError;
        };
        const double bare = errorOf("false", "false"), gained = errorOf("true", "false");
        const double both = errorOf("true", "true");
        QVERIFY2(gained < 0.97 * bare, qPrintable(QString("%1, %2").arg(gained).arg(bare)));
        QVERIFY2(both < gained, qPrintable(QString("%1, %2").arg(both).arg(gained)));
    }

    void sameBytesOnAnyNumberOfThreads() {
        const Matrix w = weights();
        const Settings settings = {{"rate", "3"}, {"gains", "true"}, {"refit", "true"}};
        setThreads(1);
        const auto one = quantized(w, stats(), settings);
        setThreads(4);
        const auto four = quantized(w, stats(), settings);
        setThreads(0);
        QVERIFY(*one.matrix == *four.matrix);
        QCOMPARE(one.report.bytes, four.report.bytes);
    }
};

QTEST_GUILESS_MAIN(TstGains)
#include "tst_gains.moc"

// Calibration on the demo model: statistics against sums made by hand from the same activations,
// seeded samples, the disk cache, and a walk that leaves hidden states alone while measuring.
#include "core/base/atomic_file.h"
#include "core/calibration/fisher.h"
#include "core/model/backward.h"
#include "tests/support/model_files.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace bitsmith;

class TstCalibration : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const std::filesystem::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";
    std::shared_ptr<const Model> m_model;
    std::string m_text;

    CalibrationSamples samples(std::uint64_t seed = 0) const {
        return drawSamples(*m_model, m_text, {.samples = 6, .context = 40, .seed = seed}).value();
    }
    ForwardPass pass() const { return ForwardPass::create(m_model, makeCpuBackend()).value(); }
    StatsCache cache(const char* name) const {
        return StatsCache(m_dir.filePath(QString::fromUtf8(name)).toStdString(),
                          calibrationKey(*m_model, samples()));
    }

private Q_SLOTS:
    void initTestCase() {
        m_model = openModel(m_demo / "model").value();
        m_text = readTextFile(m_demo / "calibration.txt").value();
    }

    void samplesAreSeeded() {
        QCOMPARE(samples(1).sequences, samples(1).sequences);
        QVERIFY(samples(1).sequences != samples(2).sequences);
        QVERIFY(samples(1).key != samples(2).key);
        QCOMPARE(samples().tokens(), std::uint64_t(240));
        QCOMPARE(drawSamples(*m_model, "Too short.", {.context = 40}).error().code,
                 ErrorCode::BadInput);
        QVERIFY(!drawSamples(*m_model, m_text, {.context = 1 << 20}));
    }

    void statisticsAreTheSumsOfTheActivations() {
        const auto p = pass();
        RunContext context;
        const StatsCache c = cache("sums");
        const auto result = calibrate(p, samples(), c, context);
        QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str());
        QVERIFY(!result->cached);
        QCOMPARE(result->layers.size(), 4 * p.blockCount());

        // The same activations, once more, all sequences in one batch, summed in double.
        TokenBatch batch;
        for (const auto& sequence : samples().sequences) batch.append(sequence);
        Matrix hidden = p.embed(batch).value();
        for (std::size_t b = 0; b < p.blockCount(); ++b) {
            const auto weights = p.loadBlock(b).value();
            p.runBlock(
                *weights, batch, hidden.view(), [&](std::string_view input, ConstMatrixView x) {
                    const auto stats = c.load(blockInputName(b, input)).value();
                    [&] {
                        QCOMPARE(stats->tokens, std::uint64_t(x.rows));
                        const std::size_t i = 3 % x.cols, j = x.cols - 1;
                        double sum = 0, norm = 0, abs = 0, max = 0;
                        for (std::size_t t = 0; t < x.rows; ++t) {
                            sum += static_cast<double>(x(t, i)) * x(t, j);
                            norm += std::abs(static_cast<double>(x(t, i)) * x(t, j));
                            abs += std::abs(x(t, j));
                            max = std::max<double>(max, std::abs(x(t, j)));
                        }
                        QVERIFY(std::abs(stats->gram(i, j) - sum) <= 1e-4 * norm);
                        QCOMPARE(stats->gram(i, j), stats->gram(j, i));
                        QVERIFY(std::abs(stats->meanAbs[j] - abs / static_cast<double>(x.rows)) <=
                                1e-4 * max);
                        QVERIFY(std::abs(stats->maxAbs[j] - max) <= 1e-4 * max);
                        QCOMPARE(stats->sample.rows(), x.rows); // all of a few
                        for (std::size_t t = 0; t < x.rows; ++t)
                            QVERIFY(std::abs(double(stats->sample(t, j)) - x(t, j)) <= 1e-4 * max);
                    }();
                    return true;
                });
        }
    }

    // Evenly spread and bounded, and the same rows however the tokens come.
    void sampledInputsAreBounded() {
        const auto backend = makeCpuBackend();
        for (const std::size_t tokens : {1U, 255U, 256U, 257U, 512U, 513U, 5000U}) {
            Matrix x(tokens, 3);
            for (std::size_t t = 0; t < tokens; ++t) x(t, 1) = static_cast<float>(t);
            std::vector<Matrix> found;
            for (const std::size_t piece : {tokens, std::size_t{7}, std::size_t{300}}) {
                StatsAccumulator sums("in", 3, *backend);
                for (std::size_t at = 0; at < tokens; at += piece)
                    sums.add(x.view().rowRange(at, std::min(piece, tokens - at)));
                found.push_back(sums.finish().value()->sample);
            }
            const Matrix& sample = found.front();
            QVERIFY(found[1] == sample && found[2] == sample);
            QVERIFY(sample.rows() <= LayerStats::LargestSample);
            QVERIFY(sample.rows() >= std::min(tokens, LayerStats::LargestSample / 2));
            const float step = sample.rows() > 1 ? sample(1, 1) : 1;
            for (std::size_t s = 0; s < sample.rows(); ++s)
                QCOMPARE(sample(s, 1), static_cast<float>(s) * step);
            QVERIFY(static_cast<float>(sample.rows()) * step >= static_cast<float>(tokens));
        }
    }

    void theCacheIsReusedAndResumes() {
        const auto p = pass();
        RunContext context;
        const StatsCache c = cache("reuse");
        QVERIFY(!calibrate(p, samples(), c, context)->cached);
        QVERIFY(calibrate(p, samples(), c, context)->cached);
        const auto folder = std::filesystem::path(m_dir.filePath("reuse").toStdString()) / c.key();
        const auto before = test::folderBytes(folder);
        std::filesystem::remove(folder / (blockInputName(1, "mlp_in") + ".safetensors"));
        QVERIFY(!calibrate(p, samples(), c, context)->cached);
        QVERIFY(test::folderBytes(folder) == before);
        test::writeText(folder / (blockInputName(1, "mlp_in") + ".safetensors"), "damaged");
        QVERIFY(!calibrate(p, samples(), c, context)->cached); // a damaged entry is measured again
        QVERIFY(test::folderBytes(folder) == before);
        QVERIFY(!context.logSince(0).empty());
    }

    // Each sequence's own gradient, squared and summed; kept, found again, and refused when
    // damaged.
    void fisherIsTheSumOfSquaredGradients() {
        const auto p = pass();
        RunContext context;
        const auto folder = std::filesystem::path(m_dir.filePath("fisher").toStdString());
        const FisherCache c(folder, "key");
        const TensorInfo* info = nullptr;
        for (const TensorInfo& t : m_model->tensors())
            if (t.block == 1 && t.input == "mlp_in") info = &t;
        QVERIFY(info);
        QVERIFY(measureFisher(p, samples(), {info->name}, c, context).has_value());
        const Matrix fisher = c.load(info->name, info->rows, info->cols).value();
        const auto backward = GradientPass::create(p).value();
        std::vector<double> sum(fisher.values().size());
        for (const auto& sequence : samples().sequences) {
            TokenBatch one;
            one.append(sequence);
            QVERIFY(backward
                        .run(
                            one, {.tensors = {info->name}},
                            [&](const TensorGradient& g) -> Status {
                                for (std::size_t i = 0; i < sum.size(); ++i)
                                    sum[i] += std::pow(double(g.gradient.data[i]), 2);
                                return {};
                            },
                            context)
                        .has_value());
        }
        double total = 0, difference = 0;
        for (std::size_t i = 0; i < sum.size(); ++i) {
            total += sum[i];
            difference += std::abs(sum[i] - double(fisher.values()[i]));
        }
        QVERIFY(total > 0);
        QVERIFY2(difference < 0.004 * total, qPrintable(QString::number(difference / total)));

        QVERIFY(c.contains(info->name));
        QVERIFY(!c.contains("another"));
        QCOMPARE(c.load("another", 2, 2).error().code, ErrorCode::BadInput);
        QCOMPARE(c.load(info->name, info->cols + 1, info->rows).error().code, ErrorCode::BadInput);
        for (const auto& entry : std::filesystem::directory_iterator(folder / "key"))
            test::writeText(entry.path(), "damaged");
        QCOMPARE(c.load(info->name, info->rows, info->cols).error().code, ErrorCode::BadInput);
        QVERIFY(measureFisher(p, samples(), {info->name}, c, context).has_value()); // again
        QVERIFY(c.load(info->name, info->rows, info->cols).value() == fisher);
    }

    void measuringDoesNotMove() {
        const auto p = pass();
        RunContext context;
        auto walk = BlockWalk::start(p, samples(), 64).value();
        const auto weights = p.loadBlock(0).value();
        const auto first = walk.measure(*weights, 0, "mlp_hidden", context).value();
        const auto second = walk.measure(*weights, 0, "mlp_hidden", context).value();
        QVERIFY(first->gram == second->gram);
        const auto moved = walk.advance(*weights, 0, true, context).value();
        bool found = false;
        for (const auto& stats : moved)
            if (stats->input == blockInputName(0, "mlp_hidden")) found = stats->gram == first->gram;
        QVERIFY(found);
    }
};

QTEST_GUILESS_MAIN(TstCalibration)
#include "tst_calibration.moc"

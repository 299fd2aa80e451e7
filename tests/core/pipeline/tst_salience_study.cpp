// Salience, outliers and spectra of the demo model as use cases: from statistics in the cache, kept
// in the store and found there again, tensor by tensor.
#include "core/analysis/tensor_statistics.h"
#include "core/pipeline/salience.h"
#include "core/pipeline/salience_json.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;

namespace {

constexpr const char* Query = "model.layers.0.self_attn.q_proj.weight";

bool near(double a, double b, double relative) {
    return std::abs(a - b) <= relative * std::max(std::abs(a), std::abs(b));
}

} // namespace

class TstSalienceStudy : public QObject {
    Q_OBJECT
    QTemporaryDir m_folder;
    std::shared_ptr<const Model> m_model;
    Engine m_engine;
    SalienceStudyOptions m_options;

    SalienceNumbers numbersOf(const SalienceStudyOptions& options) {
        RunContext context;
        const auto tables = studySalience(m_model, options, m_engine, context);
        if (!tables) qFatal("%s", tables.error().message.c_str());
        return (*tables)[0].tensors[0].second;
    }

private Q_SLOTS:
    void initTestCase() {
        const auto folder = demoModelFolder();
        const auto text = demoCalibrationFile();
        QVERIFY(folder && text);
        m_model = *openModel(*folder);
        m_engine = *makeEngine("cpu", m_folder.filePath("a.db").toStdString());
        m_engine.calibrationFolder = m_folder.filePath("cache").toStdString();
        m_options.metrics = {"wanda"};
        m_options.text = *text;
        m_options.calibration = {.samples = 8, .context = 64};
        m_options.tensors = {Query};
    }

    // The same numbers from the statistics in the cache, weight by weight.
    void equalsTheStatisticsOfTheCache() {
        const SalienceNumbers ours = numbersOf(m_options);
        const auto samples = drawSamples(
            *m_model,
            [&] {
                QFile file(QString::fromStdString(m_options.text.string()));
                file.open(QIODevice::ReadOnly);
                return file.readAll().toStdString();
            }(),
            m_options.calibration);
        QVERIFY(samples);
        const StatsCache cache(m_engine.calibrationFolder, calibrationKey(*m_model, *samples));
        const auto stats = cache.load("blocks.0.attn_in");
        QVERIFY(stats);
        QCOMPARE(ours.input, std::string("blocks.0.attn_in"));
        const Matrix weights = decodeAll(**m_model->matrix(Query));
        double total = 0;
        for (std::size_t r = 0; r < weights.rows(); ++r)
            for (std::size_t c = 0; c < weights.cols(); ++c)
                total += std::abs(double(weights(r, c))) * std::sqrt(double((*stats)->gram(c, c)));
        QVERIFY(near(ours.mean * double(weights.rows() * weights.cols()), total, 1e-5));
        RunContext context;
        const auto statistics = tensorStatistics(**m_model->matrix(Query), 8, context);
        QVERIFY(near(ours.kurtosis, statistics.kurtosis, 1e-9));
    }

    void isFoundAgainInTheStore() {
        const SalienceNumbers first = numbersOf(m_options);
        const auto sets = m_engine.store->measurementSets(m_model->contentKey());
        QVERIFY(sets && sets->size() == 1);
        const MeasurementKey key = sets->front().key;
        QCOMPARE(key.metric, std::string("salience.wanda"));
        QVERIFY(!key.dataKey.empty());
        auto rows = m_engine.store->measurements(key);
        QVERIFY(rows && rows->size() == 1);
        QCOMPARE(rows->front().value, first.topWeights.p1);
        // What the store says is believed, until it is to be computed again.
        SalienceNumbers changed = first;
        changed.kurtosis = 77;
        rows->front().details = toJson(changed).dump();
        QVERIFY(m_engine.store->addMeasurements(key, *rows));
        QCOMPARE(numbersOf(m_options).kurtosis, 77.0);
        SalienceStudyOptions other = m_options;
        other.groupSize = 64; // other settings are other rows
        QCOMPARE(numbersOf(other).kurtosis, first.kurtosis);
        other = m_options;
        other.again = true;
        QCOMPARE(numbersOf(other).kurtosis, first.kurtosis);
        QCOMPARE(numbersOf(m_options).kurtosis, first.kurtosis);
        // A row that nobody can read is an error with a remedy.
        rows->front().details = "{}";
        QVERIFY(m_engine.store->addMeasurements(key, *rows));
        RunContext context;
        const auto broken = studySalience(m_model, m_options, m_engine, context);
        QVERIFY(!broken && broken.error().code == ErrorCode::BadInput);
        QVERIFY(broken.error().message.find("--again") != std::string::npos);
    }

    void whatHasNoInputIsLeftOutWithItsReason() {
        SalienceStudyOptions options = m_options;
        options.tensors = {Query, "model.embed_tokens.weight"};
        options.again = true;
        RunContext context;
        const auto tables = studySalience(m_model, options, m_engine, context);
        QVERIFY(tables);
        QCOMPARE((*tables)[0].tensors.size(), 1u);
        QCOMPARE((*tables)[0].skipped.size(), 1u);
        QVERIFY((*tables)[0].skipped[0].error.message.find("magnitude") != std::string::npos);
        options.tensors = {"model.embed_tokens.weight"};
        const auto nothing = studySalience(m_model, options, m_engine, context);
        QVERIFY(!nothing && nothing.error().code == ErrorCode::Usage);
        options.metrics = {"magnitude"}; // needs no input
        QVERIFY(studySalience(m_model, options, m_engine, context));
    }

    void spectraOfNeighboursShareTheirInput() {
        TensorStudyOptions options = m_options;
        options.tensors = {"model.layers.0.self_attn.?_proj.weight"};
        RunContext context;
        const auto table = studySpectra(m_model, options, m_engine, context);
        QVERIFY(table);
        QCOMPARE(table->tensors.size(), 4u);
        const auto& q = table->tensors[0];
        const auto& k = table->tensors[1];
        QVERIFY(q.inputs && k.inputs);
        QCOMPARE(q.inputs->values, k.inputs->values);
        QVERIFY(q.weights.values != k.weights.values);
        QCOMPARE(q.weights.count, std::min(q.rows, q.cols));
        double squares = 0;
        const Matrix weights = decodeAll(**m_model->matrix(q.tensor));
        for (const float w : weights.values()) squares += double(w) * w;
        QVERIFY(near(q.weights.energy, squares, 1e-9));
        QCOMPARE(q.weights.ranks.front(), 0u);
        QCOMPARE(q.weights.ranks.back(), q.weights.count - 1);
    }
};

QTEST_GUILESS_MAIN(TstSalienceStudy)
#include "tst_salience_study.moc"

// core/store: measurements of tensors go in and come out, by what they depend on.
#include "core/store/store.h"

#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <limits>

using namespace bitsmith;

class TstMeasurements : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;

    std::shared_ptr<Store> store(const char* name) {
        return Store::open(m_dir.filePath(QLatin1String(name)).toStdString()).value();
    }
    static std::vector<Measurement> rows() {
        return {
            {.tensor = "a", .bits = 3, .value = 0.1 + 0.2, .seconds = 2, .details = R"({"x":1})"},
            {.tensor = "a", .bits = 4, .value = std::numeric_limits<double>::quiet_NaN()},
            {.tensor = "", .bits = 0, .value = -1e-300}};
    }

private Q_SLOTS:
    void comesBack() {
        const auto s = store("back.db");
        const MeasurementKey key{"model", "text", "sensitivity.kl", "rtn"};
        QVERIFY(s->addMeasurements(key, rows()));
        const auto found = store("back.db")->measurements(key).value(); // another connection
        QCOMPARE(found.size(), std::size_t{3});
        QCOMPARE(found[0].tensor, std::string("a"));
        QCOMPARE(found[0].bits, 3);
        QCOMPARE(found[0].value, 0.1 + 0.2); // to the last bit
        QCOMPARE(found[0].seconds, 2.0);
        QCOMPARE(found[0].details, std::string(R"({"x":1})"));
        QVERIFY(std::isnan(found[1].value));
        QCOMPARE(found[2].value, -1e-300);
    }

    void keysDoNotMix() {
        const auto s = store("keys.db");
        const MeasurementKey key{"model", "text", "sensitivity.kl", "rtn"};
        QVERIFY(s->addMeasurements(key, rows()));
        for (const MeasurementKey& other :
             {MeasurementKey{"other", "text", "sensitivity.kl", "rtn"},
              MeasurementKey{"model", "other", "sensitivity.kl", "rtn"},
              MeasurementKey{"model", "text", "salience.awq", "rtn"},
              MeasurementKey{"model", "text", "sensitivity.kl", "gptq"}})
            QVERIFY(s->measurements(other).value().empty());
    }

    void laterRowsReplace() {
        const auto s = store("replace.db");
        const MeasurementKey key{"model", "text", "sensitivity.kl", "rtn"};
        QVERIFY(s->addMeasurements(key, rows()));
        const Measurement again{.tensor = "a", .bits = 3, .value = 7};
        QVERIFY(s->addMeasurements(key, std::span(&again, 1)));
        const auto found = s->measurements(key).value();
        QCOMPARE(found.size(), std::size_t{3});
        QCOMPARE(found[0].value, 7.0);
        QVERIFY(s->removeMeasurements(key));
        QVERIFY(s->measurements(key).value().empty());
    }

    void setsOfAModel() {
        const auto s = store("sets.db");
        const Measurement one{.tensor = "a", .bits = 3, .value = 1};
        QVERIFY(s->addMeasurements({"model", "", "sensitivity.weight_error", "rtn"},
                                   std::span(&one, 1)));
        QVERIFY(s->addMeasurements({"model", "text", "sensitivity.kl", "rtn"}, rows()));
        QVERIFY(s->addMeasurements({"other", "text", "sensitivity.kl", "rtn"}, rows()));
        const auto sets = s->measurementSets("model").value();
        QCOMPARE(sets.size(), std::size_t{2});
        QCOMPARE(sets[0].key.metric, std::string("sensitivity.kl")); // newest first
        QCOMPARE(sets[0].count, std::uint64_t{3});
        QCOMPARE(sets[1].count, std::uint64_t{1});
        QVERIFY(!sets[0].measured.empty());
    }
};

QTEST_GUILESS_MAIN(TstMeasurements)
#include "tst_measurements.moc"

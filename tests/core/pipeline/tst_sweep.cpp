// Sweeps on the demo model: each point stored and measured, an interrupted sweep goes on, a failed
// point stops nothing, wrong specs are told by file and key; table and picture are well-formed.
#include "core/eval/baseline_cache.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/svg_plot.h"
#include "core/pipeline/sweep_report.h"
#include "tests/support/model_files.h"

#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <thread>

using namespace bitsmith;
using bitsmith::test::writeText;

class TstSweep : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    const std::filesystem::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";

    std::filesystem::path at(const std::string& name) const {
        return m_dir.filePath(QString::fromStdString(name)).toStdString();
    }

    Engine engine(const std::string& name) {
        Engine e = makeEngine("cpu", at(name + ".db")).value();
        e.calibrationFolder = at("cache/calibration");
        return e;
    }

    // The demo's texts, and an eval of 1500 tokens, with this grid.
    std::filesystem::path spec(const std::string& name, const std::string& grid,
                               const std::string& more = "") {
        std::filesystem::create_directories(at("specs"));
        for (const char* text : {"calibration.txt", "held_out.txt"})
            std::filesystem::copy_file(m_demo / text, at("specs") / text,
                                       std::filesystem::copy_options::overwrite_existing);
        const auto file = at("specs") / (name + ".json");
        writeText(file, R"({"text": "calibration.txt", "samples": 4, "context": 64,
            "eval": {"text": "held_out.txt", "limit_tokens": 1500}, "grid": )" +
                            grid + more + "}");
        return file;
    }

    static const std::shared_ptr<const Model>& demo() {
        static const auto Model = openModel(BITSMITH_SOURCE_DIR "/resources/demo/model").value();
        return Model;
    }

    static QString whyNotXml(const std::string& text) {
        QXmlStreamReader reader(QByteArray::fromStdString(text));
        while (!reader.atEnd()) reader.readNext();
        return reader.errorString();
    }

private Q_SLOTS:
    void pointsAreStoredAndFoundAgain() {
        const auto s = readSweepSpec(spec("first", R"([{"recipe": ["rtn", "gptq"], "bits": [3, 4],
            "set": {"group_size": 64}}])"));
        QVERIFY2(s, s ? "" : s.error().message.c_str());
        QCOMPARE(s->grid.size(), std::size_t{4});
        QCOMPARE(s->grid[0].label(), std::string("rtn 3 bits group_size=64"));
        const Engine e = engine("first");
        RunContext context;
        const auto r = runSweep(demo(), *s, {}, e, context);
        QVERIFY2(r, r ? "" : r.error().message.c_str());
        QCOMPARE(r->count("done"), std::size_t{4});
        QCOMPARE(context.resultsSince(0).size(), std::size_t{4});
        for (const SweepRow& row : r->rows) {
            QVERIFY(row.klMean > 0 && row.klMean < 0.2);
            QVERIFY(row.perplexity > row.baselinePerplexity * 0.98);
            QVERIFY(row.bytes > 0 && row.experiment);
            const Experiment stored = e.store->load(*row.experiment).value();
            QCOMPARE(stored.state, std::string("done"));
            QCOMPARE(stored.bytes, row.bytes);
            QVERIFY(stored.artifacts.empty()); // the container is gone
        }
        QVERIFY(r->rows[0].klMean > r->rows[1].klMean); // 3 bits, 4 bits
        QVERIFY(r->rows[2].klMean > r->rows[3].klMean);
        QVERIFY(!std::filesystem::exists(at("cache/sweep")) ||
                std::filesystem::is_empty(at("cache/sweep")));

        RunContext second;
        const auto again = runSweep(demo(), *s, {}, e, second);
        QVERIFY(again);
        for (std::size_t i = 0; i < 4; ++i) {
            QVERIFY(again->rows[i].fromStore);
            QCOMPARE(again->rows[i].klMean, r->rows[i].klMean);
            QCOMPARE(again->rows[i].bytes, r->rows[i].bytes);
            QCOMPARE(again->rows[i].experiment->value, r->rows[i].experiment->value);
        }
        QCOMPARE(e.store->list()->size(), std::size_t{4});

        // Measured on other text, it is another point.
        auto other = *s;
        other.eval.limitTokens = 1000;
        QCOMPARE(sweepSoFar(demo(), other, e)->count("pending"), std::size_t{4});
        other = *s;
        other.calibration.samples = 5;
        QCOMPARE(sweepSoFar(demo(), other, e)->count("pending"), std::size_t{4});
    }

    // The numbers are those of quantize and eval by themselves.
    void equalsTheSingleCommands() {
        const auto s = readSweepSpec(
            spec("kept", R"([{"recipe": "gptq", "bits": 3, "set": {"group_size": 32}}])",
                 R"(, "keep_outputs": true, "output": "../kept")"));
        QVERIFY2(s, s ? "" : s.error().message.c_str());
        const Engine e = engine("kept");
        RunContext context;
        const auto r = runSweep(demo(), *s, {}, e, context).value();
        const Experiment stored = e.store->load(*r.rows[0].experiment).value();
        QCOMPARE(stored.artifacts.size(), std::size_t{1});
        const auto made = openModel(stored.artifacts[0].path);
        QVERIFY(made);
        const auto alone = evaluateModel(*made, demo(), m_demo / "held_out.txt",
                                         {.limitTokens = 1500}, engine("none"), context)
                               .value();
        QCOMPARE(r.rows[0].klMean, alone.klMean);
        QCOMPARE(r.rows[0].perplexity, alone.perplexity);
        QCOMPARE(r.rows[0].baselinePerplexity, alone.baselinePerplexity);
        QCOMPARE(r.rows[0].sameTop, alone.sameTop);
        QCOMPARE(r.rows[0].klP999, alone.klP999);
    }

    void anInterruptedSweepGoesOn() {
        const auto s =
            readSweepSpec(spec("stopped", R"([{"recipe": "rtn", "bits": [2, 3, 4, 5, 6, 8]}])"))
                .value();
        const Engine e = engine("stopped");
        std::stop_source stop;
        RunContext context(stop.get_token());
        std::jthread watcher([&](std::stop_token done) {
            while (!done.stop_requested()) {
                if (context.resultsSince(0).size() >= 2) stop.request_stop();
                std::this_thread::sleep_for(std::chrono::milliseconds(2));
            }
        });
        QVERIFY_EXCEPTION_THROWN((void)runSweep(demo(), s, {}, e, context), Cancelled);
        const auto soFar = sweepSoFar(demo(), s, e).value();
        const std::size_t done = soFar.count("done");
        QVERIFY(done >= 2 && done < 6);
        RunContext second;
        const auto r = runSweep(demo(), s, {}, e, second).value();
        QCOMPARE(r.count("done"), std::size_t{6});
        for (std::size_t i = 0; i < 6; ++i) QCOMPARE(r.rows[i].fromStore, i < done);
        // Nothing was made twice: one finished experiment per point.
        std::size_t finished = 0;
        const std::vector<Experiment> all = e.store->list().value();
        for (const Experiment& experiment : all) finished += experiment.state == "done";
        QCOMPARE(finished, std::size_t{6});
        // And the numbers are those of an undisturbed run.
        RunContext third;
        const auto fresh = runSweep(demo(), s, {}, engine("undisturbed"), third).value();
        for (std::size_t i = 0; i < 6; ++i) QCOMPARE(fresh.rows[i].klMean, r.rows[i].klMean);
        QCOMPARE(sweepSvg(fresh, SweepAxis::Bytes), sweepSvg(r, SweepAxis::Bytes));
    }

    void aFailedPointStopsNothing() {
        const auto s = readSweepSpec(spec("failing", R"([{"recipe": "rtn", "bits": [3, 4, 5]}])",
                                          R"(, "output": "../failing")"))
                           .value();
        const Engine e = engine("failing");
        RunContext first, second;
        const auto whole = runSweep(demo(), s, {}, e, first).value();
        QVERIFY(e.store->remove(*whole.rows[1].experiment));
        QVERIFY(!std::filesystem::exists(at("failing")));
        writeText(at("failing"), "a file where the folder should be");
        const auto r = runSweep(demo(), s, {}, e, second).value();
        QCOMPARE(r.count("done"), std::size_t{2});
        QCOMPARE(r.rows[1].state, std::string("failed"));
        QVERIFY2(r.rows[1].error.find("failing") != std::string::npos, r.rows[1].error.c_str());
        QVERIFY(sweepCsv(r).find("failed") != std::string::npos);
    }

    void wrongSpecsAreTold_data() {
        QTest::addColumn<QString>("json");
        QTest::addColumn<QString>("says");
        const auto row = [](const char* name, const char* json, const char* says) {
            QTest::newRow(name) << json << says;
        };
        const char* good = R"("eval": {"text": "held_out.txt"})";
        const auto with = [&](const char* name, const std::string& rest, const char* says) {
            QTest::newRow(name) << QString::fromStdString("{" + std::string(good) + ", " + rest +
                                                          "}")
                                << says;
        };
        row("no JSON", "{", "wrong.json");
        row("a list", "[]", "must be an object");
        row("no eval", R"({"grid": [{"recipe": "rtn"}]})", "eval: missing");
        row("no text", R"({"eval": {}, "grid": [{"recipe": "rtn"}]})", "eval.text");
        row("text not there", R"({"eval": {"text": "x.txt"}, "grid": [{"recipe": "rtn"}]})",
            "eval.text: there is no file");
        row("protocol", R"({"eval": {"text": "held_out.txt", "protocol": "windos"}})", "'windos'");
        with("no grid", R"("seed": 1)", "grid: wants");
        with("empty grid", R"("grid": [])", "grid: wants");
        with("unknown key", R"("grid": [{"recipe": "rtn"}], "girds": 1)", "girds: unknown");
        with("unknown key in the grid", R"("grid": [{"recipe": "rtn", "bit": 3}])",
             "grid[0].bit: unknown");
        with("unknown recipe", R"("grid": [{"recipe": "rtn"}, {"recipe": "rtx"}])",
             "grid[1].recipe: ");
        with("unknown preset", R"("grid": [{"preset": "Q9"}])", "grid[0].preset: ");
        with("both", R"("grid": [{"preset": "Q4_K_M", "recipe": "rtn"}])", "either");
        with("unknown parameter", R"("grid": [{"recipe": "rtn", "set": {"gruop": 3}}])",
             "grid[0].set.gruop: ");
        with("wrong parameter", R"("grid": [{"recipe": "rtn", "set": {"group_size": [32, -1]}}])",
             "grid[0].set.group_size: ");
        with("empty alternatives", R"("grid": [{"recipe": "rtn", "bits": []}])",
             "grid[0].bits: an empty list");
        with("bits as text", R"("grid": [{"recipe": "rtn", "bits": "four"}])", "grid[0].bits: ");
        with("samples", R"("samples": 0, "grid": [{"recipe": "rtn"}])", "samples: wants");
        with("twice", R"("grid": [{"recipe": "rtn"}, {"recipe": "rtn"}])", "twice");
        with("nowhere to keep", R"("keep_outputs": true, "grid": [{"recipe": "rtn"}])",
             "output: missing");
    }
    void wrongSpecsAreTold() {
        QFETCH(QString, json);
        QFETCH(QString, says);
        spec("any", "[]"); // the texts
        const auto file = at("specs") / "wrong.json";
        writeText(file, json.toStdString());
        const auto s = readSweepSpec(file);
        QVERIFY(!s);
        QCOMPARE(exitCode(s.error().code), 3);
        const QString message = QString::fromStdString(s.error().message);
        QVERIFY2(message.contains("wrong.json"), qPrintable(message));
        QVERIFY2(message.contains(says), qPrintable(message));
    }

    // The texts' folder may be another one.
    void textsElsewhere() {
        const auto beside = spec("elsewhere", R"([{"recipe": "rtn"}])");
        const auto alone = at("alone.json");
        std::filesystem::copy_file(beside, alone,
                                   std::filesystem::copy_options::overwrite_existing);
        QVERIFY(!readSweepSpec(alone));
        const auto s = readSweepSpec(alone, at("specs"));
        QVERIFY(s);
        QCOMPARE(s->evalText, at("specs") / "held_out.txt");
        QCOMPARE(s->calibrationText, at("specs") / "calibration.txt");
    }

    // Those that come with the program can be read, where their texts are.
    void sweepsOfTheTree() {
        for (const char* name : {"stories260k", "stories260k-others", "prose-3m", "demo"}) {
            const auto file = std::filesystem::path(BITSMITH_SOURCE_DIR "/resources/sweeps") /
                              (name + std::string(".json"));
            const auto texts = at("any texts");
            std::filesystem::create_directories(texts);
            for (const char* text :
                 {"calibration.txt", "held_out.txt", "tinystories_ascii.txt", "wiki.utf8",
                  "held.txt", "other_stories.txt", "other_calibration.txt"})
                writeText(texts / text, "Once upon a time");
            const auto s = readSweepSpec(file, texts);
            QVERIFY2(s, s ? "" : s.error().message.c_str());
            QVERIFY(s->grid.size() > 30);
        }
    }

    void plansThatCannotBeAreToldBeforeAnyWork() {
        auto s = readSweepSpec(spec("plans", R"([{"recipe": "rtn", "bits": [4, 12]}])"));
        QVERIFY(s);
        const Engine e = engine("plans");
        RunContext context;
        const auto r = runSweep(demo(), *s, {}, e, context);
        QVERIFY(!r);
        QVERIFY2(r.error().message.find("rtn 12 bits") != std::string::npos,
                 r.error().message.c_str());
        s = readSweepSpec(spec("plans", R"([{"recipe": "gptq"}])"));
        s->calibrationText.clear();
        const auto uncalibrated = runSweep(demo(), *s, {}, e, context);
        QVERIFY(!uncalibrated);
        QVERIFY(uncalibrated.error().message.find("text") != std::string::npos);
        QVERIFY(e.store->list()->empty());
    }

    void baselinesAreKeptWithinBounds() {
        BaselineCache cache(1000);
        cache.add(1, {Matrix(10, 10)});
        QVERIFY(cache.find(1));
        cache.add(2, {Matrix(20, 10)}); // does not fit
        QVERIFY(!cache.find(2));
        cache.add(3, {Matrix(5, 10), Matrix(10, 10)});
        QCOMPARE(cache.find(3)->size(), std::size_t{2});
        QCOMPARE(cache.bytes(), std::uint64_t{1000});
    }

    void theTableQuotesWhatItMust() {
        SweepResult r;
        r.protocol = "windows 256 on \"a, b\"";
        r.rows = {{.series = "a,b", .label = "x", .state = "done", .bitsPerWeight = 3.5},
                  {.series = "c", .label = "y", .state = "failed", .error = "line\nbreak \"q\""}};
        const std::string csv = sweepCsv(r);
        QVERIFY(csv.find("\"a,b\",x") != std::string::npos);
        QVERIFY(csv.find("\"windows 256 on \"\"a, b\"\"\"") != std::string::npos);
        QVERIFY(csv.find("\"line\nbreak \"\"q\"\"\"") != std::string::npos);
        // As many fields in each row; quotes are balanced and commas within them do not count.
        std::vector<int> fields(1, 1);
        bool quoted = false;
        for (const char c : csv) {
            if (c == '"') quoted = !quoted;
            if (c == ',' && !quoted) ++fields.back();
            if (c == '\n' && !quoted) fields.push_back(1);
        }
        QVERIFY(!quoted);
        QCOMPARE(fields, (std::vector<int>{18, 18, 18, 1}));
    }

    void pictures() {
        const PlotText text{"A & B <c>", "sub \"title\"", "x (MB)", "y (nats)"};
        const auto empty = svgPlot({}, text);
        QVERIFY2(whyNotXml(empty).isEmpty(), qPrintable(whyNotXml(empty)));
        QVERIFY(empty.find("Nothing measured") != std::string::npos);
        std::vector<PlotSeries> series(10);
        for (std::size_t i = 0; i < series.size(); ++i) {
            series[i].name = fmt::format("series <{}>", i);
            for (int k = 0; k < 4; ++k)
                series[i].points.push_back({2.0 + k, std::pow(0.3, k) * double(i + 1), "a & b"});
        }
        series[0].points.push_back({3, 0, "no logarithm"});
        series[0].points.push_back({NAN, 1, "no number"});
        const auto full = svgPlot(series, text);
        QVERIFY2(whyNotXml(full).isEmpty(), qPrintable(whyNotXml(full)));
        QVERIFY(full.find("nan") == std::string::npos && full.find("inf") == std::string::npos);
        QVERIFY(full.find("no logarithm") == std::string::npos);
        QVERIFY(full.find("A &amp; B &lt;c&gt;") != std::string::npos);
        QVERIFY(full.size() < 60000);
        QVERIFY(whyNotXml(svgPlot({{"one point", {{3, 0.5, ""}}}}, text)).isEmpty());
    }

    void frontsAndMarks() {
        using Points = std::vector<PlotPoint>;
        QCOMPARE(paretoFront({}), std::vector<std::size_t>{});
        QCOMPARE(paretoFront(Points{{3, 1, ""}, {1, 3, ""}, {2, 4, ""}, {2, 2, ""}, {4, 1, ""}}),
                 (std::vector<std::size_t>{1, 3, 0}));
        QCOMPARE(axisMarks(0.03, 3, true),
                 (std::vector<double>{5 * std::pow(10.0, -2), 0.1, 0.2, 0.5, 1, 2}));
        QCOMPARE(axisMarks(2, 5, false).size(), std::size_t{7});
        for (const double scale : {1e-9, 1.0, 1e12})
            for (const double span : {1.01, 2.0, 7.0, 1000.0}) {
                const auto marks = axisMarks(scale, scale * span, false);
                QVERIFY(!marks.empty() && marks.size() <= 11);
                QVERIFY(!axisMarks(scale, scale * span, true).empty());
            }
    }
};

QTEST_GUILESS_MAIN(TstSweep)
#include "tst_sweep.moc"

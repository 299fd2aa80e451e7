// core/store: what goes in comes out again; delete and undo; many writers at once; speed of the
// list. Files that are not what they claim to be: tst_store_files.
#include "core/store/store.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <limits>
#include <thread>

using namespace bitsmith;

namespace {

Experiment sample(const std::string& name = "tiny") {
    Experiment e;
    e.model = name;
    e.modelPath = "/models/" + name;
    e.modelKey = "key-of-" + name;
    e.recipe = "gptq";
    e.state = "running";
    e.planJson = R"({"tensors": [{"name": "w", "bits": 3}]})";
    e.calibrationKey = "calibration-1";
    e.bitsPerWeight = 3.25;
    e.bytes = 1234567890123;
    e.originalBytes = std::numeric_limits<std::uint64_t>::max(); // bit for bit
    e.seconds = 12.5;
    e.peakRssBytes = 1 << 30;
    e.started = "2026-03-04T05:06:07Z";
    e.notes = "first try";
    e.tags = "a, b";
    e.error = "";
    return e;
}

TensorResult tensorResult(int i) {
    return {.tensor = "model.layers." + std::to_string(i) + ".mlp.down_proj.weight",
            .recipe = "gptq",
            .bits = 3,
            .bitsPerWeight = 3.25,
            .bytes = 1000u + static_cast<unsigned>(i),
            .weightError = 0.01 * i,
            .outputError = 0.001,
            .seconds = 0.5};
}

void compare(const Experiment& a, const Experiment& b) {
    QCOMPARE(a.id.value, b.id.value);
    for (const auto member :
         {&Experiment::model, &Experiment::modelPath, &Experiment::modelKey, &Experiment::recipe,
          &Experiment::state, &Experiment::planJson, &Experiment::calibrationKey,
          &Experiment::started, &Experiment::notes, &Experiment::tags, &Experiment::error})
        QCOMPARE(a.*member, b.*member);
    QCOMPARE(a.bitsPerWeight, b.bitsPerWeight);
    QCOMPARE(a.bytes, b.bytes);
    QCOMPARE(a.originalBytes, b.originalBytes);
    QCOMPARE(a.seconds, b.seconds);
    QCOMPARE(a.peakRssBytes, b.peakRssBytes);
    QCOMPARE(a.tensors.size(), b.tensors.size());
    for (std::size_t i = 0; i < a.tensors.size(); ++i) {
        QCOMPARE(a.tensors[i].tensor, b.tensors[i].tensor);
        QCOMPARE(a.tensors[i].recipe, b.tensors[i].recipe);
        QCOMPARE(a.tensors[i].bits, b.tensors[i].bits);
        QCOMPARE(a.tensors[i].bitsPerWeight, b.tensors[i].bitsPerWeight);
        QCOMPARE(a.tensors[i].bytes, b.tensors[i].bytes);
        QCOMPARE(a.tensors[i].weightError, b.tensors[i].weightError);
        QCOMPARE(a.tensors[i].outputError, b.tensors[i].outputError);
        QCOMPARE(a.tensors[i].seconds, b.tensors[i].seconds);
    }
    QCOMPARE(a.metrics.size(), b.metrics.size());
    for (std::size_t i = 0; i < a.metrics.size(); ++i) {
        QCOMPARE(a.metrics[i].name, b.metrics[i].name);
        QCOMPARE(a.metrics[i].value, b.metrics[i].value);
        QCOMPARE(a.metrics[i].protocol, b.metrics[i].protocol);
    }
    QCOMPARE(a.artifacts.size(), b.artifacts.size());
    for (std::size_t i = 0; i < a.artifacts.size(); ++i) {
        QCOMPARE(a.artifacts[i].kind, b.artifacts[i].kind);
        QCOMPARE(a.artifacts[i].path, b.artifacts[i].path);
        QCOMPARE(a.artifacts[i].bytes, b.artifacts[i].bytes);
    }
}

// One whole run of an experiment, as a job records it; false if anything was refused.
bool record(Store& store, const std::string& name, int tensors) {
    const auto id = store.begin(sample(name));
    if (!id) return false;
    for (int i = 0; i < tensors; ++i)
        if (!store.addTensor(*id, tensorResult(i))) return false;
    Experiment done = sample(name);
    done.id = *id;
    done.state = "done";
    return store.addMetric(*id, {"perplexity", 7.5, "windows 256"}) && store.finish(done);
}

} // namespace

class TstStore : public QObject {
    Q_OBJECT
    QTemporaryDir m_dir;
    std::filesystem::path file(const char* name) const {
        return m_dir.filePath(name).toStdString();
    }
    std::shared_ptr<Store> open(const char* name) const {
        auto store = Store::open(file(name));
        if (!store) qFatal("%s", store.error().message.c_str());
        return *store;
    }

private Q_SLOTS:
    void everythingComesBack() {
        const auto store = open("round/trip/a.db"); // creates the folders
        QVERIFY(store->list()->empty());
        Experiment expected = sample();
        expected.id = store->begin(expected).value();
        compare(store->load(expected.id).value(), expected);
        for (int i = 0; i < 3; ++i) expected.tensors.push_back(tensorResult(i));
        for (const auto& result : expected.tensors)
            QVERIFY(store->addTensor(expected.id, result).has_value());
        expected.metrics = {{"perplexity", 7.5, "windows 256"},
                            {"perplexity", 8.5, "strided"},
                            {"kl_mean", 0.25, "windows 256"}};
        for (const auto& metric : expected.metrics)
            QVERIFY(store->addMetric(expected.id, metric).has_value());
        expected.state = "done";
        expected.recipe = "mixed";
        expected.planJson = "{}";
        expected.calibrationKey = "";
        expected.bytes = 99;
        expected.seconds = 77;
        expected.error = "none";
        expected.artifacts = {{"container", file("out").string(), 4242}};
        QVERIFY(store->finish(expected).has_value());
        compare(store->load(expected.id).value(), expected);

        const auto listed = store->list().value();
        QCOMPARE(listed.size(), std::size_t(1));
        Experiment withoutTensors = expected;
        withoutTensors.tensors.clear();
        compare(listed.front(), withoutTensors);

        // Another process's view, after a restart.
        compare(open("round/trip/a.db")->load(expected.id).value(), expected);
    }

    void repeatedWritesReplace() {
        const auto store = open("idempotent.db");
        Experiment e = sample();
        e.id = store->begin(e).value();
        e.artifacts = {{"container", file("one").string(), 1},
                       {"container", file("two").string(), 2}};
        for (int round = 0; round < 2; ++round) {
            QVERIFY(store->addTensor(e.id, tensorResult(1)).has_value());
            QVERIFY(store->addMetric(e.id, {"perplexity", 1.0 + round, "p"}).has_value());
            QVERIFY(store->finish(e).has_value());
        }
        TensorResult changed = tensorResult(1);
        changed.bits = 4;
        QVERIFY(store->addTensor(e.id, changed).has_value());
        const Experiment loaded = store->load(e.id).value();
        QCOMPARE(loaded.tensors.size(), std::size_t(1));
        QCOMPARE(loaded.tensors[0].bits, 4);
        QCOMPARE(loaded.metrics.size(), std::size_t(1));
        QCOMPARE(loaded.metrics[0].value, 2.0);
        QCOMPARE(loaded.artifacts.size(), std::size_t(2));
    }

    void notesWrittenDuringTheRunStay() {
        const auto store = open("notes.db");
        Experiment e = sample();
        e.notes = e.tags = e.started = "";
        e.id = store->begin(e).value();
        const std::string started = store->load(e.id)->started;
        QVERIFY(QRegularExpression("^20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ$")
                    .match(QString::fromStdString(started))
                    .hasMatch());
        QVERIFY(store->annotate(e.id, "looks good", "keep").has_value());
        e.state = "done";
        QVERIFY(store->finish(e).has_value());
        const Experiment loaded = store->load(e.id).value();
        QCOMPARE(loaded.notes, std::string("looks good"));
        QCOMPARE(loaded.tags, std::string("keep"));
        QCOMPARE(loaded.started, started);
        QCOMPARE(loaded.state, std::string("done"));
        QVERIFY(store->annotate(e.id, "", "").has_value()); // a user may clear them
        QCOMPARE(store->load(e.id)->notes, std::string());
    }

    void deletedExperimentsCanBeRestored() {
        const auto store = open("undo.db");
        const auto other = store->begin(sample("other")).value();
        Experiment e = sample();
        e.artifacts = {{"container", file("model").string(), 5}};
        e.metrics = {{"perplexity", 7, "p"}};
        for (int i = 0; i < 50; ++i) e.tensors.push_back(tensorResult(i));
        e.id = store->begin(e).value();
        e.state = "done";
        QVERIFY(store->finish(e).has_value());
        const Experiment before = store->load(e.id).value();
        compare(before, e);

        QVERIFY(store->remove(e.id).has_value());
        QCOMPARE(store->list()->size(), std::size_t(1));
        QCOMPARE(store->load(e.id).error().code, ErrorCode::Usage);
        QVERIFY(!store->findByArtifact(file("model")).value());
        const auto next = store->begin(sample("next")).value();
        QVERIFY(next.value > e.id.value); // ids are not used twice

        QVERIFY(store->restore(before).has_value());
        compare(store->load(e.id).value(), before);
        QCOMPARE(store->findByArtifact(file("model"))->value(), e.id);
        const auto listed = store->list().value();
        QCOMPARE(listed.size(), std::size_t(3));
        QCOMPARE(listed[0].id, next);
        QCOMPARE(listed[1].id, e.id);
        QCOMPARE(listed[2].id, other);
        QCOMPARE(store->restore(before).error().code, ErrorCode::Usage); // still there
    }

    void unknownExperimentsAreRefused() {
        const auto store = open("unknown.db");
        Experiment e = sample();
        e.id = {42};
        for (const Status& status :
             {store->addTensor({42}, tensorResult(0)), store->addMetric({42}, {"a", 1, "b"}),
              store->annotate({42}, "", ""), store->remove({42}), store->finish(e)}) {
            QVERIFY(!status);
            QCOMPARE(status.error().code, ErrorCode::Usage);
            QVERIFY(status.error().message.find("42") != std::string::npos);
        }
        QVERIFY(!store->load({0}) && !store->load({-1}));
        QVERIFY(!store->restore(sample())); // without an id
        QVERIFY(store->list()->empty());
    }

    void artifactsAreFoundFromAnyFolder() {
        const auto store = open("artifacts.db");
        std::filesystem::create_directory(file("here"));
        const QString before = QDir::currentPath();
        QDir::setCurrent(m_dir.filePath("here"));
        Experiment e = sample();
        e.artifacts = {{"container", "out/", 1}}; // relative, and not there yet
        e.id = store->begin(e).value();
        QCOMPARE(store->findByArtifact("./x/../out")->value(), e.id);
        QDir::setCurrent("/");
        QCOMPARE(store->findByArtifact(file("here/out"))->value(), e.id);
        QCOMPARE(store->findByArtifact(file("here") / "out/")->value(), e.id);
        std::filesystem::create_directory_symlink(file("here"), file("link"));
        QCOMPARE(store->findByArtifact(file("link/out"))->value(), e.id);
        QVERIFY(!store->findByArtifact("out").value());
        QVERIFY(!store->findByArtifact("").value());
        QDir::setCurrent(before);
        e.artifacts = {{"container", file("here/out").string(), 2}}; // written over by a later run
        const auto newer = store->begin(e).value();
        QCOMPARE(store->findByArtifact(file("here/out"))->value(), newer);
    }

    void hostileTextIsOnlyText() {
        const auto store = open("hostile.db");
        Experiment e = sample();
        e.model = "'); DROP TABLE experiments; --";
        e.modelPath = "a\"b'c`d%s?1;\\";
        e.recipe = "\xF0\x9F\xA6\x99 \xE2\x88\x91 \xC3\xA9";
        e.tags = std::string("nul\0inside", 10);
        e.error = "\xFF\xFE no UTF-8";
        e.notes = std::string(1 << 20, 'x') + "end";
        e.planJson = std::string(3 << 20, '{');
        e.id = store->begin(e).value();
        QVERIFY(store->addMetric(e.id, {"'", std::numeric_limits<double>::infinity(), "?"}));
        QVERIFY(store->addMetric(e.id, {"nan", std::numeric_limits<double>::quiet_NaN(), ""}));
        Experiment loaded = store->load(e.id).value();
        QCOMPARE(loaded.metrics.size(), std::size_t(2));
        QVERIFY(std::isinf(loaded.metrics[0].value) && std::isnan(loaded.metrics[1].value));
        loaded.metrics.clear();
        compare(loaded, e);
    }

    void revisionSeesEveryWriter() {
        const auto store = open("revision.db"), other = open("revision.db");
        auto last = store->revision();
        QCOMPARE(store->revision(), last); // nothing happened
        const auto changed = [&] {
            const auto now = store->revision();
            return std::exchange(last, now) != now;
        };
        const auto id = store->begin(sample()).value();
        QVERIFY(changed());
        QVERIFY(!changed());
        QVERIFY(store->list().has_value());
        QVERIFY(!changed()); // reading changes nothing
        QVERIFY(other->annotate(id, "n", "t").has_value());
        QVERIFY(changed());
        QVERIFY(other->remove(id).has_value());
        QVERIFY(changed());
        QElapsedTimer timer;
        timer.start();
        for (int i = 0; i < 1000; ++i) (void)store->revision();
        QVERIFY2(timer.elapsed() < 1000, "polling must be cheap");
    }

    void calibrationsAndTheirExperimentsMeet() {
        const auto store = open("calibrations.db");
        QVERIFY(store->begin(sample()).has_value()); // names "calibration-1" before it is recorded
        for (int i = 0; i < 2; ++i)
            QVERIFY(
                store->addCalibration("calibration-1", "key", "stats.bin", "{}", 1024).has_value());
        QVERIFY(store->begin(sample()).has_value());
        QCOMPARE(store->list()->front().calibrationKey, std::string("calibration-1"));
    }

    void manyThreadsAndTwoStoresLoseNothing() {
        const auto first = open("threads.db"), second = open("threads.db");
        std::atomic<int> failed = 0;
        std::atomic<bool> stop = false;
        {
            std::jthread reader([&] {
                while (!stop)
                    if (!first->list()) ++failed;
            });
            {
                std::vector<std::jthread> writers;
                for (int w = 0; w < 4; ++w)
                    writers.emplace_back([&, w] {
                        Store& store = w % 2 ? *first : *second;
                        for (int i = 0; i < 100; ++i)
                            if (!record(store, "model" + std::to_string(w), 1)) ++failed;
                    });
            }
            stop = true;
        }
        QCOMPARE(failed.load(), 0);
        const auto all = second->list().value();
        QCOMPARE(all.size(), std::size_t(400));
        for (const Experiment& e : all) {
            QCOMPARE(e.state, std::string("done"));
            QCOMPARE(e.metrics.size(), std::size_t(1));
        }
    }

    void twoProcessesLoseNothing() {
        const auto path = file("processes.db");
        std::vector<pid_t> children;
        for (int p = 0; p < 2; ++p) { // both create the database at once
            const pid_t child = fork();
            if (child == 0) {
                bool good = false;
                if (auto store = Store::open(path, std::chrono::seconds(60))) {
                    good = true;
                    for (int i = 0; i < 200 && good; ++i)
                        good = record(**store, "process" + std::to_string(p), 2);
                }
                _exit(good ? 0 : 1);
            }
            QVERIFY(child > 0);
            children.push_back(child);
        }
        for (const pid_t child : children) {
            int status = -1;
            QCOMPARE(waitpid(child, &status, 0), child);
            QVERIFY(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        }
        const auto store = open("processes.db");
        const auto all = store->list().value();
        QCOMPARE(all.size(), std::size_t(400));
        for (const Experiment& e : all)
            QVERIFY(e.state == "done" && store->load(e.id)->tensors.size() == 2);
    }

    void longListsAreQuick() {
        const auto store = open("speed.db");
        for (int i = 0; i < 300; ++i) {
            Experiment e = sample("model" + std::to_string(i % 7));
            e.planJson = std::string(20000, 'p') + std::to_string(i % 20);
            e.artifacts = {{"container", file("x").string() + std::to_string(i), 1}};
            for (const char* name : {"perplexity", "kl_mean", "same_top"})
                e.metrics.push_back({name, 1.0 * i, "windows 256"});
            for (int t = 0; t < 200; ++t) e.tensors.push_back(tensorResult(t));
            QVERIFY(store->begin(e).has_value());
        }
        double best = 1e9;
        for (int i = 0; i < 5; ++i) {
            QElapsedTimer timer;
            timer.start();
            QCOMPARE(store->list()->size(), std::size_t(300));
            best = std::min(best, 1e-6 * double(timer.nsecsElapsed()));
        }
        qInfo("list of 300 experiments with 60000 tensor results: %.1f ms", best);
        QVERIFY2(best < 50, "the list must not make the window wait");
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(store->load({150})->tensors.size(), std::size_t(200));
        QVERIFY(timer.elapsed() < 50);
    }
};

QTEST_GUILESS_MAIN(TstStore)
#include "tst_store.moc"

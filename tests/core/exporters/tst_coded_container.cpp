// Entropy-coded containers: everything comes back, and whatever is damaged or forged is refused,
// never read wrongly.
#include "core/base/hash.h"
#include "core/exporters/container.h"
#include "core/io/container_file.h"
#include "tests/support/small_plan.h"

#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

#include <functional>

using namespace bitsmith;
using namespace bitsmith::test;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

using Change = std::function<void(ordered_json&)>;
Q_DECLARE_METATYPE(Change)

class TstCodedContainer : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    std::unique_ptr<SmallModel> m_model;
    fs::path m_out;
    std::string m_manifest, m_weights;

    // Everything that can be read equals what was written, or is refused.
    bool readsRightOrNot(const Container& container) const {
        for (const auto& tensor : container.quantized()) {
            const auto loaded = container.load(tensor.name);
            const auto& all = m_model->quantized();
            const auto& kept = m_model->kept();
            const auto at = all.find(tensor.name);
            const auto& expected = at != all.end() ? at->second : kept.at(tensor.name);
            if (loaded && **loaded != expected) return false;
        }
        for (const auto& copy : container.copied()) {
            const auto stored = container.stored(copy);
            const auto expected = m_model->stored(copy.name);
            if (stored && !std::ranges::equal(stored->bytes, expected->bytes)) return false;
        }
        return true;
    }

    // Whether something noticed: opening, or the verification of a tensor.
    bool noticed() const {
        const auto container = openContainer(m_out);
        if (!container) return true;
        bool sound = true;
        for (const auto& tensor : (*container)->quantized())
            sound = sound && (*container)->verify(tensor.name);
        for (const auto& copy : (*container)->copied())
            sound = sound && (*container)->verify(copy.name);
        return !sound && readsRightOrNot(**container);
    }

private Q_SLOTS:
    void initTestCase() {
        m_out = m_dir.filePath("out").toStdString();
        m_model = std::make_unique<SmallModel>(m_dir.path().toStdString());
        auto journal = QuantizationJournal::open(m_out, "key=1", false);
        QVERIFY(m_model->fill(*journal, 1, true).has_value());
        RunContext context;
        const auto written =
            writeContainer(m_out, m_model->plan(), *journal, *m_model, "small", context);
        QVERIFY2(written.has_value(), written ? "" : written.error().message.c_str());
        m_manifest = readTextFile(m_out / "bitsmith.json").value();
        m_weights = readTextFile(m_out / "model.bitsmith").value();
        std::uint64_t bytes = 0;
        for (const auto& file : written->files) bytes += fs::file_size(file);
        QCOMPARE(written->bytes, bytes);
    }
    void cleanup() {
        QVERIFY(writeBytes(m_out / "bitsmith.json", m_manifest));
        QVERIFY(writeBytes(m_out / "model.bitsmith", m_weights));
    }

    void everythingComesBack() {
        const auto container = openContainer(m_out).value();
        QVERIFY(container->coded());
        QCOMPARE(container->quantized().size(),
                 m_model->quantized().size() + m_model->kept().size());
        std::uint64_t bytes = 0;
        for (const auto& tensor : container->quantized()) {
            QVERIFY(container->load(tensor.name).has_value());
            QCOMPARE(container->load(tensor.name)->get(), container->load(tensor.name)->get());
            QVERIFY(container->verify(tensor.name).has_value());
            QCOMPARE(tensor.storedBytes(), tensor.coded->size);
            bytes += tensor.storedBytes();
        }
        for (const auto& copy : container->copied()) {
            QVERIFY(container->stored(copy).has_value());
            QVERIFY(container->verify(copy.name).has_value());
            bytes += copy.bytes;
        }
        QCOMPARE(container->tensorBytes(), bytes);
        QVERIFY(readsRightOrNot(*container));
        QVERIFY(!container->verify("absent") && !container->load("absent"));
        auto names = containerFileNames(m_out).value();
        std::ranges::sort(names);
        QCOMPARE(names, (std::vector<std::string>{"bitsmith.json", "config.json", "model.bitsmith",
                                                  "tokenizer.json"}));
    }

    void everyTruncationIsRefused() {
        for (std::size_t size = 0; size < m_weights.size(); ++size) {
            QVERIFY(writeBytes(m_out / "model.bitsmith", m_weights.substr(0, size)));
            const auto container = openContainer(m_out);
            QVERIFY2(!container, std::to_string(size).c_str());
            QVERIFY(container.error().message.find("model.bitsmith") != std::string::npos);
        }
    }

    void everyFlippedBitIsNoticed() {
        std::size_t bit = 0;
        for (std::size_t i = 0; i < m_weights.size(); ++i, bit = (bit + 3) % 8) {
            std::string damaged = m_weights;
            damaged[i] = static_cast<char>(damaged[i] ^ (1 << bit));
            QVERIFY(writeBytes(m_out / "model.bitsmith", damaged));
            QVERIFY2(noticed(), std::to_string(i).c_str());
        }
    }

    // Directories with right checksums and wrong contents.
    void forgedDirectoriesAreRefused_data() {
        QTest::addColumn<Change>("change");
        const auto row = [](const char* test, const char* list, const char* key,
                            ordered_json value) {
            QTest::newRow(test) << Change([=](ordered_json& d) { d[list][0][key] = value; });
        };
        const ordered_json nowhere = {16, UINT64_MAX};
        row("place beyond the end", "tensors", "at", nowhere);
        row("place before the start", "tensors", "at", {0, 40});
        row("place of a text", "tensors", "at", "here");
        row("no rows", "tensors", "shape", {0, 5});
        row("more rows than codes", "tensors", "shape", {1 << 30, 40});
        row("impossible shape", "tensors", "shape", {std::int64_t{1} << 40, std::int64_t{1} << 40});
        row("bits", "tensors", "bits", 9);
        row("no bits", "tensors", "bits", 0);
        row("unknown grid", "tensors", "grid", "magic");
        row("copied place", "copied", "at", nowhere);
        row("copied shape", "copied", "shape", {std::int64_t{1} << 40, std::int64_t{1} << 40});
        row("copied shape, smaller", "copied", "shape", {1});
        row("copied type", "copied", "dtype", "X9");
        QTest::newRow("packed row") << Change([](ordered_json& d) {
            d["tensors"][0].erase("at");
            d["tensors"][0]["bytes"] = 5;
        });
        QTest::newRow("twice") << Change(
            [](ordered_json& d) { d["tensors"].push_back(d["tensors"][0]); });
        QTest::newRow("copied twice")
            << Change([](ordered_json& d) { d["copied"].push_back(d["copied"][0]); });
        QTest::newRow("no list") << Change([](ordered_json& d) { d["tensors"] = 5; });
    }
    void forgedDirectoriesAreRefused() {
        QFETCH(Change, change);
        ordered_json directory, manifest = ordered_json::parse(m_manifest);
        {
            const auto file = BitsmithFile::open(m_out / "model.bitsmith").value();
            directory = ordered_json::parse(file->directory().dump());
            change(directory);
            auto writer = BitsmithFileWriter::create(m_out / "model.bitsmith");
            QVERIFY(writer.has_value());
            // The same byte strings at the same places.
            QVERIFY(writer->write(std::as_bytes(std::span(m_weights)).subspan(16)).has_value());
            QVERIFY(writer->finish(directory).has_value());
        }
        manifest["directory"] = Hasher().add(nlohmann::json(directory).dump()).hex();
        QVERIFY(writeBytes(m_out / "bitsmith.json", manifest.dump()));
        const auto container = openContainer(m_out);
        if (!container) {
            QVERIFY(!container.error().message.empty());
            return;
        }
        // What the directory alone cannot show is found when the tensor is loaded.
        const auto& first = (*container)->quantized().front();
        const auto& copy = (*container)->copied().front();
        const bool refused = !(*container)->load(first.name) || !(*container)->stored(copy);
        QVERIFY(refused);
    }

    void filesOfDifferentContainersAreTold() {
        ordered_json manifest = ordered_json::parse(m_manifest);
        manifest["directory"] = std::string(32, '0');
        QVERIFY(writeBytes(m_out / "bitsmith.json", manifest.dump()));
        const auto container = openContainer(m_out);
        QVERIFY(!container);
        QVERIFY(container.error().message.find("belong together") != std::string::npos);
    }
};

QTEST_GUILESS_MAIN(TstCodedContainer)
#include "tst_coded_container.moc"

// core/io: containers that somebody damaged or forged are refused with a message, never a crash.
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

class TstContainerHostile : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_out;
    std::string m_manifest, m_weights;

    static ordered_json& row(ordered_json& manifest, const char* name) {
        for (auto& tensor : manifest["tensors"])
            if (tensor["name"] == name) return tensor;
        return manifest["tensors"][0];
    }

private Q_SLOTS:
    void initTestCase() {
        m_out = m_dir.filePath("out").toStdString();
        const SmallModel model(m_dir.path().toStdString());
        auto journal = QuantizationJournal::open(m_out, "key=1", false);
        QVERIFY(model.fill(*journal).has_value());
        RunContext context;
        QVERIFY(writeContainer(m_out, model.plan(), *journal, model, "small", context).has_value());
        m_manifest = readTextFile(m_out / "bitsmith.json").value();
        m_weights = readTextFile(m_out / "model.safetensors").value();
    }
    void cleanup() {
        QVERIFY(writeBytes(m_out / "bitsmith.json", m_manifest));
        QVERIFY(writeBytes(m_out / "model.safetensors", m_weights));
    }

    void forgedManifestsAreRefused_data() {
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("mention");
        const auto top = [](const char* test, const char* key, ordered_json value,
                            const char* mention) {
            QTest::newRow(test) << Change([=](ordered_json& m) { m[key] = value; }) << mention;
        };
        const auto field = [](const char* test, const char* key, ordered_json value,
                              const char* mention) {
            QTest::newRow(test) << Change([=](ordered_json& m) { row(m, "groups")[key] = value; })
                                << mention;
        };
        top("format", "format", "zip", "not the manifest");
        top("no version", "version", nullptr, "version");
        top("newer", "version", 3, "newer Bitsmith");
        top("coded", "version", 2, "model.bitsmith");
        top("version text", "version", "1", "version");
        top("source", "source", 5, "source");
        top("bytes", "bytes", 5, "\"bytes\" is 5");
        top("tensors", "tensors", 5, "\"tensors\" is not a list");
        top("no rows", "tensors", ordered_json::array(), "does not mention");
        top("rows of nothing", "tensors", {1, 2}, "number 1");
        top("no copies", "copied", ordered_json::array(), "does not mention");
        field("name", "name", 7, "name");
        field("other name", "name", "absent", "is missing");
        field("shape", "shape", "8x40", "shape");
        field("one extent", "shape", {320}, "shape");
        field("negative extent", "shape", {-8, 40}, "shape");
        field("huge extent", "shape", {1ULL << 62, 4}, "shape");
        field("huge product", "shape", {1ULL << 38, 1ULL << 38}, "impossible");
        field("other shape", "shape", {40, 8}, "'groups'");
        field("transposed", "transposed", true, "'groups'");
        field("transposed number", "transposed", 1, "transposed");
        field("grid", "grid", "holograms", "holograms");
        field("bits 0", "bits", 0, "2..8");
        field("bits 9", "bits", 9, "2..8");
        field("bits -1", "bits", -1, "bits");
        field("other bits", "bits", 3, "'groups'");
        field("group 0", "group_size", 0, "group_size");
        field("group 7", "group_size", 7, "'groups'");
        field("huge group", "group_size", ~0ULL, "group_size");
        field("parameter rows", "parameter_rows", 3, "parameter_rows");
        field("per tensor in groups", "parameter_rows", 1, "whole tensor");
        field("no zeros", "zeros", false, "'groups'");
        field("column groups", "column_groups", true, "'groups'");
        field("its bytes", "bytes", 1, "needs");
        field("error", "weight_error", "small", "weight_error");
        field("hash", "hash", nullptr, "hash");
        const auto widths = [](const char* test, const char* key, ordered_json value,
                               const char* mention) {
            QTest::newRow(test) << Change([=](ordered_json& m) { row(m, "mixed")[key] = value; })
                                << mention;
        };
        widths("no widths", "group_bits", nullptr, "group_bits");
        widths("too few widths", "group_bits", "1322", "4 widths for 5 groups");
        widths("too many widths", "group_bits", "132282", "6 widths for 5 groups");
        widths("width 0", "group_bits", "03228", "from 1 to 8");
        widths("width 9", "group_bits", "13229", "from 1 to 8");
        widths("width 200", "group_bits", ordered_json::array({200, 3, 2, 2, 8}), "group_bits");
        widths("no digits", "group_bits", "13 28", "from 1 to 8");
        widths("other widths", "group_bits", "13227", "needs");
        widths("mixed bits 0", "bits", 0, "1..8");
        widths("mixed bits 9", "bits", 9, "1..8");
        widths("mixed without zeros", "zeros", false, "has zero points");
        widths("mixed column groups", "column_groups", true, "side by side");
        widths("mixed per tensor", "parameter_rows", 1, "not the 6 rows");
        widths("mixed column scales", "column_scales", true, "affine grids only");
        widths("mixed and a format", "format", "e2m1", "no \"format\"");
        widths("huge mixed group", "group_size", 1ULL << 40, "widths for 1 groups");
        widths("widths of an affine one", "grid", "affine", "belongs to mixed");
        const auto book = [](const char* test, const char* name, ordered_json value,
                             const char* mention) {
            QTest::newRow(test) << Change([=](ordered_json& m) { row(m, name)["book"] = value; })
                                << mention;
        };
        book("no book", "codebook", nullptr, "book");
        book("book of text", "codebook", "16", "book");
        book("no width", "codebook", ordered_json::object(), "width");
        book("width 1", "nested", {{"width", 1}, {"block", 8}}, "width");
        book("width 9", "nested", {{"width", 9}, {"block", 8}}, "2 to 8 or 16");
        book("width 17", "nested", {{"width", 17}}, "width");
        book("listed in 8 bits", "codebook", {{"width", 8}, {"block", 8}}, "is none of");
        book("nested in 16 bits", "nested", {{"width", 16}}, "is none of");
        book("nested templates", "nested", {{"rank", 2}, {"width", 6}, {"block", 8}}, "is none of");
        book("no block", "nested", {{"width", 6}}, "is none of");
        book("a block of halves", "low rank", {{"rank", 2}, {"width", 16}, {"block", 8}},
             "is none of");
        book("block 0", "nested", {{"width", 6}, {"block", 0}}, "block");
        book("huge block", "nested", {{"width", 6}, {"block", 1ULL << 60}}, "block");
        book("other block", "nested", {{"width", 6}, {"block", 4}}, "needs");
        book("rank 0", "low rank", {{"rank", 0}, {"width", 16}}, "rank");
        book("rank 4 of 2 bits", "low rank", {{"rank", 4}, {"width", 8}, {"block", 7}},
             "is none of");
        book("other rank", "low rank", {{"rank", 3}, {"width", 8}, {"block", 7}}, "needs");
        book("book of an affine one", "groups", {{"width", 16}}, "codebook and nested");
        QTest::newRow("codebook with zeros")
            << Change([](ordered_json& m) { row(m, "codebook")["zeros"] = true; })
            << "no zero points";
        QTest::newRow("codebook of 9 bits")
            << Change([](ordered_json& m) { row(m, "codebook")["bits"] = 9; }) << "1..8";
        QTest::newRow("codebook of 64 bits")
            << Change([](ordered_json& m) { row(m, "codebook")["bits"] = 64; }) << "1..8";
        QTest::newRow("huge codebooks") << Change([](ordered_json& m) {
            row(m, "codebook")["shape"] = {1ULL << 29, 1ULL << 30};
            row(m, "codebook")["group_size"] = 1;
            row(m, "codebook")["parameter_rows"] = 1ULL << 29;
        }) << "impossible";
        QTest::newRow("widths that do not fit the codes") << Change([](ordered_json& m) {
            row(m, "mixed")["group_bits"] = "13226";
            row(m, "mixed")["bytes"] = row(m, "mixed")["bytes"].get<int>() - 13;
        }) << "should be U8 6x";
        QTest::newRow("huge and mixed") << Change([](ordered_json& m) {
            row(m, "mixed")["shape"] = {1ULL << 20, 1ULL << 30};
            row(m, "mixed")["group_size"] = 1ULL << 30;
            row(m, "mixed")["parameter_rows"] = 1ULL << 20;
            row(m, "mixed")["group_bits"] = "8";
        }) << "needs";
        QTest::newRow("other bits and bytes") << Change([](ordered_json& m) {
            row(m, "groups")["bits"] = 3;
            row(m, "groups")["bytes"] = 177;
        }) << "should be U8 8x15";
        QTest::newRow("twice") << Change([](ordered_json& m) {
            m["tensors"].push_back(row(m, "groups"));
        }) << "two tensors";
        QTest::newRow("part as copy") << Change([](ordered_json& m) {
            m["copied"].push_back({{"name", "groups.codes"}, {"bytes", 160}, {"hash", ""}});
        }) << "two tensors";
        QTest::newRow("copy of nothing")
            << Change([](ordered_json& m) { m["copied"][0]["name"] = "absent"; })
            << "does not hold";
        QTest::newRow("copy's bytes")
            << Change([](ordered_json& m) { m["copied"][0]["bytes"] = 3; }) << "does not hold";
    }
    void forgedManifestsAreRefused() {
        QFETCH(Change, change);
        QFETCH(QString, mention);
        ordered_json manifest = ordered_json::parse(m_manifest);
        change(manifest);
        QVERIFY(writeBytes(m_out / "bitsmith.json", manifest.dump()));
        const auto container = openContainer(m_out);
        QVERIFY(!container);
        const QString message = QString::fromStdString(container.error().message);
        QVERIFY2(message.contains(mention), qPrintable(message));
        QVERIFY2(message.contains(QString::fromStdString(m_out.string())), qPrintable(message));
        const bool later = message.contains("newer") || mention == "codebook";
        QCOMPARE(container.error().code, later ? ErrorCode::Unsupported : ErrorCode::BadInput);
    }

    void damagedFoldersAreRefused() {
        for (std::size_t length = 0; length < m_manifest.size() - 1; length += 61) {
            QVERIFY(writeBytes(m_out / "bitsmith.json", m_manifest.substr(0, length)));
            QVERIFY(!openContainer(m_out));
        }
        cleanup();
        for (std::size_t length = 0; length < m_weights.size(); length += 97) {
            QVERIFY(writeBytes(m_out / "model.safetensors", m_weights.substr(0, length)));
            QVERIFY(!openContainer(m_out));
        }
        fs::remove(m_out / "model.safetensors");
        QVERIFY(!openContainer(m_out));
        cleanup();
        fs::remove(m_out / "bitsmith.json");
        QVERIFY(!isContainer(m_out));
        QVERIFY(!openContainer(m_out));
        QVERIFY(!openContainer(m_dir.filePath("absent").toStdString()));
    }

    // Changed manifest bytes: an error or a container of which all tensors load.
    void changedManifestsNeverCrash() {
        for (std::size_t at = 0; at < m_manifest.size(); at += 5) {
            std::string bytes = m_manifest;
            bytes[at] = static_cast<char>(bytes[at] == '9' ? '1' : '9');
            QVERIFY(writeBytes(m_out / "bitsmith.json", bytes));
            const auto container = openContainer(m_out);
            if (!container) continue;
            for (const ContainerTensor& tensor : (*container)->quantized())
                QVERIFY((*container)->load(tensor.name).has_value());
        }
    }

    void groupIndicesAreChecked() {
        const auto container = openContainer(m_out).value();
        const auto* entry = container->archive()->find("columns.groups");
        const auto whole = MappedFile::open(m_out / "model.safetensors").value();
        QVERIFY(entry);
        // Where the groups lie in the file: search their bytes.
        const std::string groups(reinterpret_cast<const char*>(entry->view.bytes.data()),
                                 entry->view.bytes.size());
        std::string weights = m_weights;
        const std::size_t at = weights.find(groups);
        QVERIFY(at != std::string::npos);
        weights[at + 3] = '\x7F';
        QVERIFY(writeBytes(m_out / "model.safetensors", weights));
        const auto damaged = openContainer(m_out);
        QVERIFY(damaged.has_value()); // headers only
        const auto loaded = (*damaged)->load("columns");
        QVERIFY(!loaded);
        QVERIFY2(loaded.error().message.find("group") != std::string::npos,
                 loaded.error().message.c_str());
        QVERIFY(!(*damaged)->verify("columns"));
        QVERIFY((*damaged)->verify("groups").has_value());
    }

    void changedWeightsFailVerification() {
        std::string weights = m_weights;
        weights.back() = static_cast<char>(weights.back() ^ 1);
        QVERIFY(writeBytes(m_out / "model.safetensors", weights));
        const auto container = openContainer(m_out).value();
        int damaged = 0;
        for (const auto& tensor : container->quantized())
            if (const Status ok = container->verify(tensor.name); !ok) {
                ++damaged;
                QCOMPARE(ok.error().code, ErrorCode::BadInput);
            }
        for (const auto& copy : container->copied())
            damaged += container->verify(copy.name) ? 0 : 1;
        QCOMPARE(damaged, 1);
    }
};

QTEST_GUILESS_MAIN(TstContainerHostile)
#include "tst_container_hostile.moc"

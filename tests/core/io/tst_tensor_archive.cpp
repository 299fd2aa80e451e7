// core/io: one file or shards with an index, as one set of tensors.
#include "core/io/safetensors.h"
#include "core/io/tensor_archive.h"
#include "tests/support/safetensors_bytes.h"
#include "tests/support/shared_files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using test::safetensorsBytes;
using test::safetensorsEntry;
using test::writeBytes;

namespace {

constexpr const char* First = "model-00001-of-00002.safetensors";
constexpr const char* Second = "model-00002-of-00002.safetensors";
constexpr const char* Index = "model.safetensors.index.json";

std::string shard(const std::string& a, const std::string& b) {
    return safetensorsBytes("{" + safetensorsEntry(b, "U8", "[2]", "[0,2]") + "," +
                                safetensorsEntry(a, "U8", "[1,3]", "[2,5]") + "}",
                            "BBAAA");
}

std::string index(const std::string& map) {
    return R"({"metadata":{"total_size":1},"weight_map":{)" + map + "}}";
}

const std::string GoodMap = R"("a":"model-00001-of-00002.safetensors",)"
                            R"("b":"model-00001-of-00002.safetensors",)"
                            R"("c":"model-00002-of-00002.safetensors",)"
                            R"("d":"model-00002-of-00002.safetensors")";

} // namespace

class TstTensorArchive : public QObject {
    Q_OBJECT

    static void writeShards(const std::filesystem::path& folder, const std::string& map) {
        QVERIFY(writeBytes(folder / First, shard("a", "b")));
        QVERIFY(writeBytes(folder / Second, shard("d", "c")));
        QVERIFY(writeBytes(folder / Index, index(map)));
    }

private Q_SLOTS:
    void shardsAreOneArchive() {
        const QTemporaryDir dir;
        const std::filesystem::path folder = dir.path().toStdString();
        writeShards(folder, GoodMap);
        for (const auto& path : {folder, folder / Index}) {
            const auto archive = openTensorArchive(path);
            QVERIFY2(archive.has_value(), archive ? "" : archive.error().message.c_str());
            std::string names;
            for (const auto& e : (*archive)->entries()) names += e.name;
            QCOMPARE(names, std::string("abcd"));
            QCOMPARE((*archive)->find("d")->view.shape, (Shape{1, 3}));
            QCOMPARE((*archive)->find("c")->view.bytes.size(), std::size_t{2});
            QVERIFY(!(*archive)->find("e"));
            QVERIFY(!(*archive)->find(""));
            (*archive)->release(*(*archive)->find("d"));
            QCOMPARE(std::to_integer<char>((*archive)->find("d")->view.bytes[0]), 'A');
        }
    }

    void brokenShardsAreRefused_data() {
        QTest::addColumn<QString>("map");
        QTest::addColumn<QString>("mention");
        const auto replaced = [](const char* from, const char* to) {
            return QString::fromStdString(GoodMap).replace(from, to);
        };
        QTest::newRow("missing shard")
            << replaced("00002-of-00002", "00003-of-00003") << "model-00003-of-00003.safetensors";
        QTest::newRow("absent tensor") << replaced("\"a\"", "\"z\"") << "'z'";
        QTest::newRow("other shard")
            << replaced("\"a\":\"model-00001", "\"a\":\"model-00002") << "does not hold it";
        QTest::newRow("listed twice") << QString::fromStdString(GoodMap + "," + GoodMap) << "twice";
        QTest::newRow("up") << replaced("model-00002", "../model-00002") << "same folder";
        QTest::newRow("absolute") << replaced("model-00002", "/model-00002") << "same folder";
        QTest::newRow("dots") << replaced("model-00002-of-00002.safetensors", "..")
                              << "same folder";
        QTest::newRow("no text") << replaced("\"model-00002-of-00002.safetensors\"", "7")
                                 << "no file name";
        QTest::newRow("nothing") << QString() << "lists no tensors";
    }
    void brokenShardsAreRefused() {
        QFETCH(QString, map);
        QFETCH(QString, mention);
        const QTemporaryDir dir;
        const std::filesystem::path folder = dir.path().toStdString();
        writeShards(folder, map.toStdString());
        const auto archive = openTensorArchive(folder);
        QVERIFY(!archive);
        QCOMPARE(archive.error().code, ErrorCode::BadInput);
        QVERIFY2(QString::fromStdString(archive.error().message).contains(mention),
                 archive.error().message.c_str());
    }

    void aTensorInTwoShardsIsRefused() {
        const QTemporaryDir dir;
        const std::filesystem::path folder = dir.path().toStdString();
        writeShards(folder, GoodMap);
        QVERIFY(writeBytes(folder / Second, shard("a", "c")));
        const auto archive = openTensorArchive(folder);
        QVERIFY(!archive);
        QVERIFY(archive.error().message.find("in two shards") != std::string::npos);
    }

    void foldersWithoutAModelSayWhatTheyHold() {
        const QTemporaryDir dir;
        const std::filesystem::path folder = dir.path().toStdString();
        const auto message = [&] { return openTensorArchive(folder).error().message; };
        QVERIFY(message().find("holds neither") != std::string::npos);
        QVERIFY(writeBytes(folder / "model_00.pth", "PK"));
        QVERIFY(message().find("model_00.pth") != std::string::npos);
        QVERIFY(writeBytes(folder / "adapter.safetensors", shard("a", "b")));
        QVERIFY(message().find("adapter.safetensors") != std::string::npos);
        QVERIFY(openTensorArchive(folder / "adapter.safetensors").has_value());
        QCOMPARE(openTensorArchive(folder / "absent").error().code, ErrorCode::BadInput);
        QVERIFY(writeBytes(folder / Index, "[1,2]"));
        QVERIFY(message().find("weight_map") != std::string::npos);
    }

    void contentKeysFollowTheContent() {
        const QTemporaryDir dir;
        const std::filesystem::path folder = dir.path().toStdString();
        const auto key = [&](const std::string& bytes) {
            if (!writeBytes(folder / "model.safetensors", bytes)) qFatal("cannot write");
            return openTensorArchive(folder).value()->contentKey();
        };
        const std::string base = key(shard("a", "b"));
        QCOMPARE(base.size(), std::size_t{32});
        QCOMPARE(key(shard("a", "b")), base);
        QVERIFY(key(shard("a", "c")) != base);
        std::string changed = shard("a", "b");
        changed.back() = 'X';
        QVERIFY(key(changed) != base);
        // The same tensors in shards are the same model.
        const std::string one =
            safetensorsBytes("{" + safetensorsEntry("b", "U8", "[2]", "[0,2]") + "," +
                                 safetensorsEntry("a", "U8", "[1,3]", "[2,5]") + "," +
                                 safetensorsEntry("c", "U8", "[2]", "[5,7]") + "," +
                                 safetensorsEntry("d", "U8", "[1,3]", "[7,10]") + "}",
                             "BBAAABBAAA");
        const std::string whole = key(one);
        std::filesystem::remove(folder / "model.safetensors");
        writeShards(folder, GoodMap);
        QCOMPARE(openTensorArchive(folder).value()->contentKey(), whole);
        // Large tensors are sampled at both ends.
        const auto large = [&](std::size_t at) {
            std::string data(100000, 'x');
            data[at] = 'y';
            return key(safetensorsBytes(
                "{" + safetensorsEntry("w", "U8", "[100000]", "[0,100000]") + "}", data));
        };
        QVERIFY(large(0) != large(99999));
        QVERIFY(large(0) != large(50000));
    }

    void realModelsOpen() {
        BITSMITH_NEEDS_SHARED("models/stories260K/hf");
        const auto archive = openTensorArchive(test::sharedFile("models/stories260K/hf"));
        QVERIFY(archive.has_value());
        QVERIFY((*archive)->find("model.norm.weight"));
    }
};

QTEST_GUILESS_MAIN(TstTensorArchive)
#include "tst_tensor_archive.moc"

// core/io: imatrix files in both forms, ours and hand-made ones, broken ones too.
#include "core/io/gguf_file.h"
#include "core/io/imatrix.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/safetensors_bytes.h"

#include <QTemporaryDir>
#include <QTest>

#include <fstream>
#include <limits>
#include <random>

using namespace bitsmith;
using test::ggufKey;
using test::ggufTensor;
using test::ggufText;
using test::raw;
using test::u32;
using test::u64;
using test::writeBytes;

namespace {

namespace fs = std::filesystem;

Imatrix sample() {
    Imatrix imatrix;
    imatrix.entries = {{"blk.0.attn_q.weight", {2, 4, 0, 1.5F}, 8, {}},
                       {"blk.0.ffn_down_exps.weight", {1, 2, 3, 4, 0, 0}, 6, {2, 4, 0}},
                       {"blk.1.attn_q.weight", {7, 7}, 0, {}}};
    imatrix.datasets = {"wiki.train.raw", "more.txt"};
    imatrix.chunks = 3;
    imatrix.chunkSize = 512;
    return imatrix;
}

std::string datText(const std::string& text) {
    return u32(static_cast<std::uint32_t>(text.size())) + text;
}

std::string datEntry(const std::string& name, std::uint32_t calls,
                     const std::vector<float>& values) {
    std::string bytes = datText(name) + u32(calls) + u32(static_cast<std::uint32_t>(values.size()));
    for (const float value : values) bytes += raw(value);
    return bytes;
}

std::string goodDat() {
    return u32(2) + datEntry("a.weight", 4, {8, 2}) + datEntry("b.weight", 4, {1}) + u32(9) +
           datText("text.txt");
}

test::GgufImage goodGguf() {
    test::GgufImage file;
    file.keys = {ggufKey("general.type", 8, ggufText("imatrix")),
                 ggufKey("imatrix.datasets", 9, u32(8) + u64(1) + ggufText("t.txt")),
                 ggufKey("imatrix.chunk_count", 4, u32(5)),
                 ggufKey("imatrix.chunk_size", 4, u32(512))};
    // As ggml writes them: dimensions of 1 at the end are left out.
    file.tensors = {ggufTensor("a.weight.in_sum2", {2}, 0, 0),
                    ggufTensor("a.weight.counts", {1}, 0, 32)};
    file.data = raw(8.0F) + raw(2.0F) + std::string(24, '\0') + raw(4.0F) + std::string(28, '\0');
    return file;
}

} // namespace

class TstImatrix : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_folder;

    Result<Imatrix> read(const std::string& bytes) const {
        const fs::path path = m_folder / "x.imatrix";
        if (!writeBytes(path, bytes)) qFatal("cannot write the test file");
        return readImatrix(path);
    }

private Q_SLOTS:
    void initTestCase() { m_folder = m_dir.path().toStdString(); }

    void theGgufFormKeepsAll() {
        const fs::path path = m_folder / "ours.gguf";
        QVERIFY(writeImatrix(path, sample()).has_value());
        const auto read = readImatrix(path);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        const Imatrix expected = sample();
        QCOMPARE(read->chunks, expected.chunks);
        QCOMPARE(read->chunkSize, expected.chunkSize);
        QVERIFY(read->datasets == expected.datasets);
        QCOMPARE(read->entries.size(), expected.entries.size());
        for (std::size_t i = 0; i < expected.entries.size(); ++i) {
            QCOMPARE(read->entries[i].tensor, expected.entries[i].tensor);
            QVERIFY(read->entries[i].sumSquares == expected.entries[i].sumSquares);
            QCOMPARE(read->entries[i].count, expected.entries[i].count);
            QVERIFY(read->entries[i].expertCounts == expected.entries[i].expertCounts);
        }
        // What llama.cpp looks for, and in which types.
        const auto file = GgufFile::open(path).value();
        QCOMPARE(file->metadata().text("general.type").value(),
                 std::optional<std::string>("imatrix"));
        QCOMPARE(file->metadata().find("imatrix.datasets")->type, GgufType::String);
        QVERIFY(file->metadata().find("imatrix.datasets")->isArray());
        QCOMPARE(file->metadata().find("imatrix.chunk_count")->type, GgufType::U32);
        QCOMPARE(file->metadata().find("imatrix.chunk_size")->type, GgufType::U32);
        const GgufTensor* sums = file->find("blk.0.ffn_down_exps.weight.in_sum2");
        QVERIFY(sums && sums->dims == (std::vector<std::uint64_t>{2, 3}));
        const GgufTensor* counts = file->find("blk.0.ffn_down_exps.weight.counts");
        QVERIFY(counts && counts->dims == (std::vector<std::uint64_t>{1, 3}));
    }

    void theOldFormKeepsMeans() {
        const fs::path path = m_folder / "ours.dat";
        QVERIFY(writeImatrix(path, sample()).has_value());
        const auto read = readImatrix(path);
        QVERIFY2(read.has_value(), read ? "" : read.error().message.c_str());
        QCOMPARE(read->chunks, std::uint64_t{3});
        QVERIFY(read->datasets == std::vector<std::string>{"wiki.train.raw"});
        for (std::size_t i = 0; i < 3; ++i) {
            QCOMPARE(read->entries[i].tensor, sample().entries[i].tensor);
            QCOMPARE(read->entries[i].count, 3.0);
            const auto ours = sample().entries[i].meanSquares(),
                       theirs = read->entries[i].meanSquares();
            QCOMPARE(theirs.size(), ours.size());
            for (std::size_t k = 0; k < ours.size(); ++k) QCOMPARE(theirs[k], ours[k]);
        }
    }

    void meansAreSumsByTokens() {
        const Imatrix imatrix = sample();
        QVERIFY(imatrix.entries[0].meanSquares() == (std::vector<float>{0.25F, 0.5F, 0, 0.1875F}));
        QVERIFY(imatrix.entries[1].meanSquares() ==
                (std::vector<float>{0.5F, 1, 0.75F, 1, 1, 1})); // the last expert saw nothing
        QVERIFY(imatrix.entries[2].meanSquares() == (std::vector<float>{1, 1}));
    }

    void filesOfOthersAreRead() {
        const auto dat = read(goodDat());
        QVERIFY2(dat.has_value(), dat ? "" : dat.error().message.c_str());
        QCOMPARE(dat->entries.size(), std::size_t{2});
        QCOMPARE(dat->entries[0].tensor, std::string("a.weight"));
        QVERIFY(dat->entries[0].meanSquares() == (std::vector<float>{2, 0.5F}));
        QCOMPARE(dat->chunks, std::uint64_t{9});
        QVERIFY(dat->datasets == std::vector<std::string>{"text.txt"});
        const auto oldest = read(u32(1) + datEntry("a.weight", 2, {3}));
        QVERIFY(oldest.has_value() && oldest->chunks == 0 && oldest->datasets.empty());
        const auto gguf = read(goodGguf().bytes());
        QVERIFY2(gguf.has_value(), gguf ? "" : gguf.error().message.c_str());
        QVERIFY(gguf->entries[0].meanSquares() == (std::vector<float>{2, 0.5F}));
        QCOMPARE(gguf->chunks, std::uint64_t{5});
        QCOMPARE(gguf->chunkSize, std::uint64_t{512});
    }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("mention");
        const auto row = [](const char* name, const std::string& bytes, const char* mention) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << mention;
        };
        const float nan = std::numeric_limits<float>::quiet_NaN();
        row("empty", "", "ends after 0 bytes");
        row("text", "This is a text, not an imatrix of any kind.", "number of tensors");
        row("no tensors", u32(0), "no tensors");
        row("negative count", u32(0x80000000), "number of tensors");
        row("more tensors than bytes", u32(100) + datEntry("a", 1, {1}), "number of tensors");
        row("negative name", u32(1) + u32(0xFFFFFFFF) + std::string(20, 'x'), "length of the name");
        row("long name", u32(1) + u32(5000) + std::string(6000, 'x'), "is 5000");
        row("negative calls", u32(1) + datEntry("a", 0xFFFFFFFF, {1}), "calls of 'a'");
        row("values past the end", u32(1) + datText("a") + u32(1) + u32(1000) + raw(1.0F),
            "number of values of 'a'");
        row("no values", u32(1) + datEntry("a", 1, {}) + u64(0), "no sums");
        row("name twice", u32(2) + datEntry("a", 1, {1}) + datEntry("a", 1, {1}), "'a' is there");
        row("empty name", u32(1) + datEntry("", 1, {1}) + u64(0), "no name");
        row("name not UTF-8", u32(1) + datEntry("a\xFF", 1, {1}), "'a\\xff'");
        row("NaN", u32(1) + datEntry("a", 1, {1, nan}), "sum 1 of 'a' is nan");
        row("negative", u32(1) + datEntry("a", 1, {-1}), "is -1");
        row("trailer", u32(1) + datEntry("a", 1, {1}) + "xx", "number of chunks");
        test::GgufImage file = goodGguf();
        file.keys[0] = ggufKey("general.type", 8, ggufText("model"));
        row("a model", file.bytes(), "of another kind");
        file.keys.erase(file.keys.begin());
        row("no type", file.bytes(), "absent");
        file = goodGguf();
        file.keys[1] = ggufKey("imatrix.datasets", 8, ggufText("t.txt"));
        row("one data set", file.bytes(), "no array of texts");
        file = goodGguf();
        file.keys[2] = ggufKey("imatrix.chunk_count", 8, ggufText("5"));
        row("chunks as text", file.bytes(), "imatrix.chunk_count");
        file = goodGguf();
        file.tensors[1] = ggufTensor("b.weight.counts", {1}, 0, 32);
        row("no counts", file.bytes(), "no counts");
        file = goodGguf();
        file.tensors[1] = ggufTensor("a.weight.counts", {2}, 1, 32);
        row("counts as halves", file.bytes(), "F32 is expected");
        file = goodGguf();
        file.tensors[1] = ggufTensor("a.weight.counts", {3}, 0, 32);
        row("three counts", file.bytes(), "no multiple of its 3 counts");
        file = goodGguf();
        file.data.replace(32, 4, raw(nan));
        row("count of NaN", file.bytes(), "count of 'a.weight' is nan");
        file = goodGguf();
        file.tensors.clear();
        row("nothing", file.bytes(), "no tensors");
        row("cut", goodGguf().bytes().substr(0, 300), "x.imatrix");
    }
    void brokenFilesAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, mention);
        const auto imatrix = read(bytes.toStdString());
        QVERIFY(!imatrix);
        const QString message = QString::fromStdString(imatrix.error().message);
        QVERIFY2(message.contains(mention), qPrintable(message));
        QVERIFY2(message.contains("x.imatrix"), qPrintable(message));
        QCOMPARE(imatrix.error().code, ErrorCode::BadInput);
    }

    void changedAndCutFilesNeverCrash() {
        std::mt19937 random(7);
        for (const std::string& whole : {goodDat(), goodGguf().bytes()}) {
            for (std::size_t size = 0; size < whole.size(); ++size)
                if (const auto cut = read(whole.substr(0, size)); !cut)
                    QCOMPARE(cut.error().code, ErrorCode::BadInput);
            for (int round = 0; round < 2000; ++round) {
                std::string bytes = whole;
                bytes[random() % bytes.size()] = static_cast<char>(random());
                if (const auto changed = read(bytes); !changed)
                    QVERIFY(changed.error().code == ErrorCode::BadInput ||
                            changed.error().code == ErrorCode::Unsupported);
            }
        }
    }

    void nothingSenselessIsWritten() {
        const fs::path path = m_folder / "not.gguf";
        QCOMPARE(writeImatrix(path, {}).error().code, ErrorCode::Failed);
        Imatrix imatrix = sample();
        imatrix.entries[1].expertCounts = {1, 2, 3, 4};
        QCOMPARE(writeImatrix(path, imatrix).error().code, ErrorCode::Failed);
        imatrix = sample();
        imatrix.entries[2].tensor = imatrix.entries[0].tensor;
        QCOMPARE(writeImatrix(path, imatrix).error().code, ErrorCode::Failed);
        QVERIFY(!fs::exists(path));
    }
};

QTEST_GUILESS_MAIN(TstImatrix)
#include "tst_imatrix.moc"

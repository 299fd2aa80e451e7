// core/io: every rule of GGUF that a file can break is refused with a message of its own; damaged
// files never crash.
#include "core/io/gguf_file.h"
#include "tests/support/gguf_bytes.h"
#include "tests/support/safetensors_bytes.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <random>

using namespace bitsmith;
using test::GgufImage;
using test::ggufKey;
using test::ggufTensor;
using test::ggufText;
using test::u32;
using test::u64;
using test::writeBytes;

namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t U8 = 0, U16 = 2, U32 = 4, I32 = 5, Bool = 7, String = 8, Array = 9;
constexpr std::uint32_t F32 = 0, Q4_0 = 2, Q4_K = 12;

GgufImage good() {
    GgufImage file;
    file.keys = {ggufKey("general.architecture", String, ggufText("llama")),
                 ggufKey("a.list", Array, u32(String) + u64(2) + ggufText("x") + ggufText("yz")),
                 ggufKey("a.flag", Bool, "\1"), ggufKey("a.number", I32, u32(7))};
    file.tensors = {ggufTensor("w", {32, 2}, Q4_0, 0), ggufTensor("b", {3}, F32, 64)};
    file.data = std::string(96, '\x11');
    return file;
}

std::string withKey(const std::string& key) {
    GgufImage file = good();
    file.keys.push_back(key);
    return file.bytes();
}

std::string withTensor(const std::string& tensor, std::size_t dataBytes = 128) {
    GgufImage file = good();
    file.tensors.push_back(tensor);
    file.data.resize(dataBytes, '\0');
    return file.bytes();
}

} // namespace

class TstGgufHostile : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path m_path;

    Result<std::shared_ptr<const GgufFile>> open(const std::string& bytes) const {
        if (!writeBytes(m_path, bytes)) qFatal("cannot write the test file");
        return GgufFile::open(m_path);
    }
    // Every tensor of a file that opens can be read.
    static bool readable(const GgufFile& file) {
        unsigned sum = 0;
        for (const GgufTensor& tensor : file.tensors())
            for (const std::byte byte : file.bytes(tensor)) sum += std::to_integer<unsigned>(byte);
        return sum + 1 > 0 && file.contentKey().size() == 32;
    }

private Q_SLOTS:
    void initTestCase() { m_path = m_dir.filePath("x.gguf").toStdString(); }

    void theBaseIsGood() {
        const auto file = open(good().bytes());
        QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
        QVERIFY(readable(**file));
    }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("mention");
        QTest::addColumn<bool>("unsupported");
        const auto row = [](const char* name, const std::string& bytes, const char* mention,
                            bool unsupported = false) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << mention << unsupported;
        };
        const auto version = [](std::uint32_t v) {
            GgufImage file = good();
            file.version = v;
            return file.bytes();
        };
        row("empty", "", "empty");
        row("magic only", "GGUF", "the version");
        row("other magic", "GGUX" + good().bytes().substr(4), "not \"GGUF\"");
        row("old format", "tjgg" + good().bytes().substr(4), "forerunner");
        row("pytorch", "PK\3\4aaaaaaaaaaaaaaaaaaaa", "PyTorch");
        row("lfs pointer", "version https://git-lfs.github.com/spec/v1\noid", "git lfs pull");
        row("web page", "<!DOCTYPE html><html>", "web page");
        row("version 0", version(0), "version 0");
        row("version 4", version(4), "version 4", true);
        row("big-endian", version(0x03000000), "byte order", true);

        GgufImage file = good();
        file.moreKeys = std::uint64_t{1} << 40;
        row("claimed keys", file.bytes(), "the metadata claims");
        file.moreKeys = 1;
        row("one key too many", file.bytes(), "damaged");
        file = good();
        file.moreTensors = std::uint64_t{1} << 60;
        row("claimed tensors", file.bytes(), "the list of tensors claims");
        file.moreTensors = 0 - std::uint64_t{3};
        row("2^64-1 tensors", file.bytes(), "the list of tensors claims");
        file = good();
        file.keys.resize(70000, std::string());
        for (std::size_t i = 4; i < file.keys.size(); ++i)
            file.keys[i] = ggufKey("k" + std::to_string(i), U8, "x");
        row("too many keys", file.bytes(), "at most 65536");

        row("empty key", withKey(ggufKey("", U8, "x")), "is empty");
        row("long key", withKey(ggufKey(std::string(65536, 'k'), U8, "x")), "65536 bytes long");
        row("key not UTF-8", withKey(ggufKey("a\xFF", U8, "x")), "'a\\xff' is not UTF-8");
        row("key twice", withKey(ggufKey("a.number", U8, "x")), "'a.number' is there twice");
        row("unknown type", withKey(ggufKey("k", 13, "x")), "unknown type 13");
        row("bool of 2", withKey(ggufKey("k", Bool, "\2")), "bool with the value 2");
        row("bool of 2 in a list", withKey(ggufKey("k", Array, u32(Bool) + u64(2) + "\1\2")),
            "bool with the value 2");
        row("array of arrays", withKey(ggufKey("k", Array, u32(Array) + u64(0))), "of arrays");
        row("array of unknown", withKey(ggufKey("k", Array, u32(99) + u64(0))), "unknown type 99");
        row("huge array", withKey(ggufKey("k", Array, u32(U8) + u64((1 << 30) + 1))),
            "1073741825 elements");
        row("array past the end", withKey(ggufKey("k", Array, u32(U32) + u64(100000))),
            "'k' claims 100000 entries");
        row("texts past the end", withKey(ggufKey("k", Array, u32(String) + u64(10000))),
            "'k' claims 10000 entries");
        row("huge text", withKey(ggufKey("k", String, u64(std::uint64_t{1} << 31))),
            "text of 2147483648 bytes");
        row("text past the end", withKey(ggufKey("k", String, u64(1 << 20))), "inside");
        row("text of 2^64-1", withKey(ggufKey("k", String, u64(~std::uint64_t{0}))), "text of");
        row("key of 2^64-1", withKey(u64(~std::uint64_t{0}) + "k"), "metadata key 5 of 5");
        row("alignment of another type",
            withKey(ggufKey("general.alignment", U16, std::string("\x20\0", 2))),
            "must be of type u32");
        row("alignment list",
            withKey(ggufKey("general.alignment", Array, u32(U32) + u64(1) + u32(32))),
            "array of u32");
        row("alignment 0", withKey(ggufKey("general.alignment", U32, u32(0))), "power of two");
        row("alignment 48", withKey(ggufKey("general.alignment", U32, u32(48))), "power of two");
        row("alignment 2^31", withKey(ggufKey("general.alignment", U32, u32(1U << 31))),
            "past the end");

        row("no name", withTensor(ggufTensor("", {1}, F32, 96)), "has no name");
        row("long name", withTensor(ggufTensor(std::string(64, 'n'), {1}, F32, 96)), "64 bytes");
        row("name not UTF-8", withTensor(ggufTensor("n\xC0\x80", {1}, F32, 96)), "not UTF-8");
        row("tensor twice", withTensor(ggufTensor("w", {1}, F32, 96)), "'w' is there twice");
        row("five dimensions", withTensor(ggufTensor("n", {1, 1, 1, 1, 1}, F32, 96)),
            "5 dimensions");
        row("zero dimension", withTensor(ggufTensor("n", {4, 0}, F32, 96)), "4x0");
        row("negative dimension", withTensor(ggufTensor("n", {~std::uint64_t{0}}, F32, 96)),
            "impossible dimensions");
        row("overflowing dimensions",
            withTensor(ggufTensor("n", {std::uint64_t{1} << 33, std::uint64_t{1} << 33}, F32, 96)),
            "impossible dimensions");
        row("row length", withTensor(ggufTensor("n", {288}, Q4_K, 96)), "no multiple of 256");
        row("withdrawn type", withTensor(ggufTensor("n", {32}, 4, 96)), "withdrawn", true);
        row("repacked type", withTensor(ggufTensor("n", {32}, 31, 96)), "withdrawn", true);
        row("type of the future", withTensor(ggufTensor("n", {32}, 4711, 96)), "4711", true);
        row("unaligned", withTensor(ggufTensor("n", {1}, F32, 100)), "no multiple of the align");
        row("hole", withTensor(ggufTensor("n", {1}, F32, 128), 256), "end at 96");
        row("overlap", withTensor(ggufTensor("n", {1}, F32, 64)), "end at 96");
        row("far offset", withTensor(ggufTensor("n", {1}, F32, ~std::uint64_t{31})), "end at 96");
        row("past the end", withTensor(ggufTensor("n", {100}, F32, 96)), "past the end");
        row("split without number", withKey(ggufKey("split.count", U32, u32(2))), "'split.no'");
    }
    void brokenFilesAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, mention);
        QFETCH(bool, unsupported);
        QElapsedTimer timer;
        timer.start();
        const auto opened = open(bytes.toStdString());
        QVERIFY(!opened);
        const QString message = QString::fromStdString(opened.error().message);
        QVERIFY2(message.contains(mention), qPrintable(message));
        QVERIFY2(message.contains("x.gguf"), qPrintable(message));
        QVERIFY(message.size() < 700);
        for (const QChar c : message) QVERIFY(c.unicode() >= 0x20);
        QCOMPARE(opened.error().code, unsupported ? ErrorCode::Unsupported : ErrorCode::BadInput);
        QVERIFY(timer.elapsed() < 2000);
    }

    void unusualFilesAreAccepted_data() {
        QTest::addColumn<QByteArray>("bytes");
        const auto row = [](const char* name, const std::string& bytes) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes);
        };
        const std::string whole = good().bytes();
        row("no padding at the end", whole.substr(0, whole.size() - 20)); // b is 12 of 32 bytes
        row("bytes after the end", whole + "something");
        GgufImage file = good();
        file.version = 2;
        row("version 2", file.bytes());
        file = good();
        file.keys.push_back(ggufKey("general.alignment", U32, u32(8)));
        file.tensors = {ggufTensor("w", {32, 2}, Q4_0, 0), ggufTensor("b", {3}, F32, 40)};
        file.alignment = 8;
        row("alignment 8", file.bytes());
        row("single number", withTensor(ggufTensor("n", {}, F32, 96)));
        row("nothing", GgufImage{}.bytes());
        row("nothing, no padding", GgufImage{}.bytes().substr(0, 24));
        row("merged split", withKey(ggufKey("split.count", U32, u32(0))));
    }
    void unusualFilesAreAccepted() {
        QFETCH(QByteArray, bytes);
        const auto opened = open(bytes.toStdString());
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        QVERIFY(readable(**opened));
    }

    void filesCutAnywhereAreRefused() {
        const std::string whole = good().bytes();
        for (std::size_t size = 0; size < whole.size() - 20; ++size) {
            const auto opened = open(whole.substr(0, size));
            QVERIFY2(!opened, qPrintable(QString::number(size)));
            QCOMPARE(opened.error().code, ErrorCode::BadInput);
        }
    }

    void changedBytesNeverCrash() {
        const std::string whole = good().bytes();
        std::mt19937 random(20240611);
        int opened = 0;
        for (int round = 0; round < 4000; ++round) {
            std::string bytes = whole;
            const int changes = 1 + static_cast<int>(random() % 3);
            for (int i = 0; i < changes; ++i) {
                const std::size_t at = random() % bytes.size();
                bytes[at] = random() % 2 ? static_cast<char>(random())
                                         : static_cast<char>(bytes[at] ^ (1 << random() % 8));
            }
            const auto file = open(bytes);
            if (file) {
                QVERIFY(readable(**file));
                ++opened;
            } else {
                QVERIFY(file.error().code == ErrorCode::BadInput ||
                        file.error().code == ErrorCode::Unsupported);
            }
        }
        QVERIFY(opened > 500); // values and weights may be anything
        QVERIFY(opened < 3500);
    }

    void brokenSplitsAreRefused_data() {
        QTest::addColumn<QString>("second");
        QTest::addColumn<QString>("firstName");
        QTest::addColumn<QString>("mention");
        const QString name = "m-00001-of-00002.gguf";
        QTest::newRow("good") << "1 2 2" << name << "";
        QTest::newRow("absent") << "" << name << "part 2 of 2 is missing";
        QTest::newRow("other name") << "1 2 2"
                                    << "other.gguf"
                                    << "-00001-of-00002.gguf";
        QTest::newRow("wrong number") << "0 2 2" << name << "is part 1 of 2, but named as part 2";
        QTest::newRow("wrong count") << "1 3 2" << name << "is part 2 of 3";
        QTest::newRow("other total") << "1 2 3" << name << "'split.tensors.count'";
        QTest::newRow("no part") << "1 0 2" << name << "but is none";
        QTest::newRow("number beyond") << "2 2 2" << name << "part 2 (from 0) of 2";
        QTest::newRow("tensor in both") << "1 2 2 a" << name << "in two parts";
        QTest::newRow("too many tensors") << "1 2 2 b c" << name << "hold 3 tensors";
        QTest::newRow("huge count") << "1 60000 2" << name << "at most 4096";
    }
    void brokenSplitsAreRefused() {
        QFETCH(QString, second);
        QFETCH(QString, firstName);
        QFETCH(QString, mention);
        const auto part = [](std::uint32_t number, std::uint32_t count, std::uint32_t total,
                             const QStringList& names) {
            GgufImage file;
            file.keys = {ggufKey("split.no", U32, u32(number)),
                         ggufKey("split.count", U32, u32(count)),
                         ggufKey("split.tensors.count", U32, u32(total))};
            for (const QString& name : names) {
                file.tensors.push_back(ggufTensor(name.toStdString(), {8}, F32, file.data.size()));
                file.data += std::string(32, 'x');
            }
            return file.bytes();
        };
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString();
        const fs::path first = folder / firstName.toStdString();
        QVERIFY(writeBytes(first, part(0, 2, 2, {"a"})));
        if (!second.isEmpty()) {
            const QStringList words = second.split(' ');
            const QStringList names = words.size() > 3 ? words.mid(3) : QStringList{"b"};
            QVERIFY(
                writeBytes(folder / "m-00002-of-00002.gguf",
                           part(words[0].toUInt(), words[1].toUInt(), words[2].toUInt(), names)));
        }
        const auto file = GgufFile::open(first);
        if (mention.isEmpty()) {
            QVERIFY(file.has_value());
            return;
        }
        QVERIFY(!file);
        QCOMPARE(file.error().code, ErrorCode::BadInput);
        QVERIFY2(QString::fromStdString(file.error().message).contains(mention),
                 file.error().message.c_str());
    }

    void brokenFilesOfVersion1AreRefused() {
        // Counts and lengths have 32 bits: one text key, one tensor of 2 numbers.
        std::string bytes = "GGUF" + u32(1) + u32(1) + u32(1) + u32(1) + "k" + u32(String) +
                            u32(2) + "ab" + u32(1) + "w" + u32(1) + u32(2) + u32(F32) + u64(0);
        bytes.resize((bytes.size() + 31) / 32 * 32, '\0');
        bytes += "12345678";
        const auto file = open(bytes);
        QVERIFY2(file.has_value(), file ? "" : file.error().message.c_str());
        QCOMPARE((*file)->metadata().text("k").value(), std::optional<std::string>("ab"));
        QVERIFY(readable(**file));
        for (std::size_t size = 0; size < bytes.size(); ++size) {
            const auto cut = open(bytes.substr(0, size));
            QVERIFY(!cut);
            QCOMPARE(cut.error().code, ErrorCode::BadInput);
        }
    }
};

QTEST_GUILESS_MAIN(TstGgufHostile)
#include "tst_gguf_hostile.moc"

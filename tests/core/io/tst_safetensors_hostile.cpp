// core/io: every rule of safetensors that a file can break is refused with a message of its own;
// damaged files never crash.
#include "core/io/safetensors.h"
#include "core/io/strict_json.h"
#include "core/io/text_checks.h"
#include "tests/support/safetensors_bytes.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;
using test::safetensorsBytes;
using test::safetensorsEntry;

class TstSafetensorsHostile : public QObject {
    Q_OBJECT

    QTemporaryDir m_folder;
    std::filesystem::path m_path;

    Result<std::shared_ptr<const SafetensorsFile>> open(const std::string& bytes) const {
        if (!test::writeBytes(m_path, bytes)) qFatal("cannot write the test file");
        return SafetensorsFile::open(m_path);
    }

private Q_SLOTS:
    void initTestCase() { m_path = m_folder.filePath("x.safetensors").toStdString(); }

    void brokenFilesAreRefused_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("mention");
        const auto row = [](const char* name, const std::string& bytes, const char* mention) {
            QTest::newRow(name) << QByteArray::fromStdString(bytes) << mention;
        };
        const auto header = [&](const char* name, const std::string& text, const char* mention,
                                std::size_t dataBytes = 4) {
            row(name, safetensorsBytes(text, std::string(dataBytes, 'x')), mention);
        };
        const auto entry = [&](const char* name, const std::string& text, const char* mention,
                               std::size_t dataBytes = 4) {
            header(name, "{" + text + "}", mention, dataBytes);
        };
        row("empty", "", "too short");
        row("seven bytes", "1234567", "too short");
        row("header beyond the end", safetensorsBytes("{}", "", 3), "file ends after 2");
        row("huge header", safetensorsBytes("{}", "", 100'000'001), "100000000");
        row("header of 2^64-1", safetensorsBytes("{}", "", ~std::uint64_t{0}), "100000000");
        row("gguf", std::string("GGUF\3\0\0\0aaaaaaaaaaaa", 20), "GGUF");
        row("pytorch", "PK\3\4aaaaaaaaaaaaaaaaaaaa", "PyTorch");
        row("lfs pointer", "version https://git-lfs.github.com/spec/v1\noid", "git lfs pull");
        row("web page", "<!DOCTYPE html><html>", "web page");
        header("empty header", "", "does not begin");
        header("not UTF-8", "{\"a\xFF\": 1}", "not UTF-8");
        header("overlong UTF-8", "{\"a\xC0\x80\": 1}", "not UTF-8");
        header("surrogate", "{\"a\xED\xA0\x80\": 1}", "not UTF-8");
        header("list", "[]", "does not begin");
        header("leading space", " {}", "does not begin");
        header("cut JSON", "{\"a\":", "not valid JSON");
        header("two objects", "{}{}", "not valid JSON");
        header("zero padding", std::string("{}\0\0", 4), "zero byte", 0);
        header("number of nothing", "{\"a\":1}", "not an object");
        header("list of nothing", "{\"a\":[1]}", "not an object");
        header("null", "{\"a\":null}", "not an object");
        const std::string good = safetensorsEntry("w", "F32", "[1]", "[0,4]");
        entry("twice", good + "," + good, "twice");
        entry("key twice", R"("w":{"dtype":"F32","dtype":"F32","shape":[1],"data_offsets":[0,4]})",
              "twice");
        entry("no dtype", R"("w":{"shape":[1],"data_offsets":[0,4]})", "no dtype");
        entry("no shape", R"("w":{"dtype":"F32","data_offsets":[0,4]})", "no shape");
        entry("no offsets", R"("w":{"dtype":"F32","shape":[1]})", "no data_offsets");
        entry("unknown dtype", safetensorsEntry("w", "F31", "[1]", "[0,4]"), "'F31'");
        entry("later dtype", safetensorsEntry("w", "F4", "[8]", "[0,4]"), "not supported");
        entry("scale dtype", safetensorsEntry("w", "F8_E4M3FNUZ", "[4]", "[0,4]"), "not supported");
        entry("dtype number", R"("w":{"dtype":7,"shape":[1],"data_offsets":[0,4]})",
              "dtype of 'w'");
        entry("shape text", safetensorsEntry("w", "F32", "\"1\"", "[0,4]"), "shape of 'w'");
        entry("shape object", safetensorsEntry("w", "F32", "{}", "[0,4]"), "shape of 'w'");
        entry("nested shape", safetensorsEntry("w", "F32", "[[1]]", "[0,4]"), "shape of 'w'");
        entry("negative shape", safetensorsEntry("w", "F32", "[-1]", "[0,4]"), "negative");
        entry("fractional shape", safetensorsEntry("w", "F32", "[1.5]", "[0,4]"), "whole number");
        entry("enormous extent", safetensorsEntry("w", "F32", "[99999999999999999999]", "[0,4]"),
              "whole number");
        entry("2^63", safetensorsEntry("w", "F32", "[9223372036854775808]", "[0,4]"),
              "impossible extent");
        entry("overflowing product",
              safetensorsEntry("w", "F32", "[4294967296,4294967296]", "[0,4]"), "impossible shape");
        entry("overflowing bytes", safetensorsEntry("w", "F64", "[2305843009213693952]", "[0,4]"),
              "impossible shape");
        std::string wide = "[1";
        for (int i = 0; i < 64; ++i) wide += ",1";
        entry("many dimensions", safetensorsEntry("w", "F32", wide + "]", "[0,4]"),
              "64 dimensions");
        entry("one offset", safetensorsEntry("w", "F32", "[1]", "[0]"), "not two numbers");
        entry("three offsets", safetensorsEntry("w", "F32", "[1]", "[0,4,4]"), "not two numbers");
        entry("negative offset", safetensorsEntry("w", "F32", "[1]", "[-4,0]"), "negative");
        entry("backwards", safetensorsEntry("w", "F32", "[1]", "[4,0]"), "ends before");
        entry("past the end", safetensorsEntry("w", "F32", "[2]", "[0,8]"), "incomplete");
        entry("far past the end",
              safetensorsEntry("w", "F32", "[1]", "[18446744073709551611,18446744073709551615]"),
              "past the end");
        entry("size", safetensorsEntry("w", "F16", "[1]", "[0,4]"), "needs 2 bytes");
        entry("trailing bytes", good, "2 bytes follow", 6);
        header("trailing bytes of nothing", "{}", "4 bytes follow");
        const auto pair = [&](const char* a, const char* b) {
            return safetensorsEntry("a", "U8", "[2]", a) + "," +
                   safetensorsEntry("b", "U8", "[2]", b);
        };
        entry("overlap", pair("[0,2]", "[1,3]"), "inside 'a'", 3);
        entry("same bytes", pair("[0,2]", "[0,2]"), "inside 'a'", 2);
        entry("hole", pair("[0,2]", "[3,5]"), "hole of 1 bytes", 5);
        entry("hole in front", safetensorsEntry("w", "U8", "[2]", "[2,4]"), "hole of 2 bytes");
        entry("metadata number", R"("__metadata__":{"a":1})", "only texts", 0);
        entry("metadata object", R"("__metadata__":{"a":{}})", "only texts", 0);
        entry("metadata list", R"("__metadata__":[])", "not an object", 0);
        entry("metadata text", R"("__metadata__":"pt")", "not an object", 0);
        entry("metadata twice", R"("__metadata__":{"a":"1","a":"2"})", "twice", 0);
        const std::string deep(1'000'000, '[');
        header("depth bomb", "{\"a\":" + deep, "not an object");
        entry("depth bomb in a tensor", "\"w\":{\"x\":" + deep, "nests deeper");
        entry("control characters", safetensorsEntry("a\\u0007b", "F31", "[1]", "[0,4]"),
              "a\\x07b");
    }
    void brokenFilesAreRefused() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, mention);
        QElapsedTimer timer;
        timer.start();
        const auto opened = open(bytes.toStdString());
        QVERIFY(!opened);
        const QString message = QString::fromStdString(opened.error().message);
        QVERIFY2(message.contains(mention), qPrintable(message));
        QVERIFY2(message.contains("x.safetensors"), qPrintable(message));
        QVERIFY(message.size() < 700);
        for (const QChar c : message) QVERIFY(c.unicode() >= 0x20);
        const bool later = message.contains("not supported yet") && message.contains("dtype");
        QCOMPARE(opened.error().code, later ? ErrorCode::Unsupported : ErrorCode::BadInput);
        QVERIFY(timer.elapsed() < 2000);
    }

    void unusualFilesAreAccepted_data() {
        QTest::addColumn<QByteArray>("header");
        QTest::addColumn<int>("dataBytes");
        QTest::newRow("no tensors") << QByteArray("{}") << 0;
        QTest::newRow("padding") << QByteArray("{}      ") << 0;
        QTest::newRow("empty metadata") << QByteArray(R"({"__metadata__":{}})") << 0;
        QTest::newRow("unknown keys")
            << QByteArray(R"({"w":{"x":[[1,{"y":null}],true],"dtype":"U8","shape":[2],"z":{},)"
                          R"("data_offsets":[0,2]}})")
            << 2;
        QTest::newRow("any order of keys and tensors")
            << QByteArray(R"({"b":{"data_offsets":[1,2],"shape":[1],"dtype":"U8"},)"
                          R"("a":{"shape":[],"dtype":"U8","data_offsets":[0,1]}})")
            << 2;
        QTest::newRow("empty tensors")
            << QByteArray(R"({"a":{"shape":[0],"dtype":"F32","data_offsets":[0,0]},)"
                          R"("b":{"shape":[1,2],"dtype":"U8","data_offsets":[0,2]},)"
                          R"("c":{"shape":[3,0],"dtype":"F32","data_offsets":[2,2]}})")
            << 2;
    }
    void unusualFilesAreAccepted() {
        QFETCH(QByteArray, header);
        QFETCH(int, dataBytes);
        const auto opened = open(safetensorsBytes(
            header.toStdString(), std::string(static_cast<std::size_t>(dataBytes), 'x')));
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().message.c_str());
        std::size_t bytes = 0;
        for (const auto& e : (*opened)->entries()) bytes += (*opened)->view(e).bytes.size();
        QCOMPARE(bytes, static_cast<std::size_t>(dataBytes));
    }

    // Every prefix and every changed header byte: an error or a valid parse, nothing else.
    void damagedFilesNeverCrash() {
        const std::string whole =
            safetensorsBytes(R"({"__metadata__":{"format":"pt"},)" +
                                 safetensorsEntry("a.w", "F16", "[2,3]", "[0,12]") + "," +
                                 safetensorsEntry("b", "U8", "[]", "[12,13]") + "}",
                             std::string(13, 'x'));
        QVERIFY(open(whole).has_value());
        for (std::size_t length = 0; length < whole.size(); ++length) {
            const auto opened = open(whole.substr(0, length));
            QVERIFY2(!opened, qPrintable(QString::number(length)));
        }
        int accepted = 0;
        for (std::size_t at = 0; at + 13 < whole.size(); ++at)
            for (const char value : std::string_view("\0\x01 \"{}[],9-\x7F\xC3\xFF", 14)) {
                std::string bytes = whole;
                bytes[at] = value;
                const auto opened = open(bytes);
                if (!opened) continue;
                ++accepted; // a changed name, say: then the tensors still tile the data
                std::size_t total = 0;
                for (const auto& e : (*opened)->entries()) total += (*opened)->view(e).bytes.size();
                QCOMPARE(total, std::size_t{13});
            }
        QVERIFY(accepted > 0);
    }

    void missingFilesAndFolders() {
        for (const char* name : {"absent.safetensors", "."}) {
            const auto opened = SafetensorsFile::open(m_folder.filePath(name).toStdString());
            QVERIFY(!opened);
            QCOMPARE(opened.error().code, ErrorCode::BadInput);
        }
    }

    void strictJsonRefuses_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QString>("mention");
        QTest::newRow("twice") << QByteArray(R"({"a":1,"b":{"c":1,"c":2}})") << "'c' twice";
        QTest::newRow("deep") << QByteArray(1'000'000, '[') << "deeper";
        QTest::newRow("cut") << QByteArray("{\"a\": [1, 2") << "not valid JSON";
        QTest::newRow("zero") << QByteArray("{}\0{}", 5) << "zero byte";
        QTest::newRow("latin-1") << QByteArray("{\"a\": \"\xE9\"}") << "UTF-8";
        QTest::newRow("empty") << QByteArray("") << "not valid JSON";
        QTest::newRow("huge number") << QByteArray("[1e999]") << "not valid JSON";
    }
    void strictJsonRefuses() {
        QFETCH(QByteArray, text);
        QFETCH(QString, mention);
        const auto parsed = parseStrictJson(text.toStdString(), "the file");
        QVERIFY(!parsed);
        QVERIFY2(QString::fromStdString(parsed.error().message).contains(mention),
                 parsed.error().message.c_str());
    }
    void strictJsonAccepts() {
        const auto parsed = parseStrictJson(R"({"a":{"x":1},"b":{"x":[1,2]},"x":null})", "it");
        QVERIFY(parsed.has_value());
        QCOMPARE((*parsed)["b"]["x"][1].get<int>(), 2);
    }

    void namesInMessages() {
        QCOMPARE(quotedName("a\nb\x7F"), std::string("'a\\x0ab\\x7f'"));
        QCOMPARE(quotedName("\xC3\xA9\xFF"), std::string("'\xC3\xA9\\xff'"));
        QVERIFY(quotedName(std::string(100000, 'x')).size() < 200);
        QVERIFY(isPlainFileName("model-00001-of-00002.safetensors"));
        for (const char* name : {"", ".", "..", "../x", "/etc/passwd", "a/b", "a\\b", "a\nb"})
            QVERIFY(!isPlainFileName(name));
    }
};

QTEST_GUILESS_MAIN(TstSafetensorsHostile)
#include "tst_safetensors_hostile.moc"

// Broken files and impossible requests through the command line: exit code 3 (or 1, 2, 4) and a
// message that names the file, the place and what to do. Nothing is lost, nothing is left behind.
#include "tests/support/model_files.h"
#include "tests/support/run_bitsmith.h"

#include <QDir>
#include <QTest>

#include <sys/mount.h>
#include <unistd.h>

using namespace bitsmith;
using namespace bitsmith::test;

class TstCliBadInput : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;
    const std::filesystem::path m_demo = BITSMITH_SOURCE_DIR "/resources/demo";

    std::filesystem::path at(const QString& name) const {
        return m_bitsmith.path(name).toStdString();
    }

    std::filesystem::path demoCopy(const QString& name) const {
        copyFolder(m_demo / "model", at(name));
        return at(name);
    }

    void replaceInConfig(const std::filesystem::path& folder, const std::string& from,
                         const std::string& to) const {
        std::string text = fileText(folder / "config.json");
        const auto found = text.find(from);
        QVERIFY(found != std::string::npos);
        writeText(folder / "config.json", text.replace(found, from.size(), to));
    }

    void expect(const QStringList& arguments, int exitCode, const QStringList& mentions) {
        const auto r = m_bitsmith.run(arguments, 120000);
        QVERIFY2(r.exitCode == exitCode,
                 "exit code " + QByteArray::number(r.exitCode) + ": " + r.err);
        for (const QString& mention : mentions)
            QVERIFY2(r.err.contains(mention.toUtf8()),
                     "expected '" + mention.toUtf8() + "' in: " + r.err);
        QVERIFY(r.out.isEmpty());
    }

    // A file that begins with this header, followed by `data` bytes.
    void writeSafetensors(const QString& name, const std::string& header, std::size_t data) {
        std::string file(8, '\0');
        const std::uint64_t length = header.size();
        std::memcpy(file.data(), &length, 8);
        writeText(at(name), file + header + std::string(data, '\0'));
    }

private Q_SLOTS:
    void missingModel() { expect({"inspect", "/nowhere/model"}, 3, {"/nowhere/model"}); }

    void brokenSafetensors_data() {
        QTest::addColumn<QString>("header");
        QTest::addColumn<int>("data");
        QTest::addColumn<QString>("mention");
        QTest::newRow("not JSON") << R"({"a": nonsense)" << 0 << "JSON";
        QTest::newRow("truncated")
            << R"({"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}})" << 8 << "'a'";
        QTest::newRow("overlap")
            << R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"b":{"dtype":"F32","shape":[2],"data_offsets":[4,12]}})"
            << 12 << "b";
        QTest::newRow("duplicate")
            << R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})"
            << 1 << "a";
        QTest::newRow("shape disagrees")
            << R"({"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}})" << 8 << "a";
        QTest::newRow("overflow")
            << R"({"a":{"dtype":"F32","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,8]}})"
            << 8 << "a";
        QTest::newRow("unknown type")
            << R"({"a":{"dtype":"F7","shape":[1],"data_offsets":[0,1]}})" << 1 << "F7";
        QTest::newRow("trailing bytes")
            << R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})" << 5
            << "broken.safetensors";
    }
    void brokenSafetensors() {
        QFETCH(QString, header);
        QFETCH(int, data);
        QFETCH(QString, mention);
        writeSafetensors("broken.safetensors", header.toStdString(),
                         static_cast<std::size_t>(data));
        expect({"inspect", m_bitsmith.path("broken.safetensors")}, 3,
               {"broken.safetensors", mention});
    }
    void oversizedHeader() {
        std::string file(8, '\xff');
        writeText(at("huge.safetensors"), file + "{}");
        expect({"inspect", m_bitsmith.path("huge.safetensors")}, 3, {"huge.safetensors"});
        writeText(at("empty.safetensors"), "");
        expect({"inspect", m_bitsmith.path("empty.safetensors")}, 3, {"empty.safetensors"});
    }

    void shapeAgainstConfig() {
        const auto folder = demoCopy("shape");
        replaceInConfig(folder, "\"intermediate_size\": 512", "\"intermediate_size\": 520");
        expect({"inspect", m_bitsmith.path("shape")}, 3, {"520"});
    }
    void missingShard() {
        const auto folder = at("shards");
        copyFolder(m_demo / "model", folder);
        std::filesystem::remove(folder / "model.safetensors");
        writeText(
            folder / "model.safetensors.index.json",
            R"({"metadata":{},"weight_map":{"model.norm.weight":"model-00001-of-00002.safetensors"}})");
        expect({"inspect", m_bitsmith.path("shards")}, 3, {"model-00001-of-00002.safetensors"});
    }
    void brokenConfig() {
        const auto folder = demoCopy("config");
        writeText(folder / "config.json", "{\"model_type\": \"llama\", ");
        expect({"inspect", m_bitsmith.path("config")}, 3, {"config.json"});
    }

    void unknownArchitectureStillInspectsAndQuantizes() {
        const auto folder = demoCopy("unknown");
        replaceInConfig(folder, "\"model_type\": \"llama\"", "\"model_type\": \"hyena\"");
        QCOMPARE(m_bitsmith.run({"inspect", m_bitsmith.path("unknown")}).exitCode, 0);
        expect({"eval", m_bitsmith.path("unknown"), "--text",
                QString::fromStdString(m_demo / "held_out.txt")},
               3, {"hyena", "llama", "gpt2"});
        QCOMPARE(
            m_bitsmith
                .run({"quantize", m_bitsmith.path("unknown"), "-o", m_bitsmith.path("unknown4")})
                .exitCode,
            0);
        QCOMPARE(m_bitsmith.run({"inspect", m_bitsmith.path("unknown4")}).exitCode, 0);
    }

    void tokenizerMissingOrBroken() {
        auto folder = demoCopy("mute");
        std::filesystem::remove(folder / "tokenizer.json");
        QCOMPARE(m_bitsmith.run({"inspect", m_bitsmith.path("mute")}).exitCode, 0);
        expect({"generate", m_bitsmith.path("mute"), "--prompt", "x"}, 3, {"tokenizer"});
        folder = demoCopy("garbled");
        writeText(folder / "tokenizer.json", "{\"model\": {\"type\": \"BPE\", ");
        QCOMPARE(m_bitsmith.run({"inspect", m_bitsmith.path("garbled")}).exitCode, 0);
        expect({"generate", m_bitsmith.path("garbled"), "--prompt", "x"}, 3, {"tokenizer.json"});
    }

    void texts() {
        writeText(at("short.txt"), "Too short.");
        const QString text = m_bitsmith.path("short.txt");
        expect({"eval", "demo", "--text", text}, 3, {"tokens"});
        expect({"calibrate", "demo", "--text", text}, 3, {"too short", "tokens"});
        expect({"quantize", "demo", "--recipe", "gptq", "--text", text, "-o",
                m_bitsmith.path("never")},
               3, {"too short"});
        expect({"eval", "demo", "--text", "/nowhere.txt"}, 3, {"/nowhere.txt"});
        QVERIFY(!std::filesystem::exists(at("never")));
    }

    void wrongRequests() {
        expect({"quantize", "demo", "--recipe", "gtpq", "-o", m_bitsmith.path("never")}, 2,
               {"gtpq", "gptq"});
        expect({"quantize", "demo", "--bits", "9", "-o", m_bitsmith.path("never")}, 2, {"9"});
        expect({"plan", "demo", "--set", "nothing*:bits=3"}, 2, {"nothing*"});
        expect({"plan", "demo", "--set", "*:colour=3"}, 2, {"colour"});
        expect({"inspect", "demo", "--tensor", "nope"}, 2, {"nope"});
        expect({"--device", "abacus", "eval", "demo"}, 2, {"abacus"});
        expect({"experiments", "show", "7"}, 2, {"7"});
        writeText(at("plan.json"), "[1, 2");
        expect({"quantize", "demo", "--plan", m_bitsmith.path("plan.json"), "-o",
                m_bitsmith.path("never")},
               3, {"plan.json"});
    }

    void readOnlyOutput() {
        if (::geteuid() == 0) {
            // root may write anywhere but here
            expect({"quantize", "demo", "-o", "/proc/bitsmith-out"}, 3, {"/proc/bitsmith-out"});
            return;
        }
        const auto folder = at("readonly");
        std::filesystem::create_directories(folder);
        std::filesystem::permissions(folder, std::filesystem::perms::owner_read |
                                                 std::filesystem::perms::owner_exec);
        expect({"quantize", "demo", "-o", m_bitsmith.path("readonly/out")}, 3, {"readonly"});
    }

    void fullDisk() {
        const auto folder = at("tiny");
        std::filesystem::create_directories(folder);
        if (::mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=600k") != 0)
            QSKIP("needs the right to mount a small tmpfs (root)");
        const auto r = m_bitsmith.run({"quantize", "demo", "-o", m_bitsmith.path("tiny/out")});
        const bool half = std::filesystem::exists(folder / "out");
        ::umount(folder.c_str());
        QVERIFY2(r.exitCode == 4, r.err);
        QVERIFY2(r.err.contains("No space left"), r.err);
        QVERIFY(!half);
    }

    void databases() {
        const QString db = m_bitsmith.path("garbage.db");
        writeText(db.toStdString(), std::string(5000, 'x'));
        expect({"--db", db, "experiments"}, 3, {"garbage.db"});
    }
};

QTEST_GUILESS_MAIN(TstCliBadInput)
#include "tst_cli_bad_input.moc"

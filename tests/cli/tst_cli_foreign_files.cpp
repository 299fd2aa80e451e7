// Broken files of other programs on the command line: GGUF, PyTorch's .bin, quantization configs,
// packed tensors, importance matrices. Exit code 3, a message that names the file, the place and
// what to do, and nothing written.
#include "tests/support/gguf_bytes.h"
#include "tests/support/model_files.h"
#include "tests/support/pytorch_bytes.h"
#include "tests/support/run_bitsmith.h"

#include <QFileInfo>
#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith::test;
using nlohmann::ordered_json;
namespace fs = std::filesystem;

using Change = std::function<void(ordered_json&)>;
Q_DECLARE_METATYPE(Change)

class TstCliForeignFiles : public QObject {
    Q_OBJECT
    BitsmithCommand m_bitsmith;

    QString path(const QString& name) const { return m_bitsmith.path(name); }
    fs::path at(const QString& name) const { return path(name).toStdString(); }

    void refused(const QStringList& arguments, const QStringList& mentions) const {
        const auto r = m_bitsmith.run(arguments, 60000);
        QVERIFY2(r.exitCode == 3,
                 arguments.join(' ').toUtf8() + ": " + QByteArray::number(r.exitCode) + r.err);
        for (const QString& mention : mentions)
            QVERIFY2(r.err.contains(mention.toUtf8()),
                     "expected '" + mention.toUtf8() + "' in: " + r.err);
        QVERIFY(r.out.isEmpty());
        QVERIFY2(r.err.count('\n') == 1, r.err);
    }
    // By everything that opens a model.
    void refusedEverywhere(const QString& model, const QStringList& mentions) const {
        const QString out = path("never");
        refused({"inspect", model}, mentions);
        refused({"generate", model, "--prompt", "x"}, mentions);
        refused({"quantize", model, "-o", out}, mentions);
        refused({"export", model, "--format", "safetensors", "-o", out}, mentions);
        for (const char* ending : {"", ".export", ".partial", ".container"})
            QVERIFY2(!QFileInfo::exists(out + ending), ending);
    }

    QString exported(const QString& name, const QStringList& quantize, const QString& format) {
        const QString out = path(name);
        const auto r = m_bitsmith.run(
            QStringList{"quantize", "demo", "--format", format, "-o", out} + quantize);
        return r.exitCode == 0 ? out : QString::fromUtf8(r.err);
    }
    QString copyOf(const QString& folder) {
        const QString copy = path(QStringLiteral("copy%1").arg(m_copies++));
        copyFolder(folder.toStdString(), copy.toStdString());
        return copy;
    }
    int m_copies = 0;
    std::map<QString, QString> m_exports; // format -> folder

private Q_SLOTS:
    void initTestCase() {
        const QStringList four = {"--bits", "4", "--group-size", "64"};
        for (const char* format : {"gptq", "awq", "compressed-tensors"}) {
            m_exports[format] = exported(QString("sound-") + format, four, format);
            QVERIFY2(QFileInfo::exists(m_exports[format]), qPrintable(m_exports[format]));
        }
        const QString gguf = exported("sound.gguf", {"--recipe", "gguf_k"}, "gguf");
        QVERIFY2(QFileInfo::exists(gguf), qPrintable(gguf));
    }

    void init() {
        // A failure of one test is none of the next.
        for (const char* ending : {"", ".export", ".partial", ".container"})
            fs::remove_all(at(QString("never") + ending));
    }

    void truncatedGguf_data() {
        QTest::addColumn<double>("part");
        for (const double part : {0.0, 0.000002, 0.00001, 0.005, 0.02, 0.3, 0.9999})
            QTest::newRow(QByteArray::number(part).constData()) << part;
    }
    void truncatedGguf() {
        QFETCH(double, part);
        const std::string whole = fileText(at("sound.gguf"));
        writeText(at("cut.gguf"), whole.substr(0, static_cast<std::size_t>(
                                                      part * static_cast<double>(whole.size()))));
        refusedEverywhere(path("cut.gguf"), {"cut.gguf"});
    }

    void hostileGguf_data() {
        QTest::addColumn<QByteArray>("bytes");
        QTest::addColumn<QString>("mention");
        const auto row = [](const char* name, const GgufImage& file, const char* mention) {
            QTest::newRow(name) << QByteArray::fromStdString(file.bytes()) << mention;
        };
        constexpr std::uint64_t Huge = 0xFFFFFFFFFFFF;
        const std::string name = ggufKey("general.architecture", 8, ggufText("llama"));
        const auto withTensors = [&](const std::vector<std::string>& tensors) {
            return GgufImage{.keys = {name}, .tensors = tensors, .data = std::string(256, '\0')};
        };
        row("not GGUF", {.version = 77}, "version");
        row("many keys", {.keys = {name}, .moreKeys = Huge}, "entries");
        row("many tensors", {.keys = {name}, .moreTensors = Huge}, "entries");
        row("long key", {.keys = {u64(Huge) + "x"}}, "key");
        row("long text", {.keys = {ggufText("a") + u32(8) + u64(Huge) + "x"}}, "text");
        row("long list", {.keys = {ggufKey("a", 9, u32(4) + u64(Huge))}}, "elements");
        std::string nested = u32(0) + u64(0);
        for (int depth = 0; depth < 2000; ++depth) nested = u32(9) + u64(1) + nested;
        row("lists in lists", {.keys = {ggufKey("a", 9, nested)}}, "array of arrays");
        row("unknown value", {.keys = {ggufKey("a", 99, u32(0))}}, "99");
        row("key twice", {.keys = {name, name}}, "general.architecture");
        row("huge extents", withTensors({ggufTensor("t", {Huge, Huge}, 0, 0)}), "'t'");
        row("no extents", withTensors({ggufTensor("t", {}, 0, 0)}), "llama.");
        row("many extents", withTensors({ggufTensor("t", {1, 1, 1, 1, 1, 1, 1, 1, 1}, 0, 0)}),
            "'t'");
        row("unknown type", withTensors({ggufTensor("t", {32}, 200, 0)}), "200");
        row("broken block", withTensors({ggufTensor("t", {33}, 2, 0)}), "'t'");
        row("far offset", withTensors({ggufTensor("t", {4}, 0, Huge * 32)}), "'t'");
        row("crooked offset", withTensors({ggufTensor("t", {4}, 0, 5)}), "'t'");
        row("overlap", withTensors({ggufTensor("t", {32}, 0, 0), ggufTensor("u", {32}, 0, 32)}),
            "'u'");
        row("tensor twice", withTensors({ggufTensor("t", {4}, 0, 0), ggufTensor("t", {4}, 0, 32)}),
            "'t'");
    }
    void hostileGguf() {
        QFETCH(QByteArray, bytes);
        QFETCH(QString, mention);
        writeText(at("hostile.gguf"), bytes.toStdString());
        refusedEverywhere(path("hostile.gguf"), {"hostile.gguf", mention});
    }

    void hostilePickles_data() {
        QTest::addColumn<QByteArray>("pickled");
        QTest::addColumn<QString>("mention");
        const auto row = [](const char* name, const std::string& pickled, const char* mention) {
            QTest::newRow(name) << QByteArray::fromStdString(pickled) << mention;
        };
        const std::string key = pickle::text("w");
        row("foreign global",
            pickle::dict(key + pickle::name("os", "system") + pickle::tuple(pickle::text("id")) +
                         "R"),
            "os.system");
        row("foreign builtin",
            pickle::dict(key + pickle::name("builtins", "eval") + pickle::tuple(pickle::text("1")) +
                         "R"),
            "builtins.eval");
        row("foreign of torch", pickle::dict(key + pickle::name("torch", "load")), "torch.load");
        row("stack global", "\x80\x04" + pickle::text("os") + pickle::text("system") + "\x93.",
            "os.system");
        row("foreign opcode", "\x80\x02(ios\nsystem\n.", "opcode");
        row("unknown opcode", "\x80\x02\xfe.", "opcode");
        row("cut", pickle::dict(key + pickle::Tensor().bytes()).substr(0, 60), "it ends inside");
        row("empty", "", "it ends early");
        row("storage too short",
            pickle::dict(
                key +
                pickle::Tensor{.stored = 4, .shape = {100, 100}, .strides = {100, 1}}.bytes()),
            "'w'");
        row("negative offset", pickle::dict(key + pickle::Tensor{.offset = -4}.bytes()), "offset");
    }
    void hostilePickles() {
        QFETCH(QByteArray, pickled);
        QFETCH(QString, mention);
        const std::string file =
            zipBytes(pytorchParts(pickled.toStdString(), {{"0", std::string(16, '\1')}}));
        writeText(at("hostile.bin"), file);
        refusedEverywhere(path("hostile.bin"), {"hostile.bin", mention});
        // In a folder as well.
        const auto folder = at("hostile-bin");
        copyFolder(BITSMITH_SOURCE_DIR "/resources/demo/model", folder);
        fs::remove(folder / "model.safetensors");
        writeText(folder / "pytorch_model.bin", file);
        refusedEverywhere(path("hostile-bin"), {"pytorch_model.bin", mention});
        writeText(folder / "pytorch_model.bin", file.substr(0, file.size() / 2));
        refusedEverywhere(path("hostile-bin"), {"pytorch_model.bin"});
    }

    void wrongConfigs_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("mention");
        const auto row = [](const char* name, const char* format, const Change& change,
                            const char* mention) {
            QTest::newRow(name) << format << change << mention;
        };
        const auto set = [](const char* key, const ordered_json& value) {
            return Change([=](ordered_json& q) { q[key] = value; });
        };
        const auto without = [](const char* key) {
            return Change([=](ordered_json& q) { q.erase(key); });
        };
        row("gptq no bits", "gptq", without("bits"), "bits");
        row("unknown method", "gptq", set("quant_method", "quip_sharp"), "quip_sharp");
        row("method no text", "gptq", set("quant_method", 4), "quant_method");
        row("gptq other bits", "gptq", set("bits", 8), "qweight");
        row("gptq three bits", "gptq", set("bits", 3), "qweight");
        row("gptq huge bits", "gptq", set("bits", 1000000000000), "bits");
        row("gptq negative bits", "gptq", set("bits", -4), "bits");
        row("gptq bits as text", "gptq", set("bits", "four"), "bits");
        row("gptq other group", "gptq", set("group_size", 32), "group");
        row("gptq group 0", "gptq", set("group_size", 0), "groups of 512");
        row("gptq group -7", "gptq", set("group_size", -7), "group_size");
        row("awq no bits", "awq", without("bits"), "bits");
        row("awq other bits", "awq", set("bits", 8), "bits");
        row("awq other group", "awq", set("group_size", 128), "group");
        row("awq other version", "awq", set("version", "gemv_fancy"), "gemv_fancy");
        row("compressed no groups", "compressed-tensors", without("config_groups"),
            "config_groups");
        row(
            "compressed other bits", "compressed-tensors",
            [](ordered_json& q) { q["config_groups"]["group_0"]["weights"]["num_bits"] = 8; },
            "weight_packed");
        row(
            "compressed no bits", "compressed-tensors",
            [](ordered_json& q) { q["config_groups"]["group_0"]["weights"].erase("num_bits"); },
            "codes of 8 bits");
        row(
            "compressed other group", "compressed-tensors",
            [](ordered_json& q) { q["config_groups"]["group_0"]["weights"]["group_size"] = 32; },
            "scale");
        row(
            "compressed other format", "compressed-tensors",
            [](ordered_json& q) {
                q["format"] = "marlin-24";
                for (auto& group : q["config_groups"]) group["format"] = "marlin-24";
            },
            "marlin-24");
    }
    void wrongConfigs() {
        QFETCH(QString, format);
        QFETCH(Change, change);
        QFETCH(QString, mention);
        const QString folder = copyOf(m_exports[format]);
        const fs::path file = fs::path(folder.toStdString()) / "config.json";
        ordered_json config = ordered_json::parse(fileText(file));
        change(config["quantization_config"]);
        writeText(file, config.dump());
        fs::remove(fs::path(folder.toStdString()) / "quantize_config.json");
        refusedEverywhere(folder, {folder.section('/', -1), mention});
    }

    void wrongShapes_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("part");
        QTest::addColumn<bool>("missing");
        const auto rows = [](const char* format, const QStringList& parts) {
            for (const QString& part : parts)
                for (const bool missing : {false, true})
                    QTest::newRow(qPrintable(QString(format) + ' ' + part +
                                             (missing ? " missing" : " turned")))
                        << format << part << missing;
        };
        rows("gptq", {"qweight", "qzeros", "scales"});
        rows("awq", {"qweight", "qzeros", "scales"});
        rows("compressed-tensors", {"weight_packed", "weight_scale", "weight_zero_point"});
    }
    // Another shape of the same bytes, or another name.
    void wrongShapes() {
        QFETCH(QString, format);
        QFETCH(QString, part);
        QFETCH(bool, missing);
        const QString folder = copyOf(m_exports[format]);
        const fs::path file = fs::path(folder.toStdString()) / "model.safetensors";
        const std::string bytes = fileText(file);
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), sizeof(length));
        const ordered_json header = ordered_json::parse(bytes.substr(8, length));
        const std::string name = "model.layers.2.mlp.down_proj." + part.toStdString();
        QVERIFY(header.contains(name));
        ordered_json changed;
        for (const auto& [key, value] : header.items()) {
            ordered_json& entry = changed[key == name && missing ? "model.other" : key];
            entry = value;
            if (key == name) std::swap(entry["shape"][0], entry["shape"][1]);
        }
        const std::string text = changed.dump();
        writeText(file, u64(text.size()) + text + bytes.substr(8 + length));
        refusedEverywhere(folder, {folder.section('/', -1), "model.layers.2.mlp.down_proj"});
    }

    void wrongImportance() {
        const auto made = m_bitsmith.run({"calibrate", "demo", "--samples", "4", "--context", "64",
                                          "--imatrix", path("im.gguf")});
        QVERIFY2(made.exitCode == 0, made.err);
        QVERIFY(m_bitsmith
                    .run({"calibrate", "demo", "--samples", "4", "--context", "64", "--imatrix",
                          path("im.dat")})
                    .exitCode == 0);
        const auto expect = [&](const QString& name, const QStringList& mentions) {
            refused({"quantize", "demo", "--recipe", "gguf_k", "--imatrix", path(name), "-o",
                     path("never")},
                    QStringList(name) + mentions);
            QVERIFY(!QFileInfo::exists(path("never")) && !QFileInfo::exists(path("never.partial")));
        };
        for (const char* ending : {"gguf", "dat"}) {
            const std::string whole = fileText(at(QString("im.") + ending));
            for (const std::size_t left :
                 {std::size_t{0}, std::size_t{3}, whole.size() / 3, whole.size() - 40}) {
                const QString name = QString("cut%1.%2").arg(left).arg(ending);
                writeText(at(name), whole.substr(0, left));
                expect(name, {});
            }
            // Of a model with other names, and of one with other sizes.
            std::string renamed = whole, resized = whole;
            for (std::size_t found = 0; (found = renamed.find("blk.", found)) != std::string::npos;)
                renamed.replace(found, 4, "xlk.");
            writeText(at(QString("renamed.") + ending), renamed);
            expect(QString("renamed.") + ending, {"another model"});
        }
        copyFolder(BITSMITH_SOURCE_DIR "/resources/demo/model", at("other"));
        ordered_json config = ordered_json::parse(fileText(at("other") / "config.json"));
        config["intermediate_size"] = 256;
        writeText(at("other") / "config.json", config.dump());
        writeText(at("noise.dat"), std::string(5000, '\x7f'));
        expect("noise.dat", {});
        expect("sound.gguf", {});
        expect("nowhere.gguf", {});
    }

    void anImatrixOfAnotherSize() {
        // The first entry's sums are one shorter than the model's inputs.
        const std::string name = "blk.0.attn_q.weight";
        std::string file = u32(1) + u32(static_cast<std::uint32_t>(name.size())) + name + u32(1) +
                           u32(191) + std::string(191 * 4, '\0');
        writeText(at("size.dat"), file + u32(1) + u32(4) + "text");
        refused({"quantize", "demo", "--recipe", "gguf_k", "--imatrix", path("size.dat"), "-o",
                 path("never")},
                {"size.dat", "191", "192", "another model"});
        QVERIFY(!QFileInfo::exists(path("never")));
    }
};

QTEST_GUILESS_MAIN(TstCliForeignFiles)
#include "tst_cli_foreign_files.moc"

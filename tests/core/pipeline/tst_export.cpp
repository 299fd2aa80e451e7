// Exports of finished quantizations: opened again they say the same as before, their size is the
// predicted one, codes survive the way through several formats, and nothing half-written is left
// whatever goes wrong.
#include "core/pipeline/export_check.h"
#include "core/pipeline/planned_export.h"
#include "tests/core/pipeline/export_fixtures.h"

#include <QTest>

#include <cmath>
#include <sys/mount.h>
#include <unistd.h>

using namespace bitsmith;
using namespace bitsmith::test;
namespace fs = std::filesystem;

Q_DECLARE_METATYPE(bitsmith::test::Wanted)

#define REQUIRE(result) QVERIFY2(result.has_value(), result ? "" : result.error().message.c_str())

namespace {

const Wanted Plain{"rtn", 4, {"*:group_size=64,symmetric=true"}};

void verifyMentions(const Error& error, const std::vector<std::string>& words) {
    for (const std::string& word : words)
        QVERIFY2(error.message.find(word) != std::string::npos,
                 ("'" + word + "' in: " + error.message).c_str());
}

std::shared_ptr<const Params> withParam(const char* format, const char* name, const char* value) {
    std::shared_ptr<Params> params = findExporter(format)->defaults();
    if (!params->setText(name, value)) return nullptr;
    return params;
}

// The same codes, zeros and scales, whether zeros are written down or not.
void verifySameCodes(const Model& a, const Model& b) {
    std::size_t compared = 0;
    for (const TensorInfo& info : a.tensors()) {
        if (!info.layout) continue;
        const auto left = a.quantized(info.name), right = b.quantized(info.name);
        REQUIRE(left);
        REQUIRE(right);
        QVERIFY2(*left && *right, info.name.c_str());
        const QuantizedMatrix &x = **left, &y = **right;
        QVERIFY2(x.codes == y.codes, info.name.c_str());
        QVERIFY2(x.scales == y.scales && x.scaleType == y.scaleType, info.name.c_str());
        QCOMPARE(x.parameters(), y.parameters());
        for (std::size_t p = 0; p < x.parameters(); ++p) QCOMPARE(x.zero(p), y.zero(p));
        QVERIFY(x.groupOfColumn == y.groupOfColumn);
        ++compared;
    }
    QVERIFY(compared >= 14);
}

} // namespace

class TstExport : public QObject {
    Q_OBJECT
    ExportWorkshop m_shop;

    fs::path at(const std::string& name) const { return m_shop.at(name); }

private Q_SLOTS:
    void initTestCase() { REQUIRE(m_shop.made()); }

    void sameAsBefore_data() {
        QTest::addColumn<Wanted>("wanted");
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("param"); // name=value
        QTest::addColumn<QString>("type");  // of a quantized tensor afterwards; empty: any
        const auto row = [](const char* name, Wanted wanted, const char* format,
                            const char* type = "", const char* param = "") {
            QTest::newRow(name) << wanted << format << param << type;
        };
        const Wanted zeros{"rtn", 4, {"*:group_size=64,symmetric=false"}};
        const Wanted mixed{"rtn",
                           4,
                           {"*:group_size=32,symmetric=true", "*down_proj*:bits=8", "*v_proj*:keep",
                            "*o_proj*:bits=3"}};
        const auto symmetric = [](int bits) {
            return Wanted{"rtn", bits, {"*:group_size=128,symmetric=true"}};
        };
        row("gguf from affine", Plain, "gguf", "Q4_0");
        row("gguf from affine with zeros", zeros, "gguf", "Q5_0");
        row("gguf mixed", mixed, "gguf");
        row("gguf split", Plain, "gguf", "Q4_0", "split_size=1");
        row("gguf Q2_K", {"gguf_k", 2, {}}, "gguf", "Q2_K");
        row("gguf Q3_K", {"gguf_k", 3, {}}, "gguf", "Q3_K");
        row("gguf Q4_K", {"gguf_k", 4, {}}, "gguf", "Q4_K");
        row("gguf Q5_K", {"gguf_k", 5, {}}, "gguf", "Q5_K");
        row("gguf Q6_K", {"gguf_k", 6, {}}, "gguf", "Q6_K");
        row("gguf legacy 4", {"gguf_legacy", 4, {}}, "gguf");
        row("gguf legacy 5", {"gguf_legacy", 5, {}}, "gguf");
        row("gguf Q8_0", {"gguf_legacy", 8, {}}, "gguf", "Q8_0");
        row("gguf IQ4_NL", {"gguf_iq4_nl", 4, {}}, "gguf", "IQ4_NL");
        row("gguf IQ4_XS", {"gguf_iq4_xs", 4, {}}, "gguf", "IQ4_XS");
        row("gguf MXFP4", {"gguf_mxfp4", 4, {}}, "gguf", "MXFP4");
        row("gguf from mxfp4", {"mxfp4", 4, {}}, "gguf", "MXFP4");
        row("gguf what does not fit", {"fp8", 8, {}}, "gguf", "F32", "otherwise=F32");
        row("gptq 2", symmetric(2), "gptq", "affine2");
        row("gptq 3", symmetric(3), "gptq", "affine3");
        row("gptq 4", symmetric(4), "gptq", "affine4");
        row("gptq 8", symmetric(8), "gptq", "affine8");
        row("gptq zeros", zeros, "gptq", "affine4");
        row("gptq zeros, first version", zeros, "gptq", "affine4", "checkpoint_format=gptq");
        row("gptq mixed", mixed, "gptq");
        row("gptq per row", {"rtn", 4, {"*:group_size=0,symmetric=true"}}, "gptq", "affine4");
        row("gptq activation order", {"gptq_actorder", 4, {"*:group_size=64,static_groups=false"}},
            "gptq", "affine4");
        row("awq", zeros, "awq", "affine4");
        row("awq symmetric", Plain, "awq", "affine4");
        row("compressed 4", Plain, "compressed-tensors", "affine4");
        row("compressed zeros", zeros, "compressed-tensors", "affine4");
        row("compressed mixed", mixed, "compressed-tensors");
        row("compressed activation order",
            {"gptq_actorder", 4, {"*:group_size=64,static_groups=false"}}, "compressed-tensors",
            "affine4");
        row("compressed plain bytes", {"rtn", 8, {"*:group_size=0,symmetric=true"}},
            "compressed-tensors", "affine8", "eight_bits=w8a8");
        row("compressed fp8", {"fp8", 8, {}}, "compressed-tensors", "e4m3");
        row("compressed nvfp4", {"nvfp4", 4, {}}, "compressed-tensors", "e2m1");
        row("compressed mxfp4", {"mxfp4", 4, {}}, "compressed-tensors", "e2m1");
        row("dense from affine", mixed, "safetensors", "F32");
        row("dense from blocks", {"gguf_k", 3, {}}, "safetensors", "F32");
        row("dense from nvfp4", {"nvfp4", 4, {}}, "safetensors", "F32");
        row("container from blocks", {"gguf_k", 4, {}}, "bitsmith", "Q4_K");
        row("container from nvfp4", {"nvfp4", 4, {}}, "bitsmith", "e2m1");
    }
    void sameAsBefore() {
        QFETCH(Wanted, wanted);
        QFETCH(QString, format);
        QFETCH(QString, param);
        QFETCH(QString, type);
        const auto source = m_shop.quantization(wanted);
        REQUIRE(source);
        const bool file = format == QStringLiteral("gguf");
        const fs::path output =
            at("same-" + std::string(QTest::currentDataTag()) + (file ? ".gguf" : ""));
        ExportOptions options{.format = format.toStdString(), .output = output};
        if (!param.isEmpty()) {
            options.params =
                withParam(options.format.c_str(), param.section('=', 0, 0).toUtf8().constData(),
                          param.section('=', 1).toUtf8().constData());
            QVERIFY(options.params);
        }
        const auto model = openModel(*source);
        REQUIRE(model);
        const auto check = checkExport(**model, options);
        REQUIRE(check);
        QVERIFY2(check->preview.problems.empty(),
                 check->preview.problems.empty() ? ""
                                                 : check->preview.problems.front().message.c_str());
        QVERIFY(!check->preview.rows.empty());
        const auto r = m_shop.exported(*source, options);
        REQUIRE(r);
        QCOMPARE(r->verified, (*model)->tensors().size());
        if (check->preview.exact)
            QCOMPARE(r->bytes, check->preview.bytes);
        else
            QVERIFY(r->bytes <= check->preview.bytes);
        std::uint64_t onDisk = 0, listed = 0;
        for (const ExportedFile& written : r->files) {
            const fs::path path =
                file ? output.parent_path() / written.name : output / written.name;
            QCOMPARE(fs::file_size(path), written.bytes);
            listed += written.bytes;
        }
        QCOMPARE(listed, r->bytes);
        if (!file) {
            onDisk = bytesAt(output);
            QCOMPARE(onDisk, r->bytes);
        }
        QVERIFY(!fs::exists(output.string() + ".export"));

        const fs::path first = file ? output.parent_path() / r->files.front().name : output;
        const auto before = m_shop.perplexity(*source), after = m_shop.perplexity(first);
        REQUIRE(before);
        REQUIRE(after);
        QVERIFY2(std::abs(*after / *before - 1) < 1e-4,
                 qPrintable(QStringLiteral("%1, before %2").arg(*after).arg(*before)));
        const auto again = openModel(first);
        REQUIRE(again);
        if (!type.isEmpty())
            QCOMPARE(QString::fromStdString(
                         (*again)->find("model.layers.1.mlp.gate_proj.weight")->dtype),
                     type);
        QVERIFY((*again)->tokenizer() != nullptr);
    }

    void codesSurviveTheWayRound_data() {
        QTest::addColumn<bool>("symmetric");
        QTest::newRow("symmetric") << true;
        QTest::newRow("zeros") << false;
    }
    void codesSurviveTheWayRound() {
        QFETCH(bool, symmetric);
        const auto source = m_shop.quantization(
            {"rtn", 4, {symmetric ? "*:group_size=64,symmetric=true" : "*:group_size=64"}});
        REQUIRE(source);
        const std::string place = symmetric ? "round-sym" : "round";
        fs::path from = *source;
        for (const char* format :
             {"gptq", "awq", "compressed-tensors", "bitsmith", "gptq", "compressed-tensors"}) {
            const fs::path to = at(place) / (format + std::to_string(from.string().size()));
            const auto r = m_shop.exported(from, {.format = format, .output = to});
            REQUIRE(r);
            const auto first = openModel(*source), now = openModel(to);
            REQUIRE(first);
            REQUIRE(now);
            verifySameCodes(**first, **now);
            if (QTest::currentTestFailed()) return;
            from = to;
        }
        // Blocks of GGUF hold the same numbers; back from them there is no way but plain numbers.
        const fs::path gguf = at(place) / "model.gguf", box = at(place) / "box";
        REQUIRE(m_shop.exported(from, {.format = "gguf", .output = gguf}));
        REQUIRE(m_shop.exported(gguf, {.format = "bitsmith", .output = box}));
        RunContext context;
        const auto first = openModel(*source);
        REQUIRE(first);
        const auto equal = compareExport(**first, box, context);
        REQUIRE(equal);
        QCOMPARE(*equal, (*first)->tensors().size());
        for (const char* format : {"gptq", "awq", "compressed-tensors"}) {
            const auto refused = m_shop.exported(box, {.format = format, .output = at("never")});
            QVERIFY(!refused);
            QCOMPARE(refused.error().code, ErrorCode::Usage);
            verifyMentions(refused.error(), {symmetric ? "Q4_0" : "Q5_0", "proj"});
        }
        QVERIFY(!fs::exists(at("never")));
    }

    void theExperimentLearnsOfIt() {
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        const Engine engine = m_shop.engine(true);
        const auto model = openModel(*source);
        REQUIRE(model);
        const ExportOptions options{.format = "awq", .output = at("recorded"), .replace = true};
        for (int time = 0; time < 2; ++time) {
            RunContext context;
            REQUIRE(exportModel(*model, options, engine, context));
        }
        const auto id = engine.store->findByArtifact((*model)->path());
        REQUIRE(id);
        QVERIFY(id->has_value());
        const auto experiment = engine.store->load(**id);
        REQUIRE(experiment);
        const auto& all = experiment->artifacts;
        QCOMPARE(std::ranges::count(all, std::string("awq"), &Artifact::kind), 1);
        const auto found = std::ranges::find(all, std::string("awq"), &Artifact::kind);
        QCOMPARE(found->bytes, bytesAt(at("recorded")));
    }

    void whatIsThereStays() {
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        const auto expectRefused = [&](const ExportOptions& options,
                                       const std::vector<std::string>& mentions) {
            const auto r = m_shop.exported(*source, options);
            QVERIFY(!r.has_value());
            QCOMPARE(r.error().code, ErrorCode::Failed);
            verifyMentions(r.error(), mentions);
            QVERIFY(!fs::exists(options.output.string() + ".export"));
        };
        // A folder
        const fs::path folder = at("there");
        REQUIRE(m_shop.exported(*source, {.format = "gptq", .output = folder}));
        const auto before = folderBytes(folder);
        expectRefused({.format = "gptq", .output = folder}, {"there", "replace"});
        expectRefused({.format = "gguf", .output = folder, .replace = true}, {"a folder"});
        QVERIFY(folderBytes(folder) == before);
        REQUIRE(m_shop.exported(*source, {.format = "awq", .output = folder, .replace = true}));
        const auto replaced = openModel(folder);
        REQUIRE(replaced);
        QVERIFY((*replaced)->format() == "awq");
        QVERIFY(!fs::exists(folder / "quantize_config.json"));
        writeText(folder / "thesis.txt", "precious");
        expectRefused({.format = "gptq", .output = folder, .replace = true}, {"thesis.txt"});
        QCOMPARE(fileText(folder / "thesis.txt"), std::string("precious"));
        fs::create_directories(at("empty"));
        REQUIRE(m_shop.exported(*source, {.format = "gptq", .output = at("empty")}));
        // A file
        const fs::path file = at("file.gguf");
        writeText(file, "something else");
        expectRefused({.format = "gguf", .output = file}, {"file.gguf"});
        expectRefused({.format = "gptq", .output = file, .replace = true}, {"not a folder"});
        QCOMPARE(fileText(file), std::string("something else"));
        REQUIRE(m_shop.exported(*source, {.format = "gguf", .output = file, .replace = true}));
        REQUIRE(openModel(file));
        // The model itself
        const auto itself =
            m_shop.exported(*source, {.format = "bitsmith", .output = *source, .replace = true});
        QVERIFY(!itself.has_value());
        REQUIRE(openModel(*source));
        const auto same =
            m_shop.exported(file, {.format = "gguf", .output = file, .replace = true});
        QVERIFY(!same.has_value());
        REQUIRE(openModel(file));
    }

    void aStopLeavesNothing_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<int>("request");
        for (const char* format :
             {"gguf", "gptq", "awq", "compressed-tensors", "safetensors", "bitsmith"})
            for (const int request : {-1, 0, 5})
                QTest::newRow(qPrintable(QStringLiteral("%1 %2").arg(format).arg(request)))
                    << format << request;
    }
    void aStopLeavesNothing() {
        QFETCH(QString, format);
        QFETCH(int, request);
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        std::stop_source stop;
        const auto model =
            std::make_shared<WatchedModel>(openModel(*source).value(), [&](std::size_t asked) {
                if (request >= 0 && asked == static_cast<std::size_t>(request)) stop.request_stop();
            });
        const std::string name =
            "stopped" + std::string(format == QStringLiteral("gguf") ? ".gguf" : "");
        const fs::path place = at("stop-" + format.toStdString() + std::to_string(request));
        fs::create_directories(place);
        if (request < 0) stop.request_stop();
        RunContext context(stop.get_token());
        QVERIFY_THROWS_EXCEPTION(
            Cancelled,
            (void)exportModel(model, {.format = format.toStdString(), .output = place / name},
                              m_shop.engine(), context));
        QVERIFY(namesIn(place).empty());
    }

    void aStopWhileReplacingKeepsTheOld() {
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        const fs::path output = at("kept-export");
        REQUIRE(m_shop.exported(*source, {.format = "gptq", .output = output}));
        const auto before = folderBytes(output);
        std::stop_source stop;
        const auto model =
            std::make_shared<WatchedModel>(openModel(*source).value(), [&](std::size_t asked) {
                if (asked == 3) stop.request_stop();
            });
        RunContext context(stop.get_token());
        QVERIFY_THROWS_EXCEPTION(
            Cancelled,
            (void)exportModel(model, {.format = "awq", .output = output, .replace = true},
                              m_shop.engine(), context));
        QVERIFY(folderBytes(output) == before);
        QVERIFY(!fs::exists(output.string() + ".export"));
    }

    void whatReadsBackWronglyIsNotKept_data() {
        QTest::addColumn<QString>("format");
        for (const char* format : {"gguf", "gptq", "awq", "compressed-tensors", "bitsmith"})
            QTest::newRow(format) << format;
    }
    void whatReadsBackWronglyIsNotKept() {
        QFETCH(QString, format);
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        const auto model =
            std::make_shared<WatchedModel>(openModel(*source).value(), [](std::size_t) {});
        model->change = [](QuantizedMatrix& matrix) { matrix.codes[9] ^= std::byte{1}; };
        const fs::path place = at("wrong-" + format.toStdString());
        fs::create_directories(place);
        RunContext context;
        const auto r = exportModel(model, {.format = format.toStdString(), .output = place / "out"},
                                   m_shop.engine(), context);
        QVERIFY(!r.has_value());
        QCOMPARE(r.error().code, ErrorCode::Failed);
        verifyMentions(r.error(), {"read back", "proj.weight"});
        QVERIFY(namesIn(place).empty());
    }

    void aFullDiskLeavesNothing_data() {
        QTest::addColumn<bool>("later");
        QTest::newRow("before") << false;
        QTest::newRow("while writing") << true;
    }
    void aFullDiskLeavesNothing() {
        QFETCH(bool, later);
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        const fs::path place = at("tiny");
        fs::create_directories(place);
        const char* size = later ? "size=12m" : "size=200k";
        if (::mount("tmpfs", place.c_str(), "tmpfs", 0, size) != 0)
            QSKIP("needs the right to mount a small tmpfs (root)");
        std::vector<Error> errors;
        std::vector<std::string> left;
        for (const Exporter* exporter : allExporters()) {
            const auto model =
                std::make_shared<WatchedModel>(openModel(*source).value(), [&](std::size_t) {
                    if (!later || !fs::exists(place / "out.gguf.export")) return;
                    // Somebody else fills the disk.
                    std::ofstream(place / "other", std::ios::binary)
                        << std::string(std::size_t{13} << 20, 'x');
                });
            RunContext context;
            const auto r = exportModel(
                model, {.format = std::string(exporter->info().id), .output = place / "out.gguf"},
                m_shop.engine(), context);
            errors.push_back(r ? Error{ErrorCode::Failed, "it was written"} : r.error());
            fs::remove(place / "other");
            for (const std::string& name : namesIn(place)) left.push_back(name);
        }
        ::umount(place.c_str());
        QCOMPARE(errors.size(), allExporters().size());
        for (const Error& error : errors) {
            QVERIFY2(error.code == ErrorCode::Resources, error.message.c_str());
            verifyMentions(error, {later ? "No space left" : "MB left"});
        }
        QVERIFY2(left.empty(), left.empty() ? "" : left.front().c_str());
    }

    void placesThatCannotBeWritten() {
        const auto source = m_shop.quantization(Plain);
        REQUIRE(source);
        writeText(at("plain"), "a file");
        for (const fs::path& output :
             {fs::path("/proc/bitsmith-export"), at("plain") / "out", fs::path()}) {
            const auto r = m_shop.exported(*source, {.format = "gptq", .output = output});
            QVERIFY(!r.has_value());
            verifyMentions(r.error(), {output.empty() ? "-o" : output.string()});
        }
        QCOMPARE(fileText(at("plain")), std::string("a file"));
    }

    void refusedBeforeWriting() {
        const auto expectUsage = [&](const fs::path& from, ExportOptions options,
                                     const std::vector<std::string>& mentions) {
            options.output = at("never");
            const auto r = m_shop.exported(from, options);
            QVERIFY(!r.has_value());
            QVERIFY2(r.error().code == ErrorCode::Usage, r.error().message.c_str());
            verifyMentions(r.error(), mentions);
            QVERIFY(!fs::exists(at("never")) && !fs::exists(at("never.export")));
        };
        const auto three = m_shop.quantization({"rtn", 3, {"*:group_size=64"}});
        const auto plain = m_shop.quantization(Plain);
        const auto ordered =
            m_shop.quantization({"gptq_actorder", 4, {"*:group_size=64,static_groups=false"}});
        REQUIRE(three);
        REQUIRE(plain);
        REQUIRE(ordered);
        expectUsage(*plain, {.format = "onnx"}, {"onnx", "gguf, "});
        expectUsage(*plain, {.format = "gptq", .target = "nobody"}, {"nobody", "vllm"});
        expectUsage(*three, {.format = "awq"}, {"4 bits, not 3", "compressed-tensors", "more"});
        expectUsage(*ordered, {.format = "awq"}, {"activation order", "gptq"});
        expectUsage(*ordered, {.format = "gguf"}, {"activation order", "otherwise"});
        expectUsage(at("model"), {.format = "gptq"}, {"nothing in this model is quantized"});
        // The format holds it, the program does not load it.
        expectUsage(*three, {.format = "gptq", .target = "exllama"}, {"3 bits", "q_proj"});
        const auto model = openModel(*three);
        REQUIRE(model);
        const auto check = checkExport(**model, {.format = "gptq", .target = "exllama"});
        REQUIRE(check);
        QVERIFY(check->preview.problems.empty());
        QVERIFY(check->problems.size() >= 14);
        REQUIRE(m_shop.exported(
            *plain, {.format = "gptq", .output = at("for-exllama"), .target = "exllama"}));
    }

    // What is said before the work is what is said after it.
    void plansAreCheckedAhead_data() {
        QTest::addColumn<Wanted>("wanted");
        QTest::newRow("affine") << Plain;
        QTest::newRow("activation order")
            << Wanted{"gptq_actorder", 4, {"*:group_size=64,static_groups=false"}};
        QTest::newRow("mixed") << Wanted{
            "rtn", 3, {"*:group_size=64", "*down_proj*:recipe=gguf_k,bits=4", "*v_proj*:keep"}};
        QTest::newRow("blocks") << Wanted{"gguf_k", 4, {}};
        QTest::newRow("fp8") << Wanted{"fp8", 8, {}};
        QTest::newRow("nvfp4") << Wanted{"nvfp4", 4, {}};
        QTest::newRow("mxfp4") << Wanted{"mxfp4", 4, {}};
    }
    void plansAreCheckedAhead() {
        QFETCH(Wanted, wanted);
        const auto source = openModel(at("model"));
        REQUIRE(source);
        const auto folder = m_shop.quantization(wanted);
        REQUIRE(folder);
        const auto finished = openModel(*folder);
        REQUIRE(finished);
        const auto plan = m_shop.plan(**source, wanted);
        REQUIRE(plan);
        for (const Exporter* exporter : allExporters()) {
            const ExportOptions options{.format = std::string(exporter->info().id),
                                        .target = "vllm"};
            if (options.format == "bitsmith") continue; // its manifest has checksums
            const auto ahead = checkPlannedExport(*source, **plan, options),
                       after = checkExport(**finished, options);
            REQUIRE(ahead);
            REQUIRE(after);
            const auto &a = ahead->preview, &b = after->preview;
            QCOMPARE(a.rows.size(), b.rows.size());
            for (std::size_t i = 0; i < a.rows.size(); ++i) {
                QCOMPARE(a.rows[i].tensor, b.rows[i].tensor);
                QCOMPARE(a.rows[i].from, b.rows[i].from);
                QCOMPARE(a.rows[i].to, b.rows[i].to);
                QCOMPARE(a.rows[i].bytes, b.rows[i].bytes);
            }
            QCOMPARE(a.problems.size(), b.problems.size());
            for (std::size_t i = 0; i < a.problems.size(); ++i)
                QCOMPARE(a.problems[i].message, b.problems[i].message);
            QCOMPARE(ahead->problems.size(), after->problems.size());
            QCOMPARE(a.notes, b.notes);
            QCOMPARE(refuseProblems(*ahead, options).has_value(),
                     refuseProblems(*after, options).has_value());
        }
    }

    void denseModels() {
        for (const char* format : {"gguf", "safetensors", "bitsmith"}) {
            const fs::path output = at(std::string("dense-") + format);
            const auto r = m_shop.exported(at("model"), {.format = format, .output = output});
            REQUIRE(r);
            const auto before = m_shop.perplexity(at("model")),
                       after = m_shop.perplexity(format == std::string("gguf")
                                                     ? output.parent_path() / r->files.front().name
                                                     : output);
            REQUIRE(before);
            REQUIRE(after);
            QCOMPARE(*after, *before);
        }
    }
};

QTEST_GUILESS_MAIN(TstExport)
#include "tst_export.moc"

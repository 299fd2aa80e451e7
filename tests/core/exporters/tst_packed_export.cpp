// Exporters of GPTQ, AWQ, compressed-tensors and dense folders: what is written opens again with
// the same codes, repacking chains lose nothing, and what a format cannot hold is refused by name.
#include "core/exporters/exporter.h"
#include "core/tensor/levels.h"
#include "tests/support/matrix_model.h"
#include "tests/support/model_files.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using namespace bitsmith::test;
namespace fs = std::filesystem;

namespace {

template <class T>
T must(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return std::move(*result);
}

using Settings = std::vector<std::pair<std::string, FieldValue>>;

std::unique_ptr<Params> paramsOf(const Exporter& exporter, const Settings& settings) {
    auto params = exporter.defaults();
    for (const auto& [id, value] : settings)
        if (const Status set = params->set(id, value); !set)
            throw std::runtime_error(set.error().message);
    return params;
}

// Writes, checks the predicted sizes, and opens the result.
std::shared_ptr<const Model> exported(const Model& model, std::string_view format,
                                      const fs::path& to, const Settings& settings = {}) {
    const Exporter& exporter = *findExporter(format);
    const auto params = paramsOf(exporter, settings);
    const ExportPreview preview = must(exporter.preview(model, *params));
    for (const ExportProblem& problem : preview.problems)
        throw std::runtime_error(problem.tensor + ": " + problem.message);
    fs::create_directories(to);
    RunContext context;
    const auto files = must(exporter.write(model, *params, to, context));
    std::uint64_t bytes = 0;
    for (const ExportedFile& file : files) {
        if (fs::file_size(to / file.name) != file.bytes)
            throw std::runtime_error(file.name.string() + " has another size than predicted");
        bytes += file.bytes;
    }
    if (bytes != preview.bytes) throw std::runtime_error("another size than predicted");
    if (preview.rows.size() != model.tensors().size()) throw std::runtime_error("rows");
    return must(openModel(to));
}

// For comparisons: Qt's templates do not take JSON values.
QString text(const nlohmann::json& json) { return QString::fromStdString(json.dump()); }

nlohmann::json configOf(const fs::path& folder) {
    return nlohmann::json::parse(fileText(folder / "config.json"));
}

// Names, and every matrix bit by bit; nullptr-safe messages.
QString difference(const Model& a, const Model& b) {
    for (const TensorInfo& info : a.tensors()) {
        const TensorInfo* other = b.find(info.name);
        if (!other) return QString::fromStdString(info.name) + " is missing";
        if (other->shape != info.shape) return QString::fromStdString(info.name) + " shape";
        if (info.layout.has_value() != other->layout.has_value())
            return QString::fromStdString(info.name) + " quantized in one only";
        if (info.layout && !(*info.layout == *other->layout))
            return QString::fromStdString(info.name) + " layout";
        if (info.layout && !(*must(a.quantized(info.name)) == *must(b.quantized(info.name))))
            return QString::fromStdString(info.name) + " matrix";
        if (must(a.values(info.name)) != must(b.values(info.name)))
            return QString::fromStdString(info.name) + " values";
    }
    return b.tensors().size() == a.tensors().size() ? QString() : QStringLiteral("more tensors");
}

std::string layer(int block, const char* module) {
    return fmt::format("model.layers.{}.{}.weight", block, module);
}

void addKept(MatrixModel& model) {
    model.addDense("model.embed_tokens.weight", DType::BF16, {64, 128}, "embedding");
    model.addDense("model.norm.weight", DType::F32, {127}, "norm");
    model.addDense("lm_head.weight", DType::F16, {64, 128}, "head");
}

} // namespace

class TstPackedExport : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    fs::path folder(const char* name) const { return fs::path(m_dir.path().toStdString()) / name; }

private Q_SLOTS:
    void gptqHoldsItsForms_data() {
        QTest::addColumn<int>("bits");
        QTest::addColumn<bool>("symmetric");
        QTest::addColumn<bool>("columnGroups");
        QTest::addColumn<int>("groupSize");
        QTest::addColumn<QString>("format");
        for (const int bits : {2, 3, 4, 8})
            for (const char* format : {"auto", "gptq", "gptq_v2"}) {
                QTest::addRow("%d sym %s", bits, format) << bits << true << false << 32 << format;
                QTest::addRow("%d asym %s", bits, format) << bits << false << false << 64 << format;
            }
        QTest::newRow("act order") << 4 << false << true << 32 << "auto";
        QTest::newRow("per row") << 4 << true << false << 1024 << "auto";
        QTest::newRow("short last group") << 3 << false << false << 96 << "gptq";
    }
    void gptqHoldsItsForms() {
        QFETCH(int, bits);
        QFETCH(bool, symmetric);
        QFETCH(bool, columnGroups);
        QFETCH(int, groupSize);
        QFETCH(QString, format);
        MatrixModel model;
        for (const char* name : {"self_attn.q_proj", "mlp.up_proj"})
            model.addMatrix(layer(0, name),
                            madeMatrix({.rows = 96,
                                        .cols = 160,
                                        .bits = bits,
                                        .groupSize = static_cast<std::size_t>(groupSize),
                                        .symmetric = symmetric,
                                        .columnGroups = columnGroups},
                                       name));
        addKept(model);
        model.finish();
        const fs::path to = folder(QTest::currentDataTag());
        const auto opened =
            exported(model, "gptq", to, {{"checkpoint_format", format.toStdString()}});
        QCOMPARE(difference(model, *opened), QString());
        QCOMPARE(opened->format(), std::string_view("gptq"));
        const auto config = configOf(to);
        const auto& q = config["quantization_config"];
        QCOMPARE(text(q["quant_method"]), text("gptq"));
        QCOMPARE(text(q["bits"]), text(bits));
        QCOMPARE(text(q["sym"]), text(symmetric));
        QCOMPARE(text(q["desc_act"]), text(columnGroups));
        QCOMPARE(text(q["group_size"]), text(groupSize > 160 ? -1 : groupSize));
        QCOMPARE(text(q["checkpoint_format"]),
                 text(format == "auto" ? std::string(symmetric ? "gptq" : "gptq_v2")
                                       : format.toStdString()));
        QCOMPARE(text(config["torch_dtype"]), text("float16"));
        QCOMPARE(text(nlohmann::json::parse(fileText(to / "quantize_config.json"))), text(q));
        QVERIFY(!opened->find("model.layers.0.mlp.up_proj.qweight"));
    }

    // Different bits, groups and symmetry per tensor, in shards.
    void gptqMixesSchemes() {
        MatrixModel model;
        for (int block = 0; block < 12; ++block)
            for (const char* name : {"q_proj", "k_proj", "v_proj"})
                model.addMatrix(layer(block, name), madeMatrix({.bits = block == 1    ? 8
                                                                        : block == 10 ? 3
                                                                                      : 4,
                                                                .groupSize = block == 2 ? 64U : 32U,
                                                                .symmetric = block != 3},
                                                               layer(block, name)));
        for (int i = 0; i < 3; ++i)
            model.addDense(fmt::format("kept.{}.weight", i), DType::F32, {512, 600}, "other");
        model.addMatrix("lm_head.weight", madeMatrix({}, "head"), "head");
        model.finish();
        const fs::path to = folder("mixed");
        const auto opened = exported(model, "gptq", to, {{"shard_size", 1}});
        QCOMPARE(difference(model, *opened), QString());
        QVERIFY(fs::exists(to / "model-00001-of-00005.safetensors"));
        QVERIFY(fs::exists(to / "model.safetensors.index.json"));
        const auto q = configOf(to)["quantization_config"];
        QCOMPARE(text(q["lm_head"]), text(true));
        QVERIFY(q["dynamic"].contains(R"(-:^kept\.0$)"));
        QCOMPARE(text(q["dynamic"][R"(+:^model\.layers\.1\.q_proj$)"]["bits"]), text(8));
        QCOMPARE(text(q["dynamic"][R"(+:^model\.layers\.1\.qkv_proj$)"]["bits"]), text(8));
        QVERIFY(!q["dynamic"].contains(R"(+:^model\.layers\.0\.q_proj$)"));
    }

    void awqHoldsItsForms() {
        for (const bool symmetric : {false, true})
            for (const std::size_t groupSize : {std::size_t{32}, std::size_t{1024}}) {
                MatrixModel model;
                for (const char* name : {"q_proj", "k_proj"})
                    model.addMatrix(layer(0, name), madeMatrix({.rows = 72,
                                                                .cols = 96,
                                                                .groupSize = groupSize,
                                                                .symmetric = symmetric},
                                                               name));
                addKept(model);
                model.finish();
                const fs::path to =
                    folder(symmetric ? "awq_sym" : "awq") / std::to_string(groupSize);
                const auto opened = exported(model, "awq", to);
                QCOMPARE(difference(model, *opened), QString());
                const auto q = configOf(to)["quantization_config"];
                QCOMPARE(text(q["quant_method"]), text("awq"));
                QCOMPARE(text(q["version"]), text("gemm"));
                QCOMPARE(text(q["group_size"]), text(groupSize > 96 ? -1 : 32));
                QCOMPARE(text(q["modules_to_not_convert"]), text(nlohmann::json({"lm_head"})));
            }
    }

    void compressedTensorsHoldTheirForms_data() {
        QTest::addColumn<QString>("packing");
        QTest::newRow("dense") << "dense";
        QTest::newRow("padded") << "padded";
    }
    void compressedTensorsHoldTheirForms() {
        QFETCH(QString, packing);
        MatrixModel model;
        const auto add = [&](const char* name, const MatrixShape& shape) {
            model.addMatrix(layer(0, name), madeMatrix(shape, name));
        };
        for (int bits = 2; bits <= 8; ++bits) {
            const std::string name = fmt::format("int{}", bits);
            add((name + "_sym").c_str(), {.bits = bits, .symmetric = true});
            add((name + "_asym").c_str(), {.rows = 70, .cols = 96, .bits = bits});
        }
        add("channel", {.rows = 33, .cols = 75, .groupSize = 75});
        add("tensor", {.groupSize = 128, .perTensor = true});
        add("tensor_sym", {.bits = 8, .groupSize = 128, .perTensor = true, .symmetric = true});
        add("wide_scales", {.scaleType = DType::F32});
        add("columns", {.columnGroups = true});
        add("fp8_channel", {.grid = "float", .format = "e4m3", .bits = 8, .groupSize = 128});
        add("fp8_tensor", {.grid = "float",
                           .format = "e4m3",
                           .bits = 8,
                           .groupSize = 128,
                           .perTensor = true,
                           .scaleType = DType::F32});
        add("fp8_group", {.grid = "float", .format = "e4m3", .bits = 8});
        add("nvfp4", {.grid = "float",
                      .format = "e2m1",
                      .groupSize = 16,
                      .scaleType = DType::F8E4M3,
                      .tensorScale = 1 / 1234.5F});
        add("mxfp4", {.grid = "float", .format = "e2m1", .scaleType = DType::F8E8M0});
        add("mxfp8", {.grid = "float", .format = "e4m3", .bits = 8, .scaleType = DType::F8E8M0});
        addKept(model);
        model.finish();
        const fs::path to = folder(packing == "dense" ? "ct" : "ct_padded");
        const auto opened =
            exported(model, "compressed-tensors", to, {{"packing", packing.toStdString()}});
        QCOMPARE(difference(model, *opened), QString());
        const auto q = configOf(to)["quantization_config"];
        QCOMPARE(text(q["format"]), text("mixed-precision"));
        QCOMPARE(text(q["ignore"]), text(nlohmann::json({"lm_head"})));
    }
    void compressedTensorsOfOneScheme() {
        MatrixModel model(
            R"({"model_type": "made up", "dtype": "bfloat16", "quantization_config": {}})");
        model.addMatrix(layer(0, "q_proj"),
                        madeMatrix({.bits = 8, .groupSize = 128, .symmetric = true}, "q"));
        model.addMatrix(layer(0, "k_proj"),
                        madeMatrix({.bits = 8, .groupSize = 128, .symmetric = true}, "k"));
        model.finish();
        const fs::path packedTo = folder("int8"), bytesTo = folder("w8a8");
        QCOMPARE(difference(model, *exported(model, "compressed-tensors", packedTo)), QString());
        const auto opened =
            exported(model, "compressed-tensors", bytesTo, {{"eight_bits", "w8a8"}});
        QCOMPARE(difference(model, *opened), QString());
        const auto config = configOf(bytesTo);
        QCOMPARE(text(config["dtype"]), text("float16"));
        QVERIFY(!config.contains("torch_dtype"));
        const auto& q = config["quantization_config"];
        QCOMPARE(text(q["format"]), text("int-quantized"));
        QCOMPARE(text(q["config_groups"]["group_0"]["targets"]), text(nlohmann::json({"Linear"})));
        QCOMPARE(text(q["config_groups"]["group_0"]["input_activations"]["dynamic"]), text(true));
        QCOMPARE(text(configOf(packedTo)["quantization_config"]["format"]), text("pack-quantized"));
    }

    void repackingLosesNothing() {
        MatrixModel model;
        for (const char* name : {"q_proj", "k_proj", "v_proj"})
            model.addMatrix(layer(0, name), madeMatrix({.rows = 96, .cols = 192}, name));
        addKept(model);
        model.finish();
        const auto gptq = exported(model, "gptq", folder("chain1"));
        const auto awq = exported(*gptq, "awq", folder("chain2"));
        const auto compressed = exported(*awq, "compressed-tensors", folder("chain3"));
        const auto again = exported(*compressed, "gptq", folder("chain4"));
        QCOMPARE(difference(model, *awq), QString());
        QCOMPARE(difference(model, *compressed), QString());
        QCOMPARE(difference(model, *again), QString());
        // The same tensors in the same order: the same files.
        const auto copy = exported(*gptq, "gptq", folder("chain5"));
        QVERIFY(folderBytes(folder("chain4")) == folderBytes(folder("chain5")));
    }

    void denseIsWhatTheCodesSay() {
        MatrixModel model;
        model.addMatrix(layer(0, "q_proj"), madeMatrix({.bits = 3}, "q"));
        model.addMatrix("model.embed.weight", madeMatrix({.bits = 5}, "e"), "embedding");
        addKept(model);
        model.finish();
        const auto opened = exported(model, "safetensors", folder("dense"));
        QCOMPARE(opened->format(), std::string_view("safetensors"));
        for (const TensorInfo& info : model.tensors()) {
            QCOMPARE(opened->find(info.name)->dtype, std::string("F32"));
            QVERIFY(must(opened->values(info.name)) == must(model.values(info.name)));
        }
        QCOMPARE(text(configOf(folder("dense"))["torch_dtype"]), text("float32"));
        const auto half = exported(model, "safetensors", folder("half"), {{"dtype", "F16"}});
        const auto exact = must(model.values(layer(0, "q_proj"))),
                   rounded = must(half->values(layer(0, "q_proj")));
        for (std::size_t i = 0; i < exact.size(); ++i)
            QCOMPARE(rounded[i], halfToFloat(floatToHalf(exact[i])));
    }

    void whatCannotBeHeldIsRefused_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<QString>("matrix");
        QTest::addColumn<QString>("mention");
        for (const char* format : {"gptq", "awq", "compressed-tensors"})
            QTest::addRow("%s mixed", format) << format << "mixed"
                                              << "one width for a whole tensor";
        for (const char* format : {"gptq", "awq", "compressed-tensors"}) {
            QTest::addRow("%s codebook", format) << format << "codebook"
                                                 << "codebooks of 16 levels for each row";
            QTest::addRow("%s low rank", format) << format << "low rank"
                                                 << "combinations of 2 templates";
            QTest::addRow("%s nested", format) << format << "nested"
                                               << "scales and minimums are 6 bits";
        }
        for (const char* format : {"gptq", "awq"}) {
            QTest::addRow("%s bits", format) << format << "five"
                                             << "5";
            QTest::addRow("%s float", format) << format << "nvfp4"
                                              << "e2m1";
            QTest::addRow("%s scales", format) << format << "wide"
                                               << "F32";
            QTest::addRow("%s odd shape", format) << format << "odd"
                                                  << "70";
        }
        QTest::newRow("awq groups") << "awq"
                                    << "columns"
                                    << "activation order";
        QTest::newRow("ct ragged") << "compressed-tensors"
                                   << "ragged"
                                   << "48";
        QTest::newRow("ct gguf") << "compressed-tensors"
                                 << "gguf"
                                 << "Q4_0";
        for (const LevelFormat& level : levelFormats()) {
            const auto name = QString::fromStdString(std::string(level.name));
            if (name == "e4m3" || name == "e2m1") continue;
            for (const char* format : {"gptq", "awq", "compressed-tensors"})
                QTest::addRow("%s %s", format, qPrintable(name))
                    << format << name
                    << (QString(format) != "compressed-tensors" ? name
                        : level.bits > 4                        ? "no " + name
                                                                : "nvfp4 or mxfp4");
        }
        QTest::newRow("ct fp4") << "compressed-tensors"
                                << "badfp4"
                                << "nvfp4";
    }
    void whatCannotBeHeldIsRefused() {
        QFETCH(QString, format);
        QFETCH(QString, matrix);
        QFETCH(QString, mention);
        std::map<QString, MatrixShape> shapes{
            {"five", {.bits = 5}},
            {"nvfp4",
             {.grid = "float", .format = "e2m1", .groupSize = 16, .scaleType = DType::F8E4M3}},
            {"badfp4", {.grid = "float", .format = "e2m1", .groupSize = 16}},
            {"wide", {.scaleType = DType::F32}},
            {"odd", {.rows = 70}},
            {"columns", {.columnGroups = true}},
            {"mixed", {.grid = "mixed", .bits = 4, .widths = "3445"}},
            {"codebook", {.grid = "codebook", .groupSize = 128}},
            {"low rank", {.grid = "codebook", .bits = 2, .book = {.rank = 2}}},
            {"nested", {.grid = "nested", .book = {.width = 6, .block = 8}}},
            {"ragged", {.cols = 128, .groupSize = 48}},
            {"gguf", {}}};
        for (const LevelFormat& level : levelFormats())
            shapes[QString::fromStdString(std::string(level.name))] = {.grid = "float",
                                                                       .format =
                                                                           std::string(level.name),
                                                                       .bits = level.bits,
                                                                       .scaleType = DType::F8E8M0};
        QuantizedMatrix made = madeMatrix(shapes.at(matrix), "m");
        if (matrix == "gguf") {
            made.grid = "gguf";
            made.format = "Q4_0";
        }
        MatrixModel model;
        model.addMatrix(layer(3, "q_proj"), std::move(made));
        model.finish();
        const Exporter& exporter = *findExporter(format.toStdString());
        const auto preview = must(exporter.preview(model, *exporter.defaults()));
        QCOMPARE(preview.problems.size(), std::size_t{1});
        QCOMPARE(preview.problems[0].tensor, layer(3, "q_proj"));
        QVERIFY2((preview.problems[0].message + preview.problems[0].remedy)
                         .find(mention.toStdString()) != std::string::npos,
                 preview.problems[0].message.c_str());
        QVERIFY(!preview.problems[0].remedy.empty());
    }
    void otherRefusals() {
        for (const char* format : {"gptq", "awq", "compressed-tensors"}) {
            const Exporter& exporter = *findExporter(format);
            MatrixModel dense;
            addKept(dense);
            dense.finish();
            QCOMPARE(must(exporter.preview(dense, *exporter.defaults())).problems.size(), 1U);
            MatrixModel noConfig{std::string()};
            noConfig.addMatrix(layer(0, "q"), madeMatrix({}, "q"));
            noConfig.finish();
            QCOMPARE(must(exporter.preview(noConfig, *exporter.defaults())).problems.size(), 1U);
            MatrixModel embedding;
            embedding.addMatrix("model.embed_tokens.weight", madeMatrix({}, "e"), "embedding");
            embedding.finish();
            QCOMPARE(must(exporter.preview(embedding, *exporter.defaults())).problems.size(), 1U);
        }
        MatrixModel sizes;
        sizes.addMatrix(layer(0, "q"), madeMatrix({.groupSize = 32}, "q"));
        sizes.addMatrix(layer(0, "k"), madeMatrix({.groupSize = 64}, "k"));
        sizes.finish();
        const Exporter& awq = *findExporter("awq");
        const auto preview = must(awq.preview(sizes, *awq.defaults()));
        QCOMPARE(preview.problems.size(), 1U);
        QCOMPARE(preview.problems[0].tensor, layer(0, "k"));
    }
};

QTEST_GUILESS_MAIN(TstPackedExport)
#include "tst_packed_export.moc"

// Checkpoints of other programs as models: what real files vary in is read, what is broken is
// refused with the tensor's name.
#include "core/exporters/exporter.h"
#include "core/io/safetensors.h"
#include "tests/support/matrix_model.h"
#include "tests/support/model_files.h"

#include <nlohmann/json.hpp>

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using namespace bitsmith::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

constexpr const char* Module = "model.layers.0.mlp.up_proj";

struct Part {
    DType dtype = DType::I32;
    Shape shape;
    std::vector<std::byte> bytes;
};
using Parts = std::map<std::string, Part>;

std::string partName(const char* suffix) { return std::string(Module) + "." + suffix; }

template <class T>
std::vector<std::byte> bytesOf(const std::vector<T>& values) {
    const auto bytes = std::as_bytes(std::span(values));
    return {bytes.begin(), bytes.end()};
}

Parts readParts(const fs::path& file) {
    const auto opened = SafetensorsFile::open(file);
    Parts parts;
    for (const auto& entry : (*opened)->entries()) {
        const TensorView view = (*opened)->view(entry);
        parts[entry.name] = {view.dtype, view.shape, {view.bytes.begin(), view.bytes.end()}};
    }
    return parts;
}

void writeParts(const fs::path& file, const Parts& parts) {
    std::vector<SafetensorsWriter::Declaration> declared;
    for (const auto& [name, part] : parts) declared.push_back({name, part.dtype, part.shape});
    auto writer = SafetensorsWriter::create(file, declared, {});
    for (const auto& [name, part] : parts)
        if (!writer->write(part.bytes)) qFatal("cannot write");
    if (!writer->finish()) qFatal("cannot write");
}

void resize(Part& part, Shape shape) {
    part.bytes.resize(static_cast<std::size_t>(elementCount(shape)) * byteSize(part.dtype));
    part.shape = std::move(shape);
}

using Change = std::function<void(Parts&, json& quantization)>;

} // namespace

Q_DECLARE_METATYPE(Change)

class TstPackedSource : public QObject {
    Q_OBJECT

    // One matrix of 64 x 128, written by the exporter, then changed.
    static QuantizedMatrix write(const fs::path& folder, const QString& format,
                                 const Change& change) {
        MatrixShape shape{.groupSize = 32};
        if (format == "gptq_act") shape.columnGroups = true;
        if (format == "gptq_sym") shape.symmetric = true;
        if (format == "nvfp4")
            shape = {.grid = "float",
                     .format = "e2m1",
                     .groupSize = 16,
                     .scaleType = DType::F8E4M3,
                     .tensorScale = 0.5F};
        if (format == "fp8")
            shape = {.grid = "float", .format = "e4m3", .bits = 8, .groupSize = 128};
        if (format == "w8a8") shape = {.bits = 8, .groupSize = 128, .symmetric = true};
        MatrixModel model;
        const QuantizedMatrix made = madeMatrix(shape, "m");
        model.addMatrix(std::string(Module) + ".weight", made);
        model.addDense("model.norm.weight", DType::F32, {128}, "norm");
        model.finish();
        const bool gptq = format.startsWith("gptq");
        const Exporter& exporter = *findExporter(gptq              ? "gptq"
                                                 : format == "awq" ? "awq"
                                                                   : "compressed-tensors");
        auto params = exporter.defaults();
        if (format == "w8a8" && !params->set("eight_bits", std::string("w8a8"))) qFatal("set");
        fs::remove_all(folder);
        fs::create_directories(folder);
        RunContext context;
        if (!exporter.write(model, *params, folder, context)) qFatal("cannot export");
        Parts parts = readParts(folder / "model.safetensors");
        json config = json::parse(fileText(folder / "config.json"));
        change(parts, config["quantization_config"]);
        writeParts(folder / "model.safetensors", parts);
        writeText(folder / "config.json", config.dump());
        fs::remove(folder / "quantize_config.json");
        return made;
    }
    // The first error on the way to the numbers.
    static Error errorOf(const fs::path& folder) {
        const auto model = openModel(folder);
        if (!model) return model.error();
        const auto matrix = (*model)->quantized(std::string(Module) + ".weight");
        return matrix ? Error{ErrorCode::Failed, "no error"} : matrix.error();
    }

private Q_SLOTS:
    void brokenCheckpointsAreRefused_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<Change>("change");
        QTest::addColumn<QString>("mention");
        const auto add = [](const char* title, const char* format, const char* mention,
                            const Change& change) {
            QTest::newRow(title) << QString(format) << change << QString(mention);
        };
        const auto without = [](const char* suffix) -> Change {
            return [suffix](Parts& parts, json&) { parts.erase(partName(suffix)); };
        };
        const auto shaped = [](const char* suffix, Shape shape) -> Change {
            return [suffix, shape](Parts& parts, json&) { resize(parts[partName(suffix)], shape); };
        };
        const auto typed = [](const char* suffix, DType dtype) -> Change {
            return [suffix, dtype](Parts& parts, json&) {
                Part& part = parts[partName(suffix)];
                part.dtype = dtype;
                resize(part, part.shape);
            };
        };
        const auto set = [](const char* key, const json& value) -> Change {
            return [key, value](Parts&, json& q) { q[key] = value; };
        };
        add("gptq no scales", "gptq", "up_proj.scales", without("scales"));
        add("gptq no zeros", "gptq", "up_proj.qzeros", without("qzeros"));
        add("gptq bits", "gptq", "up_proj.", set("bits", 8));
        add("gptq bits text", "gptq", "bits", set("bits", "4"));
        add("gptq no bits", "gptq", "bits", [](Parts&, json& q) { q.erase("bits"); });
        add("gptq bits 5", "gptq", "5 bits", set("bits", 5));
        add("gptq group size", "gptq", "up_proj.scales", set("group_size", 64));
        add("gptq group size huge", "gptq", "group_size", set("group_size", 1LL << 40));
        add("gptq group size -2", "gptq", "group_size", set("group_size", -2));
        add("gptq marlin", "gptq", "marlin", set("checkpoint_format", "marlin"));
        add("gptq scales type", "gptq", "up_proj.scales", typed("scales", DType::I32));
        add("gptq weight type", "gptq", "up_proj.qweight", typed("qweight", DType::F32));
        add("gptq weight rank", "gptq", "axes", shaped("qweight", {16 * 64}));
        add("gptq weight empty", "gptq", "empty", shaped("qweight", {0, 64}));
        add("gptq odd rows", "gptq", "up_proj.qweight", shaped("qweight", {15, 64}));
        add("gptq odd columns", "gptq", "up_proj.qweight", shaped("qweight", {16, 60}));
        add("gptq zeros shape", "gptq", "up_proj.qzeros", shaped("qzeros", {4, 9}));
        add("gptq g_idx short", "gptq", "up_proj.g_idx", shaped("g_idx", {127}));
        add("gptq g_idx range", "gptq_act", "up_proj.g_idx", [](Parts& parts, json&) {
            parts[partName("g_idx")].bytes = bytesOf(std::vector<std::int32_t>(128, 4));
        });
        add("gptq g_idx negative", "gptq_act", "-1", [](Parts& parts, json&) {
            parts[partName("g_idx")].bytes = bytesOf(std::vector<std::int32_t>(128, -1));
        });
        add("gptq hidden act order", "gptq_act", "desc_act", set("desc_act", false));
        add("gptq false symmetry", "gptq", "\"sym\"", set("sym", true));
        add("gptq dynamic", "gptq", "dynamic", set("dynamic", json::array()));
        add("gptq pattern", "gptq", "(?!x)", set("dynamic", {{"+:(?!x)y", {{"bits", 8}}}}));
        add("gptq rule", "gptq", "+:x", set("dynamic", {{"+:x", 3}}));
        add("both", "gptq", "stored twice", [](Parts& parts, json&) {
            parts[std::string(Module) + ".weight"] = {DType::U8, {1}, {std::byte{0}}};
        });
        add("awq gemv", "awq", "gemv", set("version", "GEMV"));
        add("awq bits", "awq", "3 bits", set("bits", 3));
        add("awq group size", "awq", "up_proj.", set("group_size", 48));
        add("awq shape", "awq", "up_proj.qweight", shaped("qweight", {128, 9}));
        add("awq zeros", "awq", "up_proj.qzeros", shaped("qzeros", {3, 8}));
        add("awq outputs", "awq", "up_proj.scales", shaped("scales", {4, 63}));
        add("nothing quantized", "awq", "no stored tensor", [](Parts& parts, json&) {
            for (const char* suffix : {"qweight", "qzeros", "scales"})
                parts.erase(partName(suffix));
        });
        add("ct no shape", "ct", "weight_shape", without("weight_shape"));
        add("ct shape", "ct", "up_proj.weight_packed", [](Parts& parts, json&) {
            parts[partName("weight_shape")].bytes = bytesOf(std::vector<std::int64_t>{64, 256});
        });
        add("ct shape negative", "ct", "-64", [](Parts& parts, json&) {
            parts[partName("weight_shape")].bytes = bytesOf(std::vector<std::int64_t>{-64, 128});
        });
        add("ct shape huge", "ct", "up_proj.weight_shape", [](Parts& parts, json&) {
            parts[partName("weight_shape")].bytes =
                bytesOf(std::vector<std::int64_t>{std::int64_t{1} << 62, 128});
        });
        add("ct no zeros", "ct", "weight_zero_point", without("weight_zero_point"));
        add("ct zeros shape", "ct", "weight_zero_point", shaped("weight_zero_point", {7, 4}));
        add("ct scales", "ct", "weight_scale", shaped("weight_scale", {64, 3}));
        const auto weights = [](const char* key, const json& value) -> Change {
            return [key, value](Parts&, json& q) {
                q["config_groups"]["group_0"]["weights"][key] = value;
            };
        };
        add("ct channel", "ct", "weight_scale", weights("strategy", "channel"));
        add("ct channel of a scalar", "ct", "weight_scale", [](Parts& parts, json& q) {
            resize(parts[partName("weight_scale")], {});
            q["config_groups"]["group_0"]["weights"]["strategy"] = "channel";
        });
        add("ct tensor", "ct", "weight_scale", weights("strategy", "tensor"));
        add("ct strategy", "ct", "token", weights("strategy", "token"));
        add("ct no group size", "ct", "group_size", weights("group_size", nullptr));
        add("ct bits", "ct", "up_proj.weight_packed", weights("num_bits", 8));
        add("ct bits 16", "ct", "16 bits", weights("num_bits", 16));
        add("ct type", "ct", "complex", weights("type", "complex"));
        add("ct block", "ct", "block_structure", weights("strategy", "block"));
        add("ct false symmetry", "ct", "symmetric", weights("symmetric", true));
        add("ct order", "ct", "weight_g_idx", weights("actorder", "group"));
        add("ct kv cache", "ct", "kv_cache_scheme", set("kv_cache_scheme", {{"num_bits", 8}}));
        add("ct sparse", "ct", "sparse-24", set("format", "sparse-24-bitmask"));
        add("ct sparsity", "ct", "sparse", set("sparsity_config", {{"format", "sparse-bitmask"}}));
        add("ct transforms", "ct", "transform_config", set("transform_config", {{"a", 1}}));
        add("ct no groups", "ct", "config_groups", set("config_groups", nullptr));
        add("ct preset", "ct", "W4A16", set("config_groups", {{"W4A16", {"Linear"}}}));
        add("ct other target", "ct", "no config group",
            [](Parts&, json& q) { q["config_groups"]["group_0"]["targets"] = {"re:.*down_proj"}; });
        add("nvfp4 no global", "nvfp4", "weight_global_scale", without("weight_global_scale"));
        add("nvfp4 global 0", "nvfp4", "weight_global_scale", [](Parts& parts, json&) {
            parts[partName("weight_global_scale")].bytes = bytesOf(std::vector<float>{0});
        });
        add("w8a8 range", "w8a8", "4 bits", weights("num_bits", 4));
        add("fp8 scales", "fp8", "weight_scale", shaped("weight_scale", {63, 1}));
        add("bitsandbytes", "ct", "bitsandbytes", set("quant_method", "bitsandbytes"));
        add("exl2", "ct", "exl2", set("quant_method", "exl2"));
        add("unknown", "ct", "'new one'", set("quant_method", "new one"));
        add("no method", "gptq", "quant_method", set("quant_method", 4));
        add("auto-round", "gptq", "auto_round:int", [](Parts&, json& q) {
            q["quant_method"] = "auto-round";
            q["packing_format"] = "auto_round:int";
        });
    }
    void brokenCheckpointsAreRefused() {
        QFETCH(QString, format);
        QFETCH(Change, change);
        QFETCH(QString, mention);
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString() + "/m";
        write(folder, format, change);
        const Error error = errorOf(folder);
        QVERIFY2(error.code == ErrorCode::BadInput || error.code == ErrorCode::Unsupported,
                 error.message.c_str());
        QVERIFY2(QString::fromStdString(error.message).contains(mention), error.message.c_str());
    }

    // What files of other programs vary in.
    void variantsAreRead_data() {
        QTest::addColumn<QString>("format");
        QTest::addColumn<Change>("change");
        const auto add = [](const char* title, const char* format, const Change& change) {
            QTest::newRow(title) << QString(format) << change;
        };
        add("plain gptq", "gptq", [](Parts&, json&) {});
        add("gptq without g_idx", "gptq",
            [](Parts& parts, json&) { parts.erase(partName("g_idx")); });
        // Published as v1 with the zeros of v2, and the other way round.
        add("gptq mislabelled", "gptq_sym",
            [](Parts&, json& q) { q["checkpoint_format"] = "gptq_v2"; });
        add("gptq without format", "gptq_sym",
            [](Parts&, json& q) { q.erase("checkpoint_format"); });
        add("gptq by another key", "gptq", [](Parts&, json& q) {
            q["format"] = q["checkpoint_format"];
            q.erase("checkpoint_format");
        });
        add("gptq override", "gptq", [](Parts&, json& q) {
            q["bits"] = 8;
            q["group_size"] = 128;
            q["dynamic"] = {{"-:.*down_proj", json::object()},
                            {R"(+:.*\.mlp\.(up|gate)_proj$)", {{"bits", 4}, {"group_size", 32}}}};
        });
        add("auto-round", "gptq_sym", [](Parts&, json& q) {
            q["quant_method"] = "auto-round";
            q["packing_format"] = "auto_round:auto_gptq";
            q.erase("checkpoint_format");
        });
        add("llm-awq", "awq", [](Parts&, json& q) {
            q = {{"w_bit", 4}, {"q_group_size", 32}, {"zero_point", true}, {"version", "GEMM"}};
        });
        add("awq activations", "awq", [](Parts&, json&) {});
        add("ct pattern", "ct", [](Parts&, json& q) {
            q["config_groups"]["group_0"]["targets"] = {R"(re:.*mlp\.(up|gate)_proj$)"};
        });
        add("ct name before class", "ct", [](Parts&, json& q) {
            json other = q["config_groups"]["group_0"];
            other["weights"]["num_bits"] = 8;
            q["config_groups"]["group_0"]["targets"] = {Module};
            q["config_groups"]["a"] = other;
        });
        add("ct activations", "ct", [](Parts& parts, json&) {
            parts[partName("input_scale")] = {DType::F32, {1}, bytesOf(std::vector<float>{1})};
        });
        add("nvfp4", "nvfp4", [](Parts&, json&) {});
        add("fp8", "fp8", [](Parts&, json&) {});
        add("w8a8", "w8a8", [](Parts&, json&) {});
    }
    void variantsAreRead() {
        QFETCH(QString, format);
        QFETCH(Change, change);
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString() + "/m";
        const QuantizedMatrix made = write(folder, format, change);
        const auto model = openModel(folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        QCOMPARE((*model)->tensors().size(), std::size_t{2});
        const std::string name = std::string(Module) + ".weight";
        const auto matrix = (*model)->quantized(name);
        QVERIFY2(matrix.has_value(), matrix ? "" : matrix.error().message.c_str());
        QVERIFY(**matrix == made);
        QCOMPARE((*model)->quantized(name)->get(), matrix->get()); // held once
        QVERIFY(!(*model)->stored(name));
        QVERIFY((*model)->stored("model.norm.weight"));
        QVERIFY(!*(*model)->quantized("model.norm.weight"));
    }

    // fp8 in square blocks: the scale of a block is that of each of its rows.
    void fp8BlocksAreRead() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString() + "/m";
        const QuantizedMatrix made = write(folder, "fp8", [](Parts& parts, json& q) {
            q = {{"quant_method", "fp8"}, {"weight_block_size", {32, 64}}};
            parts.erase(partName("weight_scale"));
            parts[partName("weight_scale_inv")] = {
                DType::F32, {2, 2}, bytesOf(std::vector<float>{1, 2, 3, 4})};
        });
        const auto model = openModel(folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        const auto read = *(*model)->quantized(std::string(Module) + ".weight");
        QVERIFY(read->codes == made.codes);
        for (const std::size_t r : {0, 31, 32, 63})
            for (const std::size_t g : {0, 1})
                QCOMPARE(read->scale(r * 2 + g), float(1 + 2 * (r / 32) + g));
    }

    void truncatedFilesAreRefused() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString() + "/m";
        write(folder, "gptq", [](Parts&, json&) {});
        fs::resize_file(folder / "model.safetensors",
                        fs::file_size(folder / "model.safetensors") - 1);
        QCOMPARE(errorOf(folder).code, ErrorCode::BadInput);
    }

    // A file of AutoGPTQ: the configuration lies beside config.json.
    void configurationBesideConfigJson() {
        const QTemporaryDir dir;
        const fs::path folder = dir.path().toStdString() + "/m";
        const QuantizedMatrix made = write(folder, "gptq_sym", [](Parts&, json&) {});
        json config = json::parse(fileText(folder / "config.json"));
        json quantization = config["quantization_config"];
        quantization.erase("quant_method");
        config.erase("quantization_config");
        writeText(folder / "config.json", config.dump());
        writeText(folder / "quantize_config.json", quantization.dump());
        const auto model = openModel(folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        QVERIFY(**(*model)->quantized(std::string(Module) + ".weight") == made);
    }
};

QTEST_GUILESS_MAIN(TstPackedSource)
#include "tst_packed_source.moc"

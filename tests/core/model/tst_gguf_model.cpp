// GGUF files as models: real ones against the folder that they were made from, every family there
// and back, and files that contradict themselves.
#include "core/exporters/exporter.h"
#include "core/io/gguf_file.h"
#include "core/model/forward.h"
#include "core/tensor/blocks/block_format.h"
#include "tests/core/model/model_fixtures.h"
#include "tests/support/shared_files.h"

#include <QTemporaryDir>
#include <QTest>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

std::shared_ptr<const Model> opened(const fs::path& path) {
    auto model = openModel(path);
    if (!model) throw std::runtime_error(model.error().message);
    return *model;
}

fs::path exported(const Model& model, const QTemporaryDir& folder,
                  const std::map<std::string, FieldValue>& settings = {}) {
    const Exporter& exporter = *findExporter("gguf");
    auto params = exporter.defaults();
    for (const auto& [id, value] : settings)
        if (const Status set = params->set(id, value); !set)
            throw std::runtime_error(set.error().message);
    const fs::path target = folder.filePath("out.gguf").toStdString();
    const auto preview = exporter.preview(model, *params);
    if (!preview) throw std::runtime_error(preview.error().message);
    if (!preview->problems.empty()) throw std::runtime_error(preview->problems[0].message);
    RunContext context;
    const auto files = exporter.write(model, *params, target, context);
    if (!files) throw std::runtime_error(files.error().message);
    std::uint64_t bytes = 0;
    for (const ExportedFile& file : *files) {
        const fs::path path = target.parent_path() / file.name;
        if (fs::file_size(path) != file.bytes) throw std::runtime_error("a file of another size");
        bytes += file.bytes;
    }
    if (bytes != preview->bytes) throw std::runtime_error("not as large as predicted");
    return target.parent_path() / files->front().name;
}

Matrix logitsOf(const std::shared_ptr<const Model>& model) {
    auto pass = ForwardPass::create(model, makeReferenceBackend());
    if (!pass) throw std::runtime_error(pass.error().message);
    std::vector<TokenId> tokens;
    for (int i = 0; i < 24; ++i) tokens.push_back((i * 7 + 3) % 90);
    RunContext context;
    TokenBatch batch;
    batch.append(tokens);
    const auto hidden = pass->run(batch, context);
    if (!hidden) throw std::runtime_error(hidden.error().message);
    return pass->logits(hidden->view()).value();
}

// The tensors that both have, bit by bit.
void compareTensors(const Model& a, const Model& b) {
    for (const TensorInfo& info : a.tensors()) {
        if (info.role == "other") continue; // the network does not use it
        const TensorInfo* other = b.find(info.name);
        QVERIFY2(other, info.name.c_str());
        QCOMPARE(other->shape, info.shape);
        QCOMPARE(other->role, info.role);
        QVERIFY2(a.values(info.name).value() == b.values(info.name).value(), info.name.c_str());
        if (info.rows == 0) continue;
        const Matrix x = decodeAll(*a.matrix(info.name).value());
        const Matrix y = decodeAll(*b.matrix(info.name).value());
        QVERIFY2(std::ranges::equal(x.values(), y.values()), info.name.c_str());
    }
}

// A tiny LLaMA as GGUF, to be broken in one place.
struct TinyFile {
    GgufMetadata metadata;
    std::vector<GgufWriter::Declaration> tensors;

    TinyFile() {
        metadata.set("general.architecture", GgufValue::text("llama"));
        for (const auto& [key, value] : {std::pair("context_length", 16u),
                                         {"embedding_length", 32u},
                                         {"block_count", 1u},
                                         {"feed_forward_length", 64u},
                                         {"attention.head_count", 4u},
                                         {"attention.head_count_kv", 2u}})
            metadata.set(std::string("llama.") + key, GgufValue::u32(value));
        metadata.set("llama.attention.layer_norm_rms_epsilon", GgufValue::f32(1e-5f));
        const auto add = [&](const char* name, std::vector<std::uint64_t> dims) {
            tensors.push_back({name, std::move(dims), findBlockFormat("F32")});
        };
        add("token_embd.weight", {32, 10});
        add("blk.0.attn_norm.weight", {32});
        add("blk.0.attn_q.weight", {32, 32});
        add("blk.0.attn_k.weight", {32, 16});
        add("blk.0.attn_v.weight", {32, 16});
        add("blk.0.attn_output.weight", {32, 32});
        add("blk.0.ffn_norm.weight", {32});
        add("blk.0.ffn_gate.weight", {32, 64});
        add("blk.0.ffn_up.weight", {32, 64});
        add("blk.0.ffn_down.weight", {64, 32});
        add("output_norm.weight", {32});
    }
    GgufWriter::Declaration& tensor(std::string_view name) {
        return *std::ranges::find(tensors, name, &GgufWriter::Declaration::name);
    }
    fs::path write(const QTemporaryDir& folder) const {
        const fs::path path = folder.filePath("tiny.gguf").toStdString();
        auto writer = GgufWriter::create(path, metadata, tensors);
        if (!writer) throw std::runtime_error(writer.error().message);
        for (const auto& tensor : tensors)
            if (!writer->write(std::vector<std::byte>(tensor.bytes())))
                throw std::runtime_error("cannot write");
        if (!writer->finish()) throw std::runtime_error("cannot finish");
        return path;
    }
};

} // namespace

class TstGgufModel : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void realFilesAreTheirFolder_data() {
        QTest::addColumn<QString>("file");
        QTest::newRow("version 3") << "stories260Ktok512.gguf";
        QTest::newRow("version 1") << "tinyllamas-stories-260k-f32.gguf";
    }
    void realFilesAreTheirFolder() {
        BITSMITH_NEEDS_SHARED("models/stories260K/original/stories260Ktok512.gguf");
        QFETCH(QString, file);
        const auto folder = opened(sharedFile("models/stories260K/hf"));
        const auto model = opened(sharedFile("models/stories260K/original") / file.toStdString());
        QCOMPARE(model->format(), std::string_view("gguf"));
        QVERIFY2(model->architecture(), model->whyNotRunnable().message.c_str());
        compareTensors(*folder, *model);
        QCOMPARE(model->parameters(), folder->parameters());
        QVERIFY(std::ranges::equal(logitsOf(model).values(), logitsOf(folder).values()));
        QVERIFY2(model->tokenizer(), model->whyNoTokenizer().message.c_str());
        // Runs of spaces differ: the folder's tokenizer.model joins them, which a GGUF cannot say.
        for (const char* text : {"Once upon a time, Lily", "a\nb c", "\u00E9\u4F60 1"}) {
            QVERIFY(model->tokenizer()->encode(text) == folder->tokenizer()->encode(text));
            const auto ids = folder->tokenizer()->encode(text);
            QCOMPARE(model->tokenizer()->decode(ids), folder->tokenizer()->decode(ids));
        }
    }

    void familiesComeBack_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"gpt2", "gpt_neox_parallel", "gpt_neox_sequential",
                                 "llama_linear_tied_bias", "llama_llama3_untied", "llama_yarn",
                                 "mistral_window", "qwen2", "qwen2_window", "qwen3"})
            QTest::newRow(name) << name;
    }
    // Written and opened again: the same tensors, configuration and logits, to the bit.
    void familiesComeBack() {
        QFETCH(QString, name);
        const auto before = opened(goldenFolder() / name.toStdString());
        QTemporaryDir folder;
        const auto after = opened(exported(*before, folder));
        QVERIFY2(after->architecture(), after->whyNotRunnable().message.c_str());
        compareTensors(*before, *after);
        const Architecture &a = *before->architecture(), &b = *after->architecture();
        QCOMPARE(b.family, a.family);
        QCOMPARE(b.maxPositions, a.maxPositions);
        QCOMPARE(b.normEps, a.normEps);
        QCOMPARE(b.activation, a.activation);
        QCOMPARE(b.tied(), a.tied());
        QCOMPARE(b.rotary.attentionFactor, a.rotary.attentionFactor);
        QCOMPARE(b.rotary.inverseFrequencies.size(), a.rotary.inverseFrequencies.size());
        for (std::size_t i = 0; i < a.rotary.inverseFrequencies.size(); ++i)
            QVERIFY(qAbs(b.rotary.inverseFrequencies[i] / a.rotary.inverseFrequencies[i] - 1) <
                    1e-12);
        for (std::size_t i = 0; i < a.blocks.size(); ++i)
            QCOMPARE(b.blocks[i].window, a.blocks[i].window);
        const Matrix x = logitsOf(before), y = logitsOf(after);
        for (std::size_t i = 0; i < x.values().size(); ++i)
            QVERIFY(qAbs(x.values()[i] - y.values()[i]) < 1e-6f);
        // What is read can be written again.
        QTemporaryDir again;
        compareTensors(*before, *opened(exported(*after, again)));
    }

    void denseTypes() {
        const auto before = opened(goldenFolder() / "llama_yarn");
        for (const char* type : {"F16", "BF16", "Q8_0"}) {
            QTemporaryDir folder;
            const auto after = opened(exported(*before, folder, {{"dense", std::string(type)}}));
            const TensorInfo* up = after->find("model.layers.0.mlp.up_proj.weight");
            QCOMPARE(up->dtype, std::string(type));
            QCOMPARE(after->find("model.norm.weight")->dtype, std::string("F32"));
            // Rows of 48 columns are no whole blocks of 32.
            QCOMPARE(after->find("model.layers.0.mlp.down_proj.weight")->dtype,
                     std::string(type == std::string("Q8_0") ? "F16" : type));
            const auto a = before->values(up->name).value(), b = after->values(up->name).value();
            for (std::size_t i = 0; i < a.size(); ++i)
                QVERIFY(qAbs(a[i] - b[i]) < 0.01f * std::max(1.0f, qAbs(a[i])));
        }
    }

    void splitFilesOpenFromAnyPart() {
        BITSMITH_NEEDS_SHARED("models/prose-3m/hf/model.safetensors");
        const auto before = opened(sharedFile("models/prose-3m/hf"));
        QTemporaryDir folder;
        const fs::path first = exported(*before, folder, {{"split_size", 2}});
        std::vector<fs::path> parts;
        for (const auto& entry : fs::directory_iterator(first.parent_path()))
            parts.push_back(entry.path());
        QVERIFY(parts.size() > 2);
        for (const fs::path& part : parts) compareTensors(*before, *opened(part));
    }

    void whatLlamaCppCannotRunIsAProblem_data() {
        QTest::addColumn<QString>("name");
        QTest::addColumn<QString>("expected");
        QTest::newRow("opt") << "opt"
                             << "no architecture";
        QTest::newRow("scaled attention") << "gpt2_gelu_untied"
                                          << "scales attention";
    }
    void whatLlamaCppCannotRunIsAProblem() {
        QFETCH(QString, name);
        QFETCH(QString, expected);
        const auto model = opened(goldenFolder() / name.toStdString());
        const Exporter& exporter = *findExporter("gguf");
        const auto preview = exporter.preview(*model, *exporter.defaults()).value();
        QCOMPARE(preview.problems.size(), 1u);
        QVERIFY2(preview.problems[0].message.find(expected.toStdString()) != std::string::npos,
                 preview.problems[0].message.c_str());
        QVERIFY(!preview.problems[0].remedy.empty());
    }

    void aSoundTinyFileOpens() {
        QTemporaryDir folder;
        const auto model = opened(TinyFile().write(folder));
        QVERIFY2(model->architecture(), model->whyNotRunnable().message.c_str());
        QCOMPARE(model->architecture()->vocabulary, 10u);
        QVERIFY(model->architecture()->tied());
        QVERIFY(!model->tokenizer());
        QVERIFY(model->whyNoTokenizer().message.find("vocabulary") != std::string::npos);
    }

    void contradictionsAreNamed_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("expected");
        QTest::newRow("no width") << "no width"
                                  << "llama.embedding_length";
        QTest::newRow("no epsilon") << "no epsilon"
                                    << "layer_norm_rms_epsilon";
        QTest::newRow("a billion blocks") << "blocks"
                                          << "llama.block_count";
        QTest::newRow("text for a number") << "text"
                                           << "llama.attention.head_count";
        QTest::newRow("heads") << "heads"
                               << "llama.attention.head_count";
        QTest::newRow("zero heads") << "zero"
                                    << "llama.attention.head_count";
        QTest::newRow("one block more") << "two"
                                        << "blk.1.attn_norm.weight";
        QTest::newRow("shape") << "shape"
                               << "blk.0.attn_k.weight";
        QTest::newRow("no embedding") << "embedding"
                                      << "token_embd.weight";
        QTest::newRow("odd heads") << "odd"
                                   << "head dimension";
    }
    void contradictionsAreNamed() {
        QFETCH(QString, change);
        QFETCH(QString, expected);
        TinyFile file;
        GgufMetadata& m = file.metadata;
        if (change == "no width") m.erase("llama.embedding_length");
        if (change == "no epsilon") m.erase("llama.attention.layer_norm_rms_epsilon");
        if (change == "blocks") m.set("llama.block_count", GgufValue::u32(1'000'000'000));
        if (change == "text") m.set("llama.attention.head_count", GgufValue::text("four"));
        if (change == "heads") m.set("llama.attention.head_count", GgufValue::u32(5));
        if (change == "zero") m.set("llama.attention.head_count", GgufValue::u32(0));
        if (change == "two") m.set("llama.block_count", GgufValue::u32(2));
        if (change == "shape") file.tensor("blk.0.attn_k.weight").dims = {32, 8};
        if (change == "embedding") file.tensor("token_embd.weight").dims = {16, 10};
        if (change == "odd") m.set("llama.attention.key_length", GgufValue::u32(7));
        QTemporaryDir folder;
        const auto model = openModel(file.write(folder));
        QVERIFY(!model);
        QCOMPARE(model.error().code, ErrorCode::BadInput);
        QVERIFY2(model.error().message.find(expected.toStdString()) != std::string::npos,
                 model.error().message.c_str());
        QVERIFY(model.error().message.find("tiny.gguf") != std::string::npos);
    }

    // Opened for inspection, with the reason why not more.
    void whatIsNotKnownCanBeInspected_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("expected");
        QTest::newRow("architecture") << "falcon"
                                      << "'falcon'";
        QTest::newRow("no architecture") << "none"
                                         << "general.architecture";
        QTest::newRow("no weights") << "empty"
                                    << "no weights";
        QTest::newRow("experts") << "experts"
                                 << "mixture of experts";
        QTest::newRow("layers differ") << "layers"
                                       << "llama.attention.head_count_kv";
        QTest::newRow("type") << "type"
                              << "IQ2_XXS";
    }
    void whatIsNotKnownCanBeInspected() {
        QFETCH(QString, change);
        QFETCH(QString, expected);
        TinyFile file;
        GgufMetadata& m = file.metadata;
        if (change == "falcon") m.set("general.architecture", GgufValue::text("falcon"));
        if (change == "none") m.erase("general.architecture");
        if (change == "empty") file.tensors.clear();
        if (change == "experts") m.set("llama.expert_count", GgufValue::u32(8));
        if (change == "layers") {
            GgufValue list;
            list.type = GgufType::U32;
            list.value = std::vector<std::uint64_t>{2, 4};
            m.set("llama.attention.head_count_kv", list);
        }
        if (change == "type") {
            m.set("llama.feed_forward_length", GgufValue::u32(256));
            for (const char* name : {"blk.0.ffn_gate.weight", "blk.0.ffn_up.weight"})
                file.tensor(name).dims = {32, 256};
            file.tensor("blk.0.ffn_down.weight").dims = {256, 32};
            file.tensor("blk.0.ffn_down.weight").format = findBlockFormat("IQ2_XXS");
        }
        QTemporaryDir folder;
        const auto model = opened(file.write(folder));
        QVERIFY(!model->architecture());
        QVERIFY2(model->whyNotRunnable().message.find(expected.toStdString()) != std::string::npos,
                 model->whyNotRunnable().message.c_str());
        QCOMPARE(model->tensors().size(), file.tensors.size());
        if (change == "empty") return;
        const char* up =
            change == "type" ? "model.layers.0.mlp.up_proj.weight" : "blk.0.ffn_up.weight";
        QVERIFY(model->matrix(up).has_value());
        if (change != "type") return;
        const auto down = model->matrix("model.layers.0.mlp.down_proj.weight");
        QVERIFY(!down);
        QCOMPARE(down.error().code, ErrorCode::BadInput);
    }
};

QTEST_GUILESS_MAIN(TstGgufModel)
#include "tst_gguf_model.moc"

// Opening models: what they say of themselves, and how broken ones are refused.
#include "core/model/forward.h"
#include "tests/core/model/model_fixtures.h"

#include <QElapsedTimer>
#include <QTemporaryDir>
#include <QTest>

#include <fstream>

using namespace bitsmith;
using namespace bitsmith::test;

namespace {

nlohmann::json llamaConfig() {
    return {{"model_type", "llama"},    {"hidden_size", 32},
            {"intermediate_size", 48},  {"num_hidden_layers", 1},
            {"num_attention_heads", 4}, {"num_key_value_heads", 2},
            {"vocab_size", 40},         {"tie_word_embeddings", true},
            {"torch_dtype", "float32"}, {"max_position_embeddings", 32}};
}

RawTensors llamaTensors(const std::string& prefix = "model.") {
    const std::pair<const char*, Shape> all[] = {
        {"embed_tokens.weight", {40, 32}},
        {"norm.weight", {32}},
        {"layers.0.input_layernorm.weight", {32}},
        {"layers.0.post_attention_layernorm.weight", {32}},
        {"layers.0.self_attn.q_proj.weight", {32, 32}},
        {"layers.0.self_attn.k_proj.weight", {16, 32}},
        {"layers.0.self_attn.v_proj.weight", {16, 32}},
        {"layers.0.self_attn.o_proj.weight", {32, 32}},
        {"layers.0.mlp.gate_proj.weight", {48, 32}},
        {"layers.0.mlp.up_proj.weight", {48, 32}},
        {"layers.0.mlp.down_proj.weight", {32, 48}},
    };
    RawTensors tensors;
    for (const auto& [name, shape] : all) tensors[prefix + name] = randomTensor(shape, name);
    return tensors;
}

QString text(const std::string& s) { return QString::fromStdString(s); }

} // namespace

class TstOpenModel : public QObject {
    Q_OBJECT

    QTemporaryDir m_dir;
    int m_count = 0;

    fs::path newFolder() {
        return fs::path(m_dir.path().toStdString()) / fmt::format("model{}", m_count++);
    }

    // The error of opening these files.
    Error errorOf(const std::string& config, const RawTensors& tensors) {
        const fs::path folder = newFolder();
        writeModel(folder, config, tensors);
        const auto model = openModel(folder);
        return model ? Error{ErrorCode::Failed, "opened"} : model.error();
    }

private Q_SLOTS:
    void tensorsAreListedInOrderOfUse() {
        const auto model = openModel(goldenFolder() / "llama_linear_tied_bias").value();
        QStringList names;
        for (const auto& tensor : model->tensors()) names << text(tensor.name);
        QCOMPARE(names.first(), QString("model.embed_tokens.weight"));
        QCOMPARE(names.last(), QString("model.norm.weight"));
        const QString block = "model.layers.0.";
        const QStringList expected{"self_attn.q_proj.weight", "self_attn.q_proj.bias",
                                   "self_attn.k_proj.weight", "self_attn.k_proj.bias",
                                   "self_attn.v_proj.weight", "self_attn.v_proj.bias",
                                   "self_attn.o_proj.weight", "self_attn.o_proj.bias",
                                   "mlp.gate_proj.weight",    "mlp.gate_proj.bias",
                                   "mlp.up_proj.weight",      "mlp.up_proj.bias",
                                   "mlp.down_proj.weight",    "mlp.down_proj.bias",
                                   "input_layernorm.weight",  "post_attention_layernorm.weight"};
        for (qsizetype i = 0; i < expected.size(); ++i) QCOMPARE(names[i + 1], block + expected[i]);

        const TensorInfo* q = model->find("model.layers.1.self_attn.q_proj.weight");
        QVERIFY(q && q->quantizable && q->block == 1);
        QCOMPARE(q->role, std::string("attn.q"));
        QCOMPARE(q->input, std::string("attn_in"));
        QCOMPARE(q->rows, std::size_t(48));
        QCOMPARE(q->cols, std::size_t(32));
        QVERIFY(!model->find("model.embed_tokens.weight")->quantizable);
        QVERIFY(!model->find("model.layers.1.self_attn.q_proj.bias")->quantizable);
        std::uint64_t elements = 0, bytes = 0;
        for (const auto& [name, tensor] :
             readTensors(goldenFolder() / "llama_linear_tied_bias/model.safetensors")) {
            elements += static_cast<std::uint64_t>(elementCount(tensor.shape));
            bytes += tensor.bytes.size();
        }
        QCOMPARE(model->parameters(), elements);
        QCOMPARE(model->bytes(), bytes);
        QVERIFY(!model->tokenizer());
        QVERIFY(text(model->whyNoTokenizer().message).contains("tokenizer.json"));
    }

    void transposedWeightsAreSeenAsOutByIn() {
        const auto model = openModel(goldenFolder() / "gpt2").value();
        const char* name = "transformer.h.0.attn.c_attn.weight";
        const TensorInfo* info = model->find(name);
        QVERIFY(info && info->quantizable);
        QCOMPARE(info->role, std::string("attn.qkv"));
        QCOMPARE(info->shape, (Shape{32, 96}));
        QCOMPARE(info->rows, std::size_t(96));
        const auto matrix = model->matrix(name).value();
        QCOMPARE(matrix->rows(), std::size_t(96));
        const auto stored = model->values(name).value();
        const Matrix values = decodeAll(*matrix);
        QCOMPARE(values(5, 3), stored[3 * 96 + 5]);
        QVERIFY(!model->matrix("transformer.h.0.ln_1.weight").has_value());
        QVERIFY(!model->values("no such tensor").has_value());
    }

    void tiedHeadsCountOnceEvenWhereStoredTwice() {
        const fs::path folder = newFolder();
        RawTensors tensors = llamaTensors();
        writeModel(folder, llamaConfig().dump(), tensors);
        const auto once = openModel(folder).value();
        tensors["lm_head.weight"] = tensors.at("model.embed_tokens.weight");
        const fs::path second = newFolder();
        writeModel(second, llamaConfig().dump(), tensors);
        const auto twice = openModel(second).value();
        QCOMPARE(twice->parameters(), once->parameters());
        QVERIFY(twice->bytes() > once->bytes());
        QVERIFY(twice->contentKey() != once->contentKey());
        QVERIFY(!twice->find("lm_head.weight")->quantizable);
        QCOMPARE(openModel(folder).value()->contentKey(), once->contentKey());
    }

    void prefixesMayBeMissing() {
        const fs::path folder = newFolder();
        writeModel(folder, llamaConfig().dump(), llamaTensors(""));
        const auto model = openModel(folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        QVERIFY((*model)->architecture());
        QCOMPARE((*model)->architecture()->embedding, std::string("embed_tokens.weight"));
        RunContext context;
        const auto pass = ForwardPass::create(*model, makeReferenceBackend()).value();
        TokenBatch batch;
        batch.append(std::vector<TokenId>{1, 2, 3});
        QVERIFY(pass.run(batch, context).has_value());
    }

    void brokenQuantizationConfigsAreRefused() {
        for (const auto& [method, mention] :
             {std::pair{R"("gptq")", "bits"}, std::pair{R"("exl3")", "exl3"},
              std::pair{"7", "quant_method"}}) {
            const fs::path folder = newFolder();
            RawTensors tensors;
            tensors["wide"] = randomTensor({4, 32}, "wide");
            writeModel(folder,
                       fmt::format(R"({{"model_type": "llama", "quantization_config":
                                        {{"quant_method": {}}}}})",
                                   method),
                       tensors);
            const auto model = openModel(folder);
            QVERIFY(!model.has_value());
            QCOMPARE(exitCode(model.error().code), 3);
            QVERIFY2(text(model.error().message).contains(mention), model.error().message.c_str());
        }
    }
    void unknownArchitecturesOpenButDoNotRun_data() {
        QTest::addColumn<QString>("config");
        QTest::addColumn<QString>("mention");
        QTest::newRow("type") << R"({"model_type": "perceiver"})"
                              << "'perceiver'";
        QTest::newRow("no type") << R"({"hidden_size": 3})"
                                 << "model_type";
        QTest::newRow("activation") << R"({"model_type": "llama", "hidden_act": "mish"})"
                                    << "'mish'";
        QTest::newRow("rope") << R"({"model_type": "llama", "rope_scaling": {"type": "longrope"}})"
                              << "longrope";
    }
    void quantizedModelsWithoutQuantizedTensorsAreRefused() {
        const fs::path folder = newFolder();
        RawTensors tensors;
        tensors["wide"] = randomTensor({4, 32}, "wide");
        writeModel(folder,
                   R"({"model_type": "llama", "quantization_config": {"quant_method": "gptq",)"
                   R"( "bits": 4}})",
                   tensors);
        const auto model = openModel(folder);
        QVERIFY(!model.has_value());
        QCOMPARE(model.error().code, ErrorCode::BadInput);
        QVERIFY2(text(model.error().message).contains("no stored tensor"),
                 model.error().message.c_str());
    }
    void unknownArchitecturesOpenButDoNotRun() {
        QFETCH(QString, config);
        QFETCH(QString, mention);
        const fs::path folder = newFolder();
        RawTensors tensors;
        tensors["wide"] = randomTensor({4, 32}, "wide");
        tensors["narrow"] = randomTensor({4, 31}, "narrow");
        tensors["vector"] = randomTensor({64}, "vector");
        tensors["ids"] = {DType::I64, {4, 64}, std::vector<std::byte>(4 * 64 * 8)};
        writeModel(folder, config.toStdString(), tensors);
        const auto model = openModel(folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        QVERIFY(!(*model)->architecture());
        QCOMPARE((*model)->family(), std::string("unknown"));
        QCOMPARE((*model)->whyNotRunnable().code, ErrorCode::Unsupported);
        QVERIFY2(text((*model)->whyNotRunnable().message).contains(mention),
                 (*model)->whyNotRunnable().message.c_str());
        for (const auto& tensor : (*model)->tensors()) {
            QCOMPARE(tensor.role, std::string("other"));
            QCOMPARE(tensor.quantizable, tensor.name == "wide");
        }
        QVERIFY(!ForwardPass::create(*model, makeReferenceBackend()).has_value());
    }

    void singleFilesOpenWithoutAConfig() {
        const auto model = openModel(goldenFolder() / "qwen2/model.safetensors");
        QVERIFY(model.has_value());
        QVERIFY(!(*model)->architecture());
        QCOMPARE((*model)->name(), std::string("model.safetensors"));
        QVERIFY(text((*model)->whyNotRunnable().message).contains("config.json"));
        QVERIFY((*model)->find("model.layers.0.mlp.up_proj.weight")->quantizable);
        QVERIFY((*model)->parameters() > 0);
    }

    void weightsThatDisagreeAreRefused_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QStringList>("mentions");
        const QString q = "model.layers.0.self_attn.q_proj.weight";
        QTest::newRow("missing") << "erase" << QStringList{q, "missing", "32x32"};
        QTest::newRow("shape") << "shape" << QStringList{q, "32x31", "32x32"};
        QTest::newRow("rank") << "rank" << QStringList{q, "32x32x1"};
        QTest::newRow("type") << "type" << QStringList{q, "I32", "float32"};
        QTest::newRow("layers") << "layers" << QStringList{"model.layers.1.", "missing"};
        QTest::newRow("untied") << "untied" << QStringList{"lm_head.weight", "missing"};
        QTest::newRow("vocabulary")
            << "vocabulary" << QStringList{"model.embed_tokens.weight", "40x32", "41x32"};
    }
    void weightsThatDisagreeAreRefused() {
        QFETCH(QString, change);
        QFETCH(QStringList, mentions);
        auto config = llamaConfig();
        RawTensors tensors = llamaTensors();
        RawTensor& q = tensors.at("model.layers.0.self_attn.q_proj.weight");
        if (change == "erase") tensors.erase("model.layers.0.self_attn.q_proj.weight");
        if (change == "shape") q = randomTensor({32, 31}, "q");
        if (change == "rank") q.shape = {32, 32, 1};
        if (change == "type") q = {DType::I32, {32, 32}, std::vector<std::byte>(32 * 32 * 4)};
        if (change == "layers") config["num_hidden_layers"] = 2;
        if (change == "untied") config["tie_word_embeddings"] = false;
        if (change == "vocabulary") config["vocab_size"] = 41;
        const Error error = errorOf(config.dump(), tensors);
        QCOMPARE(error.code, ErrorCode::BadInput);
        for (const QString& mention : mentions)
            QVERIFY2(text(error.message).contains(mention), error.message.c_str());
    }

    void brokenConfigsAreRefused_data() {
        QTest::addColumn<QString>("config");
        QTest::newRow("truncated") << llamaConfig().dump().substr(0, 40).c_str();
        QTest::newRow("list") << "[]";
        QTest::newRow("number") << "17";
        QTest::newRow("binary") << QString("\x01\x02{");
        QTest::newRow("deep") << QString(100000, '[');
        QTest::newRow("blank") << "  ";
        QTest::newRow("model_type") << R"({"model_type": 3})";
    }
    void brokenConfigsAreRefused() {
        QFETCH(QString, config);
        const Error error = errorOf(config.toStdString(), llamaTensors());
        QCOMPARE(error.code, ErrorCode::BadInput);
        QVERIFY2(text(error.message).contains("config.json"), error.message.c_str());
        QVERIFY(error.message.size() < 1000);
    }

    // LLaMA 7B by its shapes, as a file with holes: 13 GB of which only headers and samples are
    // read.
    void largeModelsOpenAtOnce() {
        const fs::path folder = newFolder();
        fs::create_directories(folder);
        std::ofstream(folder / "config.json") << R"({"model_type": "llama"})";
        std::vector<std::pair<std::string, Shape>> all{{"model.embed_tokens.weight", {32000, 4096}},
                                                       {"model.norm.weight", {4096}},
                                                       {"lm_head.weight", {32000, 4096}}};
        for (int i = 0; i < 32; ++i) {
            const std::string block = fmt::format("model.layers.{}.", i);
            for (const char* name : {"q_proj", "k_proj", "v_proj", "o_proj"})
                all.push_back({block + "self_attn." + name + ".weight", {4096, 4096}});
            for (const char* name : {"gate_proj", "up_proj"})
                all.push_back({block + "mlp." + name + ".weight", {11008, 4096}});
            all.push_back({block + "mlp.down_proj.weight", {4096, 11008}});
            for (const char* name : {"input_layernorm", "post_attention_layernorm"})
                all.push_back({block + name + ".weight", {4096}});
        }
        nlohmann::ordered_json header;
        std::uint64_t end = 0;
        for (const auto& [name, shape] : all) {
            const std::uint64_t begin = end;
            end += 2 * static_cast<std::uint64_t>(elementCount(shape));
            header[name] = {{"dtype", "BF16"}, {"shape", shape}, {"data_offsets", {begin, end}}};
        }
        const std::string head = header.dump();
        const std::uint64_t length = head.size();
        std::ofstream out(folder / "model.safetensors", std::ios::binary);
        out.write(reinterpret_cast<const char*>(&length), sizeof length);
        out << head;
        out.close();
        std::error_code code;
        fs::resize_file(folder / "model.safetensors", 8 + length + end, code);
        if (code) QSKIP("this file system has no files with holes");

        QElapsedTimer timer;
        timer.start();
        const auto model = openModel(folder);
        const qint64 elapsed = timer.elapsed();
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        QCOMPARE((*model)->parameters(), std::uint64_t(6738415616));
        QVERIFY((*model)->architecture());
        qInfo("%.1f GB opened in %lld ms", static_cast<double>(end) / 1e9, elapsed);
        QVERIFY2(elapsed < 3000, qPrintable(QString::number(elapsed))); // far less when idle
    }

    void missingPathsAreRefused() {
        QVERIFY(!openModel(newFolder()).has_value());
        const fs::path empty = newFolder();
        fs::create_directories(empty);
        const auto model = openModel(empty);
        QVERIFY(!model.has_value());
        QCOMPARE(model.error().code, ErrorCode::BadInput);
        std::ofstream(empty / "config.json") << llamaConfig().dump();
        QVERIFY(!openModel(empty).has_value());
        QVERIFY(!openModel("/dev/null").has_value());
    }

    void brokenTokenizersDoNotStopTheModel() {
        const fs::path folder = newFolder();
        writeModel(folder, llamaConfig().dump(), llamaTensors());
        std::ofstream(folder / "tokenizer.json") << "{\"model\": {\"type\": \"BPE\", \"vocab\": ";
        const auto model = openModel(folder);
        QVERIFY2(model.has_value(), model ? "" : model.error().message.c_str());
        QVERIFY(!(*model)->tokenizer());
        QVERIFY2(text((*model)->whyNoTokenizer().message).contains("tokenizer.json"),
                 (*model)->whyNoTokenizer().message.c_str());
    }

    void tokensOutsideTheVocabularyAreErrors() {
        const auto model = openModel(goldenFolder() / "gpt2").value();
        const auto pass = ForwardPass::create(model, makeReferenceBackend()).value();
        for (const TokenId bad : {-1, 96, 1 << 30}) {
            TokenBatch batch;
            batch.append(std::vector<TokenId>{1, bad});
            const auto hidden = pass.embed(batch);
            QVERIFY(!hidden.has_value());
            QVERIFY(text(hidden.error().message).contains(QString::number(bad)));
        }
        TokenBatch batch;
        batch.append(std::vector<TokenId>(41, 1));
        const auto hidden = pass.embed(batch);
        QVERIFY(!hidden.has_value());
        QVERIFY(text(hidden.error().message).contains("40 positions"));
    }
};

QTEST_GUILESS_MAIN(TstOpenModel)
#include "tst_open_model.moc"

// config.json to Architecture: defaults, older and newer spellings, and hostile values.
#include "core/model/architecture.h"
#include "tests/core/model/model_fixtures.h"

#include <QTest>

#include <cmath>

using namespace bitsmith;
using namespace bitsmith::test;
using nlohmann::json;

namespace {

json goldenConfig(const char* name) {
    return json::parse(readTextFile(goldenFolder() / name / "config.json").value());
}

Architecture described(const json& config) {
    auto a = describeArchitecture(config);
    if (!a) throw std::runtime_error(a.error().message);
    return *a;
}

} // namespace

class TstFamilies : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // The published shapes of real models follow from a config that names its type alone.
    void missingKeysTakeTheLibrarysDefaults() {
        const Architecture llama = described({{"model_type", "llama"}});
        QCOMPARE(llama.hidden, std::size_t(4096));
        QCOMPARE(llama.mlpHidden, std::size_t(11008));
        QCOMPARE(llama.kvHeads, std::size_t(32));
        QCOMPARE(llama.blocks.size(), std::size_t(32));
        QCOMPARE(llama.normEps, 1e-6f);
        QVERIFY(!llama.tied());
        const Architecture mistral = described({{"model_type", "mistral"}});
        QCOMPARE(mistral.family, std::string("llama"));
        QCOMPARE(mistral.kvHeads, std::size_t(8));
        QCOMPARE(mistral.blocks[31].window, std::size_t(4096));
        const Architecture gpt2 = described({{"model_type", "gpt2"}});
        QCOMPARE(gpt2.mlpHidden, std::size_t(3072));
        QCOMPARE(gpt2.activation, Activation::GeluTanh);
        QVERIFY(gpt2.tied());
        const Architecture opt = described({{"model_type", "opt"}});
        QCOMPARE(opt.positionOffset, std::size_t(2));
        QVERIFY(opt.tied() && opt.normBeforeBlock && !opt.projectIn.present());
        const Architecture neox = described({{"model_type", "gpt_neox"}});
        QCOMPARE(neox.rotary.dims, std::size_t(24)); // a quarter of 96
        QVERIFY(neox.parallelResidual && !neox.tied());
        const Architecture qwen3 = described({{"model_type", "qwen3"}});
        QCOMPARE(qwen3.headDim, std::size_t(128));
        QVERIFY(qwen3.blocks[0].q.bias.empty() && qwen3.blocks[0].qNorm.present());
        QVERIFY(!described({{"model_type", "qwen2"}}).blocks[0].q.bias.empty());
    }

    void nullMeansDerived() {
        const Architecture mistral = described({{"model_type", "mistral"},
                                                {"sliding_window", nullptr},
                                                {"num_key_value_heads", nullptr}});
        QCOMPARE(mistral.blocks[0].window, std::size_t(0));
        QCOMPARE(mistral.kvHeads, mistral.heads);
        const Architecture qwen3 =
            described({{"model_type", "qwen3"}, {"head_dim", nullptr}, {"hidden_size", 2048}});
        QCOMPARE(qwen3.headDim, std::size_t(64));
        const Architecture gpt2 = described({{"model_type", "gpt2"}, {"n_inner", nullptr}});
        QCOMPARE(gpt2.mlpHidden, std::size_t(3072));
    }

    void slidingWindowsFollowTheLayers() {
        json config = {{"model_type", "qwen2"},
                       {"num_hidden_layers", 3},
                       {"max_window_layers", 1},
                       {"sliding_window", 100}};
        QCOMPARE(described(config).blocks[2].window, std::size_t(0));
        config["use_sliding_window"] = true;
        QCOMPARE(described(config).blocks[0].window, std::size_t(0));
        QCOMPARE(described(config).blocks[1].window, std::size_t(100));
        config["layer_types"] = {"sliding_attention", "full_attention", "sliding_attention"};
        QCOMPARE(described(config).blocks[0].window, std::size_t(100));
        QCOMPARE(described(config).blocks[1].window, std::size_t(0));
        config["layer_types"] = {"sliding_attention"};
        QCOMPARE(describeArchitecture(config).error().code, ErrorCode::BadInput);
        config["layer_types"] = {"linear_attention", "full_attention", "full_attention"};
        QCOMPARE(describeArchitecture(config).error().code, ErrorCode::Unsupported);
    }

    // rope_scaling + rope_theta, and rope_parameters, are two spellings of one thing.
    void rotarySpellingsAgree_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"llama_llama3_untied", "llama_linear_tied_bias", "llama_yarn"})
            QTest::newRow(model) << model;
    }
    void rotarySpellingsAgree() {
        QFETCH(QString, model);
        json config = goldenConfig(model.toUtf8().constData());
        const RotarySpec newer = described(config).rotary;
        json scaling = config["rope_parameters"];
        config.erase("rope_parameters");
        config["rope_theta"] = scaling["rope_theta"];
        scaling.erase("rope_theta");
        scaling["type"] = scaling["rope_type"];
        scaling.erase("rope_type");
        config["rope_scaling"] = scaling;
        const RotarySpec older = described(config).rotary;
        QCOMPARE(older.inverseFrequencies, newer.inverseFrequencies);
        QCOMPARE(older.attentionFactor, newer.attentionFactor);
        config.erase("rope_scaling");
        QVERIFY(described(config).rotary.inverseFrequencies != newer.inverseFrequencies);
    }

    void neoxSpellingsAgree() {
        json config = goldenConfig("gpt_neox_sequential");
        const RotarySpec newer = described(config).rotary;
        config["rotary_pct"] = config["rope_parameters"]["partial_rotary_factor"];
        config["rotary_emb_base"] = config["rope_parameters"]["rope_theta"];
        config.erase("rope_parameters");
        const RotarySpec older = described(config).rotary;
        QCOMPARE(older.dims, newer.dims);
        QCOMPARE(older.inverseFrequencies, newer.inverseFrequencies);
    }

    // Llama 3.1 8B: the longest wave is slowed by the whole factor, the shortest stays.
    void llama3ScalingHasItsEnds() {
        const Architecture a = described({{"model_type", "llama"},
                                          {"rope_theta", 500000.0},
                                          {"rope_scaling",
                                           {{"rope_type", "llama3"},
                                            {"factor", 8.0},
                                            {"low_freq_factor", 1.0},
                                            {"high_freq_factor", 4.0},
                                            {"original_max_position_embeddings", 8192}}}});
        const auto& f = a.rotary.inverseFrequencies;
        QCOMPARE(f.size(), std::size_t(64));
        QCOMPARE(f.front(), 1.0);
        QCOMPARE(f.back(), std::pow(500000.0, -126.0 / 128) / 8);
    }

    void dynamicScalingEndsAtTheTrainedContext() {
        const Architecture a =
            described({{"model_type", "llama"},
                       {"max_position_embeddings", 64},
                       {"rope_scaling", {{"type", "dynamic"}, {"factor", 4.0}}}});
        QCOMPARE(a.rotary.longest, std::size_t(64));
        QCOMPARE(a.rotary.inverseFrequencies[1], std::pow(10000.0, -2.0 / 128));
    }

    void hostileValuesAreRefused_data() {
        QTest::addColumn<QString>("type");
        QTest::addColumn<QString>("key");
        QTest::addColumn<QString>("value");
        const std::map<QString, QStringList> counts{
            {"llama",
             {"hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads",
              "num_key_value_heads", "vocab_size", "max_position_embeddings", "head_dim"}},
            {"mistral", {"sliding_window", "num_key_value_heads"}},
            {"qwen2", {"hidden_size", "num_key_value_heads"}},
            {"qwen3", {"head_dim", "num_hidden_layers"}},
            {"gpt2", {"n_embd", "n_layer", "n_head", "n_positions", "n_inner", "vocab_size"}},
            {"opt",
             {"hidden_size", "ffn_dim", "word_embed_proj_dim", "num_attention_heads",
              "max_position_embeddings"}},
            {"gpt_neox", {"hidden_size", "intermediate_size", "num_attention_heads"}}};
        const QStringList bad{"0",    "-4",   "1e30", "18446744073709551615", "2.5", "\"64\"",
                              "true", "[64]", "{}"};
        for (const auto& [type, keys] : counts)
            for (const QString& key : keys)
                for (const QString& value : bad)
                    QTest::newRow(qPrintable(type + " " + key + " " + value))
                        << type << key << value;
        const auto row = [](const char* type, const char* key, const char* value) {
            QTest::addRow("%s %s %s", type, key, value)
                << QString(type) << QString(key) << QString(value);
        };
        row("llama", "num_attention_heads", "33");
        row("llama", "num_key_value_heads", "5");
        row("llama", "head_dim", "127");
        row("llama", "head_dim", "1000000");
        row("llama", "rms_norm_eps", "-1");
        row("llama", "rms_norm_eps", "\"small\"");
        row("llama", "rope_theta", "0");
        row("llama", "rope_theta", "1");
        row("llama", "rope_scaling", "\"linear\"");
        row("llama", "rope_scaling", "[1, 2]");
        row("llama", "tie_word_embeddings", "\"yes\"");
        row("llama", "hidden_act", "7");
        row("gpt2", "n_head", "7");
        row("gpt2", "tie_word_embeddings", "1");
        row("opt", "do_layer_norm_before", "0");
        row("gpt_neox", "rotary_pct", "1.5");
        row("gpt_neox", "rotary_pct", "-0.1");
        row("gpt_neox", "use_parallel_residual", "null, \"hidden_size\": 100");
    }
    void hostileValuesAreRefused() {
        QFETCH(QString, type);
        QFETCH(QString, key);
        QFETCH(QString, value);
        const std::string text =
            fmt::format("{{\"model_type\": \"{}\", \"{}\": {}}}", type.toStdString(),
                        key.toStdString(), value.toStdString());
        const auto a = describeArchitecture(json::parse(text));
        QVERIFY2(!a, text.c_str());
        QCOMPARE(a.error().code, ErrorCode::BadInput);
        const QString message = QString::fromStdString(a.error().message);
        const QString named = value.contains("hidden_size") ? "hidden_size" : key;
        QVERIFY2(message.contains(named) || message.contains("head dimension"),
                 qPrintable(message));
        QVERIFY(message.size() < 300);
    }

    void hostileRotaryFactorsAreRefused_data() {
        QTest::addColumn<QString>("scaling");
        QTest::newRow("zero") << R"({"type": "linear", "factor": 0})";
        QTest::newRow("negative") << R"({"type": "linear", "factor": -2})";
        QTest::newRow("text") << R"({"type": "yarn", "factor": "4"})";
        QTest::newRow("type") << R"({"type": 4})";
        QTest::newRow("order")
            << R"({"type": "llama3", "low_freq_factor": 4, "high_freq_factor": 4})";
        QTest::newRow("context") << R"({"type": "yarn", "original_max_position_embeddings": -1})";
    }
    void hostileRotaryFactorsAreRefused() {
        QFETCH(QString, scaling);
        json config = {{"model_type", "llama"}};
        config["rope_scaling"] = json::parse(scaling.toStdString());
        const auto a = describeArchitecture(config);
        QVERIFY(!a);
        QCOMPARE(a.error().code, ErrorCode::BadInput);
        QVERIFY2(QString::fromStdString(a.error().message).contains("rope_scaling"),
                 a.error().message.c_str());
    }

    // Any value in any key of a real config: an answer, never a crash, and only finite frequencies.
    void anyValueInAnyKeyIsAnswered() {
        const json values = {nullptr,
                             true,
                             0,
                             -1,
                             3,
                             1.5,
                             1e300,
                             "",
                             "x",
                             json::array(),
                             json::object(),
                             json::array({1, "a", nullptr}),
                             {{"type", "yarn"}, {"factor", 1e-9}},
                             std::string(5000, 'y')};
        std::size_t answered = 0;
        for (const auto& entry : fs::directory_iterator(goldenFolder())) {
            if (!entry.is_directory()) continue;
            const json original = goldenConfig(entry.path().filename().c_str());
            for (const auto& [key, unused] : original.items())
                for (const json& value : values) {
                    json config = original;
                    config[key] = value;
                    const auto a = describeArchitecture(config);
                    ++answered;
                    if (!a) {
                        QVERIFY(!a.error().message.empty() && a.error().message.size() < 500);
                        continue;
                    }
                    for (const double f : a->rotary.inverseFrequencies) QVERIFY(std::isfinite(f));
                    QVERIFY(a->heads * a->headDim > 0 && a->heads % a->kvHeads == 0);
                }
        }
        QVERIFY(answered > 1000);
    }
};

QTEST_GUILESS_MAIN(TstFamilies)
#include "tst_families.moc"

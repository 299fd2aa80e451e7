// The tokenizers of real models on real texts. Whole files are compared with the reference
// libraries by tests/golden/tokenizers/check.py; the hashes here are of ids that it found equal.
#include "core/base/hash.h"
#include "tests/core/text/tokenizer_files.h"
#include "tests/support/shared_files.h"

#include <cstring>
#include <ctime>

using namespace bitsmith;
using bitsmith::test::Ids;
using bitsmith::test::sharedFile;

namespace {

std::string textOf(const char* relative) { return readTextFile(sharedFile(relative)).value(); }

QString hashOf(const Ids& ids) {
    std::string bytes(ids.size() * sizeof(TokenId), '\0');
    std::memcpy(bytes.data(), ids.data(), bytes.size());
    return QString::number(hash64(bytes), 16);
}

double seconds(std::clock_t since) {
    return static_cast<double>(std::clock() - since) / CLOCKS_PER_SEC;
}

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> parts;
    std::size_t at = 0;
    for (std::size_t end; (end = text.find(separator, at)) != std::string::npos;
         at = end + separator.size())
        parts.push_back(text.substr(at, end - at));
    parts.push_back(text.substr(at));
    return parts;
}

} // namespace

class TstRealTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void wholeFiles_data() {
        QTest::addColumn<QString>("model");
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("count");
        QTest::addColumn<QString>("hash");
        const auto row = [](const char* model, const char* text, int count, const char* hash) {
            QTest::addRow("%s %s", model, text) << model << text << count << hash;
        };
        row("prose-3m/hf", "wikitext-2-raw/wiki.test.raw", 450103, "d359c89dcb3e4f35");
        row("prose-3m/hf", "calibration-exllama/multilingual.utf8", 205991, "32885f88d8dc755e");
        row("prose-3m/hf", "calibration-exllama/code.utf8", 725848, "8caf3d6811e278b9");
        row("stories260K/hf", "wikitext-2-raw/wiki.test.raw", 809285, "7d37be5bc897e3b8");
        row("stories260K/hf", "calibration-exllama/multilingual.utf8", 244372, "df929efc92c88394");
        row("stories260K/hf", "calibration-exllama/code.utf8", 987945, "7edee4ef5e66860b");
        row("char-gpt-shakespeare/hf", "wikitext-2-raw/wiki.test.raw", 1288556, "302e97837644e933");
        row("char-gpt-shakespeare/hf", "calibration-exllama/multilingual.utf8", 223218,
            "9917737771e0ffa0");
        row("char-gpt-shakespeare/hf", "calibration-exllama/code.utf8", 1345810,
            "14cabfd33c121b2d");
        row("gpt2-attention-partial", "wikitext-2-raw/wiki.test.raw", 286221, "e1cb78b3e71b4e8e");
        row("gpt2-attention-partial", "calibration-exllama/multilingual.utf8", 138113,
            "f98e3b2096f87455");
        row("gpt2-attention-partial", "calibration-exllama/code.utf8", 570568, "bf1834f7b6c4f75c");
        row("qwen2.5-0.5b-lora-r8", "wikitext-2-raw/wiki.test.raw", 299078, "5f1a828d0b66d450");
        row("qwen2.5-0.5b-lora-r8", "calibration-exllama/multilingual.utf8", 78556,
            "ec1f442583d7b50f");
        row("qwen2.5-0.5b-lora-r8", "calibration-exllama/code.utf8", 372037, "5a6f491393419a79");
    }
    void wholeFiles() {
        BITSMITH_NEEDS_SHARED("models/prose-3m/hf/tokenizer.json");
        QFETCH(QString, model);
        QFETCH(QString, text);
        const auto tokenizer = loadTokenizer(sharedFile("models/" + model.toStdString()));
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        const std::string content = textOf(("corpora/" + text.toStdString()).c_str());
        const std::clock_t started = std::clock();
        const Ids ids = (*tokenizer)->encode(content);
        qInfo("%s: %.1f MB/s", qPrintable(model),
              static_cast<double>(content.size()) / 1e6 / (seconds(started) + 1e-3));
        QTEST(static_cast<int>(ids.size()), "count");
        QTEST(hashOf(ids), "hash");
        if ((*tokenizer)->kind() == "byte-level BPE")
            QVERIFY((*tokenizer)->decode(ids, true) == content);
    }

    void publishedVectorsOfGpt2() {
        BITSMITH_NEEDS_SHARED("corpora/tokenizer-vectors/ggml-vocab-gpt-2.gguf.inp");
        BITSMITH_NEEDS_SHARED("models/gpt2-attention-partial/vocab.json");
        const auto tokenizer = loadTokenizer(sharedFile("models/gpt2-attention-partial")).value();
        const std::string base = "corpora/tokenizer-vectors/ggml-vocab-gpt-2.gguf";
        const auto texts = split(textOf((base + ".inp").c_str()), "\n__ggml_vocab_test__\n");
        const auto lines = split(textOf((base + ".out").c_str()), "\n");
        QVERIFY(texts.size() > 40 && lines.size() >= texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QString line;
            for (const TokenId id : tokenizer->encode(texts[i], false))
                line += " " + QString::number(id);
            QCOMPARE(line, QString::fromStdString(lines[i]));
        }
    }

    // Of the two files of one model tokenizer.model decides; both must be sound.
    void tokenizerModelDecides() {
        BITSMITH_NEEDS_SHARED("models/stories260K/hf/tokenizer.model");
        const std::string base = "models/stories260K/hf/";
        test::TokenizerFolder json, both;
        for (const char* name : {"tokenizer.json", "tokenizer_config.json"})
            json.write(name, textOf((base + name).c_str()));
        for (const char* name : {"tokenizer.json", "tokenizer.model", "tokenizer_config.json"})
            both.write(name, textOf((base + name).c_str()));
        QCOMPARE(both.load().value()->kind(), std::string_view("SentencePiece"));
        QCOMPARE(json.load().value()->kind(), std::string_view("BPE"));
        QCOMPARE(json.load().value()->endToken().value(), 2);
        const std::string prose = "Once upon a time, there was a smith.";
        QCOMPARE(both.load().value()->encode(prose), json.load().value()->encode(prose));
        // The converted file trims every line, the original only the whole text.
        const std::string lines = "One \n Two";
        QVERIFY(both.load().value()->encode(lines) != json.load().value()->encode(lines));
        both.write("tokenizer.json", "{");
        QVERIFY(both.load().error().message.find("tokenizer.json") != std::string::npos);
        json.write("tokenizer.model", "IQ== 0\nIg== 1\n"); // not SentencePiece, though so named
        QCOMPARE(json.load().value()->kind(), std::string_view("BPE"));
    }

    // Texts made to keep a tokenizer busy; the time limit is the test.
    void hostileTextsAreQuick_data() {
        QTest::addColumn<QString>("model");
        for (const char* model : {"prose-3m/hf", "stories260K/hf", "gpt2-attention-partial",
                                  "qwen2.5-0.5b-lora-r8", "char-gpt-shakespeare/hf"})
            QTest::newRow(model) << model;
    }
    void hostileTextsAreQuick() {
        QFETCH(QString, model);
        BITSMITH_NEEDS_SHARED("models/prose-3m/hf/tokenizer.json");
        const auto tokenizer = loadTokenizer(sharedFile("models/" + model.toStdString())).value();
        constexpr std::size_t Size = 300'000;
        std::vector<std::string> texts;
        for (const char c : {' ', 'a', '\n', '1', '!', '<', '\0', '\xFF'})
            texts.emplace_back(Size, c);
        texts.push_back(std::string(Size, ' ') + "x");
        texts.push_back("x" + std::string(Size, ' ') + "\n");
        texts.emplace_back();
        while (texts.back().size() < Size) texts.back() += "a\u0301\u0323";
        texts.emplace_back();
        while (texts.back().size() < Size) texts.back() += "<|im_start|";
        for (const std::string& text : texts) {
            const std::clock_t started = std::clock(); // processor time: others may be busy
            const Ids ids = tokenizer->encode(text);
            QVERIFY(ids.size() <= text.size() * 3 + 2);
            QVERIFY2(seconds(started) < 10,
                     qPrintable(QString("%1 s for '%2'...")
                                    .arg(seconds(started))
                                    .arg(QString::fromStdString(text.substr(0, 8)))));
        }
    }
};

QTEST_GUILESS_MAIN(TstRealTokenizers)
#include "tst_real_tokenizers.moc"

// The tokenizer of a GGUF: as files of a folder and back, and against what llama.cpp makes of real
// vocabularies.
#include "core/io/gguf_file.h"
#include "core/model/gguf/gguf_keys.h"
#include "core/text/byte_level.h"
#include "core/text/gguf_cuts.h"
#include "core/text/gguf_vocabulary.h"
#include "core/text/pre_tokenizers.h"
#include "core/text/tokenizer.h"
#include "tests/core/text/tokenizer_files.h"
#include "tests/support/shared_files.h"

#include <nlohmann/json.hpp>

#include <QTest>

using namespace bitsmith;
using test::Ids;

namespace {

std::string textOf(const std::filesystem::path& path) { return readTextFile(path).value(); }

std::vector<std::string> split(const std::string& text, const std::string& separator) {
    std::vector<std::string> out;
    std::size_t from = 0;
    for (std::size_t at; (at = text.find(separator, from)) != std::string::npos;
         from = at + separator.size())
        out.push_back(text.substr(from, at - from));
    out.push_back(text.substr(from));
    return out;
}

TextFiles inMemory(const GgufVocabulary& vocabulary) {
    auto made = tokenizerFiles(vocabulary);
    if (!made) qFatal("%s", made.error().message.c_str());
    TextFiles files("made");
    for (TokenizerFile& file : *made) files.add(file.name, std::move(file.content));
    return files;
}

std::shared_ptr<const Tokenizer> load(const GgufVocabulary& vocabulary) {
    auto tokenizer = loadTokenizer(inMemory(vocabulary));
    if (!tokenizer) qFatal("%s", tokenizer.error().message.c_str());
    return *tokenizer;
}

GgufVocabulary ofFile(const std::string& name) {
    const auto file =
        GgufFile::open(test::sharedFile("corpora/tokenizer-vectors/ggml-vocab-" + name + ".gguf"));
    return readGgufVocabulary((*file)->metadata()).value();
}

GgufVocabulary small() {
    GgufVocabulary v;
    v.model = "gpt2";
    v.pre = "gpt-2";
    for (int byte = 0; byte < 256; ++byte) {
        std::string letter;
        byte_level::appendByte(letter, static_cast<unsigned char>(byte));
        v.tokens.push_back(letter);
    }
    v.tokens.insert(v.tokens.end(), {"th", "the", "<|end|>", "[PAD259]"});
    v.types.assign(v.tokens.size(), GgufTokenType::Normal);
    v.types[258] = GgufTokenType::Control;
    v.types[259] = GgufTokenType::Unused;
    v.merges = {"t h", "th e"};
    v.begin = v.end = 258;
    return v;
}

} // namespace

class TstGgufVocabulary : public QObject {
    Q_OBJECT
private slots:
    // What llama.cpp itself makes of these texts (its own test vectors).
    void vectorsOfLlamaCpp_data() {
        QTest::addColumn<QString>("name");
        QTest::newRow("byte-level") << "gpt-2";
        QTest::newRow("SentencePiece") << "llama-spm";
    }
    void vectorsOfLlamaCpp() {
        BITSMITH_NEEDS_SHARED("corpora/tokenizer-vectors/ggml-vocab-gpt-2.gguf");
        QFETCH(QString, name);
        const std::string base =
            "corpora/tokenizer-vectors/ggml-vocab-" + name.toStdString() + ".gguf";
        const auto tokenizer = load(ofFile(name.toStdString()));
        const auto texts =
            split(textOf(test::sharedFile(base + ".inp")), "\n__ggml_vocab_test__\n");
        const auto lines = split(textOf(test::sharedFile(base + ".out")), "\n");
        QVERIFY(texts.size() > 40 && lines.size() >= texts.size());
        for (std::size_t i = 0; i < texts.size(); ++i) {
            QString line;
            for (const TokenId id : tokenizer->encode(texts[i], false))
                line += " " + QString::number(id);
            QCOMPARE(line, QString::fromStdString(lines[i]));
        }
    }

    // The same vocabulary, from the files made of it.
    void comesBack_data() {
        QTest::addColumn<QString>("name");
        for (const char* name : {"gpt-2", "gpt-neox", "llama-spm"}) QTest::newRow(name) << name;
    }
    void comesBack() {
        BITSMITH_NEEDS_SHARED("corpora/tokenizer-vectors/ggml-vocab-gpt-2.gguf");
        QFETCH(QString, name);
        const GgufVocabulary before = ofFile(name.toStdString());
        const GgufVocabulary after = ggufVocabulary(inMemory(before), before.tokens.size()).value();
        QCOMPARE(after.model, before.model);
        QVERIFY(after.warnings.empty());
        QVERIFY(after.scores == before.scores);
        QVERIFY(after.merges == before.merges);
        QCOMPARE(after.begin, before.begin);
        QCOMPARE(after.end, before.end);
        for (std::size_t id = 0; id < before.tokens.size(); ++id) {
            QCOMPARE(after.types[id], before.types[id]);
            if (before.types[id] != GgufTokenType::Unused) // padding has names of its writer
                QCOMPARE(after.tokens[id], before.tokens[id]);
        }
    }

    void metadataCarriesEverything() {
        GgufVocabulary before = small();
        before.addBegin = true;
        before.chatTemplate = "{{ messages }}";
        before.padding = 259;
        GgufMetadata metadata;
        writeGgufVocabulary(before, metadata);
        const GgufVocabulary after = readGgufVocabulary(metadata).value();
        QVERIFY(after.tokens == before.tokens && after.types == before.types);
        QVERIFY(after.merges == before.merges && after.chatTemplate == before.chatTemplate);
        QCOMPARE(after.begin, before.begin);
        QCOMPARE(after.padding, before.padding);
        QCOMPARE(after.addBegin, before.addBegin);
        QCOMPARE(after.pre, before.pre);
    }

    // Every name of a cut leads to a tokenizer.json that leads back to an equal cut.
    void cutsComeBack() {
        for (const char* name : {"gpt-2", "llama-bpe", "dbrx", "qwen2", "qwen35", "tekken",
                                 "gpt-4o", "starcoder", "default"}) {
            const GgufCut* cut = findGgufCut(name);
            QVERIFY2(cut, name);
            const GgufCut* back = recognizeCut(preTokenizerOf(*cut), cut->ignoreMerges);
            QVERIFY2(back, name);
            QCOMPARE(back->name, std::string_view(name));
        }
        const nlohmann::json other = nlohmann::json::parse(
            R"({"type": "Sequence", "pretokenizers": [
                {"type": "Split", "pattern": {"Regex": "x+"}, "behavior": "Isolated"},
                {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})");
        QVERIFY(!recognizeCut(other, false));
    }

    void beginAndChatAreCarried() {
        GgufVocabulary v = small();
        QCOMPARE(load(v)->encode("the"), Ids{257});
        v.addBegin = true;
        v.chatTemplate = "{{ bos_token }}";
        QCOMPARE(load(v)->encode("the"), (Ids{258, 257}));
        QCOMPARE(load(v)->encode("the<|end|>", false), (Ids{257, 258}));
        const GgufVocabulary back = ggufVocabulary(inMemory(v), 262).value();
        QCOMPARE(back.addBegin, std::optional(true));
        QCOMPARE(back.addEnd, std::optional(false));
        QCOMPARE(back.chatTemplate, v.chatTemplate);
        QCOMPARE(back.tokens.size(), 262u);
        QCOMPARE(back.tokens[261], std::string("[PAD261]"));
        QCOMPARE(back.types[261], GgufTokenType::Unused);
        v.pre = "llama-bpe"; // says so by its name
        v.addBegin.reset();
        QCOMPARE(load(v)->encode("the"), (Ids{258, 257}));
    }

    void saysWhatItCannot_data() {
        QTest::addColumn<QString>("change");
        QTest::addColumn<QString>("expected");
        QTest::newRow("WordPiece") << "bert"
                                   << "WordPiece";
        QTest::newRow("Unigram") << "t5"
                                 << "Unigram";
        QTest::newRow("cut") << "cut"
                             << "'a-new-cut'";
        QTest::newRow("types") << "types"
                               << "token_type";
        QTest::newRow("twice") << "twice"
                               << "twice";
        QTest::newRow("merge") << "merge"
                               << "merges[1]";
        QTest::newRow("not text") << "utf8"
                                  << "tokens[3]";
        QTest::newRow("none") << "none"
                              << "tokens";
    }
    void saysWhatItCannot() {
        QFETCH(QString, change);
        QFETCH(QString, expected);
        GgufVocabulary v = small();
        if (change == "bert" || change == "t5") v.model = change.toStdString();
        if (change == "cut") v.pre = "a-new-cut";
        if (change == "types") v.types.pop_back();
        if (change == "twice") v.tokens[1] = v.tokens[0];
        if (change == "merge") v.merges[1] = "nothing";
        if (change == "utf8") v.tokens[3] = "\xFF";
        if (change == "none") v.tokens.clear();
        const auto files = tokenizerFiles(v);
        QVERIFY(!files);
        QVERIFY2(files.error().message.find(expected.toStdString()) != std::string::npos,
                 files.error().message.c_str());
    }

    // A vocabulary of pieces that only a list of merges describes: scores that give the same ids.
    void mergesBecomeScores() {
        const auto json = test::goldenFolder("pieces_json");
        const auto tokenizer = loadTokenizer(json).value();
        const GgufVocabulary v =
            ggufVocabulary(TextFiles::folder(json), tokenizer->vocabularySize()).value();
        QCOMPARE(v.model, std::string("llama"));
        const auto back = load(v);
        for (const char* text : {"the quick brown fox", "12 345", "na\u00EFve caf\u00E9", "a", ""})
            QCOMPARE(back->encode(text, false), tokenizer->encode(text, false));
    }

    void otherKindsAreRefused() {
        const auto words =
            ggufVocabulary(TextFiles::folder(test::goldenFolder("characters")), 1000);
        QVERIFY(!words);
        QCOMPARE(words.error().code, ErrorCode::Unsupported);
        QVERIFY2(words.error().message.find("GGUF has no form") != std::string::npos,
                 words.error().message.c_str());
        const auto many = ggufVocabulary(TextFiles::folder(test::goldenFolder("gpt2")), 10);
        QVERIFY(!many);
        QVERIFY2(many.error().message.find("embedding has 10 rows") != std::string::npos,
                 many.error().message.c_str());
    }

    void goldenTokenizersKeepTheirIds_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("pre");
        QTest::newRow("gpt2") << "gpt2"
                              << "gpt-2";
        QTest::newRow("llama3") << "llama3"
                                << "llama-bpe";
        QTest::newRow("qwen2") << "qwen2"
                               << "qwen2";
        QTest::newRow("qwen2 files") << "qwen2_files"
                                     << "qwen2";
        QTest::newRow("pieces") << "pieces"
                                << "default";
    }
    void goldenTokenizersKeepTheirIds() {
        QFETCH(QString, folder);
        QFETCH(QString, pre);
        const auto path = test::goldenFolder(folder.toStdString());
        const auto tokenizer = loadTokenizer(path).value();
        const GgufVocabulary v =
            ggufVocabulary(TextFiles::folder(path), tokenizer->vocabularySize() + 3).value();
        QCOMPARE(QString::fromStdString(v.pre), pre);
        const auto back = load(v);
        for (const char* text : {"Hello, world!", " 1234567 it's  three   spaces\n\nnext",
                                 "\u00FCber \u4F60\u597D", "x"}) {
            QCOMPARE(back->encode(text), tokenizer->encode(text));
            const Ids ids = tokenizer->encode(text);
            QCOMPARE(back->decode(ids), tokenizer->decode(ids));
        }
    }
};

QTEST_GUILESS_MAIN(TstGgufVocabulary)
#include "tst_gguf_vocabulary.moc"

// Broken, strange and malicious tokenizer files: every one is refused with a message that names
// the file and the place, or works; none crashes, hangs or fills the memory.
#include "core/base/memory.h"
#include "core/base/random.h"
#include "tests/core/text/tokenizer_files.h"

#include <nlohmann/json.hpp>

using namespace bitsmith;
using bitsmith::test::goldenFolder;
using bitsmith::test::Ids;
using bitsmith::test::loadJson;
using bitsmith::test::TokenizerFolder;
using nlohmann::json;

namespace {

// A valid tokenizer.json, to be changed in one place.
json sound() {
    return json::parse(R"({"added_tokens": [], "normalizer": null, "pre_tokenizer": null,
        "post_processor": null, "decoder": null,
        "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "ab": 2}, "merges": ["a b"]}})");
}

std::string changed(const char* pointer, const char* value) {
    json out = sound();
    out[json::json_pointer(pointer)] = json::parse(value);
    return out.dump();
}

std::string golden(const char* relative) { return readTextFile(goldenFolder(relative)).value(); }

void tryOut(const Tokenizer& tokenizer) {
    const std::string text =
        "The smith's 42 <s>\u94c1\u5320</s> \U0001f600\n\n <|endoftext|>e\u0301 ";
    for (const bool special : {false, true}) {
        const Ids ids = tokenizer.encode(text, special);
        tokenizer.decode(ids, special);
        for (const TokenId id : ids) tokenizer.tokenBytes(id);
    }
}

} // namespace

class TstHostileTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theSoundOneLoads() {
        const auto tokenizer = loadJson(sound().dump());
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        QCOMPARE((*tokenizer)->encode("aab"), (Ids{0, 2}));
        QCOMPARE((*tokenizer)->encode(""), Ids{});
    }

    void brokenJsonIsRefused_data() {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<int>("code");
        QTest::addColumn<QString>("mention");
        const auto raw = [](const char* name, const std::string& text, const char* mention) {
            QTest::newRow(name) << QByteArray::fromStdString(text)
                                << static_cast<int>(ErrorCode::BadInput) << mention;
        };
        const auto row = [&](const char* name, const char* pointer, const char* value,
                             const char* mention) { raw(name, changed(pointer, value), mention); };
        const auto unknown = [](const char* name, const char* pointer, const char* value,
                                const char* mention) {
            QTest::newRow(name) << QByteArray::fromStdString(changed(pointer, value))
                                << static_cast<int>(ErrorCode::Unsupported) << mention;
        };
        raw("empty", "", "line 1");
        raw("cut", "{\n \"model\": {", "line 2");
        raw("binary",
            std::string("\x7f"
                        "ELF\0\1",
                        6),
            "line 1, column 1");
        raw("list", "[1, 2]", "expected an object");
        raw("no model", "{}", "'model' is missing");
        raw("deep", std::string(1'000'000, '['), "deeper than 64");
        raw("bad UTF-8", "{\"model\": \"\xFF\"}", "not valid JSON");
        row("model is text", "/model", "\"BPE\"", "model");
        row("no vocabulary", "/model/vocab", "null", "'vocab' is missing");
        row("empty vocabulary", "/model/vocab", "{}", "no tokens");
        row("vocabulary list", "/model/vocab", "[\"a\"]", "model.vocab");
        row("text id", "/model/vocab/a", "\"0\"", "token 'a'");
        row("fraction id", "/model/vocab/a", "0.5", "token 'a'");
        row("negative id", "/model/vocab/a", "-1", "-1");
        row("huge id", "/model/vocab/a", "18446744073709551615", "too large");
        row("big id", "/model/vocab/a", "4000000000", "4000000000");
        row("far id", "/model/vocab/a", "60000000", "far beyond");
        row("same id", "/model/vocab/a", "1", "'a' and 'b'");
        row("merge of nothing known", "/model/merges/0", "\"a c\"", "'c'");
        row("merge into nothing known", "/model/merges/0", "\"b a\"", "'ba'");
        row("merge of one", "/model/merges/0", "\"ab\"", "model.merges[0]");
        row("merge of three", "/model/merges/0", "\"a b c\"", "model.merges[0]");
        row("merge list of one", "/model/merges/0", "[\"a\"]", "model.merges[0]");
        row("merge number", "/model/merges/0", "7", "model.merges[0]");
        row("merges missing", "/model/merges", "null", "model");
        row("flag is text", "/model/byte_fallback", "\"yes\"", "model.byte_fallback");
        row("added without id", "/added_tokens/0", R"({"content": "x"})", "added_tokens[0]");
        row("added without text", "/added_tokens/0", R"({"id": 5})", "'content' is missing");
        row("added id taken", "/added_tokens/0", R"({"id": 1, "content": "x"})", "'b'");
        row("added id huge", "/added_tokens/0", R"({"id": 99999999999, "content": "x"})",
            "outside");
        row("invalid regex", "/pre_tokenizer",
            R"({"type": "Split", "pattern": {"Regex": "a{2,1}"}, "behavior": "Isolated"})",
            "pre_tokenizer.pattern.Regex");
        row("no pattern", "/normalizer", R"({"type": "Replace", "pattern": "x", "content": ""})",
            "normalizer.pattern");
        row("empty pattern", "/normalizer",
            R"({"type": "Replace", "pattern": {"String": ""}, "content": ""})", "empty");
        row("part without type", "/decoder", "{}", "decoder: 'type' is missing");
        row("part of the wrong kind", "/decoder", "[]", "decoder");
        row("strip by less than nothing", "/decoder",
            R"({"type": "Strip", "content": " ", "start": -1, "stop": 0})", "decoder.start");
        row("template without the text", "/post_processor",
            R"({"type": "TemplateProcessing", "single": [], "special_tokens": {}})", "single");
        row("template of unknown", "/post_processor",
            R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}},
                {"Sequence": {"id": "A"}}], "special_tokens": {}})",
            "'<s>' is missing");
        row("template of absent id", "/post_processor",
            R"({"type": "TemplateProcessing", "single": [{"SpecialToken": {"id": "<s>"}},
                {"Sequence": {"id": "A"}}], "special_tokens": {"<s>": {"ids": [77]}}})",
            "77");
        unknown("model", "/model/type", "\"Unigram\"", "model: the model 'Unigram'");
        unknown("normalizer", "/normalizer", R"({"type": "Precompiled"})", "'Precompiled'");
        unknown("nested", "/normalizer",
                R"({"type": "Sequence", "normalizers": [{"type": "NFC"}, {"type": "Nmt"}]})",
                "normalizer.normalizers[1]: the normalizer 'Nmt'");
        unknown("pre-tokenizer", "/pre_tokenizer", R"({"type": "UnicodeScripts"})",
                "'UnicodeScripts'");
        unknown("post-processor", "/post_processor", R"({"type": "Weird"})", "'Weird'");
        unknown("decoder", "/decoder", R"({"type": "CTC"})", "'CTC'");
        unknown("behavior", "/pre_tokenizer",
                R"({"type": "Split", "pattern": {"String": " "}, "behavior": "Shuffled"})",
                "'Shuffled'");
        unknown("regex dialect", "/pre_tokenizer",
                R"({"type": "Split", "pattern": {"Regex": "[a-z&&[^b]]"}, "behavior": "Isolated"})",
                "intersection");
    }
    void brokenJsonIsRefused() {
        QFETCH(QByteArray, text);
        QFETCH(int, code);
        QFETCH(QString, mention);
        const auto tokenizer = loadJson(text.toStdString());
        QVERIFY(!tokenizer);
        const QString message = QString::fromStdString(tokenizer.error().message);
        QVERIFY2(message.contains(mention), qPrintable(message));
        QVERIFY2(message.contains("tokenizer.json"), qPrintable(message));
        QCOMPARE(static_cast<int>(tokenizer.error().code), code);
    }

    void filesBesideAreNamed() {
        QVERIFY(TokenizerFolder().load().value() == nullptr);
        const auto says = [](const TokenizerFolder& folder, ErrorCode code, const char* mention) {
            const auto tokenizer = folder.load();
            if (tokenizer || tokenizer.error().code != code) return false;
            const bool found = tokenizer.error().message.find(mention) != std::string::npos;
            if (!found) qWarning("%s", tokenizer.error().message.c_str());
            return found;
        };
        const auto bad = ErrorCode::BadInput;
        TokenizerFolder both;
        both.write("tokenizer.json", "{")
            .write("tokenizer.model", golden("pieces/tokenizer.model"));
        QVERIFY(says(both, bad, "tokenizer.json"));
        TokenizerFolder config;
        config.write("tokenizer.json", sound().dump()).write("tokenizer_config.json", "nonsense");
        QVERIFY(says(config, bad, "tokenizer_config.json"));
        TokenizerFolder pieces;
        QVERIFY(says(pieces.write("tokenizer.model", "nonsense"), bad, "tokenizer.model"));
        QVERIFY(says(pieces.write("tokenizer.model", ""), bad, "tokenizer.model"));
        TokenizerFolder files;
        QVERIFY(says(files.write("vocab.json", R"({"a": 0, "b": 1})"), bad, "merges.txt"));
        QVERIFY(says(files.write("merges.txt", "#version: 0.2\na b\n"), bad, "'ab'"));
        QVERIFY(says(files.write("merges.txt", "#version: 0.2\n\na\n"), bad, "line 3"));
        files.write("merges.txt", "#version: 0.2\r\n\r\n").write("tokenizer_config.json", "{}");
        QCOMPARE(files.load().value()->encode("ab"), (Ids{0, 1}));
        files.write("tokenizer_config.json", R"({"tokenizer_class": "CLIPTokenizer"})");
        QVERIFY(says(files, ErrorCode::Unsupported, "CLIPTokenizer"));
        files.write("tokenizer_config.json",
                    R"({"added_tokens_decoder": {"x": {"content": "y"}}})");
        QVERIFY(says(files, bad, "added_tokens_decoder"));
        files.write("tokenizer_config.json", "{}").write("added_tokens.json", R"({"b2": 1})");
        QVERIFY(says(files, bad, "b2"));
    }

    void runawayRegularExpressionsInFilesEnd() {
        const auto tokenizer = loadJson(changed(
            "/pre_tokenizer",
            R"({"type": "Split", "pattern": {"Regex": "(a+)+$|(?:a|ab)+\\d"}, "behavior": "Isolated"})"));
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        QCOMPARE((*tokenizer)->encode(std::string(5000, 'a') + "b").size(), std::size_t(5000));
    }

    void everyCutFileIsRefused() {
        for (const char* name : {"gpt2", "pieces_json"}) {
            const std::string whole = golden((std::string(name) + "/tokenizer.json").c_str());
            const std::size_t end = whole.find_last_of('}');
            for (std::size_t size = 0; size <= end; size += 97)
                QVERIFY(!loadJson(whole.substr(0, size)));
        }
    }

    void alteredFilesDoNoHarm_data() {
        QTest::addColumn<QString>("folder");
        QTest::addColumn<QString>("file");
        for (const char* name : {"gpt2", "llama3", "pieces_json"})
            QTest::newRow(name) << name << "tokenizer.json";
        QTest::newRow("pieces") << "pieces"
                                << "tokenizer.model";
        QTest::newRow("vocabulary") << "qwen2_files"
                                    << "vocab.json";
        QTest::newRow("merges") << "qwen2_files"
                                << "merges.txt";
    }
    void alteredFilesDoNoHarm() {
        QFETCH(QString, folder);
        QFETCH(QString, file);
        const auto source = goldenFolder(folder.toStdString());
        const std::string whole = readTextFile(source / file.toStdString()).value();
        TokenizerFolder copy;
        for (const auto& entry : std::filesystem::directory_iterator(source))
            copy.write(entry.path().filename().c_str(), readTextFile(entry.path()).value());
        Rng rng(3, folder.toStdString(), file.toStdString());
        int loaded = 0;
        for (int round = 0; round < 300; ++round) {
            std::string text = whole;
            for (std::uint64_t i = 0, edits = 1 + rng.below(2); i < edits; ++i) {
                const std::size_t at = rng.below(text.size());
                switch (rng.below(4)) {
                case 0:
                    text[at] = static_cast<char>(rng.below(256));
                    break;
                case 1:
                    text.erase(at, 1 + rng.below(3));
                    break;
                case 2:
                    text.insert(at, text.substr(rng.below(text.size()), rng.below(40)));
                    break;
                default:
                    text[at] = "0123456789abcdef"[rng.below(16)];
                    break;
                }
            }
            copy.write(file.toStdString().c_str(), text);
            const auto tokenizer = copy.load();
            if (!tokenizer) {
                QVERIFY(!tokenizer.error().message.empty());
                continue;
            }
            ++loaded;
            tryOut(**tokenizer);
        }
        qInfo("%d of 300 altered files still load", loaded);
        QVERIFY(peakResidentBytes() < std::uint64_t{1} << 30);
    }
};

QTEST_GUILESS_MAIN(TstHostileTokenizers)
#include "tst_hostile_tokenizers.moc"

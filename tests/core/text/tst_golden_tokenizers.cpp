// The small tokenizers of tests/golden/tokenizers against what the reference libraries make of the
// same texts (Hugging Face tokenizers 0.23.3, sentencepiece 0.2.3; make_golden.py regenerates).
#include "tests/core/text/tokenizer_files.h"

#include <nlohmann/json.hpp>

#include <thread>

using namespace bitsmith;
using bitsmith::test::goldenFolder;
using bitsmith::test::Ids;

namespace {

nlohmann::json golden() {
    return nlohmann::json::parse(readTextFile(goldenFolder("golden.json")).value());
}

std::string joinedBytes(const Tokenizer& tokenizer, const Ids& ids) {
    std::string out;
    for (const TokenId id : ids) out += tokenizer.tokenBytes(id);
    return out;
}

} // namespace

class TstGoldenTokenizers : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void idsAndTextsAreTheReferences_data() {
        QTest::addColumn<QString>("folder");
        for (const char* name :
             {"gpt2", "llama3", "qwen2", "qwen2_files", "pieces_json", "pieces", "characters"})
            QTest::newRow(name) << name;
    }
    void idsAndTextsAreTheReferences() {
        QFETCH(QString, folder);
        const auto tokenizer = loadTokenizer(goldenFolder(folder.toStdString()));
        QVERIFY2(tokenizer.has_value(), tokenizer ? "" : tokenizer.error().message.c_str());
        int compared = 0;
        for (const auto& group : golden()) {
            if (group["folder"] != folder.toStdString()) continue;
            for (const auto& entry : group["texts"]) {
                const auto text = entry["text"].get<std::string>();
                const Ids wanted = entry["ids"].get<Ids>();
                const QByteArray shown = QByteArray::fromStdString(text).toPercentEncoding();
                QVERIFY2((*tokenizer)->encode(text) == wanted, shown.constData());
                QVERIFY2((*tokenizer)->decode(wanted) == entry["decoded"].get<std::string>(),
                         shown.constData());
                ++compared;
            }
        }
        QVERIFY(compared > 150);
    }

    void byteLevelTokenizersLoseNothing_data() {
        QTest::addColumn<QString>("folder");
        for (const char* name : {"gpt2", "llama3"}) QTest::newRow(name) << name;
    }
    void byteLevelTokenizersLoseNothing() {
        QFETCH(QString, folder);
        const auto tokenizer = loadTokenizer(goldenFolder(folder.toStdString())).value();
        const auto texts = golden()[0]["texts"];
        QVERIFY(texts.size() > 150);
        for (const auto& entry : texts) {
            const auto text = entry["text"].get<std::string>();
            // [MASK] takes the space in front of it along, which its own text does not show.
            if (text.find("[MASK]") != std::string::npos) continue;
            const Ids ids = tokenizer->encode(text, false);
            QCOMPARE(tokenizer->decode(ids, true), text);
            QCOMPARE(joinedBytes(*tokenizer, ids), text);
        }
    }

    void specialTokensAreInFrontOnDemand() {
        const auto llama3 = loadTokenizer(goldenFolder("llama3")).value();
        QCOMPARE(llama3->encode("", true), Ids{0});
        QCOMPARE(llama3->encode("", false), Ids{});
        QCOMPARE(llama3->beginToken().value(), 0);
        const auto pieces = loadTokenizer(goldenFolder("pieces")).value();
        QCOMPARE(pieces->encode("", true), Ids{1}); // LlamaTokenizer adds <s> unless told not to
        QCOMPARE(pieces->beginToken().value(), 1);
        QCOMPARE(pieces->endToken().value(), 2);
        QCOMPARE(pieces->encode("ice", true).size(), pieces->encode("ice", false).size() + 1);
        QCOMPARE(pieces->decode(pieces->encode("ice")), std::string("ice"));
        QCOMPARE(pieces->decode(pieces->encode("ice"), true), std::string("<s>ice"));
        const auto files = loadTokenizer(goldenFolder("qwen2_files")).value();
        QVERIFY(!files->beginToken());
        QCOMPARE(files->endToken().value(), 2);
        QCOMPARE(files->encode("<|im_end|>"), Ids{2});
        QCOMPARE(files->decode(Ids{2}), std::string());
        QCOMPARE(files->decode(Ids{2}, true), std::string("<|im_end|>"));
    }

    void tokenBytesAreThoseInTheMiddleOfAText() {
        for (const char* name : {"pieces", "pieces_json"}) {
            const auto tokenizer = loadTokenizer(goldenFolder(name)).value();
            const std::string text = "the 32 groups \u94c1\u5320 \U0001f600!";
            const Ids ids = tokenizer->encode(text, false);
            QCOMPARE(joinedBytes(*tokenizer, ids), " " + text);
            QCOMPARE(tokenizer->tokenBytes(3 + 0x0A), std::string("\n"));
            QCOMPARE(tokenizer->tokenBytes(-1), std::string());
            QCOMPARE(tokenizer->tokenBytes(1 << 30), std::string());
            QCOMPARE(tokenizer->decode(Ids{-5, 1 << 30}), std::string());
            QCOMPARE(tokenizer->vocabularySize(), std::size_t(620));
        }
    }

    void invalidUtf8IsReplaced() {
        for (const char* name : {"gpt2", "qwen2", "pieces", "pieces_json", "characters"}) {
            const auto tokenizer = loadTokenizer(goldenFolder(name)).value();
            const std::string broken = "a\xC3(b\xE2\x82\xFF\xF0\x9F\x98 c\xED\xA0\x80";
            const std::string mended = "a\uFFFD(b\uFFFD\uFFFD\uFFFD c\uFFFD\uFFFD\uFFFD";
            QCOMPARE(tokenizer->encode(broken), tokenizer->encode(mended));
        }
        const auto gpt2 = loadTokenizer(goldenFolder("gpt2")).value();
        const Ids euro = gpt2->encode("\u20ac");
        QCOMPARE(euro.size(), std::size_t(3));
        QCOMPARE(gpt2->decode(Ids{euro[0], euro[1]}), std::string("\uFFFD"));
    }

    void severalThreadsMayUseOne() {
        const auto texts = golden()[0]["texts"];
        for (const char* name : {"gpt2", "pieces", "pieces_json"}) {
            const auto tokenizer = loadTokenizer(goldenFolder(name)).value();
            std::vector<std::string> answers(4);
            {
                std::vector<std::jthread> threads;
                for (std::string& answer : answers)
                    threads.emplace_back([&] {
                        for (const auto& entry : texts)
                            for (const TokenId id :
                                 tokenizer->encode(entry["text"].get<std::string>()))
                                answer += std::to_string(id) + " ";
                    });
            }
            for (const std::string& answer : answers) QCOMPARE(answer, answers[0]);
        }
    }
};

QTEST_GUILESS_MAIN(TstGoldenTokenizers)
#include "tst_golden_tokenizers.moc"

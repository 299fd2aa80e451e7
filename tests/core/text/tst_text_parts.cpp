// core/text below the tokenizers: UTF-8, Unicode forms, regular expressions, splitting.
#include "core/text/added_tokens.h"
#include "core/text/byte_level.h"
#include "core/text/pattern.h"
#include "core/text/split_behavior.h"
#include "core/text/unicode.h"
#include "core/text/utf8.h"

#include <QTest>
#include <nlohmann/json.hpp>

using namespace bitsmith;

namespace {

std::vector<std::string> found(std::string_view regex, std::string_view text) {
    std::vector<std::string> out;
    for (const TextRange range : Regex::compile(regex).value().findAll(text))
        out.emplace_back(slice(text, range));
    return out;
}

using Strings = std::vector<std::string>;

} // namespace

class TstTextParts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyCodePointSurvivesUtf8() {
        for (char32_t c = 0; c <= 0x10FFFF; ++c) {
            if (c == 0xD800) c = 0xE000;
            const std::string text = utf8::encode(c);
            const utf8::Decoded back = utf8::decodeAt(text, 0);
            if (!back.valid || back.codePoint != c || back.length != text.size() ||
                utf8::lengthOf(text[0]) != text.size())
                QFAIL(qPrintable(QString::number(c, 16)));
        }
    }

    void brokenUtf8IsReplacedByMaximalSubparts() {
        // Table 3-8 and 3-11 of the Unicode standard, chapter 3.
        QCOMPARE(utf8::replaceInvalid("\xC0\xAF\xE0\x80\xBF\xF0\x81\x82\x41"),
                 std::string("\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\x41"));
        QCOMPARE(utf8::replaceInvalid("\xE1\x80\xE2\xF0\x91\x92\xF1\xBF\x41"),
                 std::string("\uFFFD\uFFFD\uFFFD\uFFFD\x41"));
        QVERIFY(!utf8::isValid("\xED\xA0\x80"));
        QVERIFY(!utf8::isValid("\xF4\x90\x80\x80"));
        QVERIFY(utf8::isValid("\xF4\x8F\xBF\xBF"));
    }

    void byteAlphabetIsReversible() {
        std::string all;
        for (int b = 0; b < 256; ++b) all.push_back(static_cast<char>(b));
        const std::string shown = byte_level::toAlphabet(all);
        QVERIFY(utf8::isValid(shown));
        QCOMPARE(byte_level::toBytes(shown), all);
        QCOMPARE(byte_level::toAlphabet(" \n"), std::string("\u0120\u010a"));
        QCOMPARE(byte_level::toBytes("\u4e2d"), std::string("\u4e2d")); // not of the alphabet
    }

    void normalForms() {
        using unicode::NormalForm;
        QCOMPARE(unicode::normalize("cafe\u0301 \u212b", NormalForm::Nfc),
                 std::string("caf\u00e9 \u00c5"));
        QCOMPARE(unicode::normalize("\u00e9\u1e9b\u0323", NormalForm::Nfd),
                 std::string("e\u0301\u017f\u0323\u0307"));
        QCOMPARE(unicode::normalize("\ufb01 \u00bd", NormalForm::Nfkc), std::string("fi 1\u20442"));
        QCOMPARE(unicode::toLower("\u0130STANBUL \u0394\u03a3"),
                 std::string("i\u0307stanbul \u03b4\u03c3"));
    }

    void longRunsOfMarksAreQuick() {
        std::string text = "a";
        for (int i = 0; i < 200'000; ++i) text += i % 2 ? "\u0323" : "\u0301";
        const std::string done = unicode::normalize(text, unicode::NormalForm::Nfd);
        QCOMPARE(done.size(), text.size());
        QVERIFY(done.starts_with("a\u0323\u0323") && done.ends_with("\u0301\u0301"));
    }

    void regularExpressionsMeanWhatTheyMeantToTheirAuthors() {
        QCOMPARE(found("^a|b$", "ab\nab"), (Strings{"a", "b", "a", "b"})); // always by lines
        QCOMPARE(found(R"(\s+)", "a\u00a0\u3000b\u0085c\u180ed"),
                 (Strings{"\u00a0\u3000", "\u0085"}));
        QCOMPARE(found(R"(\w+)", "e\u0301\u203f_\u00bd-x"), (Strings{"e\u0301\u203f_\u00bd", "x"}));
        QCOMPARE(found(R"(\h+)", "xFFgh1"), (Strings{"FF", "1"}));
        QCOMPARE(found(R"((?m:a.b))", "a\nb"), (Strings{"a\nb"}));
        QCOMPARE(found(R"(\u00e9)", "e\u00e9"), (Strings{"\u00e9"}));
        QCOMPARE(found("[^\\s\\w]+", "a ?! b"), (Strings{"?!"}));
        QCOMPARE(found("b*", "abba"), (Strings{"", "bb", ""}));
        QCOMPARE(Regex::compile("[a[b]]").error().code, ErrorCode::Unsupported);
        QCOMPARE(Regex::compile("[a-z&&b]").error().code, ErrorCode::Unsupported);
        QCOMPARE(Regex::compile("(a").error().code, ErrorCode::BadInput);
        QVERIFY(Regex::compile("(a").error().message.find("byte 2") != std::string::npos);
    }

    void runawayRegularExpressionsEnd() {
        // None of these can be refused at a glance: the missing end is what makes them try on.
        const std::string text = std::string(3000, 'a') + "b";
        QVERIFY(found("(a+)+$", text).empty());
        QVERIFY(found("^(?:(?:a|aa)+)+$", text).empty());
        QVERIFY(found("(?:(?:a|a)*)*\\n", text).empty());
        found("(?:a(?R)?)+$", text); // recursion
        // Quadratic: cheap from each place, but there are many places.
        QVERIFY(found("(?: )+\\t", std::string(600'000, ' ') + "x\t").empty());
    }

    void matchesAreFoundBeyondTheSearchWindow() {
        const std::string far = std::string(1000, 'x') + "y" + std::string(5000, '\n') + "y";
        QCOMPARE(found("y", far).size(), std::size_t(2));
        std::string wide; // windows must not cut characters
        for (int i = 0; i < 500; ++i) wide += "\u4e2d";
        QCOMPARE(found("\u4e2d$", wide).size(), std::size_t(1));
    }

    void lineTrimIsItsRegularExpression() {
        Regex regex = Regex::compile("^(?: )+|(?: )+$").value();
        for (const std::string text :
             {" a  b ", "  \n  ", "", "a\n b \n", "\n", " ", "a b", "x \n\n y"}) {
            const nlohmann::json json{{"Regex", "^ +| +$"}};
            const auto fast = Pattern::read(JsonPlace(json, "test")).value().findAll(text);
            QVERIFY2(fast == regex.findAll(text), text.c_str());
        }
    }

    void splitting_data() {
        QTest::addColumn<int>("behavior");
        QTest::addColumn<bool>("invert");
        QTest::addColumn<QString>("parts");
        // The text the-final--countdown and the pattern "-": the example of the reference's manual.
        const auto row = [](const char* name, SplitBehavior behavior, bool invert,
                            const char* parts) {
            QTest::newRow(name) << static_cast<int>(behavior) << invert << parts;
        };
        row("removed", SplitBehavior::Removed, false, "the|final|countdown");
        row("isolated", SplitBehavior::Isolated, false, "the|-|final|-|-|countdown");
        row("previous", SplitBehavior::MergedWithPrevious, false, "the-|final-|-|countdown");
        row("next", SplitBehavior::MergedWithNext, false, "the|-final|-|-countdown");
        row("contiguous", SplitBehavior::Contiguous, false, "the|-|final|--|countdown");
        row("inverted", SplitBehavior::Removed, true, "-|-|-");
    }
    void splitting() {
        QFETCH(int, behavior);
        QFETCH(bool, invert);
        QFETCH(QString, parts);
        const std::string text = "the-final--countdown";
        std::vector<TextRange> ranges;
        splitAtMatches(text.size(), Pattern(std::string("-")).findAll(text),
                       static_cast<SplitBehavior>(behavior), invert, 0, ranges);
        QStringList found;
        for (const TextRange range : ranges)
            found << QString::fromStdString(std::string(slice(text, range)));
        QCOMPARE(found.join("|"), parts);
    }

    void addedTokensLeftmostThenLongest() {
        Vocabulary vocabulary;
        QVERIFY(vocabulary.add("a", 0).has_value() && vocabulary.finish().has_value());
        AddedTokens added;
        QVERIFY(added.add({.content = "<b>"}, 1, vocabulary).has_value());
        QVERIFY(added.add({.content = "<b><c>"}, 2, vocabulary).has_value());
        QVERIFY(added.add({.content = "one", .singleWord = true}, 3, vocabulary).has_value());
        QVERIFY(
            added.add({.content = "_", .lstrip = true, .rstrip = true}, 4, vocabulary).has_value());
        QVERIFY(added.add({.content = ""}, 9, vocabulary).has_value()); // ignored
        added.finish(nullptr);
        const auto shown = [&](std::string_view text) {
            std::string out;
            for (const TextPart& part : added.raw().split(text))
                out += part.token ? "#" + std::to_string(*part.token) + ","
                                  : "'" + std::string(slice(text, part.range)) + "',";
            return out;
        };
        QCOMPARE(shown("x<b><c><b>"), std::string("'x',#2,#1,"));
        QCOMPARE(shown("one onetwo \u00e9one one"), std::string("#3,' onetwo \u00e9one ',#3,"));
        QCOMPARE(shown("a  _ \n b_"), std::string("'a',#4,'b',#4,"));
        QCOMPARE(added.idLimit(), std::size_t(5));
        QVERIFY(!added.add({.content = "other"}, 1, vocabulary));
        QVERIFY(!added.add({.content = "other"}, 0, vocabulary));
        QVERIFY(!added.add({.content = "other"}, -1, vocabulary));
        QVERIFY(!added.add({.content = std::string(5000, 'x')}, 7, vocabulary));
    }
};

QTEST_GUILESS_MAIN(TstTextParts)
#include "tst_text_parts.moc"

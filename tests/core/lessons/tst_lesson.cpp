// Lessons as text: what the parser takes, what it refuses and how it says so, and that the built-in
// ones are complete.
#include "core/lessons/lesson.h"

#include "core/base/random.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <set>

using namespace bitsmith;

namespace {

const std::string Front = "---\nid: one\ntitle: One: a lesson\nsummary: It has all parts.\n"
                          "minutes: 3\norder: 7\npicture: number_line\n---\n";
const std::string Step = "\n## First\n@set bits=3 symmetric=yes\n@show weights\n\nSome **text**.\n";
const std::string Question = "\n## Question\n\nWhich?\n\n- [ ] This.\n  Not this.\n  Really.\n"
                             "- [x] That.\n\n> Because.\n> Of that.\n";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

} // namespace

class TstLesson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void readsAllParts();
    void refuses_data();
    void refuses();
    void survivesAnyDamage();
    void readsFiles();
    void builtinLessons();
    void translatedLessons();
    void printsForTerminals();
};

void TstLesson::readsAllParts() {
    const auto lesson = parseLesson(Front + Step + "\n## Second\nMore.\r\n" + Question, "one.md");
    QVERIFY2(lesson, lesson ? "" : lesson.error().message.c_str());
    QCOMPARE(lesson->id, std::string("one"));
    QCOMPARE(lesson->title, std::string("One: a lesson"));
    QCOMPARE(lesson->minutes, 3);
    QCOMPARE(lesson->order, 7);
    QCOMPARE(lesson->picture, std::string("number_line"));
    QCOMPARE(lesson->steps.size(), 2u);
    QCOMPARE(lesson->steps[0].title, std::string("First"));
    QCOMPARE(lesson->steps[0].text, std::string("Some **text**."));
    QCOMPARE(lesson->steps[0].panel, std::string("weights"));
    QCOMPARE(lesson->steps[0].settings.size(), 2u);
    QCOMPARE(lesson->steps[0].settings[1].first, std::string("symmetric"));
    QCOMPARE(lesson->steps[0].settings[1].second, std::string("yes"));
    QCOMPARE(lesson->steps[1].text, std::string("More."));
    QCOMPARE(lesson->question.text, std::string("Which?"));
    QCOMPARE(lesson->question.answers.size(), 2u);
    QCOMPARE(lesson->question.answers[0].feedback, std::string("Not this. Really."));
    QVERIFY(!lesson->question.answers[0].right);
    QVERIFY(lesson->question.answers[1].right);
    QCOMPARE(lesson->question.explanation, std::string("Because.\nOf that."));
}

void TstLesson::refuses_data() {
    QTest::addColumn<QByteArray>("text");
    QTest::addColumn<QByteArray>("message");
    const std::string whole = Front + Step + Question;
    const auto row = [](const char* name, const std::string& text, const char* message) {
        QTest::newRow(name) << QByteArray::fromStdString(text) << QByteArray(message);
    };
    row("empty", "", "an empty file");
    row("no front matter", "# Title\n", "line 1: a lesson begins with a line '---'");
    row("open front matter", "---\nid: one\n", "do not end with '---'");
    row("no field", replaced(whole, "order: 7", "order 7"),
        "line 6: 'order 7' is no 'field: value'");
    row("unknown field", replaced(whole, "order: 7", "odrer: 7"), "line 6: unknown field 'odrer'");
    row("missing field", replaced(whole, "order: 7\n", ""), "the field 'order' is missing");
    row("twice", replaced(whole, "order: 7", "id: two"), "'id' is given twice");
    row("empty field", replaced(whole, "title: One: a lesson", "title: "), "'title' is empty");
    row("bad id", replaced(whole, "id: one", "id: ../one"), "only a-z, 0-9 and _");
    row("bad minutes", replaced(whole, "minutes: 3", "minutes: three"),
        "a whole number from 1 to 60");
    row("no minutes", replaced(whole, "minutes: 3", "minutes: 0"), "a whole number from 1 to 60");
    row("huge order", replaced(whole, "order: 7", "order: 99999999999"), "a whole number");
    row("early text", replaced(whole, "\n## First", "Hello\n## First"),
        "text before the first step");
    row("wrong heading", replaced(whole, "## First", "# First"), "steps begin with '## '");
    row("no title", replaced(whole, "## First", "##  "), "a step without a title");
    row("no text", replaced(whole, "Some **text**.", ""), "the step 'First' has no text");
    row("no step", Front + Question, "no step");
    row("unknown directive", replaced(whole, "@show", "@sohw"),
        "line 12: unknown directive '@sohw'");
    row("bad setting", replaced(whole, "bits=3", "bits"), "'bits' is no 'control=value'");
    row("empty setting", replaced(whole, "bits=3", "bits="), "'bits=' is no 'control=value'");
    row("nothing set", replaced(whole, "@set bits=3 symmetric=yes", "@set "), "'@set' without");
    row("bad page", replaced(whole, "@show weights", "@show the weights"), "names one page");
    row("two pages", replaced(whole, "@show weights", "@show weights\n@show codes"),
        "one page only");
    row("no question", Front + Step, "no '## Question'");
    row("question not last", Front + Question + Step, "the question is the last section");
    row("no question text", replaced(whole, "Which?", ""), "the question has no text");
    row("one answer", replaced(whole, "- [ ] This.\n  Not this.\n  Really.\n", ""),
        "at least 2 answers");
    row("none right", replaced(whole, "- [x]", "- [ ]"), "0 answers are marked right");
    row("two right", replaced(whole, "- [ ]", "- [x]"), "2 answers are marked right");
    row("empty answer", replaced(whole, "- [ ] This.", "- [ ]  "), "an answer without text");
    row("stray line", replaced(whole, "  Really.", "Really."), "expected an answer");
    row("no explanation", Front + Step + "## Question\nWhich?\n- [ ] a\n- [x] b\n",
        "no explanation");
    row("early explanation", replaced(whole, "- [ ] This.", "> x\n- [ ] This."),
        "comes after answers");
    row("directive in question", replaced(whole, "Which?", "@set bits=2"), "has no directives");
    row("not UTF-8",
        replaced(whole, "text",
                 "te\xff"
                 "xt"),
        "not UTF-8");
    row("a zero byte", replaced(whole, "text", std::string(1, '\0')), "not UTF-8");
    row("too long", whole + std::string(LargestLesson, ' '), "a lesson has at most");
    std::string many = Front;
    for (int i = 0; i < 30; ++i) many += "## S\ntext\n";
    row("too many steps", many + Question, "more than 20 steps");
    std::string answers =
        replaced(whole, "- [x] That.", "- [x] That.\n- [ ] a\n- [ ] b\n- [ ] c\n- [ ] d\n- [ ] e");
    row("too many answers", answers, "more than 6 answers");
}

void TstLesson::refuses() {
    QFETCH(QByteArray, text);
    QFETCH(QByteArray, message);
    const auto lesson = parseLesson(
        std::string_view(text.constData(), static_cast<std::size_t>(text.size())), "one.md");
    QVERIFY(!lesson);
    QCOMPARE(lesson.error().code, ErrorCode::BadInput);
    QVERIFY2(QByteArray::fromStdString(lesson.error().message).contains(message),
             lesson.error().message.c_str());
    QVERIFY(QByteArray::fromStdString(lesson.error().message).startsWith("one.md"));
}

void TstLesson::survivesAnyDamage() {
    const std::string whole = Front + Step + Question;
    QVERIFY(parseLesson(whole, "whole"));
    for (std::size_t length = 0; length < whole.size(); ++length) // every beginning
        static_cast<void>(parseLesson(whole.substr(0, length), "cut"));
    Rng rng(1, "lesson", "damage");
    int refused = 0;
    for (int turn = 0; turn < 5000; ++turn) {
        std::string text = whole;
        for (int change = 0; change < 3; ++change)
            text[rng.below(text.size())] = static_cast<char>(rng.next() & 0xff);
        refused += parseLesson(text, "damaged") ? 0 : 1;
    }
    QVERIFY(refused > 2000);
}

void TstLesson::readsFiles() {
    QTemporaryDir folder;
    const QString path = folder.filePath(QStringLiteral("mine.md"));
    QVERIFY(!readLesson(path.toStdString()));
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(Front + Step + Question));
    file.close();
    QVERIFY(readLesson(path.toStdString()));
    QVERIFY(!readLesson(folder.path().toStdString())); // a folder
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray(LargestLesson + 5, 'x'));
    file.close();
    const auto large = readLesson(path.toStdString());
    QVERIFY(!large);
    QVERIFY2(large.error().message.find("at most") != std::string::npos,
             large.error().message.c_str());
}

void TstLesson::translatedLessons() {
    const auto& english = bitsmith::builtinLessons();
    const auto& german = bitsmith::builtinLessons("de");
    QCOMPARE(german.size(), english.size());
    for (std::size_t i = 0; i < english.size(); ++i) {
        const Lesson &e = english[i], &g = german[i];
        QCOMPARE(g.id, e.id);
        QVERIFY2(g.title != e.title, e.id.c_str());
        QCOMPARE(g.picture, e.picture);
        QCOMPARE(g.steps.size(), e.steps.size());
        for (std::size_t s = 0; s < e.steps.size(); ++s) { // the same picture, put to the same
            QVERIFY2(g.steps[s].settings == e.steps[s].settings, e.id.c_str());
            QCOMPARE(g.steps[s].panel, e.steps[s].panel);
        }
        QCOMPARE(g.question.answers.size(), e.question.answers.size());
        for (std::size_t a = 0; a < e.question.answers.size(); ++a)
            QCOMPARE(g.question.answers[a].right, e.question.answers[a].right);
    }
    QCOMPARE(&bitsmith::builtinLessons("xx"), &english); // no such language
    QVERIFY(findLesson("rotation", "de").value()->title != findLesson("rotation").value()->title);
}

void TstLesson::builtinLessons() {
    const auto& lessons = bitsmith::builtinLessons();
    QVERIFY(lessons.size() >= 12);
    std::set<std::string> ids, titles;
    int last = -1;
    for (const Lesson& lesson : lessons) {
        QVERIFY2(ids.insert(lesson.id).second, lesson.id.c_str());
        QVERIFY2(titles.insert(lesson.title).second, lesson.title.c_str());
        QVERIFY(lesson.order > last); // no two with one number: their order would be by chance
        last = lesson.order;
        QVERIFY2(lesson.steps.size() >= 3, lesson.id.c_str());
        QVERIFY2(lesson.summary.ends_with('.'), lesson.id.c_str());
        for (const LessonAnswer& answer : lesson.question.answers)
            QVERIFY2(answer.right || !answer.feedback.empty(), lesson.id.c_str());
        QCOMPARE(*findLesson(lesson.id), &lesson);
    }
    const auto unknown = findLesson("nonsense");
    QVERIFY(!unknown);
    QVERIFY(unknown.error().message.find("number_line") != std::string::npos);
}

void TstLesson::printsForTerminals() {
    const auto lesson = parseLesson(Front + replaced(Step, "First", "Größe") + Question, "one.md");
    QVERIFY(lesson);
    const std::string text = lessonText(*lesson);
    for (const char* part : {"One: a lesson\n=============\n", "Größe\n-----\n", "Some **text**.",
                             "  1. This.\n  2. That.\n", "Answer: 2. Because."})
        QVERIFY2(text.find(part) != std::string::npos, part);
    QVERIFY(text.find("@set") == std::string::npos);
}

QTEST_GUILESS_MAIN(TstLesson)
#include "tst_lesson.moc"

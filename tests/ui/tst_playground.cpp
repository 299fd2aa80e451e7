// The playground on the demo model: two texts side by side, coloured by how far the models are
// apart, the most likely tokens of each, in any script.
#include "core/plan/presets.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/token_bars.h"
#include "ui/panels/playground_panel.h"
#include "ui/panels/token_text.h"

#include <QComboBox>
#include <QDir>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QSpinBox>

#include <memory>

using namespace bitsmith;
using namespace bitsmith::ui;
using bitsmith::test::Patience;
using bitsmith::test::RunPatience;
using bitsmith::test::Studio;

class TstPlayground : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase() { m_studio.reset(); }
    void emptyItSaysWhatToDo();
    void withoutAQuantizedModelOneWrites();
    void tokensAreColouredWhereTheModelsAreApart();
    void aTokenSaysWhatEachWouldHaveWritten();
    void theKeyboardIsEnough();
    void anyScriptIsAPrompt_data();
    void anyScriptIsAPrompt();
    void partsOfACharacterMakeOne();
    void aLostModelIsAFailureWithItsReason();

private:
    bool generate(const QString& prompt, int tokens);
    TokenText* text(const char* name) { return m_studio->find<TokenText>(name); }
    test::StudioFolder m_folder;
    std::unique_ptr<Studio> m_studio;
    QString m_output;
};

void TstPlayground::initTestCase() {
    QVERIFY(m_folder.make());
    qputenv("BITSMITH_DEMO", BITSMITH_SOURCE_DIR "/resources/demo");
    QSettings().setValue(QStringLiteral("guide/done"), true);
    m_studio = std::make_unique<Studio>(m_folder.path("a.db"));
    m_studio->window.raisePanel(QStringLiteral("playgroundPanel"));
}

bool TstPlayground::generate(const QString& prompt, int tokens) {
    m_studio->find<QLineEdit>("playgroundPrompt")->setText(prompt);
    m_studio->find<QSpinBox>("playgroundTokens")->setValue(tokens);
    QTest::mouseClick(m_studio->find<QPushButton>("playgroundGenerate"), Qt::LeftButton);
    return QTest::qWaitFor([&] { return !m_studio->window.playground()->busy(); }, RunPatience);
}

void TstPlayground::emptyItSaysWhatToDo() {
    const auto* note =
        m_studio->window.playground()->findChild<QLabel*>(QStringLiteral("stateText"));
    if (note) QVERIFY(note->text().contains(QStringLiteral("Open a model")));
    QVERIFY(!m_studio->find<QPushButton>("playgroundGenerate")->isVisible());
}

void TstPlayground::withoutAQuantizedModelOneWrites() {
    m_studio->window.session().openDemo();
    QTRY_COMPARE_WITH_TIMEOUT(m_studio->window.session().state(), SessionState::Open, Patience);
    QVERIFY(generate(QStringLiteral("Once upon a time"), 8));
    QVERIFY(text("playgroundOriginal")->toPlainText().startsWith(QStringLiteral("Once upon")));
    QCOMPARE(text("playgroundOriginal")->tokenCount(), 8);
    QCOMPARE(text("playgroundQuantized")->tokenCount(), 0);
    QVERIFY(!m_studio->window.playground()->compared());
}

void TstPlayground::tokensAreColouredWhereTheModelsAreApart() {
    Session& session = m_studio->window.session();
    std::vector<std::size_t> all;
    const auto& tensors = session.document().plan()->model_tensors;
    for (std::size_t i = 0; i < tensors.size(); ++i)
        if (tensors[i].quantizable) all.push_back(i);
    session.edit(all, {.recipe = *findRecipe("rtn"), .bits = 2}, QStringLiteral("test"));
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    m_output = m_folder.path("rough");
    request.options.output = toPath(m_output);
    const JobId id = m_studio->window.runs().quantize(std::move(request));
    QVERIFY(m_studio->idle());
    QCOMPARE(m_studio->services.jobs().find(id)->state, JobState::Done);
    auto* model = m_studio->find<QComboBox>("playgroundModel");
    QTRY_VERIFY(!model->currentData().toString().isEmpty());

    QVERIFY(generate(QStringLiteral("Once upon a time"), 24));
    QVERIFY(m_studio->window.playground()->compared());
    // Two bits part soon; the place is marked on both sides, in words too.
    QVERIFY(m_studio->find<QLabel>("playgroundDifference")
                ->text()
                .contains(QStringLiteral("part at token")));
    for (const char* side : {"playgroundOriginal", "playgroundQuantized"}) {
        const auto selections = text(side)->extraSelections();
        int coloured = 0, marked = 0;
        for (const auto& one : selections) {
            coloured += one.format.background().color().alphaF() > 0.1F;
            marked += one.format.underlineStyle() == QTextCharFormat::WaveUnderline;
        }
        QVERIFY2(coloured > 0, side);
        QCOMPARE(marked, 1);
    }
    QVERIFY(TokenText::strength(0) == 0 && TokenText::strength(0.5) == 0.5);
    QVERIFY(TokenText::strength(50) > 0.95 && TokenText::strength(50) <= 1);
}

void TstPlayground::aTokenSaysWhatEachWouldHaveWritten() {
    TokenText* side = text("playgroundQuantized");
    const auto* bars = m_studio->find<TokenBars>("tokenBars");
    QSignalSpy chosen(side, &TokenText::tokenChosen);
    side->choose(3);
    QCOMPARE(chosen.size() >= 1, true);
    QVERIFY(bars->accessibleDescription().contains(QStringLiteral("nats")));
    const QString before = bars->accessibleDescription();
    side->choose(5);
    QVERIFY(bars->accessibleDescription() != before);
    // Between them the tokens are the text.
    QString all = QStringLiteral("Once upon a time");
    for (int i = 0; i < side->tokenCount(); ++i) all += side->tokenAt(i);
    QCOMPARE(all, side->toPlainText());
    QCOMPARE(side->tokenOf(0), -1); // the prompt
    QCOMPARE(side->tokenOf(100000), side->tokenCount() - 1);
}

void TstPlayground::theKeyboardIsEnough() {
    auto* prompt = m_studio->find<QLineEdit>("playgroundPrompt");
    m_studio->window.activateWindow();
    prompt->setFocus();
    QTest::keyClick(prompt, Qt::Key_Return);
    QVERIFY(m_studio->window.playground()->busy());
    QVERIFY(QTest::qWaitFor([&] { return !m_studio->window.playground()->busy(); }, RunPatience));
    TokenText* side = text("playgroundQuantized");
    side->setFocus();
    QTest::keyClick(side, Qt::Key_Home, Qt::ControlModifier);
    for (int i = 0; i < 40 && side->chosen() < 1; ++i) QTest::keyClick(side, Qt::Key_Right);
    QVERIFY(side->chosen() >= 1);
    QVERIFY(m_studio->find<TokenBars>("tokenBars")
                ->accessibleDescription()
                .contains(QStringLiteral("nats")));
}

void TstPlayground::anyScriptIsAPrompt_data() {
    QTest::addColumn<QString>("prompt");
    QTest::newRow("Arabic") << QString::fromUtf8("كان يا ما كان");
    QTest::newRow("Chinese") << QString::fromUtf8("从前有一个小女孩");
    QTest::newRow("Devanagari") << QString::fromUtf8("एक बार की बात है");
    QTest::newRow("emoji") << QString::fromUtf8("👩‍👩‍👧 🏳️‍🌈");
    QTest::newRow("combining") << QString::fromUtf8("e\u0301\u0323\u0323\u0323 a\u0308");
    QTest::newRow("mathematics") << QString::fromUtf8("𝔘𝔫𝔦𝔠𝔬𝔡𝔢");
    QTest::newRow("controls") << QString::fromUtf8("a\u202eb\u0001c\ttab");
}
void TstPlayground::anyScriptIsAPrompt() {
    QFETCH(QString, prompt);
    QVERIFY(generate(prompt, 6));
    // A line edit keeps what a line can hold: compare with what it has.
    const QString asked = m_studio->find<QLineEdit>("playgroundPrompt")->text();
    for (const char* side : {"playgroundOriginal", "playgroundQuantized"}) {
        TokenText* one = text(side);
        QVERIFY2(one->toPlainText().startsWith(asked), side);
        for (int i = 1; i < one->tokenCount(); ++i)
            QVERIFY(one->toPlainText().contains(one->tokenAt(i)));
    }
    QVERIFY(m_studio->window.playground()->compared());
}

void TstPlayground::partsOfACharacterMakeOne() {
    TokenText view;
    view.begin(QStringLiteral("x"));
    view.append("\xf0\x9f");
    view.append("\x98\x80");
    view.append("!");
    QCOMPARE(view.toPlainText(), QString::fromUtf8("x😀!"));
    QCOMPARE(view.tokenCount(), 3);
    QCOMPARE(view.tokenAt(0), QString());
    QCOMPARE(view.tokenAt(1), QString::fromUtf8("😀"));
    QCOMPARE(view.tokenOf(1), 1); // the part that shows
    view.setDivergences({1, 2, 3});
    view.setDifference(7); // behind the end: nothing is marked
    QCOMPARE(view.extraSelections().size(), 2);
    view.begin({});
    QCOMPARE(view.tokenCount(), 0);
    QVERIFY(view.extraSelections().isEmpty());
}

void TstPlayground::aLostModelIsAFailureWithItsReason() {
    QVERIFY(QDir(m_output).removeRecursively());
    QVERIFY(generate(QStringLiteral("Once"), 4));
    QVERIFY(m_studio->find<QLabel>("messageText")->text().contains(m_output));
    QVERIFY(text("playgroundOriginal")->toPlainText().size() > 4);
    QVERIFY(!m_studio->window.playground()->compared());
    QVERIFY(m_studio->find<QPushButton>("playgroundGenerate")->isEnabled());
}

QTEST_MAIN(TstPlayground)
#include "tst_playground.moc"

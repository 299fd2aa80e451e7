// The engine's own texts in the window's language: none is missing in a translation, and the forms
// show them.
#include "core/analysis/coder_sizes.h"
#include "core/pipeline/registered_texts.h"
#include "core/quant/stages.h"
#include "tests/support/matrix_model.h"
#include "ui/bridge/text.h"
#include "ui/session/study_text.h"
#include "ui/widgets/stage_editor.h"
#include "ui/widgets/stage_strip.h"
#include "ui/window/language.h"
#include "ui/window/recipe_list.h"

#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QTest>
#include <QTranslator>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>

using namespace bitsmith;
using namespace bitsmith::ui;
namespace fs = std::filesystem;

namespace {

std::set<std::string> registered() {
    std::set<std::string> out;
    for (const RegisteredText& text : registeredTexts()) out.insert(text.text);
    return out;
}

// What the first group of an expression is in the sources of a folder.
std::set<std::string> foundIn(const char* folder, const char* expression) {
    std::set<std::string> out;
    const std::regex wanted(expression);
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() != ".cpp") continue;
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        for (std::sregex_iterator at(text.begin(), text.end(), wanted), end; at != end; ++at)
            out.insert((*at)[1]);
    }
    return out;
}

class German {
public:
    German() { installLanguage(QStringLiteral("de"), *qApp); }
    ~German() { installLanguage(QStringLiteral("en"), *qApp); }
};

bool hasGerman() { return languages().contains(QStringLiteral("de")); }
constexpr auto WithoutGerman = "this build has no translations (Qt's lrelease was not there)";

} // namespace

class TstEngineTexts : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void everyTextIsThereOnce();
    void everyStepIsListed();
    void everyCoderIsListed();
    void lupdateFindsWhatIsTranslated();
    void everyTextIsTranslated_data();
    void everyTextIsTranslated();
    void nothingIsUnfinished();
    void englishStaysAsItIs();
    void formsSpeakGerman();
    void recipesAreFoundInBothLanguages();
    void theVerdictIsTheEngines();
};

void TstEngineTexts::everyTextIsThereOnce() {
    const auto texts = registeredTexts();
    QCOMPARE(registered().size(), texts.size());
    const auto known = registered();
    for (const auto& recipe : builtinRecipes()) QVERIFY(known.contains(recipe->summary));
    for (const StageInfo& stage : allStages())
        for (const ChoiceInfo* choice : stageChoices(stage.id)) {
            QVERIFY(known.contains(std::string(choice->title)));
            const auto params = stageDefaults(stage.id, choice->id);
            QVERIFY(params);
            for (const Field& field : (*params)->fields())
                QVERIFY2(known.contains(field.info.help), field.id.c_str());
        }
    for (const RegisteredText& text : texts) QVERIFY(!text.text.empty() && !text.where.empty());
}

void TstEngineTexts::everyStepIsListed() {
    std::set<std::string> listed;
    for (const std::string_view step : stepNames()) listed.emplace(step);
    const auto used = foundIn(BITSMITH_SOURCE_DIR "/core", "beginStep\\(\\s*\"([^\"]+)\"");
    QVERIFY(used.size() > 10);
    for (const std::string& step : used)
        QVERIFY2(listed.contains(step), (step + ": add it to registered_texts.cpp").c_str());
    for (const std::string& step : listed)
        QVERIFY2(used.contains(step), (step + ": no step is called so any more").c_str());
}

void TstEngineTexts::everyCoderIsListed() {
    const auto known = registered();
    for (const int bits : {3, 8}) {
        const auto matrix = test::madeMatrix(
            {.rows = 8, .cols = 64, .bits = bits, .groupSize = 32, .symmetric = true}, "coders");
        RunContext context;
        const auto sizes = measureCoders(matrix, {}, context);
        QVERIFY(sizes && sizes->coders.size() >= 6);
        for (const CoderSize& coder : sizes->coders)
            QVERIFY2(known.contains(coder.title), coder.title.c_str());
    }
}

// A text that only a variable brings to translate() is in no catalogue, and nothing else notices.
void TstEngineTexts::lupdateFindsWhatIsTranslated() {
    for (const char* hidden :
         {"(translate\\(\\s*\"[\\w:]+\",\\s*[a-zA-Z]\\w*\\))", "\\b(said\\(\\s*\"[^\"]*)"}) {
        const auto found = foundIn(BITSMITH_SOURCE_DIR "/ui", hidden);
        QVERIFY2(found.empty(), found.empty() ? "" : found.begin()->c_str());
    }
    QVERIFY(!foundIn(BITSMITH_SOURCE_DIR "/ui", "(Said::tr\\()").empty());
}

void TstEngineTexts::everyTextIsTranslated_data() {
    QTest::addColumn<QString>("language");
    for (const QString& code : languages())
        if (code != QLatin1String("en")) QTest::addRow("%s", qPrintable(code)) << code;
    if (!hasGerman()) QTest::addRow("none") << QString();
}

void TstEngineTexts::everyTextIsTranslated() {
    QFETCH(const QString, language);
    if (language.isEmpty()) QSKIP(WithoutGerman);
    QTranslator translator;
    QVERIFY(translator.load(QStringLiteral(":/i18n/bitsmith_%1.qm").arg(language)));
    QStringList missing;
    for (const RegisteredText& text : registeredTexts())
        if (translator.translate("engine", text.text.c_str()).isEmpty())
            missing << QStringLiteral("%1 (%2)").arg(qs(text.text), qs(text.where));
    QVERIFY2(missing.isEmpty(),
             qPrintable(QStringLiteral("run ./dev translate and translate in resources/i18n:\n") +
                        missing.join(QLatin1Char('\n'))));
}

void TstEngineTexts::nothingIsUnfinished() {
    for (const auto& entry : fs::directory_iterator(BITSMITH_SOURCE_DIR "/resources/i18n")) {
        std::ifstream file(entry.path());
        const std::string text{std::istreambuf_iterator<char>(file), {}};
        QVERIFY(text.find("<translation>") != std::string::npos);
        QVERIFY2(text.find("type=\"unfinished\"") == std::string::npos, entry.path().c_str());
    }
}

void TstEngineTexts::englishStaysAsItIs() {
    for (const RegisteredText& text : registeredTexts())
        QCOMPARE(engineText(text.text), qs(text.text));
    QCOMPARE(engineText({}), QString());
    QCOMPARE(engineText("never registered"), QStringLiteral("never registered"));
}

void TstEngineTexts::formsSpeakGerman() {
    if (!hasGerman()) QSKIP(WithoutGerman);
    const German german;
    QCOMPARE(engineText({}), QString());
    QCOMPARE(stageTitle("round"), QStringLiteral("runden"));
    StageEditor editor;
    editor.setStage(*findRecipe("gptq"), QStringLiteral("grid"));
    const auto* choice = editor.findChild<QComboBox*>(QStringLiteral("stageChoice0"));
    QVERIFY(choice);
    QCOMPARE(choice->currentText(), QStringLiteral("Affine ganze Zahlen"));
    QStringList labels;
    for (const auto* label : editor.findChildren<QLabel*>()) labels << label->text();
    QVERIFY(labels.contains(QStringLiteral("Welche Zahlen können dargestellt werden?")));
    QVERIFY(labels.contains(QStringLiteral("Gruppengröße")));
    const QString card = recipeCard(**findRecipe("rtn"));
    QVERIFY(card.contains(QStringLiteral("Runden zum Nächsten")));
    QVERIFY(card.contains(QStringLiteral("Gitter: <b>affine</b>")));
}

void TstEngineTexts::recipesAreFoundInBothLanguages() {
    if (!hasGerman()) QSKIP(WithoutGerman);
    const German german;
    RecipeList list;
    auto* filter = list.findChild<QLineEdit*>(QStringLiteral("recipeFilter"));
    const auto shown = [&] {
        int count = 0;
        for (int i = 0; i < list.list()->count(); ++i) count += !list.list()->item(i)->isHidden();
        return count;
    };
    const int all = shown();
    filter->setText(QStringLiteral("Ausreißer"));
    const int inGerman = shown();
    filter->setText(QStringLiteral("outlier"));
    const int inEnglish = shown();
    QVERIFY(inGerman > 0 && inGerman < all);
    QVERIFY(inEnglish > 0 && inEnglish < all);
}

void TstEngineTexts::theVerdictIsTheEngines() {
    LoadStudy study{.what = "a", .rawBytes = 1200000, .codedBytes = 700000};
    study.medium = {.device = "sda", .model = {}, .fileSystem = "ext4", .mountPoint = {}};
    study.decode = {{1, 3e8}, {2, 5e8}};
    study.raw.cold = 2;
    study.coded.cold = 1.6;
    QCOMPARE(loadVerdict(study), qs(study.verdict()));
    study.coded.cold = 2.5;
    study.leftInCache = 0.5;
    QCOMPARE(loadVerdict(study), qs(study.verdict()));
    study.codedBytes = 1300000; // larger
    QCOMPARE(loadVerdict(study), qs(study.verdict()));
    if (!hasGerman()) QSKIP(WithoutGerman);
    const German german;
    QVERIFY(loadVerdict(study).contains(QStringLiteral("komprimiert")));
}

QTEST_MAIN(TstEngineTexts)
#include "tst_engine_texts.moc"

// Messages that the engine composes, in the window's language: no pattern is missing in a
// translation, whatever a target or a format says comes out German, and nothing in a name harms.
#include "core/base/message.h"
#include "core/plan/target.h"
#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"
#include "ui/models/export_model.h"
#include "ui/models/problems_model.h"
#include "ui/window/language.h"

#include <QElapsedTimer>
#include <QRegularExpression>
#include <QTest>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>

using namespace bitsmith;
using namespace bitsmith::ui;
namespace fs = std::filesystem;

namespace {

class German {
public:
    German() { installLanguage(QStringLiteral("de"), *qApp); }
    ~German() { installLanguage(QStringLiteral("en"), *qApp); }
};

bool hasGerman() { return languages().contains(QStringLiteral("de")); }
constexpr auto WithoutGerman = "this build has no translations (Qt's lrelease was not there)";

// The arguments that a text takes, in rising order: {} the next, {2} the third.
std::vector<int> placeholders(const std::string& text) {
    std::vector<int> out;
    const std::regex one("\\{([^}]*)\\}");
    int next = 0;
    for (std::sregex_iterator at(text.begin(), text.end(), one), end; at != end; ++at) {
        const std::string inside = (*at)[1];
        const bool numbered = !inside.empty() && inside.front() != ':';
        out.push_back(numbered ? std::stoi(inside) : next++);
    }
    std::ranges::sort(out);
    return out;
}

// Words that German sentences have not; names of tensors and formats here hold none of them.
bool soundsEnglish(const QString& text) {
    static const QRegularExpression Words(
        QStringLiteral("\\b(the|of|and|with|bits|rows|groups|loads|use|keep|per|is|has)\\b"),
        QRegularExpression::CaseInsensitiveOption);
    return text.contains(Words);
}

// All kinds of forms, some of which every target minds.
std::vector<TargetTensor> tensors() {
    std::vector<TargetTensor> out;
    const auto add = [&](MatrixLayout layout) {
        const auto number = out.size();
        layout.rows = number % 3 == 0 ? 100 : 256;
        layout.cols = number % 5 == 0 ? 100 : 512;
        if (layout.groupSize == 0) layout.groupSize = layout.cols;
        layout.groupsPerRow = (layout.cols + layout.groupSize - 1) / layout.groupSize;
        if (layout.parameterRows == 0) layout.parameterRows = layout.rows;
        const char* roles[] = {"attn.q", "attn.k", "attn.v", "mlp.gate", "mlp.up"};
        out.push_back({.name = fmt::format("t{}", number),
                       .role = number == 0 ? "embedding" : roles[number % 5],
                       .block = static_cast<int>(number / 5),
                       .rows = layout.rows,
                       .cols = layout.cols,
                       .layout = layout,
                       .quantizable = true,
                       .wantedFormat = number % 2 ? "Q4_K" : ""});
    };
    for (const int bits : {2, 3, 4, 6, 8, 12})
        for (const std::size_t group : {0U, 32U, 48U, 128U})
            for (const bool symmetric : {false, true})
                for (const bool ordered : {false, true})
                    add({.format = {},
                         .bits = bits,
                         .groupSize = group,
                         .scaleType = bits == 6 ? DType::BF16 : DType::F16,
                         .symmetric = symmetric,
                         .columnGroups = ordered});
    for (const char* format : {"e2m1", "e4m3", "e5m2"})
        for (const DType scale : {DType::F8E8M0, DType::F16})
            for (const std::size_t rows : {0U, 1U})
                for (const std::size_t group : {0U, 16U, 32U})
                    add({.grid = "float",
                         .format = format,
                         .bits = 4,
                         .groupSize = group,
                         .parameterRows = rows,
                         .scaleType = scale});
    for (const char* grid : {"codebook", "nested", "mixed", "lattice"})
        for (const std::size_t group : {0U, 32U})
            add({.grid = grid, .format = {}, .bits = 3, .groupSize = group});
    for (const char* format : {"Q4_K", "NVFP4"})
        add({.grid = "gguf", .format = format, .bits = 4, .groupSize = 32});
    return out;
}

QStringList saidByTargets() {
    QStringList out;
    TargetModel model{.family = {}, .tensors = tensors()};
    TargetModel single = model, blocks = model;
    single.tensors.resize(30); // integers alone
    std::erase_if(blocks.tensors, [](const auto& t) { return t.layout->grid != "gguf"; });
    for (TargetModel* one : {&model, &single, &blocks})
        for (const char* family : {"llama", "gpt2", "opt", "unknown"})
            for (const Target* target : allTargets()) {
                one->family = family;
                for (const TargetProblem& problem : target->check(*one))
                    out << qs(problem.message) << qs(problem.remedy);
            }
    out.removeDuplicates();
    return out;
}

} // namespace

class TstEngineMessages : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void patternsAreListed();
    void placeholdersAreKept();
    void targetsSpeakGerman();
    void numbersAndNamesAreKept_data();
    void numbersAndNamesAreKept();
    void othersStayAsTheyAre();
    void hostileNamesCostLittle();
    void modelsShowThem();
    void problemsAndNotesAreMessages();
};

void TstEngineMessages::patternsAreListed() {
    QCOMPARE(qs("a pattern of this test with {} in it"_message(3)),
             QStringLiteral("a pattern of this test with 3 in it"));
    const auto all = messagePatterns();
    QVERIFY(all.size() > 200);
    QVERIFY(std::ranges::is_sorted(all));
    QVERIFY(std::ranges::adjacent_find(all) == all.end());
    for (const std::string_view wanted : {"a pattern of this test with {} in it",
                                          "AWQ holds 4 bits, not {}", "Use a symmetric grid."})
        QVERIFY(std::ranges::binary_search(all, wanted));
    for (const std::string_view pattern : all) // which would have to be matched as well
        QVERIFY(pattern.find("{{") == pattern.npos && pattern.find("}}") == pattern.npos);
}

void TstEngineMessages::placeholdersAreKept() {
    if (!hasGerman()) QSKIP(WithoutGerman);
    const German german;
    for (const std::string_view pattern : messagePatterns()) {
        if (pattern.starts_with("a pattern of this test")) continue;
        const QString translation = engineText(pattern);
        // A few are names and marks alone.
        if (placeholders(std::string(pattern)).empty())
            QVERIFY2(translation != qs(pattern), pattern.data());
        QVERIFY2(placeholders(translation.toStdString()) == placeholders(std::string(pattern)),
                 qPrintable(qs(pattern) + QStringLiteral(" -> ") + translation));
    }
}

void TstEngineMessages::targetsSpeakGerman() {
    if (!hasGerman()) QSKIP(WithoutGerman);
    const QStringList english = saidByTargets();
    QVERIFY2(english.size() > 100, qPrintable(QString::number(english.size())));
    for (const QString& text : english) QCOMPARE(engineMessage(text.toStdString()), text);
    const German german;
    for (const QString& text : english) {
        const QString said = engineMessage(text.toStdString());
        QVERIFY2(!soundsEnglish(said), qPrintable(text + QStringLiteral("\n-> ") + said));
    }
}

void TstEngineMessages::numbersAndNamesAreKept_data() {
    QTest::addColumn<QString>("english");
    QTest::addColumn<QString>("german");
    const auto row = [](const char* name, const std::string& english, const char* german) {
        QTest::newRow(name) << qs(english) << QString::fromUtf8(german);
    };
    row("a number", "AWQ holds 4 bits, not 3", "AWQ nimmt 4 Bit auf, nicht 3");
    row("a message inside", "Use groups of 64.", "Stattdessen Gruppen von 64 verwenden.");
    row("two inside",
        "3 bits, with zero points, groups of 48 in activation order; vLLM loads one "
        "width per tensor",
        "3 Bit, mit Nullpunkten, Gruppen von 48 in Aktivierungsreihenfolge; vLLM lädt eine Breite "
        "je Tensor");
    row("a row", "4 bits, symmetric, one scale per row; vLLM loads one width per tensor",
        "4 Bit, symmetrisch, eine Skala je Zeile; vLLM lädt eine Breite je Tensor");
    row("a list",
        "AWQ has no place for a rotation, 12 outliers and a product of rank 4, which "
        "this tensor keeps beside its codes",
        "AWQ hat keinen Platz für eine Drehung, 12 Ausreißer und ein Produkt vom Rang 4; dieser "
        "Tensor behält das neben seinen Codes");
    row("another order", "damping was raised from 0.01 to 0.04 after 2 failed factorisations",
        "die Dämpfung wurde nach 2 gescheiterten Zerlegungen von 0.01 auf 0.04 erhöht");
    row("of a tensor",
        "model.layers.0.mlp.down_proj.weight: 3 of 64 steps are so small that a "
        "16-bit scale represents them only coarsely",
        "model.layers.0.mlp.down_proj.weight: 3 von 64 Schritten sind so klein, dass eine Skala "
        "von 16 Bit sie nur grob darstellt");
    row("a name of marks",
        "4 bits, symmetric, groups of 64, but '{1}%1' has one scale per row; vLLM joins q, k and v "
        "of a block into one matrix",
        "4 Bit, symmetrisch, Gruppen von 64, aber '{1}%1' hat eine Skala je Zeile; vLLM verbindet "
        "q, k und v eines Blocks zu einer Matrix");
}

void TstEngineMessages::numbersAndNamesAreKept() {
    QFETCH(const QString, english);
    QFETCH(const QString, german);
    QCOMPARE(engineMessage(english.toStdString()), english);
    if (!hasGerman()) QSKIP(WithoutGerman);
    const German window;
    QCOMPARE(engineMessage(english.toStdString()), german);
}

void TstEngineMessages::othersStayAsTheyAre() {
    const German german;
    for (const char* text :
         {"", " ", "{}", "{0}", "cold and warm", "one, two", "a: b", "Use care.",
          "wider\nand longer",
          "safetensors: 'lm_head.weight' ends at byte 912, past the end of the file (640)"})
        QCOMPARE(engineMessage(text), QString::fromUtf8(text));
}

void TstEngineMessages::hostileNamesCostLittle() {
    const German german;
    std::string lists, joins;
    for (int i = 0; i < 300; ++i) {
        lists += "a b, c d and e: ";
        joins += "a, but 'x' has y; vLLM joins z, groups of ";
    }
    QElapsedTimer clock;
    clock.start();
    for (const std::string& name : {lists, joins, std::string(1 << 20, ' ')}) {
        const std::string cut = name.substr(0, 3500);
        for (const std::string& text :
             {name, cut,
              fmt::format("4 bits, symmetric, one scale per row, but '{}' has groups of 64; vLLM "
                          "joins gate and up of a block into one matrix",
                          cut)})
            QVERIFY(!engineMessage(text).isEmpty());
    }
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
}

void TstEngineMessages::modelsShowThem() {
    if (!hasGerman()) QSKIP(WithoutGerman);
    const German german;
    ProblemsModel problems;
    problems.setProblems({{.tensor = "a.weight",
                           .message = "5 bits; ExLlama loads GPTQ with 4 bits",
                           .remedy = "Use 4 bits, or keep the tensor as stored.",
                           .fix = {}}});
    const auto problem = problems.index(0, ProblemsModel::Problem),
               remedy = problems.index(0, ProblemsModel::Remedy);
    QCOMPARE(problem.data().toString(), QStringLiteral("5 Bit; ExLlama lädt GPTQ mit 4 Bit"));
    QCOMPARE(remedy.data().toString(),
             QStringLiteral("4 Bit verwenden oder den Tensor wie gespeichert lassen."));
    QVERIFY(!soundsEnglish(problem.data(Qt::ToolTipRole).toString()));
    ExportModel rows;
    rows.setRows({{"a.weight", "affine4", "int4 per row", 12, "symmetric: all zero points are 8"}});
    QCOMPARE(rows.index(0, ExportModel::To).data().toString(), QStringLiteral("int4 je Zeile"));
    QCOMPARE(rows.index(0, ExportModel::Note).data().toString(),
             QStringLiteral("symmetrisch: alle Nullpunkte sind 8"));
}

// A text that is put together in another way is in no catalogue, and nothing else notices.
void TstEngineMessages::problemsAndNotesAreMessages() {
    const std::regex plain("(?:message|remedy|note) =\\s*(?:fmt::format|\"[^\"]*\"\\s*[,;}])"
                           "|(?:refuse|cannot|otherwise|notes\\.push_back|notes\\.emplace_back)"
                           "\\(\\s*(?:fmt::format|\"[^\"]*\"\\s*[,)])");
    int looked = 0;
    for (const char* folder :
         {"core/plan/targets", "core/exporters", "core/quant", "core/allocate"})
        for (const auto& entry :
             fs::recursive_directory_iterator(fs::path(BITSMITH_SOURCE_DIR) / folder)) {
            if (entry.path().extension() != ".cpp") continue;
            std::ifstream file(entry.path());
            const std::string text{std::istreambuf_iterator<char>(file), {}};
            std::smatch found;
            QVERIFY2(!std::regex_search(text, found, plain),
                     qPrintable(qs(entry.path().string()) + QStringLiteral(": ") + qs(found.str()) +
                                QStringLiteral(" is no \"…\"_message()")));
            ++looked;
        }
    QVERIFY(looked > 40);
}

QTEST_MAIN(TstEngineMessages)
#include "tst_engine_messages.moc"

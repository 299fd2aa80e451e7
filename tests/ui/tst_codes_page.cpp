// The inspector's Codes page in the real window: what it says without a model, of plain tensors, of
// previews, of a run's container and of a quantized model, and its figures against the engine's.
#include "core/codec/coded_matrix.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/width_strip.h"
#include "ui/panels/codes_page.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QLabel>
#include <QTabWidget>
#include <QTableView>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

constexpr int CodesTab = 2;
const char* const Matrix0 = "model.layers.0.self_attn.q_proj.weight";

QString note(Studio& studio) {
    return studio.window.inspector()->codes()->findChild<StateStack*>()->noteText();
}
bool showsCodes(Studio& studio) {
    return QTest::qWaitFor([&] { return studio.window.inspector()->codes()->ready(); }, Patience);
}

} // namespace

class TstCodesPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void binsOfSmallAndLargeAlphabets();
    void saysWhatToDoWhereThereAreNoCodes();
    void previewsAPlainTensorOnItsRecipesGrid();
    void showsTheWidthsOfGroups();
    void showsTheLastRunAndAQuantizedModel();
    void aVanishedRunIsAFailureWithItsReason();

private:
    QString quantized(Studio& studio, const char* name);
    StudioFolder m_folder;
};

void TstCodesPage::binsOfSmallAndLargeAlphabets() {
    CodeStatistics s;
    s.layout.bits = 2;
    s.histogram = {0, 3, 5, 0};
    CodeBins bins = codeBins(s);
    QCOMPARE(bins.first, 0); // small alphabets are shown whole: unused codes matter
    QCOMPARE(bins.counts, s.histogram);
    QCOMPARE(bins.unused, 2u);
    s.layout.symmetric = true;
    QCOMPARE(codeBins(s).first, -2);
    s.layout.bits = 16;
    s.histogram.assign(65536, 0);
    s.histogram[32768 - 3] = 1;
    s.histogram[32768 + 4] = 2;
    bins = codeBins(s);
    QCOMPARE(bins.first, -3);
    QCOMPARE(bins.counts.size(), 8u);
    QCOMPARE(bins.counts.back(), 2u);
    QCOMPARE(bins.unused, 6u);
    s.layout.grid = "gguf"; // counted as they are
    QCOMPARE(codeBins(s).first, 32765);
    s.histogram.assign(256, 0);
    QVERIFY(!codeBins(s).counts.empty());
    s.histogram.clear();
    QCOMPARE(codeBins(s).counts.size(), 1u);
}

void TstCodesPage::saysWhatToDoWhereThereAreNoCodes() {
    Studio studio(m_folder.path("a.db"));
    studio.window.inspector()->tabs()->setCurrentIndex(CodesTab);
    QVERIFY2(note(studio).contains(QStringLiteral("Open a model")), qPrintable(note(studio)));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate("model.norm.weight");
    QTRY_VERIFY2(note(studio).contains(QStringLiteral("no matrix")), qPrintable(note(studio)));
    // The embedding is kept unless it is given a recipe.
    session.activate("model.embed_tokens.weight");
    QTRY_VERIFY2(note(studio).contains(QStringLiteral("recipe in Layers")),
                 qPrintable(note(studio)));
}

void TstCodesPage::previewsAPlainTensorOnItsRecipesGrid() {
    Studio studio(m_folder.path("b.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate(Matrix0);
    QVERIFY(!studio.window.inspector()->codes()->ready()); // hidden pages do nothing
    studio.window.inspector()->tabs()->setCurrentIndex(CodesTab);
    QVERIFY(showsCodes(studio));
    QCOMPARE(studio.find<QComboBox>("codesSource")->currentIndex(), 1);
    const auto* text = studio.find<QLabel>("codesText");
    QVERIFY2(text->text().startsWith(QStringLiteral("Preview")), qPrintable(text->text()));

    // The figures are the engine's.
    const Plan& plan = *session.document().plan();
    const auto row = std::ranges::find(plan.tensors, Matrix0, &TensorPlan::tensor);
    RunContext context;
    const auto expected = previewCodes(*session.model(), Matrix0, **row, context);
    QVERIFY(expected);
    const double entropy = expected->statistics.entropy;
    QVERIFY(entropy > 1 && entropy < expected->statistics.codeBits);
    QVERIFY(text->text().contains(QString::number(entropy, 'f', 3)));
    QVERIFY(text->text().contains(QString::number(expected->codedBits(), 'f', 3)));
    const QAbstractItemModel* table = studio.find<QTableView>("codesTable")->model();
    QCOMPARE(table->rowCount(), static_cast<int>(expected->coders.coders.size()) + 1);
    for (int r = 0; r + 1 < table->rowCount(); ++r) {
        const auto& coder = expected->coders.coders[static_cast<std::size_t>(r)];
        QCOMPARE(table->index(r, 0).data().toString(), qs(coder.title));
        QCOMPARE(table->index(r, 2).data().toString(), QString::number(coder.bitsPerCode, 'f', 3));
        QVERIFY(coder.bitsPerCode >= entropy - 0.2); // zstd may see more than single symbols
    }

    // Fewer bits: another preview, less entropy.
    const auto at = static_cast<std::size_t>(row - plan.tensors.begin());
    const QString before = text->text();
    session.edit(std::vector<std::size_t>{at}, {.bits = 2}, QStringLiteral("test"));
    QTRY_VERIFY_WITH_TIMEOUT(text->text() != before && showsCodes(studio), Patience);
    QVERIFY2(text->text().contains(QStringLiteral("codes of 2 bits")), qPrintable(text->text()));
}

QString TstCodesPage::quantized(Studio& studio, const char* name) {
    Session& session = studio.window.session();
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(m_folder.path(name));
    studio.window.runs().quantize(std::move(request));
    return studio.idle() && studio.newest().state == JobState::Done ? m_folder.path(name)
                                                                    : QString();
}

void TstCodesPage::showsTheWidthsOfGroups() {
    const GroupWidths widths{{3, 1, 2, 2}, 16, 60};
    QCOMPARE(widthsText(widths),
             QStringLiteral("4 groups of 16 input columns: 1 of 1 bit, 2 of 2 bits, 1 of 3 bits"));
    WidthStrip strip(QStringLiteral("strip"));
    strip.resize(600, 60);
    QCOMPARE(strip.groupAt(5), -1);
    strip.setWidths(widths);
    QCOMPARE(strip.groupAt(0), 0);
    QCOMPARE(strip.groupAt(159), 0);
    QCOMPARE(strip.groupAt(160), 1);
    QCOMPARE(strip.groupAt(599), 3); // the last one is shorter
    QCOMPARE(strip.groupAt(600), -1);

    Studio studio(m_folder.path("widths.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(CodesTab);
    QVERIFY(showsCodes(studio));
    const auto* shown = studio.find<WidthStrip>("codesWidths");
    QVERIFY(!shown->isVisible());
    const auto plan = withSetting(*session.document().plan(),
                                  std::string(Matrix0) + ":recipe=slim_llm,group_size=8,bits=2");
    QVERIFY2(plan.has_value(), plan ? "" : plan.error().message.c_str());
    session.document().apply(QStringLiteral("widths"), *plan);
    QTRY_VERIFY(shown->isVisible());
    QVERIFY(showsCodes(studio));
    QVERIFY2(shown->accessibleDescription().contains(QStringLiteral("of 2 bits")),
             qPrintable(shown->accessibleDescription()));
    const auto* text = studio.find<QLabel>("codesText");
    QVERIFY2(text->text().contains(QStringLiteral("mixed2")), qPrintable(text->text()));
}

void TstCodesPage::showsTheLastRunAndAQuantizedModel() {
    Studio studio(m_folder.path("c.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < session.document().plan()->tensors.size(); ++i)
        if (session.document().plan()->model_tensors[i].quantizable) all.push_back(i);
    session.edit(all, {.recipe = *findRecipe("rtn"), .bits = 3}, QStringLiteral("test"));
    session.activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(CodesTab);
    QVERIFY(showsCodes(studio));
    const QString container = quantized(studio, "run-1");
    QVERIFY2(!container.isEmpty(), studio.newest().error.c_str());
    const auto* text = studio.find<QLabel>("codesText");
    const auto* source = studio.find<QComboBox>("codesSource");
    // The page goes over to what was really written.
    QTRY_COMPARE_WITH_TIMEOUT(source->currentIndex(), 2, Patience);
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().startsWith(QStringLiteral("Last run")),
                              qPrintable(text->text()), Patience);
    QVERIFY(text->text().contains(QStringLiteral("codes of 3 bits")));

    QVERIFY(studio.open(container));
    session.activate(Matrix0);
    QTRY_VERIFY2_WITH_TIMEOUT(text->text().startsWith(QStringLiteral("As stored, affine3")),
                              qPrintable(text->text()), Patience);
    QCOMPARE(source->currentIndex(), 0);
    const auto matrix = session.model()->quantized(Matrix0);
    QVERIFY(matrix && *matrix);
    const double coded = 8.0 * static_cast<double>(codedMatrixBytes(**matrix)) /
                         static_cast<double>((*matrix)->rows * (*matrix)->cols);
    QVERIFY(text->text().contains(QString::number(coded, 'f', 3)));
}

void TstCodesPage::aVanishedRunIsAFailureWithItsReason() {
    Studio studio(m_folder.path("d.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    session.activate(Matrix0);
    studio.window.inspector()->tabs()->setCurrentIndex(CodesTab);
    session.setLastOutput(m_folder.path("nothing-here"));
    QTRY_VERIFY2_WITH_TIMEOUT(note(studio).contains(QStringLiteral("nothing-here")),
                              qPrintable(note(studio)), Patience);
    // The preview is still to be had.
    auto* source = studio.find<QComboBox>("codesSource");
    source->setCurrentIndex(1);
    Q_EMIT source->activated(1);
    QVERIFY(showsCodes(studio));
}

QTEST_MAIN(TstCodesPage)
#include "tst_codes_page.moc"

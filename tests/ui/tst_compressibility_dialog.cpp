// The compressibility study in the real window, driven by mouse and keyboard: what it says without
// a model, its figures beside the engine's, cancelling, a bad text, a quantized model, and that a
// closed window loses nothing.
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/bits_chart.h"
#include "ui/charts/study_chart.h"
#include "ui/models/study_rows.h"
#include "ui/panels/runs_panel.h"
#include "ui/widgets/choice_boxes.h"
#include "ui/widgets/path_field.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/codes_results.h"
#include "ui/window/compressibility_dialog.h"
#include "ui/window/study_form.h"
#include "ui/window/study_results.h"

#include <QAbstractItemModelTester>
#include <QAction>
#include <QCheckBox>
#include <QComboBox>
#include <QFile>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSettings>
#include <QSignalSpy>
#include <QTabBar>
#include <QTabWidget>
#include <QTableView>
#include <QToolTip>

#include <algorithm>
#include <limits>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

QString three(double value) { return QString::number(value, 'f', 3); }

StudyNumbers numbers(double coded, double noise) {
    StudyNumbers out;
    out.weights = 100;
    out.coded = coded;
    out.signal = 1;
    out.noise = noise;
    return out;
}

} // namespace

class TstCompressibilityDialog : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void init() { QSettings().clear(); } // texts are remembered
    void linesAreRecipesGranularitiesAndZeros();
    void theChartNamesItsPointsAndIsSaved();
    void rowsAreSortedByNumbers();
    void withoutAModelItSaysWhatToDo();
    void figuresAreTheEngines();
    void aTextBringsSmoothingAndActivations();
    void everyRecipeCanBeStudied();
    void wrongWishesAreRefusedInPlace();
    void aBadTextFailsWithItsReason();
    void cancellingKeepsWhatWasFound();
    void aClosedWindowLosesNothing();
    void aQuantizedModelIsCountedAsItIs();

private:
    CompressibilityDialog* show(Studio& studio);
    template <class W>
    static W* in(QWidget* dialog, const char* name) {
        return dialog->findChild<W*>(QLatin1String(name));
    }
    static void click(QWidget* widget) { QTest::mouseClick(widget, Qt::LeftButton); }
    static void tick(QWidget* dialog, const char* name) {
        auto* box = in<QCheckBox>(dialog, name);
        QTest::mouseClick(box, Qt::LeftButton, {}, {8, box->height() / 2});
    }
    static void page(CompressibilityDialog* dialog, int index);
    // Two widths, two granularities: 8 settings on the small model's 28 matrices.
    static void wishLittle(CompressibilityDialog* dialog);
    StudioFolder m_folder;
};

CompressibilityDialog* TstCompressibilityDialog::show(Studio& studio) {
    studio.find<QAction>("compressibility")->trigger();
    const auto all = studio.window.findChildren<CompressibilityDialog*>();
    for (auto* dialog : all)
        if (dialog->isVisible() && QTest::qWaitForWindowExposed(dialog)) return dialog;
    return nullptr;
}

void TstCompressibilityDialog::page(CompressibilityDialog* dialog, int index) {
    auto* bar = in<QTabWidget>(dialog, "studyTabs")->tabBar();
    QTest::mouseClick(bar, Qt::LeftButton, {}, bar->tabRect(index).center());
}

void TstCompressibilityDialog::wishLittle(CompressibilityDialog* dialog) {
    for (const char* box : {"studyBits-2", "studyBits-8", "studyGranularity-tensor",
                            "studyGranularity-g128", "studyGranularity-g64"})
        tick(dialog, box);
}

void TstCompressibilityDialog::linesAreRecipesGranularitiesAndZeros() {
    const std::vector<StudySetting> settings{
        {"rtn", 3, "row", "symmetric"},       {"rtn", 4, "row", "symmetric"},
        {"rtn", 3, "row", "asymmetric"},      {"gguf_k", 4, "own", "own"},
        {"rtn", 4, "row", "symmetric", 0.25}, {"rtn", 4, "row", "symmetric", 0.5},
        {"rtn", 8, "row", "symmetric", 0.5},  {"rtn", 8, "row", "asymmetric"}};
    std::vector<StudyNumbers> values(settings.size(), numbers(3, 0.01));
    values.back().noise = 0; // has no place on a logarithmic axis
    values[3].weights = 0;   // applies nowhere
    auto lines = studyLines(settings, values);
    QCOMPARE(lines.size(), 4u);
    QCOMPARE(lines[0].name, QStringLiteral("rtn row symmetric"));
    QCOMPARE(lines[0].points.size(), 2u);
    QCOMPARE(lines[0].points[1].setting, 1);
    QCOMPARE(lines[0].points[1].at, QPointF(3, 0.01));
    QCOMPARE(lines[1].points.size(), 1u);
    QVERIFY(lines[2].smoothed && lines[2].points.size() == 2);
    QVERIFY2(lines[3].name.contains(QStringLiteral("8 bits smoothed")), qPrintable(lines[3].name));
    values[3].weights = 100;
    lines = studyLines(settings, values);
    QCOMPARE(lines.size(), 5u);
    QCOMPARE(lines[2].name, QStringLiteral("gguf_k"));
    QCOMPARE(lines[2].hue, QStringLiteral("gguf_k"));
}

void TstCompressibilityDialog::theChartNamesItsPointsAndIsSaved() {
    StudyChart chart;
    chart.resize(700, 400);
    chart.show();
    QVERIFY(QTest::qWaitForWindowExposed(&chart));
    std::vector<StudySetting> settings;
    std::vector<StudyNumbers> values;
    for (const char* recipe : {"rtn", "gptq"})
        for (const char* granularity : {"row", "g32"})
            for (const char* zero : {"symmetric", "asymmetric"})
                for (const int bits : {2, 3, 4}) {
                    settings.push_back({recipe, bits, granularity, zero});
                    values.push_back(numbers(bits + 0.03 * static_cast<double>(values.size()),
                                             0.1 / bits / static_cast<double>(1 + values.size())));
                }
    chart.setStudy(settings, values, QStringLiteral("small"));
    QCOMPARE(chart.lines().size(), 8u);
    // Eight lines, six entries: colours, dashes, shapes.
    QCOMPARE(chart.legend(), QStringList({QStringLiteral("row"), QStringLiteral("g32"),
                                          QStringLiteral("symmetric"), QStringLiteral("asymmetric"),
                                          QStringLiteral("rtn"), QStringLiteral("gptq")}));
    QSignalSpy picked(&chart, &StudyChart::picked);
    settle(); // laid out
    QWidget* view = chart.view()->viewport();
    QVERIFY(view->rect().contains(chart.positionOf(5)));
    QTest::mouseMove(view, chart.positionOf(5));
    QTRY_VERIFY(QToolTip::isVisible());
    QVERIFY2(QToolTip::text().contains(QStringLiteral("rtn 4 bits row asymmetric")),
             qPrintable(QToolTip::text()));
    QTest::mouseClick(view, Qt::LeftButton, {}, chart.positionOf(5));
    QCOMPARE(picked.count(), 1);
    QCOMPARE(picked.takeFirst().front().toInt(), 5);
    QTest::mouseClick(view, Qt::LeftButton, {}, QPoint(3, 3)); // nothing is near
    QCOMPARE(picked.count(), 0);
    // Along the axis: setting 0 is the smallest, 3 the next.
    chart.setChosen(0);
    QTest::keyClick(chart.view(), Qt::Key_Right);
    QCOMPARE(picked.takeFirst().front().toInt(), 3);
    QTest::keyClick(chart.view(), Qt::Key_Left);
    QCOMPARE(picked.takeFirst().front().toInt(), 0);
    // The other axis: what is above Shannon's bound. 1 bit at error 1/4 is none.
    QCOMPARE(bitsAboveBound({1, 0.25}), 0.0);
    QCOMPARE(bitsAboveBound({2.5, 1.0 / 16}), 0.5);
    auto* axis = chart.findChild<QComboBox*>(QStringLiteral("studyY"));
    QTest::keyClick(axis, Qt::Key_Down);
    settle();
    QVERIFY(view->rect().contains(chart.positionOf(5)));
    QTest::mouseClick(view, Qt::LeftButton, {}, chart.positionOf(5));
    QCOMPARE(picked.takeFirst().front().toInt(), 5);
    const QString csv = m_folder.path("chart.csv"), png = m_folder.path("chart.png");
    QVERIFY(chart.view()->save(csv) && chart.view()->save(png));
    QFile file(csv);
    QVERIFY(file.open(QIODevice::ReadOnly));
    const auto lines = QString::fromUtf8(file.readAll()).split(QStringLiteral("\r\n"));
    QCOMPARE(lines.size(), 1 + 24 + 1);
    QVERIFY(lines[1].startsWith(QStringLiteral("rtn,2,row,symmetric,,")));
    QVERIFY(!QImage(png).isNull());
}

void TstCompressibilityDialog::rowsAreSortedByNumbers() {
    FiguresModel model({{QStringLiteral("a"), {}, false}, {QStringLiteral("b"), {}, true}});
    const QAbstractItemModelTester tester(&model);
    const std::unique_ptr<QTableView> table(makeSortedTable(model, QStringLiteral("t"), QString()));
    const auto rows = [](double b) {
        return std::vector<FiguresRow>{{{QStringLiteral("x"), QStringLiteral("10")}, {0, 10}, 0},
                                       {{QStringLiteral("y"), QStringLiteral("9")}, {1, b}, 1},
                                       {{QStringLiteral("z"), QStringLiteral("–")},
                                        {2, std::numeric_limits<double>::quiet_NaN()},
                                        2}};
    };
    model.setFigures(rows(9));
    const auto ids = [&] {
        QList<int> out;
        for (int row = 0; row < table->model()->rowCount(); ++row)
            out << table->model()->index(row, 0).data(FiguresModel::IdRole).toInt();
        return out;
    };
    QCOMPARE(ids(), QList<int>({0, 1, 2}));
    table->sortByColumn(1, Qt::AscendingOrder);
    QCOMPARE(ids(), QList<int>({1, 0, 2}));
    chooseId(*table, 1);
    model.setFigures(rows(11)); // the same rows with other figures: sorted anew, still chosen
    QCOMPARE(ids(), QList<int>({0, 1, 2}));
    QCOMPARE(chosenId(*table), 1);
}

void TstCompressibilityDialog::withoutAModelItSaysWhatToDo() {
    Studio studio(m_folder.path("a.db"));
    auto* dialog = show(studio);
    QVERIFY(dialog && !dialog->isModal());
    QVERIFY(dialog->findChild<StateStack*>()->noteText().contains(QStringLiteral("Open a model")));
    QVERIFY(!in<QPushButton>(dialog, "studyRun")->isEnabled());
    QCOMPARE(in<QLabel>(dialog, "studyState")->text(), QStringLiteral("Open a model first."));
    QVERIFY(!in<QLineEdit>(dialog, "studyTensors")->isVisible());
    QCOMPARE(show(studio), dialog); // one window
    QVERIFY(studio.open(m_folder.model()));
    QVERIFY(in<QPushButton>(dialog, "studyRun")->isEnabled());
    QVERIFY(in<QLineEdit>(dialog, "studyTensors")->isVisible());
    QVERIFY2(in<QLabel>(dialog, "studyWork")
                 ->text()
                 .startsWith(QStringLiteral("40 settings on 28 matrices")),
             qPrintable(in<QLabel>(dialog, "studyWork")->text()));
    const auto widgets = dialog->findChildren<QWidget*>();
    for (const QWidget* widget : widgets)
        if ((qobject_cast<const QAbstractButton*>(widget) ||
             qobject_cast<const QLineEdit*>(widget)) &&
            widget->objectName().startsWith(QLatin1String("study")))
            QVERIFY2(!widget->toolTip().isEmpty(), qPrintable(widget->objectName()));
    QTest::keyClick(dialog, Qt::Key_Escape);
    QVERIFY(!dialog->isVisible());
}

void TstCompressibilityDialog::figuresAreTheEngines() {
    Studio studio(m_folder.path("b.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = show(studio);
    wishLittle(dialog);
    QVERIFY(in<QLabel>(dialog, "studyWork")
                ->text()
                .startsWith(QStringLiteral("8 settings on 28 matrices")));
    click(in<QPushButton>(dialog, "studyRun"));
    QVERIFY(!in<QCheckBox>(dialog, "studyBits-3")->isEnabled());
    QVERIFY(in<QPushButton>(dialog, "studyCancel")->isVisible());
    QVERIFY(in<QProgressBar>(dialog, "studyProgress")->isVisible());
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.runs().codesStudied(dialog->job())->finished, Patience);

    StudyOptions options;
    options.bits = {3, 4};
    options.granularities = {"row", "g32"};
    RunContext context;
    const auto engine = makeEngine("cpu", {});
    const auto expected =
        studyCompressibility(studio.window.session().model(), options, *engine, context);
    QVERIFY(expected);
    const auto* table = in<QTableView>(dialog, "studySettings");
    const QAbstractItemModel* shown = table->model();
    QCOMPARE(shown->rowCount(), 8);
    for (int row = 0; row < 8; ++row) {
        const StudyNumbers& n = expected->model[static_cast<std::size_t>(row)];
        const auto cell = [&](int column) { return shown->index(row, column).data().toString(); };
        QCOMPARE(cell(0), qs(expected->settings[static_cast<std::size_t>(row)].label()));
        QCOMPARE(cell(2), three(n.entropy));
        QCOMPARE(cell(3), three(n.ratio));
        QCOMPARE(cell(4), three(n.paid));
        QCOMPARE(cell(5), three(n.coded));
        QCOMPARE(cell(6), QString::number(n.sqnr, 'f', 2));
        QCOMPARE(cell(8), three(n.wasted));
    }
    QVERIFY(table->isColumnHidden(OutputErrorColumn)); // no text, no output
    QVERIFY(!in<QCheckBox>(dialog, "studyBits-5")->isChecked());
    QVERIFY(in<QCheckBox>(dialog, "studyBits-3")->isEnabled());

    // A click on a point chooses its row and the tensors' setting; so does a row the point.
    StudyChart* chart = dialog->results()->chart();
    QCOMPARE(chart->lines().size(), 4u);
    QTRY_VERIFY(chart->view()->viewport()->rect().contains(chart->positionOf(5)));
    QTest::mouseClick(chart->view()->viewport(), Qt::LeftButton, {}, chart->positionOf(5));
    QCOMPARE(dialog->results()->chosen(), 5);
    QCOMPARE(chosenId(*table), 5);
    auto* header = table->horizontalHeader();
    QTest::mouseClick(header->viewport(), Qt::LeftButton, {},
                      {header->sectionViewportPosition(5) + 20, header->height() / 2});
    const auto coded = [&](int row) {
        return shown->index(row, 5).data(FiguresModel::SortRole).toDouble();
    };
    const bool falls = coded(0) > coded(1);
    for (int row = 1; row < 8; ++row)
        QVERIFY(falls ? coded(row - 1) >= coded(row) : coded(row - 1) <= coded(row));
    QCOMPARE(chosenId(*table), 5); // still the same setting
    page(dialog, 1);
    auto* choice = in<QComboBox>(dialog, "studyChoice");
    QCOMPARE(choice->currentText(), qs(expected->settings[5].label()));
    const QAbstractItemModel* tensors = in<QTableView>(dialog, "studyTensorTable")->model();
    QCOMPARE(tensors->rowCount(), 28);
    for (int row = 0; row < 28; ++row) {
        const StudyTensor& tensor = expected->tensors[static_cast<std::size_t>(row)];
        QCOMPARE(tensors->index(row, 0).data().toString(), qs(tensor.name));
        QCOMPARE(tensors->index(row, 5).data().toString(), three(tensor.values[5].coded));
    }
    choice->setFocus();
    QTest::keyClick(choice, Qt::Key_Down);
    QCOMPARE(dialog->results()->chosen(), 6);
    QCOMPARE(tensors->index(0, 5).data().toString(), three(expected->tensors[0].values[6].coded));
    page(dialog, 3);
    QCOMPARE(in<QTableView>(dialog, "studyIrregular")->model()->rowCount(),
             static_cast<int>(expected->irregular.size()));
}

void TstCompressibilityDialog::aTextBringsSmoothingAndActivations() {
    Studio studio(m_folder.path("c.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = show(studio);
    wishLittle(dialog);
    tick(dialog, "studyBits-3");
    tick(dialog, "studyGranularity-row");
    auto* smoothing = in<QLineEdit>(dialog, "studySmoothing");
    QVERIFY(!smoothing->isEnabled());
    in<QLineEdit>(dialog, "studyText")->setText(m_folder.text());
    QVERIFY(smoothing->isEnabled());
    smoothing->selectAll();
    QTest::keyClicks(smoothing, QStringLiteral("0.5; 1"));
    QTest::keyClicks(in<QLineEdit>(dialog, "studyTensors"), QStringLiteral("q_proj k_proj"));
    QVERIFY(in<QLabel>(dialog, "studyWork")
                ->text()
                .startsWith(QStringLiteral("4 settings on 8 matrices")));
    QTest::keyClick(dialog, Qt::Key_Return);
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    const QAbstractItemModel* rows = in<QTableView>(dialog, "studySettings")->model();
    QTRY_COMPARE_WITH_TIMEOUT(rows->rowCount(), 4, Patience);
    QVERIFY(rows->index(3, 0).data().toString().endsWith(QStringLiteral("smoothing 1.00")));
    QTRY_VERIFY(!in<QTableView>(dialog, "studySettings")->isColumnHidden(OutputErrorColumn));
    const CodesStudy* study = studio.window.runs().codesStudied(dialog->job());
    QTRY_VERIFY_WITH_TIMEOUT(study->finished, Patience);
    QVERIFY(outputErrorOf(study->dense, 0) > 0);
    QCOMPARE(rows->index(0, OutputErrorColumn).data().toString(),
             numberText(outputErrorOf(study->dense, 0)));
    page(dialog, 2);
    const auto* activations = in<QTableView>(dialog, "studyActivations");
    QVERIFY(activations->isVisible());
    QCOMPARE(activations->model()->rowCount(), static_cast<int>(study->dense.activations.size()));
    QCOMPARE(activations->model()->index(0, 0).data().toString(), QStringLiteral("all inputs"));
    const auto total = std::ranges::find_if(
        study->dense.activations, [](const ActivationCodes& a) { return a.input.empty(); });
    QVERIFY(total != study->dense.activations.end());
    QCOMPARE(activations->model()->index(0, 4).data().toString(), three(total->entropyPerToken));
}

void TstCompressibilityDialog::everyRecipeCanBeStudied() {
    Studio studio(m_folder.path("k.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = show(studio);
    wishLittle(dialog);
    tick(dialog, "studyGranularity-row");
    in<QLineEdit>(dialog, "studyText")->setText(m_folder.text());
    in<QLineEdit>(dialog, "studySmoothing")->clear();
    in<QLineEdit>(dialog, "studyTensors")->setText(QStringLiteral("layers.0.self_attn.q_proj"));
    auto* boxes = dialog->findChild<ChoiceBoxes*>(QStringLiteral("studyRecipe"));
    for (const auto& recipe : builtinRecipes()) {
        boxes->choose({qs(recipe->id)});
        if (!in<QPushButton>(dialog, "studyRun")->isEnabled()) { // no such width: said in place
            QVERIFY(!in<QLabel>(dialog, "studyState")->text().isEmpty());
            continue;
        }
        click(in<QPushButton>(dialog, "studyRun"));
        QVERIFY(studio.idle());
        QVERIFY2(studio.newest().state == JobState::Done,
                 (recipe->id + ": " + studio.newest().error).c_str());
        QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(dialog, "studyRun")->isEnabled(), Patience);
    }
}

void TstCompressibilityDialog::wrongWishesAreRefusedInPlace() {
    Studio studio(m_folder.path("d.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = show(studio);
    auto* state = in<QLabel>(dialog, "studyState");
    auto* run = in<QPushButton>(dialog, "studyRun");
    const auto refused = [&](const char* why) {
        return !run->isEnabled() && state->text().contains(QLatin1String(why));
    };
    tick(dialog, "studyRecipe-gptq");
    QVERIFY2(refused("gptq needs a calibration text"), qPrintable(state->text()));
    in<QLineEdit>(dialog, "studyText")->setText(m_folder.path("nothing.txt"));
    QVERIFY2(refused("no calibration text at this path"), qPrintable(state->text()));
    in<QLineEdit>(dialog, "studyText")->setText(m_folder.text());
    QVERIFY(run->isEnabled());
    in<QLineEdit>(dialog, "studySmoothing")->setText(QStringLiteral("0.5, 1.5"));
    QVERIFY2(refused("'1.5' is not"), qPrintable(state->text()));
    in<QLineEdit>(dialog, "studyText")->clear();
    tick(dialog, "studyRecipe-gptq");
    QVERIFY(run->isEnabled()); // strengths do not count without a text
    in<QLineEdit>(dialog, "studyTensors")->setText(QStringLiteral("nobody"));
    QVERIFY2(refused("No dense matrix"), qPrintable(state->text()));
    in<QLineEdit>(dialog, "studyTensors")->clear();
    for (const char* box : {"studyBits-2", "studyBits-3", "studyBits-4", "studyBits-8"})
        tick(dialog, box);
    QVERIFY2(refused("at least one width"), qPrintable(state->text()));
    tick(dialog, "studyBits-4");
    tick(dialog, "studyRecipe-rtn");
    QVERIFY2(refused("at least one recipe"), qPrintable(state->text()));
}

void TstCompressibilityDialog::aBadTextFailsWithItsReason() {
    Studio studio(m_folder.path("e.db"));
    QVERIFY(studio.open(m_folder.model()));
    QVERIFY(writeFileAtomically(toPath(m_folder.path("short.txt")), "w1 w2 w3"));
    auto* dialog = show(studio);
    in<QLineEdit>(dialog, "studyText")->setText(m_folder.path("short.txt"));
    click(in<QPushButton>(dialog, "studyRun"));
    QVERIFY(studio.idle());
    QCOMPARE(studio.newest().state, JobState::Failed);
    const auto* stack = dialog->findChild<StateStack*>();
    QTRY_VERIFY2_WITH_TIMEOUT(stack->noteText().contains(QStringLiteral("too short")),
                              qPrintable(stack->noteText()), Patience);
    QVERIFY(in<QPushButton>(dialog, "studyRun")->isEnabled()); // another try
}

void TstCompressibilityDialog::cancellingKeepsWhatWasFound() {
    Studio studio(m_folder.path("f.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = show(studio);
    for (const char* box : {"studyBits-5", "studyBits-6", "studyBits-7", "studyGranularity-g16",
                            "studyRecipe-rtn_mse"})
        tick(dialog, box);
    click(in<QPushButton>(dialog, "studyRun"));
    const CodesStudy* study = studio.window.runs().codesStudied(dialog->job());
    QVERIFY(study);
    QTRY_VERIFY_WITH_TIMEOUT(study->tensors() > 0, Patience);
    // Figures so far are on the screen while it runs.
    const QAbstractItemModel* rows = in<QTableView>(dialog, "studySettings")->model();
    QVERIFY(rows->rowCount() > 0);
    click(in<QPushButton>(dialog, "studyCancel"));
    QVERIFY(studio.idle());
    QCOMPARE(studio.newest().state, JobState::Cancelled);
    QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(dialog, "studyRun")->isEnabled(), Patience);
    QVERIFY(in<QLabel>(dialog, "studyState")->text().startsWith(QStringLiteral("Cancelled")));
    QVERIFY(study->tensors() > 0 && study->tensors() < 28 && !study->finished);
    QVERIFY(in<QTableView>(dialog, "studySettings")->isVisible());
    QVERIFY(in<QLabel>(dialog, "studyTitle")
                ->text()
                .contains(QStringLiteral("%1 of 28").arg(study->tensors())));
}

void TstCompressibilityDialog::aClosedWindowLosesNothing() {
    Studio studio(m_folder.path("g.db"));
    QVERIFY(studio.open(m_folder.model()));
    auto* dialog = show(studio);
    wishLittle(dialog);
    click(in<QPushButton>(dialog, "studyRun"));
    const JobId id = dialog->job();
    click(in<QPushButton>(dialog, "studyClose"));
    QVERIFY(studio.idle());
    QCOMPARE(studio.newest().state, JobState::Done);
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.runs().codesStudied(id)->finished, Patience);
    // Runs says what was found and where to look.
    const auto* note = studio.window.runsPanel()->findChildren<StateStack*>().back();
    QTRY_VERIFY2(note->noteText().contains(QStringLiteral("8 settings on 28 of 28")),
                 qPrintable(note->noteText()));
    studio.services.jobs().forget(id); // cleared from the list of runs
    dialog = show(studio);
    QVERIFY(dialog);
    QVERIFY(dialog->job() == id);
    QCOMPARE(in<QTableView>(dialog, "studySettings")->model()->rowCount(), 8);
    QVERIFY(in<QTableView>(dialog, "studySettings")->isVisible());
}

void TstCompressibilityDialog::aQuantizedModelIsCountedAsItIs() {
    Studio studio(m_folder.path("h.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    std::vector<std::size_t> all;
    for (std::size_t i = 0; i < session.document().plan()->tensors.size(); ++i)
        if (session.document().plan()->model_tensors[i].quantizable) all.push_back(i);
    session.edit(all, {.recipe = *findRecipe("rtn"), .bits = 3}, QStringLiteral("test"));
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(m_folder.path("run-1"));
    studio.window.runs().quantize(std::move(request));
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    QVERIFY(studio.open(m_folder.path("run-1")));

    auto* dialog = show(studio);
    QVERIFY(dialog->findChild<StateStack*>()->noteText().contains(QStringLiteral("is quantized")));
    QVERIFY(!in<QLineEdit>(dialog, "studyTensors")->isVisible());
    tick(dialog, "studyCoders");
    click(in<QPushButton>(dialog, "studyRun"));
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.runs().codesStudied(dialog->job())->finished, Patience);
    RunContext context;
    const auto expected = quantizedCodes(*session.model(), nullptr, context);
    QVERIFY(expected);
    const auto* table = in<QTableView>(dialog, "studyOwnTensors");
    QVERIFY(table->isVisible());
    QCOMPARE(table->model()->rowCount(), 28);
    for (int row = 0; row < 28; ++row) {
        const QuantizedTensorCodes& tensor = expected->tensors[static_cast<std::size_t>(row)];
        const auto cell = [&](int column) {
            return table->model()->index(row, column).data().toString();
        };
        QCOMPARE(cell(0), qs(tensor.name));
        QCOMPARE(cell(2), three(tensor.statistics.entropy));
        QCOMPARE(cell(3), three(tensor.statistics.bitsPaid()));
        QCOMPARE(cell(4), three(tensor.statistics.bitsNeeded()));
        QCOMPARE(cell(5), three(8.0 * static_cast<double>(tensor.codedBytes) /
                                static_cast<double>(tensor.statistics.codes)));
    }
    const QString title = in<QLabel>(dialog, "studyTitle")->text();
    QVERIFY2(title.contains(three(expected->total.entropy)) &&
                 title.contains(three(expected->total.bitsPaid())) &&
                 title.contains(three(8.0 * static_cast<double>(expected->codedBytes) /
                                      static_cast<double>(expected->total.codes))),
             qPrintable(title));
    // Coders of the tensor that is clicked.
    QTest::mouseClick(table->viewport(), Qt::LeftButton, {},
                      table->visualRect(table->model()->index(2, 0)).center());
    const auto* coders = in<QTableView>(dialog, "studyOwnCoders");
    QVERIFY(coders->isVisible() && coders->model()->rowCount() > 3);
    QVERIFY(
        in<QLabel>(dialog, "studyOwnCoderTitle")->text().contains(qs(expected->tensors[2].name)));
    QVERIFY(dialog->codes()->chart()->view()->save(m_folder.path("codes.csv")));
}

QTEST_MAIN(TstCompressibilityDialog)
#include "tst_compressibility_dialog.moc"

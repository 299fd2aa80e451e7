// Sensitivity in the real window: nothing measured, measuring through the dialog, cancelled and
// gone on with, refused; the inspector's page, the map, the columns in Layers, metrics compared.
#include "tests/ui/settle.h"
#include "tests/ui/small_studio.h"
#include "ui/charts/agreement_chart.h"
#include "ui/charts/sensitivity_chart.h"
#include "ui/heatmap/sensitivity_map.h"
#include "ui/panels/layers_panel.h"
#include "ui/panels/sensitivity_page.h"
#include "ui/widgets/state_stack.h"
#include "ui/window/agreement_dialog.h"
#include "ui/window/analyze_dialog.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QHelpEvent>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSpinBox>
#include <QTabWidget>
#include <QTableView>
#include <QTreeView>

#include <cmath>

using namespace bitsmith;
using namespace bitsmith::ui;
using namespace bitsmith::test;

namespace {

constexpr int Matrices = 4 * 7; // of the small model

SensitivityPage* showPage(Studio& studio) {
    SensitivityPage* page = studio.window.inspector()->sensitivity();
    studio.window.inspector()->tabs()->setCurrentWidget(page);
    return page;
}

QString note(SensitivityPage* page) { return page->findChild<StateStack*>()->noteText(); }

AnalyzeDialog* openDialog(Studio& studio) {
    studio.window.findChild<QAction*>(QStringLiteral("analyze"))->trigger();
    return studio.window.findChild<AnalyzeDialog*>();
}

template <class W>
W* in(QWidget* parent, const char* name) {
    return parent->findChild<W*>(QLatin1String(name));
}

void choose(AnalyzeDialog* dialog, const QString& metric, const QString& text,
            std::initializer_list<int> widths) {
    auto* box = in<QComboBox>(dialog, "analyzeMetric");
    box->setCurrentIndex(box->findData(metric));
    in<QLineEdit>(dialog, "analyzeText")->setText(text);
    for (int bits = 2; bits <= 8; ++bits)
        dialog->findChild<QCheckBox*>(QStringLiteral("analyzeWidth%1").arg(bits))
            ->setChecked(std::ranges::find(widths, bits) != widths.end());
    in<QSpinBox>(dialog, "analyzeSamples")->setValue(16);
    in<QSpinBox>(dialog, "analyzeTokens")->setValue(256);
}

} // namespace

class TstSensitivityPage : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QVERIFY(m_folder.make()); }
    void thePlotLeavesOutWhatALogarithmCannotShow();
    void saysWhatToDoWhereNothingWasMeasured();
    void refusesInWords();
    void aCancelledMeasurementGoesOn();
    void showsWhatWasMeasured();
    void theMapIsClickedAndWalked();
    void layersShowsLossesAndPredicts();
    void comparesMetricsWithTheTruth();
    void aRunIsComparedWithItsPrediction();

private:
    StudioFolder m_folder;
};

void TstSensitivityPage::thePlotLeavesOutWhatALogarithmCannotShow() {
    SensitivityTable table{.metric = "kl", .widths = {2, 4}};
    table.rows = {{.tensor = "a", .loss = {0.4, 0.02}},
                  {.tensor = "b", .loss = {0.2, 0.0}},
                  {.tensor = "c", .loss = {std::nan(""), 0.01}}};
    const SensitivityPlot plot = sensitivityPlot(table, "a", 3);
    QCOMPARE(plot.own.size(), 2u);
    QCOMPARE(plot.others.size(), 2u);
    QCOMPARE(plot.others[0].least, 0.2);
    QCOMPARE(plot.others[0].most, 0.4);
    QVERIFY(std::abs(plot.others[0].median - 0.3) < 1e-12);
    QCOMPARE(plot.others[1].least, 0.01);
    // Between measured widths on a straight line of logarithms.
    QVERIFY(std::abs(plot.planned.y() - std::sqrt(0.4 * 0.02)) < 1e-12);
    QCOMPARE(sensitivityPlot(table, "b", 4).own.size(), 1u);
    QVERIFY(sensitivityPlot(table, "b", 4).planned.isNull());
    QVERIFY(sensitivityPlot(table, "nothing", 4).own.empty());
    SensitivityChart chart; // draws all of these
    chart.setPlot(plot);
    chart.setPlot(sensitivityPlot(table, "b", 4));
    chart.setPlot({});
    chart.setPlot(plot);
    QVERIFY(!chart.view()->chart()->axes().isEmpty());
}

void TstSensitivityPage::saysWhatToDoWhereNothingWasMeasured() {
    Studio studio(m_folder.path("empty.db"));
    SensitivityPage* page = showPage(studio);
    QVERIFY2(note(page).contains(QStringLiteral("Open a model")), qPrintable(note(page)));
    auto* analyze = in<QPushButton>(page, "sensitivityAnalyze");
    QVERIFY(!analyze->isEnabled());
    QVERIFY(!studio.window.findChild<QAction*>(QStringLiteral("analyze"))->isEnabled());
    QVERIFY(studio.open(m_folder.model()));
    QTRY_VERIFY2_WITH_TIMEOUT(note(page).contains(QStringLiteral("Nothing was measured")),
                              qPrintable(note(page)), Patience);
    QVERIFY(!in<QComboBox>(page, "sensitivityMetric")->isEnabled());
    // Columns that nothing is known for take no room.
    QTreeView* view = studio.window.layers()->view();
    QVERIFY(view->isColumnHidden(LayersModel::Sensitivity));
    QVERIFY(view->isColumnHidden(LayersModel::Share));
    QTest::mouseClick(analyze, Qt::LeftButton);
    auto* dialog = studio.window.findChild<AnalyzeDialog*>();
    QVERIFY(dialog && dialog->isVisible() && !dialog->isModal());
    // Asked for again, it comes to the front instead of twice.
    QTest::mouseClick(analyze, Qt::LeftButton);
    QCOMPARE(studio.window.findChildren<AnalyzeDialog*>().size(), 1);
    // How long it takes is tried on this model.
    QTRY_VERIFY_WITH_TIMEOUT(!dialog->estimating(), Patience);
    auto* estimate = in<QLabel>(dialog, "analyzeEstimate");
    QVERIFY2(estimate->text().startsWith(QStringLiteral("About ")), qPrintable(estimate->text()));
    QVERIFY2(estimate->text().contains(QString::number(Matrices * 4)),
             qPrintable(estimate->text())); // 2, 3, 4, 6 bits at first
    dialog->reject();
}

void TstSensitivityPage::refusesInWords() {
    Studio studio(m_folder.path("refused.db"));
    QVERIFY(studio.open(m_folder.model()));
    AnalyzeDialog* dialog = openDialog(studio);
    auto* run = in<QPushButton>(dialog, "analyzeRun");
    auto* state = in<QLabel>(dialog, "analyzeState");
    choose(dialog, QStringLiteral("kl"), QString(), {2});
    QVERIFY(!run->isEnabled());
    QVERIFY2(state->text().contains(QStringLiteral("calibration text")), qPrintable(state->text()));
    choose(dialog, QStringLiteral("kl"), m_folder.path("missing.txt"), {2});
    QVERIFY(!run->isEnabled() && state->text().contains(QStringLiteral("no calibration text")));
    choose(dialog, QStringLiteral("weight_error"), QString(), {2});
    QVERIFY(run->isEnabled()); // needs none
    choose(dialog, QStringLiteral("kl"), m_folder.text(), {});
    QVERIFY(!run->isEnabled() && state->text().contains(QStringLiteral("width")));
    // A text that is too short fails with its reason, in the dialog.
    const QString stub = m_folder.path("stub.txt");
    QVERIFY(writeFileAtomically(toPath(stub), "w1 w2"));
    choose(dialog, QStringLiteral("kl"), stub, {2});
    QTest::mouseClick(run, Qt::LeftButton);
    QVERIFY(studio.idle());
    QTRY_VERIFY2_WITH_TIMEOUT(state->text().contains(QStringLiteral("tokens")),
                              qPrintable(state->text()), Patience);
    QCOMPARE(studio.newest().state, JobState::Failed);
    QVERIFY(run->isEnabled());
    QVERIFY(!QApplication::activeModalWidget());
    dialog->reject();
}

void TstSensitivityPage::aCancelledMeasurementGoesOn() {
    Studio studio(m_folder.path("known.db"));
    QVERIFY(studio.open(m_folder.model()));
    SensitivityPage* page = showPage(studio);
    AnalyzeDialog* dialog = openDialog(studio);
    choose(dialog, QStringLiteral("kl"), m_folder.text(), {2, 3, 4, 6});
    in<QSpinBox>(dialog, "analyzeTokens")->setValue(1024);
    QTest::mouseClick(in<QPushButton>(dialog, "analyzeRun"), Qt::LeftButton);
    auto* cancel = in<QPushButton>(dialog, "analyzeCancel");
    QVERIFY(cancel->isVisible() && in<QProgressBar>(dialog, "analyzeProgress")->isVisible());
    // Some values arrive while it runs.
    const Engine& engine = studio.services.engine();
    const auto known = [&] {
        const auto tables = knownSensitivities(*studio.window.session().model(), engine);
        std::size_t values = 0;
        for (const SensitivityTable& table : tables.value())
            for (const SensitivityRow& row : table.rows)
                values += static_cast<std::size_t>(
                    std::ranges::count_if(row.loss, [](double loss) { return !std::isnan(loss); }));
        return values;
    };
    QTRY_VERIFY_WITH_TIMEOUT(known() >= 5, Patience);
    QTest::mouseClick(cancel, Qt::LeftButton);
    QVERIFY(studio.idle());
    QTRY_VERIFY_WITH_TIMEOUT(in<QPushButton>(dialog, "analyzeRun")->isEnabled(), Patience);
    QCOMPARE(studio.services.jobs().find(dialog->job())->state, JobState::Cancelled);
    const std::size_t before = known();
    QVERIFY(before < Matrices * 4u);
    QVERIFY(in<QLabel>(dialog, "analyzeState")->text().contains(QStringLiteral("kept")));
    // What was measured so far is shown, the rest is said to be missing.
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    QVERIFY(in<QLabel>(page, "sensitivityText")
                ->text()
                .contains(QStringLiteral("not all values are known")));
    QVERIFY(studio.window.runs().canResume(dialog->job()));
    QTest::mouseClick(in<QPushButton>(dialog, "analyzeRun"), Qt::LeftButton);
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    QCOMPARE(known(), Matrices * 4u);
    QTRY_VERIFY_WITH_TIMEOUT(studio.window.session().sensitivities().completeTable("kl") != nullptr,
                             Patience);
    QTRY_VERIFY_WITH_TIMEOUT(!in<QLabel>(page, "sensitivityText")
                                  ->text()
                                  .contains(QStringLiteral("not all values are known")),
                             Patience);
    QTRY_VERIFY(in<QLabel>(dialog, "analyzeState")->text().contains(QStringLiteral("Done")));
    dialog->reject();
}

void TstSensitivityPage::showsWhatWasMeasured() {
    Studio studio(m_folder.path("known.db")); // with the values of the test before
    QVERIFY(studio.open(m_folder.model()));
    SensitivityPage* page = showPage(studio);
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    Session& session = studio.window.session();
    const auto tables = knownSensitivities(*session.model(), studio.services.engine());
    QVERIFY(tables && tables->size() == 1u);
    const SensitivityTable& table = tables->front();
    QCOMPARE(page->map()->rowCount(), Matrices);
    QCOMPARE(page->map()->columnCount(), 4);
    QCOMPARE(in<QComboBox>(page, "sensitivityMetric")->currentData().toString(),
             QStringLiteral("kl"));
    // The planned width, 4 bits at first, says the engine's value.
    const std::string& active = session.activeTensor();
    const QString text = in<QLabel>(page, "sensitivityText")->text();
    QVERIFY2(text.contains(numberText(table.loss(active, 4))), qPrintable(text));
    const auto row =
        std::ranges::find(session.document().plan()->tensors, active, &TensorPlan::tensor);
    const auto at = static_cast<std::size_t>(row - session.document().plan()->tensors.begin());
    session.edit(std::vector<std::size_t>{at}, {.bits = 2}, QStringLiteral("test"));
    QTRY_VERIFY(
        in<QLabel>(page, "sensitivityText")->text().contains(numberText(table.loss(active, 2))));
    QVERIFY(page->chart()->view()->save(m_folder.path("curve.csv")));
}

void TstSensitivityPage::theMapIsClickedAndWalked() {
    Studio studio(m_folder.path("known.db"));
    QVERIFY(studio.open(m_folder.model()));
    SensitivityPage* page = showPage(studio);
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    settle(); // laid out
    SensitivityMap* map = page->map();
    Session& session = studio.window.session();
    const std::string other = "model.layers.2.mlp.down_proj.weight";
    const int row = map->rowOf(other);
    QVERIFY(row > 0);
    QTest::mouseClick(map, Qt::LeftButton, {}, map->cellRect(row, 1).center());
    QCOMPARE(session.activeTensor(), other);
    const QString text = map->cellText(row, 1);
    QVERIFY2(text.contains(qs(other)) && text.contains(QStringLiteral("at 3 bits")),
             qPrintable(text));
    // A hovered cell tells its value.
    const QPoint inside = map->cellRect(row, 1).center();
    QHelpEvent hover(QEvent::ToolTip, inside, map->mapToGlobal(inside));
    QVERIFY(QApplication::sendEvent(map, &hover));
    // By keys: one up, Enter.
    map->setFocus();
    QTest::keyClick(map, Qt::Key_Up);
    QCOMPARE(session.activeTensor(), other); // moved, not chosen
    QTest::keyClick(map, Qt::Key_Return);
    QCOMPARE(session.activeTensor(), std::string("model.layers.2.mlp.up_proj.weight"));
    QTest::keyClick(map, Qt::Key_Home);
    QTest::keyClick(map, Qt::Key_Space);
    QCOMPARE(session.activeTensor(), std::string("model.layers.0.self_attn.q_proj.weight"));
    QVERIFY(map->csv().contains(qs(other)));
    QCOMPARE(map->csv().count(QStringLiteral("\r\n")), Matrices + 1);
}

void TstSensitivityPage::layersShowsLossesAndPredicts() {
    Studio studio(m_folder.path("known.db"));
    QVERIFY(studio.open(m_folder.model()));
    LayersModel& model = studio.window.layers()->model();
    QAbstractItemModelTester tester(&model);
    QTreeView* view = studio.window.layers()->view();
    QTRY_VERIFY_WITH_TIMEOUT(!view->isColumnHidden(LayersModel::Sensitivity), Patience);
    QVERIFY(!view->isColumnHidden(LayersModel::Share));
    Session& session = studio.window.session();
    const auto tables = knownSensitivities(*session.model(), studio.services.engine());
    const std::string name = "model.layers.1.self_attn.o_proj.weight";
    const QModelIndex row = model.indexOf(name);
    const double loss = tables->front().loss(name, 4);
    QCOMPARE(row.siblingAtColumn(LayersModel::Sensitivity).data().toString(),
             QString::number(loss, 'g', 2));
    const double bar =
        row.siblingAtColumn(LayersModel::Sensitivity).data(LayersModel::SensitivityRole).toDouble();
    QVERIFY(bar > 0 && bar <= 1);
    const auto predicted = predictQuality(*session.document().plan(), *tables);
    QVERIFY(predicted);
    QCOMPARE(row.siblingAtColumn(LayersModel::Share).data().toString(),
             percentText(loss / predicted->kl));
    const auto* line = studio.find<QLabel>("budgetPrediction");
    QVERIFY2(line->isVisible() && line->text().contains(numberText(predicted->kl)),
             qPrintable(line->text()));
    QVERIFY(line->text().contains(numberText(predicted->perplexity)));
    // An edit is followed at once, undo too.
    const QString before = line->text();
    const std::vector<std::size_t> rows = model.planRows(model.index(1, 0));
    session.edit(rows, {.bits = 2}, QStringLiteral("test"));
    const auto after = predictQuality(*session.document().plan(), *tables);
    QVERIFY(after->kl > predicted->kl);
    QVERIFY2(line->text().contains(numberText(after->kl)), qPrintable(line->text()));
    session.document().undoStack().undo();
    QCOMPARE(line->text(), before);
}

void TstSensitivityPage::comparesMetricsWithTheTruth() {
    Studio studio(m_folder.path("known.db"));
    QVERIFY(studio.open(m_folder.model()));
    studio.window.findChild<QAction*>(QStringLiteral("compareMetrics"))->trigger();
    auto* compared = studio.window.findChild<AgreementDialog*>();
    QVERIFY(compared && compared->isVisible());
    QTRY_VERIFY_WITH_TIMEOUT(compared->findChild<StateStack*>()->noteText().contains(
                                 QStringLiteral("Only the divergence")),
                             Patience);
    QVERIFY(!in<QPushButton>(compared, "agreementCsv")->isEnabled());
    // "All metrics" through the button of that window.
    QTest::mouseClick(in<QPushButton>(compared, "agreementAnalyze"), Qt::LeftButton);
    auto* dialog = studio.window.findChild<AnalyzeDialog*>();
    QVERIFY(dialog);
    choose(dialog, QStringLiteral("all"), m_folder.text(), {2, 4});
    in<QSpinBox>(dialog, "analyzeTokens")->setValue(128);
    QTest::mouseClick(in<QPushButton>(dialog, "analyzeRun"), Qt::LeftButton);
    QVERIFY(studio.idle());
    QVERIFY2(studio.newest().state == JobState::Done, studio.newest().error.c_str());
    dialog->reject();
    // The window follows what is known, and says the report's numbers.
    const auto tables = [&] {
        return knownSensitivities(*studio.window.session().model(), studio.services.engine())
            .value();
    };
    const auto all = tables();
    const Comparable wanted = comparableTables(all, "rtn");
    QVERIFY(wanted.truth && wanted.truth->widths.size() == 2u && wanted.others.size() >= 2);
    const SensitivityReport report = compareSensitivities(*wanted.truth, wanted.others);
    const auto same = [&] {
        return std::ranges::equal(compared->report().metrics, report.metrics,
                                  [](const MetricAgreement& a, const MetricAgreement& b) {
                                      return a.metric == b.metric &&
                                             (a.meanByWidth == b.meanByWidth ||
                                              std::isnan(a.meanByWidth + b.meanByWidth));
                                  });
    };
    QTRY_VERIFY_WITH_TIMEOUT(same(), Patience);
    const QAbstractItemModel* table = in<QTableView>(compared, "agreementTable")->model();
    QCOMPARE(table->rowCount(), static_cast<int>(report.metrics.size()));
    QCOMPARE(table->columnCount(), 2 + 2 + 2);
    QStringList losers;
    for (int r = 0; r < table->rowCount(); ++r) {
        const MetricAgreement& m = report.metrics[static_cast<std::size_t>(r)];
        QCOMPARE(table->index(r, 0).data().toString(), qs(m.title));
        if (!std::isnan(m.meanByWidth))
            QCOMPARE(table->index(r, 1).data().toString(), QString::number(m.meanByWidth, 'f', 3));
        if (!(m.meanByWidth >= 0.5)) losers << qs(m.title);
    }
    // Metrics that lose are named as such.
    for (const QString& loser : losers)
        QVERIFY2(in<QLabel>(compared, "agreementNote")->text().contains(loser), qPrintable(loser));
    auto* chart = compared->findChild<AgreementChart*>();
    QVERIFY(chart->pointCount() > Matrices);
    auto* box = in<QComboBox>(compared, "agreementMetric");
    QCOMPARE(box->count(), table->rowCount());
    box->setCurrentIndex(box->count() - 1);
    QVERIFY(chart->view()->save(m_folder.path("points.csv")));
    QVERIFY(chart->view()->save(m_folder.path("points.png")));
    // The page offers every metric now.
    SensitivityPage* page = showPage(studio);
    QTRY_VERIFY_WITH_TIMEOUT(page->ready(), Patience);
    auto* metric = in<QComboBox>(page, "sensitivityMetric");
    QVERIFY(metric->count() > table->rowCount());
    metric->setCurrentIndex(metric->findData(QStringLiteral("weight_error")));
    Q_EMIT metric->activated(metric->currentIndex());
    QCOMPARE(studio.window.session().sensitivities().table()->metric, std::string("weight_error"));
}

void TstSensitivityPage::aRunIsComparedWithItsPrediction() {
    Studio studio(m_folder.path("known.db"));
    QVERIFY(studio.open(m_folder.model()));
    Session& session = studio.window.session();
    QTRY_VERIFY_WITH_TIMEOUT(session.sensitivities().planned().prediction.has_value(), Patience);
    QuantizeRequest request{.model = session.model(), .plan = session.document().plan()};
    request.options.output = toPath(m_folder.path("out"));
    EvaluateRequest evaluate{.baseline = session.path(), .text = m_folder.text()};
    evaluate.options.limitTokens = 1000;
    request.evaluate = evaluate;
    const double predicted = session.sensitivities().planned().prediction->kl;
    studio.window.runs().quantize(std::move(request));
    // The evaluation starts when the end of the run is heard of.
    QTRY_VERIFY_WITH_TIMEOUT(session.sensitivities().checked().has_value(), RunPatience);
    const auto& check = *session.sensitivities().checked();
    QVERIFY(check.measured.kl > 0);
    QVERIFY(check.predicted && std::abs(check.predicted->kl - predicted) < 1e-12);
    const QString text = studio.find<QLabel>("budgetPrediction")->text();
    QVERIFY2(text.contains(QStringLiteral("last run")) &&
                 text.contains(numberText(check.measured.kl)),
             qPrintable(text));
}

QTEST_MAIN(TstSensitivityPage)
#include "tst_sensitivity_page.moc"

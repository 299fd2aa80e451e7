#include "ui/window/study_results.h"

#include "ui/bridge/text.h"
#include "ui/charts/study_chart.h"
#include "ui/models/study_rows.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QTabWidget>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

enum Tab { Overview, Tensors, Activations, Irregular }; // in the order of the pages

} // namespace

StudyResults::StudyResults(QWidget* parent)
    : QWidget(parent), m_settings(settingColumns()), m_tensors(studyTensorColumns()),
      m_activations(activationColumns()),
      m_irregular({{tr("not as expected"),
                    tr("Where a coarser granularity has more entropy or less error than a finer "
                       "one, by more than 0.02 bits or 0.02 dB"),
                    false}}),
      m_tabs(new QTabWidget), m_chart(new StudyChart), m_choice(new QComboBox) {
    m_tabs->setObjectName(QStringLiteral("studyTabs"));
    m_tabs->addTab(buildOverview(), tr("&Settings"));
    m_tabs->addTab(buildTensors(), tr("T&ensors"));
    m_tabs->addTab(buildActivations(), tr("Acti&vations"));
    m_tabs->addTab(buildIrregular(), tr("&Not as expected"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_tabs);
    connect(m_chart, &StudyChart::picked, this, &StudyResults::choose);
    connect(m_settingTable->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            [this] {
                if (!m_filling) choose(chosenId(*m_settingTable));
            });
    connect(m_choice, &QComboBox::activated, this,
            [this] { choose(m_choice->currentData().toInt()); });
    connect(m_tabs, &QTabWidget::currentChanged, this, [this] { showTensors(); });
}

QWidget* StudyResults::buildOverview() {
    m_settingTable = makeSortedTable(
        m_settings, QStringLiteral("studySettings"),
        tr("Over all tensors, weighted by weights. Click a heading to sort, a row to find it in "
           "the chart"));
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_chart);
    split->addWidget(m_settingTable);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 3);
    split->setStretchFactor(1, 2);
    return split;
}

QWidget* StudyResults::buildTensors() {
    m_tensorTable =
        makeSortedTable(m_tensors, QStringLiteral("studyTensorTable"),
                        tr("What the setting makes of each tensor. Click a heading to sort"));
    m_choice->setObjectName(QStringLiteral("studyChoice"));
    m_choice->setToolTip(tr("The setting whose tensors are shown"));
    m_choice->setMaxVisibleItems(20);
    auto* label = new QLabel(tr("Sett&ing"));
    label->setBuddy(m_choice);
    auto* row = new QHBoxLayout;
    row->addWidget(label);
    row->addWidget(m_choice);
    row->addStretch();
    auto* page = new QWidget;
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 6, 0, 0);
    column->addLayout(row);
    column->addWidget(m_tensorTable, 1);
    return page;
}

QWidget* StudyResults::buildActivations() {
    m_activationTable =
        makeSortedTable(m_activations, QStringLiteral("studyActivations"),
                        tr("Entropy of activations quantized at run time; they are not stored"));
    m_activationStack = new StateStack(m_activationTable);
    return m_activationStack;
}

QWidget* StudyResults::buildIrregular() {
    m_irregularTable = makeFiguresTable(
        m_irregular, QStringLiteral("studyIrregular"),
        tr("Finer granularity should mean more entropy and less error; here it does not"));
    m_irregularStack = new StateStack(m_irregularTable);
    return m_irregularStack;
}

void StudyResults::setStudy(const CodesStudy& study) {
    const QScopedValueRollback filling(m_filling, true);
    m_study = &study;
    QStringList names;
    for (const StudySetting& setting : study.dense.settings) names << qs(setting.label());
    if (names != m_names) {
        m_names = names;
        m_setting = -1;
        m_choice->clear();
        for (qsizetype i = 0; i < names.size(); ++i)
            m_choice->addItem(names[i], static_cast<int>(i));
    }
    auto rows = settingRows(study.dense);
    const bool measured = std::ranges::any_of(
        rows, [](const FiguresRow& row) { return !std::isnan(row.keys[OutputErrorColumn]); });
    if (m_setting < 0 && !rows.empty()) m_setting = rows.front().id;
    m_settings.setFigures(std::move(rows));
    m_settingTable->setColumnHidden(OutputErrorColumn, !measured);
    m_tensorTable->setColumnHidden(OutputErrorColumn, !measured);
    m_chart->setStudy(study.dense.settings, study.dense.model, study.model);
    m_activations.setFigures(activationRows(study.dense));
    if (!study.dense.activations.empty())
        m_activationStack->showContent();
    else if (study.finished)
        m_activationStack->showEmpty(
            tr("Nothing was measured of the activations. Give a calibration text and "
               "SmoothQuant's strengths to see what their codes would hold."));
    else
        m_activationStack->showEmpty(
            tr("Known when the study is done, if it has a calibration text."));
    showIrregular();
    choose(m_setting);
}

void StudyResults::showIrregular() {
    const auto& sentences = m_study->dense.irregular;
    std::vector<QStringList> rows;
    for (const std::string& sentence : sentences) rows.push_back({qs(sentence)});
    m_irregular.setRows(std::move(rows));
    m_tabs->setTabText(Irregular, sentences.empty()
                                      ? tr("&Not as expected")
                                      : tr("&Not as expected (%1)").arg(sentences.size()));
    if (!sentences.empty())
        m_irregularStack->showContent();
    else
        m_irregularStack->showEmpty(
            m_study->finished ? tr("Nothing: finer granularity means more entropy and less error "
                                   "everywhere, as it should.")
                              : tr("Known when the study is done."));
}

void StudyResults::choose(int setting) {
    if (setting < 0) return;
    const QScopedValueRollback filling(m_filling, true);
    m_setting = setting;
    m_chart->setChosen(setting);
    chooseId(*m_settingTable, setting);
    m_choice->setCurrentIndex(m_choice->findData(setting));
    showTensors();
}

// Thousands of tensors are only listed where they are seen.
void StudyResults::showTensors() {
    if (m_study && m_tabs->currentIndex() == Tensors)
        m_tensors.setFigures(studyTensorRows(m_study->dense, m_setting));
}

} // namespace bitsmith::ui

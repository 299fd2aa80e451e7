#include "ui/window/codes_results.h"

#include "ui/bridge/text.h"
#include "ui/charts/bits_chart.h"
#include "ui/models/coder_rows.h"
#include "ui/models/study_rows.h"
#include "ui/widgets/parts.h"

#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>

namespace bitsmith::ui {
namespace {

constexpr int ChartLines = 12;

std::vector<double> perWeight(const BitsSplit& bits, double weights) {
    return {bits.codes / weights, bits.scales / weights, bits.zeros / weights,
            bits.index / weights};
}

} // namespace

CodesResults::CodesResults(QWidget* parent)
    : QWidget(parent), m_tensors(codesColumns()), m_coders(coderColumns()),
      m_bits(new BitsChart(
          QStringLiteral("studyOwnBits"),
          {tr("codes"), tr("scales"), tr("zeros"), tr("column groups"), tr("all, as coded")})),
      m_table(makeSortedTable(m_tensors, QStringLiteral("studyOwnTensors"),
                              tr("Bits per code and per weight. Click a heading to sort"))),
      m_coderTable(makeFiguresTable(m_coders, QStringLiteral("studyOwnCoders"),
                                    tr("What coders make of this tensor's codes"), true)),
      m_coderTitle(makeLabel(QStringLiteral("studyOwnCoderTitle"))),
      m_skipped(makeLabel(QStringLiteral("studyOwnSkipped"), true)) {
    m_bits->view()->setLeastLines(ChartLines);
    m_bits->setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Maximum);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_bits);
    column->addWidget(m_table, 1);
    for (QWidget* part : std::initializer_list<QWidget*>{m_coderTitle, m_coderTable, m_skipped}) {
        column->addWidget(part);
        part->hide();
    }
    connect(m_table->selectionModel(), &QItemSelectionModel::currentRowChanged, this,
            &CodesResults::showCoders);
}

void CodesResults::setStudy(const CodesStudy& study) {
    m_study = &study;
    const CodeStatistics& all = study.codes.total;
    const double weights = static_cast<double>(std::max<std::uint64_t>(1, all.codes));
    m_bits->setBars(
        {{tr("paid"), perWeight(all.paid, weights)},
         {tr("coded"), {0, 0, 0, 0, 8.0 * static_cast<double>(study.codes.codedBytes) / weights}},
         {tr("needed"), perWeight(all.needed, weights)}});
    m_bits->view()->setName(study.model + QStringLiteral("-codes"));
    m_tensors.setFigures(codesRows(study.codes));
    QStringList skipped;
    for (const std::string& one : study.codes.skipped) skipped << qs(one);
    m_skipped->setVisible(!skipped.isEmpty());
    m_skipped->setToolTip(skipped.join(QLatin1Char('\n')));
    if (!skipped.isEmpty())
        m_skipped->setText(
            skipped.size() == 1
                ? tr("Left out: %1").arg(skipped.front())
                : tr("Left out: %1, and %2 more").arg(skipped.front()).arg(skipped.size() - 1));
    showCoders();
}

void CodesResults::showCoders() {
    const auto at = static_cast<std::size_t>(std::max(0, chosenId(*m_table)));
    const bool ran = m_study && at < m_study->codes.tensors.size() &&
                     !m_study->codes.tensors[at].coders.coders.empty();
    m_coderTitle->setVisible(ran);
    m_coderTable->setVisible(ran);
    if (!ran) return;
    const QuantizedTensorCodes& tensor = m_study->codes.tensors[at];
    m_coderTitle->setText(tr("Coders on %1").arg(qs(tensor.name)));
    ui::showCoders(m_coders, tensor.coders);
}

} // namespace bitsmith::ui

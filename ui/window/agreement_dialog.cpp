#include "ui/window/agreement_dialog.h"

#include "ui/bridge/text.h"
#include "ui/charts/agreement_chart.h"
#include "ui/widgets/file_dialogs.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSaveFile>
#include <QSignalBlocker>
#include <QSplitter>
#include <QTableView>
#include <QVBoxLayout>

#include <algorithm>
#include <climits>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr double Weak = 0.5; // a rank correlation below says little about which tensor to spare

QString rho(double value) {
    return std::isnan(value) ? AgreementDialog::tr("–") : QString::number(value, 'f', 3);
}

} // namespace

Comparable comparableTables(const std::vector<SensitivityTable>& tables,
                            const std::string& recipe) {
    Comparable out;
    for (const SensitivityTable& table : tables)
        if (table.metric == "kl" &&
            (!out.truth || (out.truth->recipe != recipe && table.recipe == recipe)))
            out.truth = &table;
    if (!out.truth) return out;
    for (const SensitivityMetric* metric : allSensitivityMetrics()) {
        const SensitivityTable* best = nullptr;
        for (const SensitivityTable& table : tables)
            if (table.metric == metric->info().id && table.metric != "kl" &&
                table.recipe == out.truth->recipe &&
                (!best ||
                 (best->dataKey != out.truth->dataKey && table.dataKey == out.truth->dataKey)))
                best = &table;
        if (best) out.others.push_back(*best);
    }
    return out;
}

AgreementDialog::AgreementDialog(Services& services, Session& session, QWidget* parent)
    : QDialog(parent), m_session(session), m_request(services.quick()), m_what(new QLabel),
      m_note(new QLabel), m_metric(new QComboBox), m_chart(new AgreementChart) {
    setObjectName(QStringLiteral("agreementDialog"));
    setWindowTitle(tr("Metrics compared"));
    auto* column = new QVBoxLayout(this);
    m_stack = new StateStack(buildContent());
    column->addWidget(m_stack, 1);
    column->addWidget(buildButtons());
    resizeWithin(*this, {fontMetrics().horizontalAdvance(QLatin1Char('n')) * 130,
                         fontMetrics().height() * 34});
    connect(&session.sensitivities(), &Sensitivities::changed, this, &AgreementDialog::refresh);
    refresh();
}

QWidget* AgreementDialog::buildContent() {
    m_what->setObjectName(QStringLiteral("agreementWhat"));
    m_what->setWordWrap(true);
    m_note->setObjectName(QStringLiteral("agreementNote"));
    m_note->setWordWrap(true);
    m_metric->setObjectName(QStringLiteral("agreementMetric"));
    m_metric->setToolTip(tr("The metric that is drawn against the measured divergence"));
    connect(m_metric, &QComboBox::currentIndexChanged, this, &AgreementDialog::showMetric);
    auto* left = new QWidget;
    m_left = new QVBoxLayout(left);
    m_left->setContentsMargins(0, 0, 0, 0);
    m_left->addWidget(m_what);
    m_left->addWidget(m_note);
    m_left->addStretch();
    auto* right = new QWidget;
    auto* rightColumn = new QVBoxLayout(right);
    rightColumn->setContentsMargins(0, 0, 0, 0);
    auto* row = new QHBoxLayout;
    auto* label = new QLabel(tr("&Show"));
    label->setBuddy(m_metric);
    row->addWidget(label);
    row->addWidget(m_metric, 1);
    rightColumn->addLayout(row);
    rightColumn->addWidget(m_chart, 1);
    auto* split = new QSplitter(Qt::Horizontal);
    split->addWidget(left);
    split->addWidget(right);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 1);
    split->setStretchFactor(1, 1);
    // Room for a name and a column per width; the plot takes the rest.
    left->setMinimumWidth(
        std::min(fontMetrics().horizontalAdvance(QLatin1Char('n')) * 66,
                 parentWidget() ? parentWidget()->window()->width() * 2 / 5 : INT_MAX));
    return split;
}

QWidget* AgreementDialog::buildButtons() {
    auto* box = new QWidget;
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    const auto button = [&](const char* name, const QString& text, const QString& tip) {
        auto* made = new QPushButton(text);
        made->setObjectName(QLatin1String(name));
        made->setToolTip(tip);
        made->setAutoDefault(false);
        row->addWidget(made);
        return made;
    };
    m_saveCsv = button("agreementCsv", tr("Export &CSV…"), tr("Write the table to a file"));
    m_savePng = button("agreementPng", tr("Save &picture…"), tr("Write the plot as PNG"));
    row->addStretch();
    auto* analyze = button("agreementAnalyze", tr("&Analyze…"), tr("Measure more metrics"));
    auto* close = button("agreementClose", tr("Close"), tr("Close this window"));
    connect(m_saveCsv, &QPushButton::clicked, this, [this] {
        saveFile(this, tr("Export metrics"), QStringLiteral("metrics.csv"), tr("CSV files (*.csv)"),
                 [this](const QString& path) {
                     QSaveFile file(path);
                     return file.open(QIODevice::WriteOnly) && file.write(csv().toUtf8()) >= 0 &&
                            file.commit();
                 });
    });
    connect(m_savePng, &QPushButton::clicked, this, [this] {
        saveFile(this, tr("Save picture"), QStringLiteral("metric-against-kl.png"),
                 tr("PNG images (*.png)"),
                 [this](const QString& path) { return m_chart->view()->save(path); });
    });
    connect(analyze, &QPushButton::clicked, this, &AgreementDialog::analyzeRequested);
    connect(close, &QPushButton::clicked, this, &QDialog::reject);
    return box;
}

void AgreementDialog::refresh() {
    const auto& plan = m_session.document().plan();
    const auto tables = m_session.sensitivities().tables();
    const std::string recipe = mainRecipeId(plan.get());
    const Comparable found = comparableTables(*tables, recipe);
    if (!found.truth || found.others.empty()) {
        m_request.cancel();
        m_saveCsv->setEnabled(false);
        m_savePng->setEnabled(false);
        m_stack->showEmpty(
            found.truth
                ? tr("Only the divergence was measured. Analyze with \"all metrics\" measures what "
                     "there is to compare it with.")
                : tr("The divergence was not measured yet, and nothing else is the truth. Analyze "
                     "with \"all metrics\" measures it together with everything that is cheaper."));
        return;
    }
    if (!m_stack->showsContent()) m_stack->showBusy(tr("Comparing…"));
    m_request.start<SensitivityReport>(
        [tables, recipe](RunContext&) -> Result<SensitivityReport> {
            const Comparable compared = comparableTables(*tables, recipe);
            return compareSensitivities(*compared.truth, compared.others);
        },
        [this](Result<SensitivityReport> report) {
            if (report)
                showReport(std::move(*report));
            else
                m_stack->showFailed(qs(report.error().message));
        });
}

void AgreementDialog::showReport(SensitivityReport report) {
    m_report = std::move(report);
    std::vector<FiguresColumn> columns{
        {tr("metric"), tr("What is compared with the measured divergence"), false},
        {tr("mean ρ"),
         tr("Spearman's rank correlation over the tensors, mean of the widths: 1 is "
            "the same order, 0 is chance"),
         true}};
    for (const int bits : m_report.widths)
        columns.push_back({tr("%1 bits").arg(bits), tr("Over the tensors at this width"), true});
    columns.push_back({tr("all"),
                       tr("Over tensors and widths together; flatters every metric that "
                          "knows the width"),
                       true});
    columns.push_back({tr("time"), tr("That measuring it took"), true});
    std::vector<QStringList> rows;
    QStringList weak;
    const QString chosen = m_metric->currentData().toString();
    {
        const QSignalBlocker quiet(m_metric);
        m_metric->clear();
        for (const MetricAgreement& m : m_report.metrics) {
            m_metric->addItem(engineText(m.title), qs(m.metric));
            QStringList cells{engineText(m.title), rho(m.meanByWidth)};
            for (std::size_t w = 0; w < m_report.widths.size(); ++w)
                cells << rho(w < m.byWidth.size() ? m.byWidth[w] : std::nan(""));
            cells << rho(m.overall) << secondsText(m.seconds);
            rows.push_back(cells);
            if (!(m.meanByWidth >= Weak)) weak << engineText(m.title);
        }
        m_metric->setCurrentIndex(std::max(0, m_metric->findData(chosen)));
    }
    delete m_table; // as many columns as there are widths now
    m_figures = std::make_unique<FiguresModel>(std::move(columns));
    m_figures->setRows(std::move(rows), 0);
    m_table =
        makeFiguresTable(*m_figures, QStringLiteral("agreementTable"),
                         tr("Rank correlation with the measured divergence, best first"), true);
    m_left->insertWidget(1, m_table);
    m_what->setText(tr("How well each metric orders the tensors as the measured divergence does. "
                       "Recipe %1; the truth took %2.")
                        .arg(qs(m_report.recipe), secondsText(m_report.klSeconds)));
    m_note->setText(weak.isEmpty()
                        ? QString()
                        : tr("Below %1 here, hardly better than chance: %2.")
                              .arg(QString::number(Weak, 'g', 2), weak.join(QStringLiteral(", "))));
    m_saveCsv->setEnabled(true);
    m_savePng->setEnabled(true);
    m_stack->showContent();
    showMetric();
}

void AgreementDialog::showMetric() {
    const auto at = static_cast<std::size_t>(std::max(0, m_metric->currentIndex()));
    if (at < m_report.metrics.size()) m_chart->setAgreement(m_report.metrics[at]);
}

QString AgreementDialog::csv() const {
    QString out = QStringLiteral("metric,spearman_mean");
    for (const int bits : m_report.widths) out += QStringLiteral(",spearman_%1").arg(bits);
    out += QStringLiteral(",spearman_all,seconds\r\n");
    const auto number = [](double v) {
        return std::isnan(v) ? QString() : QString::number(v, 'g', 9);
    };
    for (const MetricAgreement& m : m_report.metrics) {
        out += qs(m.metric) + QLatin1Char(',') + number(m.meanByWidth);
        for (const double v : m.byWidth) out += QLatin1Char(',') + number(v);
        out += QLatin1Char(',') + number(m.overall) + QLatin1Char(',') + number(m.seconds) +
               QStringLiteral("\r\n");
    }
    return out;
}

} // namespace bitsmith::ui

#include "ui/panels/sensitivity_page.h"

#include "ui/bridge/text.h"
#include "ui/charts/sensitivity_chart.h"
#include "ui/heatmap/sensitivity_map.h"
#include "ui/panels/weights_page.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/parts.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QScrollArea>
#include <QSignalBlocker>
#include <QSplitter>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace bitsmith::ui {
namespace {

constexpr int ChartLines = 11; // of text: below, labels of axes have no room

// The rows of the table in the order of the plan, which has their blocks, roles and widths.
std::vector<SensitivityMapRow> mapRows(const Plan& plan, const SensitivityTable& table) {
    std::unordered_map<std::string_view, const SensitivityRow*> rows;
    for (const SensitivityRow& row : table.rows) rows.emplace(row.tensor, &row);
    std::vector<SensitivityMapRow> out;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const PlanTensor& tensor = plan.model_tensors[i];
        const auto known = rows.find(tensor.name);
        if (known == rows.end()) continue;
        out.push_back({.tensor = tensor.name,
                       .label = QStringLiteral("%1.%2").arg(tensor.block).arg(qs(tensor.role)),
                       .block = tensor.block,
                       .loss = known->second->loss,
                       .planned = plan.tensors[i]->recipe ? plannedWidth(*plan.tensors[i]) : 0});
    }
    std::ranges::stable_sort(out, {}, &SensitivityMapRow::block);
    return out;
}

} // namespace

QComboBox* makeMetricBox(Sensitivities& sensitivities, const QString& name) {
    auto* box = new QComboBox;
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setToolTip(SensitivityPage::tr("Which measure of sensitivity is shown; Analyze measures "
                                        "more"));
    const auto fill = [box, &sensitivities] {
        const QSignalBlocker quiet(box);
        const auto known = sensitivities.metrics();
        bool same = box->count() == static_cast<int>(known.size());
        for (std::size_t i = 0; same && i < known.size(); ++i)
            same = box->itemData(static_cast<int>(i)).toString() == qs(known[i]->info().id);
        if (!same) {
            box->clear();
            for (const SensitivityMetric* metric : known) {
                box->addItem(engineText(metric->info().title), qs(metric->info().id));
                box->setItemData(box->count() - 1, engineText(metric->info().summary),
                                 Qt::ToolTipRole);
            }
        }
        box->setCurrentIndex(box->findData(qs(sensitivities.metric())));
        box->setEnabled(box->count() > 0);
    };
    QObject::connect(&sensitivities, &Sensitivities::changed, box, fill);
    QObject::connect(box, &QComboBox::activated, &sensitivities, [box, &sensitivities] {
        sensitivities.chooseMetric(box->currentData().toString().toStdString());
    });
    fill();
    return box;
}

SensitivityPage::SensitivityPage(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session),
      m_metric(makeMetricBox(session.sensitivities(), QStringLiteral("sensitivityMetric"))),
      m_text(new QLabel), m_analyze(new QPushButton(tr("&Analyze…"))),
      m_compare(new QPushButton(tr("Co&mpare…"))), m_chart(new SensitivityChart),
      m_map(new SensitivityMap), m_scroll(new QScrollArea) {
    setObjectName(QStringLiteral("sensitivityPage"));
    m_scroll->setObjectName(QStringLiteral("sensitivityScroll"));
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setWidgetResizable(true);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setFocusPolicy(Qt::NoFocus); // the map has it
    m_scroll->setWidget(m_map);
    auto* split = new QSplitter(Qt::Vertical);
    split->addWidget(m_chart);
    split->addWidget(m_scroll);
    split->setChildrenCollapsible(false);
    split->setStretchFactor(0, 2);
    split->setStretchFactor(1, 3);
    split->setSizes({220, 280});
    m_scroll->setMinimumHeight(90);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    column->addWidget(m_text);
    column->addWidget(split, 1);
    m_stack = new StateStack(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(buildTop());
    layout->addWidget(m_stack, 1);

    connect(&session.sensitivities(), &Sensitivities::changed, this, &SensitivityPage::refresh);
    connect(&session, &Session::stateChanged, this, &SensitivityPage::refresh);
    connect(&session, &Session::activeChanged, this, &SensitivityPage::refresh);
    connect(&session.document(), &PlanDocument::changed, this, &SensitivityPage::refresh);
    connect(&services.jobs(), &JobCenter::changed, this, [this] {
        if (!ready()) refresh(); // busy or not
    });
    connect(m_map, &SensitivityMap::activated, this,
            [this](const std::string& tensor) { m_session.activate(tensor); });
    connect(m_map, &SensitivityMap::rowChosen, this, [this](const QRect& cell) {
        m_scroll->ensureVisible(cell.center().x(), cell.center().y(), 0, cell.height() + 8);
    });
    refresh();
}

QWidget* SensitivityPage::buildTop() {
    m_text->setObjectName(QStringLiteral("sensitivityText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_analyze->setObjectName(QStringLiteral("sensitivityAnalyze"));
    m_analyze->setToolTip(tr("Measure how much the model minds each tensor being quantized"));
    m_compare->setObjectName(QStringLiteral("sensitivityCompare"));
    m_compare->setToolTip(tr("How well each metric predicts the measured divergence"));
    connect(m_analyze, &QPushButton::clicked, this, &SensitivityPage::analyzeRequested);
    connect(m_compare, &QPushButton::clicked, this, &SensitivityPage::compareRequested);
    auto* top = new QWidget;
    auto* row = new FlowLayout(top); // large type needs two lines
    row->addWidget(makePair(tr("m&etric"), m_metric));
    row->addWidget(m_compare);
    row->addWidget(m_analyze);
    return top;
}

bool SensitivityPage::ready() const { return m_stack->showsContent() && !m_stale; }

void SensitivityPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void SensitivityPage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    m_chart->setMinimumHeight(fontMetrics().height() * ChartLines);
    Sensitivities& known = m_session.sensitivities();
    const auto& plan = m_session.document().plan();
    const bool open = m_session.state() == SessionState::Open && plan;
    m_analyze->setEnabled(open);
    m_compare->setEnabled(open && known.metrics().size() > 1);
    if (!open)
        return m_stack->showEmpty(
            tr("Open a model, then measure here how much it minds each tensor being quantized."));
    const auto table = known.table();
    if (!table) {
        const bool running = std::ranges::any_of(m_services.jobs().jobs(), [](const auto& job) {
            return job.kind == "analyze" &&
                   (job.state == JobState::Running || job.state == JobState::Queued);
        });
        if (!known.error().isEmpty()) return m_stack->showFailed(known.error());
        if (running) return m_stack->showBusy(tr("The first values appear soon."));
        if (known.loading()) return m_stack->showBusy(tr("Looking for earlier measurements…"));
        return m_stack->showEmpty(
            tr("Nothing was measured of this model yet. Analyze quantizes one tensor at a time and "
               "measures what that does to the model; bits can then go where they help most."));
    }
    const std::string& active = m_session.activeTensor();
    const auto row = planRowOf(plan.get(), active);
    SensitivityPlot plot =
        sensitivityPlot(*table, active, row && row->recipe ? plannedWidth(*row) : 0);
    plot.metric = metricTitle(table->metric);
    plot.tensor = qs(active);
    m_chart->setPlot(std::move(plot));
    m_map->setData(metricTitle(table->metric), table->widths, mapRows(*plan, *table));
    m_map->setActive(active);
    showText(*table);
    m_stack->showContent();
}

void SensitivityPage::showText(const SensitivityTable& table) {
    const auto& plan = m_session.document().plan();
    const std::string& active = m_session.activeTensor();
    const auto row = planRowOf(plan.get(), active);
    const SensitivityRow* own = table.find(active);
    QString text;
    if (!own)
        text = tr("%1 was not measured.").arg(qs(active));
    else if (!row || !row->recipe)
        text = tr("%1 is kept as stored.").arg(qs(active));
    else if (const double loss = table.loss(*own, plannedWidth(*row)); std::isnan(loss))
        text = tr("Not measured yet at %1 bits.").arg(QString::number(plannedWidth(*row), 'g', 3));
    else {
        // Its place among all at their planned widths.
        const PlannedLosses& planned = m_session.sensitivities().planned();
        std::size_t known = 0, worse = 0;
        for (const double other : planned.loss) {
            if (std::isnan(other)) continue;
            ++known;
            if (other > loss) ++worse;
        }
        text = tr("At %1 bits: <b>%2</b>, place %3 of %4 in this plan.")
                   .arg(QString::number(plannedWidth(*row), 'g', 3), numberText(loss))
                   .arg(worse + 1)
                   .arg(std::max(known, worse + 1));
    }
    text += tr(" Measured with %1").arg(qs(table.recipe).toHtmlEscaped());
    if (!table.measured.empty()) text += tr(", %1").arg(qs(table.measured).left(10));
    if (!table.complete()) text += tr("; not all values are known");
    m_text->setText(text + QLatin1Char('.'));
}

} // namespace bitsmith::ui

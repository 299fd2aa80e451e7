#include "ui/panels/budget_page.h"

#include "ui/bridge/text.h"
#include "ui/charts/pareto_chart.h"
#include "ui/models/experiments_model.h"
#include "ui/widgets/flow_layout.h"
#include "ui/widgets/state_stack.h"

#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {

BudgetPage::BudgetPage(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_services(services), m_session(session), m_size(new QComboBox),
      m_text(new QLabel), m_measure(new QPushButton(tr("&Measure the weight errors"))),
      m_chart(new ParetoChart) {
    setObjectName(QStringLiteral("budgetPage"));
    m_size->setObjectName(QStringLiteral("budgetSize"));
    m_size->addItems({tr("bits per weight"), tr("size of all tensors")});
    m_size->setToolTip(tr("What the horizontal axis shows"));
    m_text->setObjectName(QStringLiteral("budgetText"));
    m_text->setWordWrap(true);
    m_text->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Preferred);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_measure->setObjectName(QStringLiteral("budgetMeasure"));
    m_measure->setToolTip(tr("Quantizes each tensor at each width once, without data: seconds for "
                             "small models"));
    connect(m_measure, &QPushButton::clicked, this, [this] { m_session.budget().prepare(); });
    connect(m_size, &QComboBox::currentIndexChanged, this, &BudgetPage::refresh);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(0, 0, 0, 0);
    auto* top = new FlowLayout; // large type needs two lines
    top->addWidget(m_text);
    top->addWidget(m_size);
    column->addLayout(top);
    column->addWidget(m_chart, 1);
    m_stack = new StateStack(content);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(6, 4, 6, 4);
    layout->addWidget(m_stack, 1);
    layout->addWidget(m_measure, 0, Qt::AlignHCenter);
    connect(&session.budget(), &BudgetControl::changed, this, &BudgetPage::refresh);
    connect(&services.store(), &StoreWatcher::changed, this, &BudgetPage::refresh);
    connect(m_chart, &ParetoChart::picked, this, [this](double x) {
        const double weights = static_cast<double>(m_session.budget().weights());
        const double other = static_cast<double>(m_session.budget().planBytes(0));
        if (weights <= 0) return;
        const double bits = inBytes() ? 8 * (x * 1e6 - other) / weights : x;
        m_session.budget().ask(
            std::clamp(bits, m_session.budget().least(), m_session.budget().most()),
            QStringLiteral("pareto-%1").arg(++m_gesture));
    });
    refresh();
}

bool BudgetPage::ready() const {
    return m_stack->showsContent() && !m_stale && !m_chart->data().curve.isEmpty();
}

bool BudgetPage::inBytes() const { return m_size->currentIndex() == 1; }

void BudgetPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void BudgetPage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const BudgetControl& budget = m_session.budget();
    m_measure->setVisible(budget.state() == BudgetState::Idle);
    switch (budget.state()) {
    case BudgetState::Empty:
        return m_stack->showEmpty(
            m_session.document().plan()
                ? tr("No tensor has a recipe. Set bits or a recipe in Layers first.")
                : tr("Open a model to see what each size would cost in quality."));
    case BudgetState::Idle:
        return m_stack->showEmpty(
            tr("What does each size cost? Analyze measures what the model minds; until then the "
               "error of the weights can serve."));
    case BudgetState::Preparing:
        return m_stack->showBusy(tr("Finding sizes and losses of every tensor at every width…"));
    case BudgetState::Failed:
        return m_stack->showFailed(budget.error());
    case BudgetState::Ready:
        break;
    }
    if (budget.curve().empty()) {
        if (budget.error().isEmpty())
            m_stack->showBusy(tr("Drawing the curve…"));
        else
            m_stack->showEmpty(budget.error());
        return;
    }
    showCurve();
    showText();
    m_stack->showContent();
}

QPointF BudgetPage::shown(const BudgetControl::Point& point) const {
    const double x =
        inBytes() ? static_cast<double>(m_session.budget().planBytes(point.bitsPerWeight)) / 1e6
                  : point.bitsPerWeight;
    return {x, point.loss};
}

void BudgetPage::showCurve() {
    const BudgetControl& budget = m_session.budget();
    ParetoData data;
    data.xTitle = inBytes() ? tr("size of all tensors, MB") : tr("bits per weight");
    const std::string losses = budget.losses();
    data.yTitle = losses == "kl"   ? tr("predicted KL, nats")
                  : losses.empty() ? tr("sum of relative weight errors")
                                   : tr("sum of %1").arg(metricTitle(losses));
    for (const auto& point : budget.curve()) data.curve.append(shown(point));
    for (const auto& point : budget.uniformPlans())
        data.uniform.push_back(
            {shown(point), tr("%1 bits for all: %2 bits per weight, %3")
                               .arg(point.bits)
                               .arg(bitsText(point.bitsPerWeight), numberText(point.loss))});
    const auto& model = m_session.model();
    if (losses == "kl" && model)
        for (const Experiment& e : *m_services.store().experiments()) {
            const auto kl = metricOf(e, "kl_mean");
            if (e.state != "done" || e.modelKey != model->contentKey() || !kl) continue;
            data.measured.push_back(
                {shown({e.bitsPerWeight, *kl, 0}),
                 tr("experiment %1: %2, %3 bits per weight, "
                    "measured KL %4")
                     .arg(e.id.value)
                     .arg(qs(e.recipe), bitsText(e.bitsPerWeight), numberText(*kl))});
        }
    if (const auto planned = budget.planned()) data.planned = shown(*planned);
    const ParetoData& before = m_chart->data();
    // While the slider moves, the plan alone does.
    if (before.curve == data.curve && before.uniform == data.uniform &&
        before.measured == data.measured && before.yTitle == data.yTitle)
        m_chart->setPlanned(data.planned);
    else
        m_chart->setData(std::move(data));
}

void BudgetPage::showText() {
    const BudgetControl& budget = m_session.budget();
    const auto planned = budget.planned();
    if (!planned) return m_text->setText(tr("Some widths of this plan were not looked at."));
    // What the curve has at the same size, on the line between its points.
    const auto& curve = budget.curve();
    const auto above = std::ranges::lower_bound(curve, planned->bitsPerWeight, {},
                                                &BudgetControl::Point::bitsPerWeight);
    double best = planned->loss;
    if (above == curve.end())
        best = curve.back().loss;
    else if (above == curve.begin())
        best = above->loss;
    else {
        const auto below = above - 1;
        const double span = above->bitsPerWeight - below->bitsPerWeight;
        const double t = span > 0 ? (planned->bitsPerWeight - below->bitsPerWeight) / span : 0;
        best = below->loss + t * (above->loss - below->loss);
    }
    QString text = tr("This plan: <b>%1</b> bits per weight, loss <b>%2</b>")
                       .arg(bitsText(planned->bitsPerWeight), numberText(planned->loss));
    if (best > 0 && planned->loss > best * 1.005)
        text += tr("; the best mix of the same size loses %1, %2 less")
                    .arg(numberText(best), percentText(1 - best / planned->loss));
    m_text->setText(text + QLatin1Char('.'));
}

} // namespace bitsmith::ui

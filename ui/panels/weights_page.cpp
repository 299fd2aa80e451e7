#include "ui/panels/weights_page.h"

#include "ui/bridge/text.h"
#include "ui/charts/histogram_view.h"
#include "ui/widgets/state_stack.h"

#include <QLabel>
#include <QVBoxLayout>

namespace bitsmith::ui {
namespace {

// Weights beyond so many standard deviations are marked; in a normal distribution, two in a
// billion.
constexpr double OutlierDeviations = 6;

QString statisticsText(const TensorStatistics& s) {
    QString text =
        WeightsPage::tr("%1 weights from %2 to %3 · mean %4 · σ %5 · kurtosis %6 · zeros %7")
            .arg(countText(s.count), numberText(s.min), numberText(s.max), numberText(s.mean),
                 numberText(s.standardDeviation), QString::number(s.kurtosis, 'f', 2),
                 percentText(s.count ? static_cast<double>(s.zeros) / static_cast<double>(s.count)
                                     : 0));
    if (s.nonFinite) text += WeightsPage::tr(" · %1 not finite").arg(s.nonFinite);
    return text;
}

} // namespace

std::shared_ptr<const TensorPlan> planRowOf(const Plan* plan, const std::string& tensor) {
    if (plan)
        for (const auto& row : plan->tensors)
            if (row->tensor == tensor) return row;
    return nullptr;
}

WeightsPage::WeightsPage(Services& services, Session& session, QWidget* parent)
    : QWidget(parent), m_session(session), m_request(services.quick()),
      m_histogram(new HistogramView(QStringLiteral("weightsHistogram"), tr("weight"))),
      m_text(new QLabel) {
    setObjectName(QStringLiteral("weightsPage"));
    m_text->setObjectName(QStringLiteral("weightsText"));
    m_text->setWordWrap(true);
    m_text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    auto* content = new QWidget;
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(6, 4, 6, 4);
    column->addWidget(m_text);
    column->addWidget(m_histogram, 1);
    m_stack = new StateStack(content, this);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->addWidget(m_stack);
    connect(&session, &Session::activeChanged, this, &WeightsPage::refresh);
    connect(&session.document(), &PlanDocument::changed, this, &WeightsPage::refresh);
    refresh();
}

bool WeightsPage::ready() const { return m_stack->showsContent() && !m_request.busy() && !m_stale; }

void WeightsPage::showEvent(QShowEvent* event) {
    QWidget::showEvent(event);
    if (m_stale) refresh();
}

void WeightsPage::refresh() {
    m_stale = true;
    if (!isVisible()) return;
    m_stale = false;
    const auto model = m_session.model();
    const std::string tensor = m_session.activeTensor();
    if (!model || tensor.empty()) {
        m_request.cancel();
        m_shownModel.reset();
        m_stack->showEmpty(
            tr("Open a model, then press Enter on a tensor in Layers (or double-click it) "
               "to see its weights."));
        return;
    }
    const auto row = planRowOf(m_session.document().plan().get(), tensor);
    if (row && row == m_shownRow && model == m_shownModel) return; // other rows were edited
    m_shownRow = row;
    m_shownModel = model;
    if (!m_stack->showsContent()) m_stack->showBusy(tr("Reading %1…").arg(qs(tensor)));
    m_request.start<WeightsResult>(
        [model, tensor, row](RunContext& context) {
            return inspectWeights(*model, tensor, row.get(), context);
        },
        [this](Result<WeightsResult> result) { show(result); });
}

void WeightsPage::show(const Result<WeightsResult>& result) {
    if (!result) {
        m_stack->showFailed(qs(result.error().message));
        return;
    }
    const TensorStatistics& s = result->statistics;
    QString text = statisticsText(s);
    if (result->stored.quantized)
        text += tr(" · decoded from %1").arg(qs(result->stored.type));
    else if (!result->stored.type.empty())
        text += tr(" · stored as %1").arg(qs(result->stored.type));
    m_text->setText(text);
    m_histogram->setData({.min = s.histogramMin,
                          .max = s.histogramMax,
                          .counts = s.histogram,
                          .ticks = result->levels,
                          .tickName = tr("values of the grid (%1, %2 bits; first group)")
                                          .arg(qs(result->grid))
                                          .arg(result->bits),
                          .mean = s.mean,
                          .standardDeviation = s.standardDeviation,
                          .outlierDeviations = OutlierDeviations});
    m_stack->showContent();
}

} // namespace bitsmith::ui

#include "ui/session/sensitivities.h"

#include "ui/bridge/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <unordered_map>

namespace bitsmith::ui {
namespace {

constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

bool sameSet(const SensitivityTable& a, const SensitivityTable& b) {
    return a.metric == b.metric && a.setting == b.setting && a.dataKey == b.dataKey;
}

bool measuring(const JobCenter& jobs) {
    return std::ranges::any_of(jobs.jobs(), [](const JobSnapshot& job) {
        return job.kind == "analyze" && job.state == JobState::Running;
    });
}

} // namespace

Sensitivities::Sensitivities(Services& services, PlanDocument& document, QObject* parent)
    : QObject(parent), m_services(services), m_document(document), m_request(services.quick()) {
    // While rows are written one by one, their measurement publishes tables itself.
    connect(&services.store(), &StoreWatcher::changed, this, [this] {
        if (!measuring(m_services.jobs())) refresh();
    });
}

void Sensitivities::setModel(std::shared_ptr<const Model> model) {
    if (model == m_model) return;
    m_model = std::move(model);
    m_request.cancel();
    m_stored.clear();
    m_live.clear();
    m_error.clear();
    m_checked.reset();
    rebuild();
    refresh();
}

void Sensitivities::refresh() {
    if (!m_model || !m_services.engine().store) return;
    m_request.start<std::vector<SensitivityTable>>(
        [model = m_model, &engine = m_services.engine()](RunContext&) {
            return knownSensitivities(*model, engine);
        },
        [this](Result<std::vector<SensitivityTable>> tables) {
            m_error = tables ? QString() : qs(tables.error().message);
            if (tables) m_stored = std::move(*tables);
            std::erase_if(m_live, [this](const auto& live) {
                return std::ranges::any_of(
                    m_stored, [&](const SensitivityTable& t) { return sameSet(t, *live); });
            });
            rebuild();
        });
}

void Sensitivities::add(std::shared_ptr<const SensitivityTable> soFar) {
    std::erase_if(m_live, [&](const auto& live) { return sameSet(*live, *soFar); });
    m_live.insert(m_live.begin(), std::move(soFar));
    rebuild();
}

void Sensitivities::rebuild() {
    auto tables = std::make_shared<std::vector<SensitivityTable>>();
    for (const auto& live : m_live) tables->push_back(*live);
    for (const SensitivityTable& stored : m_stored)
        if (std::ranges::none_of(m_live, [&](const auto& live) { return sameSet(*live, stored); }))
            tables->push_back(stored);
    m_tables = std::move(tables);
    m_plannedFor.reset();
    m_complete.clear();
    if (m_checked) m_checked->predicted = predictQuality(*m_checked->measured.plan, *m_tables);
    Q_EMIT changed();
}

std::vector<const SensitivityMetric*> Sensitivities::metrics() const {
    std::vector<const SensitivityMetric*> out;
    for (const SensitivityMetric* metric : allSensitivityMetrics())
        if (std::ranges::find(*m_tables, metric->info().id, &SensitivityTable::metric) !=
            m_tables->end())
            out.push_back(metric);
    return out;
}

std::string Sensitivities::metric() const {
    const auto known = metrics();
    std::string_view best;
    for (const SensitivityMetric* metric : known) {
        const std::string_view id = metric->info().id;
        if (id == m_metric) return m_metric;
        if (best.empty() || id == "kl") best = id; // the truth, where nothing was chosen
    }
    return std::string(best);
}

void Sensitivities::chooseMetric(const std::string& id) {
    if (id == m_metric) return;
    m_metric = id;
    m_plannedFor.reset();
    Q_EMIT changed();
}

std::shared_ptr<const SensitivityTable> Sensitivities::table() const {
    const std::string wanted = metric();
    const auto& plan = m_document.plan();
    const std::string recipe = mainRecipeId(plan.get());
    const SensitivityTable* best = nullptr;
    const auto rank = [&](const SensitivityTable& t) {
        return (t.recipe == recipe ? 2 : 0) + (t.complete() ? 1 : 0);
    };
    for (const SensitivityTable& t : *m_tables)
        if (t.metric == wanted && (!best || rank(t) > rank(*best))) best = &t;
    return best ? std::shared_ptr<const SensitivityTable>(m_tables, best) : nullptr;
}

std::shared_ptr<const SensitivityTable>
Sensitivities::completeTable(const std::string& metric) const {
    const auto& plan = m_document.plan();
    if (!plan) return nullptr;
    if (plan != m_completeFor) {
        std::vector<std::string> tensors;
        for (std::size_t i = 0; i < plan->tensors.size(); ++i)
            if (plan->tensors[i]->recipe && plan->model_tensors[i].block >= 0)
                tensors.push_back(plan->tensors[i]->tensor);
        const auto main = mainRecipe(*plan);
        std::string recipe = main ? toReference(*main).dump() : std::string();
        if (tensors != m_completeTensors || recipe != m_completeRecipe) m_complete.clear();
        m_completeTensors = std::move(tensors);
        m_completeRecipe = std::move(recipe);
        m_completeFor = plan;
    }
    if (m_completeTensors.empty()) return nullptr;
    const auto [at, fresh] = m_complete.try_emplace(metric);
    if (fresh) at->second = bestTable(*m_tables, metric, m_completeRecipe, m_completeTensors);
    return at->second;
}

const PlannedLosses& Sensitivities::planned() const {
    const auto& plan = m_document.plan();
    if (plan && plan == m_plannedFor) return m_planned;
    m_planned = {};
    m_plannedFor = plan;
    if (!plan) return m_planned;
    const auto fill = [&](const SensitivityTable* of, std::vector<double>& out) {
        out.assign(plan->tensors.size(), Unknown);
        if (!of) return;
        std::unordered_map<std::string_view, const SensitivityRow*> rows;
        for (const SensitivityRow& row : of->rows) rows.emplace(row.tensor, &row);
        for (std::size_t i = 0; i < out.size(); ++i) {
            const TensorPlan& planned = *plan->tensors[i];
            const auto known = rows.find(planned.tensor);
            if (planned.recipe && known != rows.end())
                out[i] = of->loss(*known->second, plannedWidth(planned));
        }
    };
    fill(table().get(), m_planned.loss);
    for (const double loss : m_planned.loss)
        if (loss > m_planned.most) m_planned.most = loss;
    m_planned.share.assign(plan->tensors.size(), Unknown);
    const auto divergence = completeTable("kl");
    if (divergence) m_planned.prediction = predictQuality(*plan, *divergence);
    if (m_planned.prediction && m_planned.prediction->kl > 0) {
        fill(divergence.get(), m_planned.share);
        for (double& share : m_planned.share) share /= m_planned.prediction->kl;
    }
    return m_planned;
}

void Sensitivities::setChecked(CheckedPlan checked) {
    auto predicted = predictQuality(*checked.plan, *m_tables);
    m_checked = Check{std::move(checked), std::move(predicted)};
    Q_EMIT changed();
}

QString metricTitle(std::string_view id) {
    const auto metric = findSensitivityMetric(id);
    return metric ? engineText((*metric)->info().title) : qs(id);
}

QString predictionText(const Prediction& p) {
    QString text = Sensitivities::tr("predicted KL %1").arg(numberText(p.kl));
    if (std::isfinite(p.perplexity))
        text += Sensitivities::tr(", perplexity %1 (original %2)")
                    .arg(numberText(p.perplexity), numberText(p.baselinePerplexity));
    if (p.unknown > 0) text += Sensitivities::tr(", without %1 unmeasured").arg(p.unknown);
    if (p.otherRecipe) text += Sensitivities::tr(", measured with %1").arg(qs(p.recipe));
    return text;
}

QString checkText(const Sensitivities::Check& check) {
    const CheckedPlan& m = check.measured;
    const QString run =
        Sensitivities::tr("last run, %1 bits: ").arg(bitsText(m.plan->bitsPerWeight()));
    if (!check.predicted) return run + Sensitivities::tr("measured KL %1").arg(numberText(m.kl));
    const double predicted = check.predicted->kl;
    QString text = run + Sensitivities::tr("predicted KL %1, measured %2")
                             .arg(numberText(predicted), numberText(m.kl));
    if (m.kl > 0 && predicted > 0)
        text += predicted < m.kl ? Sensitivities::tr(" (predicted %1 too little)")
                                       .arg(percentText(1 - predicted / m.kl))
                                 : Sensitivities::tr(" (predicted %1 too much)")
                                       .arg(percentText(predicted / m.kl - 1));
    return text;
}

} // namespace bitsmith::ui

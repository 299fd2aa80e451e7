#include "ui/session/budget_control.h"

#include "core/pipeline/sensitivity_loss.h"
#include "ui/bridge/engine_message.h"
#include "ui/bridge/text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace bitsmith::ui {
namespace {

constexpr std::size_t CurvePoints = 400;
constexpr double SameWidth = 1.0 / 128; // half a step of the rates that are looked at

bool isLattice(const TensorPlan& row) {
    return findGrid(row.recipe->stage("grid")->id)->unbounded();
}

// Whether a row could have another width, so that it need not be locked.
bool hasWidths(const PlanTensor& tensor, const TensorPlan& row) {
    if (isLattice(row)) return true;
    for (int bits = LeastBits; bits <= MostBits; ++bits)
        if (predictLayout(tensor.rows, tensor.cols, bits, *row.recipe)) return true;
    return false;
}

// The plan without the locks that could be opened: rows without another width, or without a loss
// by the table, keep theirs.
Result<std::shared_ptr<const Plan>> unlocked(const std::shared_ptr<const Plan>& plan,
                                             const SensitivityTable* table) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < plan->tensors.size(); ++i) {
        const TensorPlan& row = *plan->tensors[i];
        if (row.recipe && row.locked && hasWidths(plan->model_tensors[i], row) &&
            (!table || table->find(row.tensor)))
            rows.push_back(i);
    }
    if (rows.empty()) return plan;
    return edited(*plan, rows, PlanEdit{.locked = 0});
}

// Recipes that differ in the rate alone.
bool sameButRate(const Recipe& a, const Recipe& b) {
    const auto left = withParameters(a, {{"grid", {{"rate", MostRate}}}});
    const auto right = withParameters(b, {{"grid", {{"rate", MostRate}}}});
    return left && right && toJson(**left) == toJson(**right);
}

// The choice of a width; choices.size(): none.
std::size_t choiceOf(const AllocationItem& item, double width) {
    const auto away = [&](const Choice& c) { return std::abs(c.width - width); };
    const auto at = std::ranges::min_element(item.choices, {}, away);
    return at != item.choices.end() && away(*at) <= SameWidth
               ? static_cast<std::size_t>(at - item.choices.begin())
               : item.choices.size();
}

std::vector<std::pair<std::size_t, double>> locksOf(const Plan& plan) {
    std::vector<std::pair<std::size_t, double>> out;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i)
        if (plan.tensors[i]->recipe && plan.tensors[i]->locked)
            out.emplace_back(i, plannedWidth(*plan.tensors[i]));
    return out;
}

} // namespace

BudgetProblem problemFor(const BudgetProblem& problem, std::shared_ptr<const Plan> plan) {
    BudgetProblem out = problem;
    out.plan = std::move(plan);
    for (std::size_t i = 0; i < out.rows.size(); ++i) {
        const TensorPlan& row = *out.plan->tensors[out.rows[i]];
        AllocationItem& item = out.allocation.items[i];
        item.locked = row.locked;
        item.chosen = 0;
        if (!row.locked) continue;
        const double width = plannedWidth(row);
        item.chosen = choiceOf(item, width);
        if (item.chosen == item.choices.size()) item.choices.push_back({row.bytes, 0, width});
    }
    return out;
}

BudgetControl::BudgetControl(Services& services, PlanDocument& document, TargetCheck& target,
                             Sensitivities& sensitivities, QObject* parent)
    : QObject(parent), m_services(services), m_document(document), m_target(target),
      m_sensitivities(sensitivities), m_prepare(services.quick()), m_allocate(services.quick()),
      m_draw(services.quick()) {
    connect(&document, &PlanDocument::changed, this, &BudgetControl::planChanged);
    connect(&sensitivities, &Sensitivities::changed, this, &BudgetControl::lossesChanged);
    connect(&target, &TargetCheck::changed, this, [this] {
        if (m_problem && m_problemTarget != m_target.target()) {
            forget();
            prepare();
        }
    });
}

void BudgetControl::setModel(std::shared_ptr<const Model> model) {
    if (model == m_model) return;
    m_model = std::move(model);
    m_losses.reset();
    forget();
    planChanged();
}

void BudgetControl::forget() {
    m_prepare.cancel();
    m_allocate.cancel();
    m_draw.cancel();
    m_problem.reset();
    m_table.reset();
    m_wish.reset();
    m_curve.clear();
    m_curveLocks.clear();
    m_error.clear();
    m_notes.clear();
    m_least = LeastBits;
    m_most = MostBits;
    m_state = BudgetState::Idle;
}

std::vector<std::string> BudgetControl::lossChoices() const {
    std::vector<std::string> out;
    for (const SensitivityMetric* metric : m_sensitivities.metrics())
        if (m_sensitivities.completeTable(std::string(metric->info().id)))
            out.emplace_back(metric->info().id);
    out.emplace_back(); // the error of the weights can always be had
    return out;
}

std::string BudgetControl::losses() const {
    if (m_losses && (m_losses->empty() || m_sensitivities.completeTable(*m_losses)))
        return *m_losses;
    for (const char* id : {"kl", "output_error"}) // the truth, or what comes closest for little
        if (m_sensitivities.completeTable(id)) return id;
    return {};
}

void BudgetControl::setLosses(const std::string& id) {
    m_losses = id;
    forget();
    prepare();
}

void BudgetControl::setAllocator(const std::string& id) {
    if (id == m_allocator) return;
    m_allocator = id;
    m_error.clear();
    m_notes.clear();
    Q_EMIT changed();
}

void BudgetControl::setLimits(double leastBits, double mostBits) {
    if (leastBits == m_leastBits && mostBits == m_mostBits) return;
    m_leastBits = leastBits;
    m_mostBits = mostBits;
    m_error.clear();
    drawCurve();
    Q_EMIT changed();
}

std::uint64_t BudgetControl::weights() const {
    const auto& plan = m_document.plan();
    return plan ? plan->quantizedWeights : 0;
}

std::uint64_t BudgetControl::planBytes(double bitsPerWeight) const {
    const auto& plan = m_document.plan();
    if (!plan) return 0;
    return plan->bytes - plan->quantizedBytes +
           static_cast<std::uint64_t>(bitsPerWeight * static_cast<double>(weights()) / 8);
}

void BudgetControl::setState(BudgetState state) {
    m_state = state;
    Q_EMIT changed();
}

bool BudgetControl::fits(const Plan& plan) const {
    const Plan& known = *m_problem->plan;
    if (known.modelKey != plan.modelKey || known.tensors.size() != plan.tensors.size())
        return false;
    std::map<std::pair<const Recipe*, const Recipe*>, bool> compared;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const Recipe *before = known.tensors[i]->recipe.get(), *now = plan.tensors[i]->recipe.get();
        if (known.tensors[i]->locked && !plan.tensors[i]->locked) return false; // has one choice
        if (before == now) continue;
        if (!before || !now || !isLattice(*plan.tensors[i])) return false;
        const auto [at, fresh] = compared.try_emplace({before, now}, false);
        if (fresh) at->second = sameButRate(*before, *now);
        if (!at->second) return false;
    }
    return true;
}

void BudgetControl::planChanged() {
    const auto& plan = m_document.plan();
    if (!m_model || !plan || plan->quantizedWeights == 0) {
        forget();
        m_wanted = 0;
        return setState(BudgetState::Empty);
    }
    if (!m_applying) {
        m_wanted = plan->bitsPerWeight();
        m_error.clear();
        m_notes.clear();
    }
    if (m_problem && !fits(*plan)) forget();
    if (m_state == BudgetState::Empty || (m_state == BudgetState::Failed && !m_applying))
        m_state = BudgetState::Idle; // what failed was about another plan
    if (m_problem && locksOf(*plan) != m_curveLocks) drawCurve();
    lossesChanged();
}

void BudgetControl::lossesChanged() {
    const std::string id = losses();
    const auto table = id.empty() ? nullptr : m_sensitivities.completeTable(id);
    // The same measurement may come again as another object.
    const bool same =
        (m_table == nullptr) == (table == nullptr) &&
        (!table || (m_table->metric == table->metric && m_table->recipe == table->recipe &&
                    m_table->dataKey == table->dataKey && m_table->widths == table->widths));
    if (m_problem && !same) {
        forget();
        m_state = BudgetState::Idle;
    }
    // What was measured is at hand; the error of the weights is for those who ask.
    if (m_state == BudgetState::Idle && table) return prepare();
    if (!m_applying) Q_EMIT changed(); // answered() says it once
}

void BudgetControl::prepare() {
    const auto& plan = m_document.plan();
    if (m_state == BudgetState::Empty || m_state == BudgetState::Preparing || m_problem || !plan)
        return;
    const std::string id = losses();
    m_table = id.empty() ? nullptr : m_sensitivities.completeTable(id);
    m_problemTarget = m_target.target();
    m_error.clear();
    m_prepare.start<std::shared_ptr<const BudgetProblem>>(
        [model = m_model, plan, table = m_table, target = m_problemTarget](
            RunContext& context) -> Result<std::shared_ptr<const BudgetProblem>> {
            const auto make = [&](const std::shared_ptr<const Plan>& of) {
                std::optional<SensitivityLoss> own;
                if (table) own.emplace(of, table);
                return makeBudgetProblem(
                    *model, of, {.losses = own ? &*own : nullptr, .target = target}, context);
            };
            BITSMITH_TRY(const auto free, unlocked(plan, table.get()));
            auto problem = make(free);
            // A locked row may have a width that nothing else could have.
            if (!problem && free != plan) problem = make(plan);
            if (!problem) return tl::unexpected(problem.error());
            return std::make_shared<const BudgetProblem>(std::move(*problem));
        },
        [this](Result<std::shared_ptr<const BudgetProblem>> problem) {
            if (!problem) {
                m_error = qs(problem.error().message);
                m_wish.reset();
                return setState(BudgetState::Failed);
            }
            m_problem = std::move(*problem);
            m_state = BudgetState::Ready;
            if (!fits(*m_document.plan()) || m_problemTarget != m_target.target()) {
                const auto wish = m_wish; // for the plan as it is now
                forget();
                m_wish = wish;
                return prepare();
            }
            drawCurve();
            Q_EMIT changed();
            answer();
        });
    setState(BudgetState::Preparing);
}

Budget BudgetControl::budget(double bitsPerWeight) const {
    return {.bitsPerWeight = bitsPerWeight,
            .allocator = m_allocator,
            .leastBits = m_leastBits,
            .mostBits = m_mostBits};
}

void BudgetControl::drawCurve() {
    const auto& plan = m_document.plan();
    if (!m_problem || !plan) return;
    m_curveLocks = locksOf(*plan);
    m_draw.start<std::vector<CurvePoint>>(
        [problem = m_problem, plan, limits = budget(0)](RunContext&) {
            return budgetCurve(problemFor(*problem, plan), limits, CurvePoints);
        },
        [this](Result<std::vector<CurvePoint>> curve) {
            m_curve.clear();
            if (curve && !curve->empty()) {
                const double perByte =
                    8 / static_cast<double>(std::max<std::uint64_t>(1, m_problem->weights));
                for (const CurvePoint& p : *curve)
                    m_curve.push_back({static_cast<double>(p.bytes) * perByte, p.loss, 0});
                m_least = m_curve.front().bitsPerWeight;
                m_most = std::max(m_curve.back().bitsPerWeight, m_least);
            } else if (!curve) {
                m_error = qs(curve.error().message);
            }
            Q_EMIT changed();
        });
}

void BudgetControl::ask(double bitsPerWeight, const QString& gesture) {
    if (m_state == BudgetState::Empty) return;
    m_wanted = bitsPerWeight;
    m_wish = Wish{bitsPerWeight, gesture};
    if (m_state == BudgetState::Failed) m_state = BudgetState::Idle;
    if (!m_problem) return prepare();
    answer();
}

// One allocation at a time: the latest wish waits for the one that is computed, so that a moving
// slider is followed instead of starved.
void BudgetControl::answer() {
    if (!m_wish || !m_problem || m_allocate.busy()) return;
    const Wish wish = *std::exchange(m_wish, std::nullopt);
    m_allocate.start<AllocatedPlan>(
        [problem = m_problem, plan = m_document.plan(), budget = budget(wish.bitsPerWeight)](
            RunContext&) { return bitsmith::allocate(problemFor(*problem, plan), budget); },
        [this, base = m_document.plan(), gesture = wish.gesture](Result<AllocatedPlan> found) {
            answered(base, gesture, std::move(found));
            answer();
        });
}

void BudgetControl::answered(const std::shared_ptr<const Plan>& base, const QString& gesture,
                             Result<AllocatedPlan> found) {
    if (m_document.plan() != base) return; // edited meanwhile: the answer is about another plan
    m_notes.clear();
    m_error = found ? QString() : qs(found.error().message);
    if (found) {
        QStringList notes;
        for (const std::string& note : found->allocation.notes) notes << engineMessage(note);
        m_notes = notes.join(QStringLiteral("; "));
        if (found->plan->tensors != base->tensors) {
            m_applying = true;
            m_document.apply(
                tr("Budget of %1 bits per weight").arg(bitsText(found->plan->bitsPerWeight())),
                found->plan, gesture);
            m_applying = false;
        }
    }
    Q_EMIT changed();
}

std::vector<BudgetControl::Point> BudgetControl::uniformPlans() const {
    std::vector<Point> out;
    const auto& plan = m_document.plan();
    if (!m_problem || !plan) return out;
    for (int bits = LeastBits; bits <= MostBits; ++bits) {
        std::uint64_t bytes = 0;
        double loss = 0;
        bool all = true;
        for (std::size_t i = 0; i < m_problem->rows.size() && all; ++i) {
            const AllocationItem& item = m_problem->allocation.items[i];
            const TensorPlan& row = *plan->tensors[m_problem->rows[i]];
            const std::size_t at = choiceOf(item, row.locked ? plannedWidth(row) : bits);
            all = at < item.choices.size();
            if (!all) break;
            bytes += item.choices[at].bytes;
            loss += item.choices[at].loss;
        }
        if (all)
            out.push_back({8 * static_cast<double>(bytes) /
                               static_cast<double>(std::max<std::uint64_t>(1, m_problem->weights)),
                           loss, bits});
    }
    return out;
}

std::optional<BudgetControl::Point> BudgetControl::planned() const {
    const auto& plan = m_document.plan();
    if (!m_problem || !plan || !fits(*plan)) return std::nullopt;
    Point point{.bitsPerWeight = plan->bitsPerWeight()};
    for (std::size_t i = 0; i < m_problem->rows.size(); ++i) {
        const AllocationItem& item = m_problem->allocation.items[i];
        const std::size_t at = choiceOf(item, plannedWidth(*plan->tensors[m_problem->rows[i]]));
        if (at == item.choices.size()) return std::nullopt;
        point.loss += item.choices[at].loss;
    }
    return point;
}

} // namespace bitsmith::ui

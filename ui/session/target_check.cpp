#include "ui/session/target_check.h"

#include "ui/bridge/text.h"

namespace bitsmith::ui {

TargetCheck::TargetCheck(PlanDocument& document, QObject* parent)
    : QObject(parent), m_document(document) {
    connect(&document, &PlanDocument::changed, this, &TargetCheck::check);
}

void TargetCheck::choose(const Target* target) {
    if (target == m_target) return;
    m_target = target;
    check();
}

void TargetCheck::setFamily(const std::string& family) {
    m_family = family; // the model's plan comes next, and with it the check
}

void TargetCheck::check() {
    m_problems.clear();
    m_worst.clear();
    m_blocking = 0;
    const auto& plan = m_document.plan();
    if (m_target && plan) m_problems = m_target->check(targetModel(*plan, m_family));
    for (std::size_t i = 0; i < m_problems.size(); ++i) {
        const TargetProblem& problem = m_problems[i];
        m_blocking += problem.blocks;
        const auto [at, fresh] = m_worst.try_emplace(problem.tensor, i);
        if (!fresh && problem.blocks && !m_problems[at->second].blocks) at->second = i;
    }
    Q_EMIT changed();
}

const TargetProblem* TargetCheck::of(const std::string& tensor) const {
    const auto at = m_worst.find(tensor);
    return at == m_worst.end() ? nullptr : &m_problems[at->second];
}

QString TargetCheck::summary() const {
    if (!m_target) return {};
    const QString title = engineText(m_target->info().title);
    const std::size_t caveats = m_problems.size() - m_blocking;
    QStringList counts;
    if (m_blocking == 1) counts << tr("1 problem blocks");
    if (m_blocking > 1) counts << tr("%1 problems block").arg(m_blocking);
    if (caveats == 1) counts << tr("1 caveat");
    if (caveats > 1) counts << tr("%1 caveats").arg(caveats);
    return counts.isEmpty() ? tr("%1 loads this plan").arg(title)
                            : tr("%1: %2").arg(title, counts.join(QStringLiteral(", ")));
}

QString TargetCheck::fix(const std::vector<std::size_t>& chosen) {
    std::vector<TargetProblem> wanted;
    for (const std::size_t i : chosen)
        if (i < m_problems.size()) wanted.push_back(m_problems[i]);
    const auto& plan = m_document.plan();
    if (!plan || wanted.empty()) return {};
    const auto next = withFixes(*plan, wanted);
    if (!next) return qs(next.error().message);
    m_document.apply(wanted.size() == 1 ? tr("Fix %1").arg(qs(wanted[0].tensor))
                                        : tr("Fix %1 problems").arg(wanted.size()),
                     *next);
    return {};
}

QString TargetCheck::fixAll() {
    const auto& plan = m_document.plan();
    if (!plan || !m_target) return {};
    const auto next = fixedForTarget(*plan, m_family, *m_target);
    if (!next) return qs(next.error().message);
    m_document.apply(tr("Fix for %1").arg(engineText(m_target->info().title)), *next);
    return {};
}

} // namespace bitsmith::ui

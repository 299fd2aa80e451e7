#include "ui/session/plan_document.h"

#include <QUndoCommand>

namespace bitsmith::ui {

class PlanCommand final : public QUndoCommand {
public:
    PlanCommand(PlanDocument& document, const QString& text, std::shared_ptr<const Plan> next,
                QString mergeKey)
        : QUndoCommand(text), m_document(document), m_before(document.plan()),
          m_after(std::move(next)), m_mergeKey(std::move(mergeKey)) {}

    void undo() override { m_document.set(m_before); }
    void redo() override { m_document.set(m_after); }
    int id() const override { return m_mergeKey.isEmpty() ? -1 : 1; }
    bool mergeWith(const QUndoCommand* other) override {
        const auto* later = static_cast<const PlanCommand*>(other);
        if (later->m_mergeKey != m_mergeKey) return false;
        m_after = later->m_after;
        setText(later->text());
        return true;
    }

private:
    PlanDocument& m_document;
    std::shared_ptr<const Plan> m_before, m_after;
    QString m_mergeKey;
};

PlanDocument::PlanDocument(QObject* parent) : QObject(parent) { m_stack.setUndoLimit(1000); }

void PlanDocument::reset(std::shared_ptr<const Plan> plan) {
    m_stack.clear();
    set(std::move(plan));
}

void PlanDocument::apply(const QString& text, std::shared_ptr<const Plan> next,
                         const QString& mergeKey) {
    if (!next || next == m_plan) return;
    m_stack.push(new PlanCommand(*this, text, std::move(next), mergeKey));
}

void PlanDocument::set(std::shared_ptr<const Plan> plan) {
    m_plan = std::move(plan);
    Q_EMIT changed();
}

} // namespace bitsmith::ui

// The plan being edited, with undo. Plans are immutable: an edit replaces the pointer, undo puts
// the old one back.
#pragma once

#include "core/plan/plan.h"

#include <QObject>
#include <QUndoStack>

#include <memory>

namespace bitsmith::ui {

class PlanDocument final : public QObject {
    Q_OBJECT
public:
    explicit PlanDocument(QObject* parent = nullptr);

    const std::shared_ptr<const Plan>& plan() const { return m_plan; } // null: no model
    QUndoStack& undoStack() { return m_stack; }

    // A new document: clears the history.
    void reset(std::shared_ptr<const Plan> plan);
    // One undoable step. Successive steps with the same mergeKey (not empty) become one, so that a
    // moving slider leaves a single entry.
    void apply(const QString& text, std::shared_ptr<const Plan> next, const QString& mergeKey = {});

Q_SIGNALS:
    void changed();

private:
    friend class PlanCommand;
    void set(std::shared_ptr<const Plan> plan);

    std::shared_ptr<const Plan> m_plan;
    QUndoStack m_stack;
};

} // namespace bitsmith::ui

// The program that the plan is meant for, and what it would say of the plan: checked anew with
// every edit (a millisecond for a thousand tensors).
#pragma once

#include "core/plan/target.h"
#include "ui/session/plan_document.h"

#include <QObject>

#include <map>
#include <string>
#include <vector>

namespace bitsmith::ui {

class TargetCheck final : public QObject {
    Q_OBJECT
public:
    explicit TargetCheck(PlanDocument& document, QObject* parent = nullptr);

    const Target* target() const { return m_target; } // null: none, and then no problems
    void choose(const Target* target);
    void setFamily(const std::string& family); // of the model that the plan is for

    const std::vector<TargetProblem>& problems() const { return m_problems; }
    std::size_t blocking() const { return m_blocking; }
    // The tensor's first problem, blocking ones before caveats; nullptr: none.
    const TargetProblem* of(const std::string& tensor) const;
    QString summary() const; // "vLLM: 3 problems block, 2 caveats"; empty without a target

    // One undoable edit that mends the chosen problems (indices into problems()), or all that can
    // be mended. Empty if it worked, otherwise why not.
    QString fix(const std::vector<std::size_t>& chosen);
    QString fixAll();

Q_SIGNALS:
    void changed();

private:
    void check();

    PlanDocument& m_document;
    const Target* m_target = nullptr;
    std::string m_family = "unknown";
    std::vector<TargetProblem> m_problems;
    std::map<std::string, std::size_t, std::less<>> m_worst; // into m_problems
    std::size_t m_blocking = 0;
};

} // namespace bitsmith::ui

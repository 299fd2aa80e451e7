// The plan's budget as a slider moves it: what each tensor weighs and loses is found once, off the
// GUI thread; each wish is then answered from it, the latest one last, as one undoable step per
// gesture. Without a measurement the error of the weights serves, which is found on first use.
#pragma once

#include "core/pipeline/budget.h"
#include "ui/bridge/services.h"
#include "ui/session/plan_document.h"
#include "ui/session/sensitivities.h"
#include "ui/session/target_check.h"

#include <QObject>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith::ui {

enum class BudgetState {
    Empty,     // no plan, or nothing that has a recipe
    Idle,      // nothing was prepared yet: the first wish does
    Preparing, // sizes and losses are being found
    Ready,
    Failed // error() says why
};

class BudgetControl final : public QObject {
    Q_OBJECT
public:
    BudgetControl(Services& services, PlanDocument& document, TargetCheck& target,
                  Sensitivities& sensitivities, QObject* parent = nullptr);
    void setModel(std::shared_ptr<const Model> model); // null: none

    BudgetState state() const { return m_state; }
    const QString& error() const { return m_error; } // of preparing, or of the last wish
    const QString& notes() const { return m_notes; } // of the last allocation
    bool allocating() const { return m_allocate.busy(); }

    // Which losses count: a metric with a complete table, or empty: the error of the weights.
    std::string losses() const;
    std::vector<std::string> lossChoices() const; // "" last
    void setLosses(const std::string& id);
    const std::string& allocator() const { return m_allocator; }
    void setAllocator(const std::string& id);
    double leastBits() const { return m_leastBits; } // 0: no limit
    double mostBits() const { return m_mostBits; }
    void setLimits(double leastBits, double mostBits);

    // Bits per weight that can be had, everything stored counted; a guess until Ready.
    double least() const { return m_least; }
    double most() const { return m_most; }
    double wanted() const { return m_wanted; } // the last wish; the plan's own where it moved on
    std::uint64_t weights() const;             // of the quantized tensors
    std::uint64_t planBytes(double bitsPerWeight) const; // of all tensors then

    void prepare(); // if it was not done
    // A plan of at most so many bits per weight. Wishes with the same gesture are one undo step.
    void ask(double bitsPerWeight, const QString& gesture);

    // Size against loss: (bits per weight, loss), all allocations that a price leads to.
    struct Point {
        double bitsPerWeight = 0, loss = 0;
        int bits = 0; // of a uniform plan; 0: another
    };
    const std::vector<Point>& curve() const { return m_curve; }
    std::vector<Point> uniformPlans() const; // all unlocked tensors at the same width
    std::optional<Point> planned() const;    // the document's plan, where its widths are known

Q_SIGNALS:
    void changed(); // after every change of the plan, too

private:
    void planChanged();
    void lossesChanged();
    void forget();
    void drawCurve();
    void answer();
    void answered(const std::shared_ptr<const Plan>& base, const QString& gesture,
                  Result<AllocatedPlan> found);
    bool fits(const Plan& plan) const; // the problem is about this plan, too
    Budget budget(double bitsPerWeight) const;
    void setState(BudgetState state);

    Services& m_services;
    PlanDocument& m_document;
    TargetCheck& m_target;
    Sensitivities& m_sensitivities;
    Request m_prepare, m_allocate, m_draw;
    std::shared_ptr<const Model> m_model;
    BudgetState m_state = BudgetState::Empty;
    QString m_error, m_notes;
    std::string m_allocator{DefaultAllocator};
    std::optional<std::string> m_losses; // chosen by the user
    double m_leastBits = 0, m_mostBits = 0;
    double m_least = 2, m_most = 8, m_wanted = 0;
    // Made as if nothing were locked: locks are put in when it is used.
    std::shared_ptr<const BudgetProblem> m_problem;
    std::shared_ptr<const SensitivityTable>
        m_table; // that the problem's losses are from; null: own
    const Target* m_problemTarget = nullptr;
    std::vector<Point> m_curve;
    std::vector<std::pair<std::size_t, double>> m_curveLocks;
    struct Wish {
        double bitsPerWeight = 0;
        QString gesture;
    };
    std::optional<Wish> m_wish; // not answered yet
    bool m_applying = false;
};

// The problem for another plan that differs in widths, rates and locks alone.
BudgetProblem problemFor(const BudgetProblem& problem, std::shared_ptr<const Plan> plan);

} // namespace bitsmith::ui

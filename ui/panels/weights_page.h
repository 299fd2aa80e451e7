// Inspector, Weights: statistics and histogram of the active tensor with its grid's values.
#pragma once

#include "ui/panels/inspector_data.h"
#include "ui/session/session.h"

#include <QWidget>

class QLabel;

namespace bitsmith::ui {

class HistogramView;
class StateStack;

class WeightsPage final : public QWidget {
    Q_OBJECT
public:
    WeightsPage(Services& services, Session& session, QWidget* parent = nullptr);
    HistogramView* histogram() { return m_histogram; }
    bool ready() const; // shows the active tensor

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh(); // now if visible, else when shown
    void show(const Result<WeightsResult>& result);

    Session& m_session;
    Request m_request;
    bool m_stale = true;
    std::shared_ptr<const Model> m_shownModel; // what is shown or on its way
    std::shared_ptr<const TensorPlan> m_shownRow;
    HistogramView* m_histogram;
    QLabel* m_text;
    StateStack* m_stack;
};

// The plan's row of a tensor, kept alive by the result; nullptr: none.
std::shared_ptr<const TensorPlan> planRowOf(const Plan* plan, const std::string& tensor);

} // namespace bitsmith::ui

// Inspector, Budget: size against predicted loss for every budget at once, with the plan as a point
// that moves with the slider in Layers. About the whole plan, not the active tensor.
#pragma once

#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;

namespace bitsmith::ui {

class ParetoChart;
class StateStack;

class BudgetPage final : public QWidget {
    Q_OBJECT
public:
    BudgetPage(Services& services, Session& session, QWidget* parent = nullptr);
    bool ready() const; // shows the curve
    ParetoChart* chart() { return m_chart; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh(); // now if visible, else when shown
    void showCurve();
    void showText();
    QPointF shown(const BudgetControl::Point& point) const; // on the chosen axis
    bool inBytes() const;

    Services& m_services;
    Session& m_session;
    bool m_stale = true;
    int m_gesture = 0;
    QComboBox* m_size;
    QLabel* m_text;
    QPushButton* m_measure;
    ParetoChart* m_chart;
    StateStack* m_stack;
};

} // namespace bitsmith::ui

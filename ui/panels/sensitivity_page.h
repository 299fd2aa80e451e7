// Inspector, Sensitivity: what quantizing the active tensor does to the model at each width, among
// all other tensors, and all tensors at all widths as a map. Grows while a measurement runs.
#pragma once

#include "ui/session/session.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QPushButton;
class QScrollArea;

namespace bitsmith::ui {

class SensitivityChart;
class SensitivityMap;
class StateStack;

class SensitivityPage final : public QWidget {
    Q_OBJECT
public:
    SensitivityPage(Services& services, Session& session, QWidget* parent = nullptr);
    bool ready() const; // shows measured values
    SensitivityChart* chart() { return m_chart; }
    SensitivityMap* map() { return m_map; }

Q_SIGNALS:
    void analyzeRequested();
    void compareRequested();

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildTop();
    void refresh(); // now if visible, else when shown
    void showText(const SensitivityTable& table);

    Services& m_services;
    Session& m_session;
    bool m_stale = true;
    QComboBox* m_metric;
    QLabel* m_text;
    QPushButton *m_analyze, *m_compare;
    SensitivityChart* m_chart;
    SensitivityMap* m_map;
    QScrollArea* m_scroll;
    StateStack* m_stack;
};

// A combo box of metrics that follows and sets the session's choice; disabled while none is known.
QComboBox* makeMetricBox(Sensitivities& sensitivities, const QString& name);

} // namespace bitsmith::ui

// Inspector, Spectrum: singular values of the active tensor, or of what reaches its layer.
#pragma once

#include "ui/panels/salience_data.h"
#include "ui/session/run_controller.h"

#include <QWidget>

class QComboBox;
class QLabel;

namespace bitsmith::ui {

class CalibrationGate;
class SpectrumChart;

class SpectrumPage final : public QWidget {
    Q_OBJECT
public:
    SpectrumPage(Services& services, Session& session, RunController& runs,
                 QWidget* parent = nullptr);
    bool ready() const;

protected:
    void showEvent(QShowEvent* event) override;

private:
    void refresh();
    void show(Result<Spectrum> result);

    Services& m_services;
    Session& m_session;
    Request m_request;
    bool m_stale = true;
    SalienceRequest m_shown; // what is shown or on its way; metric: weights or inputs
    QComboBox* m_source;
    QLabel* m_text;
    SpectrumChart* m_chart;
    CalibrationGate* m_gate;
};

} // namespace bitsmith::ui

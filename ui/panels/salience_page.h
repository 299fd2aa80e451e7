// Inspector, Salience: how much each weight of the active tensor matters by a metric of choice, as
// a picture down to single weights, per input channel, and in numbers.
#pragma once

#include "ui/panels/salience_data.h"
#include "ui/session/run_controller.h"

#include <QWidget>

#include <deque>

class QComboBox;
class QLabel;

namespace bitsmith::ui {

class CalibrationGate;
class ChannelChart;
class ElidedLabel;
class TiledHeatmap;

class SaliencePage final : public QWidget {
    Q_OBJECT
public:
    SaliencePage(Services& services, Session& session, RunController& runs,
                 QWidget* parent = nullptr);
    bool ready() const; // shows the active tensor; tiles may still be on their way
    TiledHeatmap* heatmap() { return m_heatmap; }

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* buildControls();
    void refresh();
    void show(Result<SalienceView> result);
    void showView(const SalienceView& view);
    void showPicture();
    void showNumbers();
    void startRank();

    Services& m_services;
    Session& m_session;
    Request m_request, m_rankRequest;
    bool m_stale = true;
    SalienceRequest m_shown;          // what is shown or on its way
    std::deque<SalienceView> m_known; // the latest first; switching back is instant
    SalienceView m_view;              // what is shown
    double m_effectiveRank = -1;      // -1: not known (yet)
    QComboBox *m_metric, *m_pooling, *m_colours;
    QLabel *m_text, *m_notes;
    ElidedLabel* m_place;
    TiledHeatmap* m_heatmap;
    ChannelChart* m_channels;
    CalibrationGate* m_gate;
};

} // namespace bitsmith::ui

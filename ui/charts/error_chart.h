// Relative errors of a run's tensors in the order they were finished, on a logarithmic axis: of the
// weights, and of the layer's output where it was calibrated.
#pragma once

#include "core/quant/layer_task.h"
#include "ui/charts/chart_view.h"

#include <QWidget>

#include <vector>

class QLineSeries;
class QScatterSeries;
class QLogValueAxis;
class QValueAxis;

namespace bitsmith::ui {

class ErrorChart final : public QWidget {
    Q_OBJECT
public:
    explicit ErrorChart(QWidget* parent = nullptr);
    // expected: how many there will be in the end, so that the axis does not move.
    void setReports(const std::vector<LayerReport>& reports, std::size_t expected);
    ChartView* view() { return m_view; }
    qsizetype weightPoints() const;
    qsizetype outputPoints() const;

private:
    QString csv() const;
    std::vector<LayerReport> m_reports;
    ChartView* m_view;
    QLineSeries *m_weight, *m_output;
    QScatterSeries *m_weightDots, *m_outputDots;
    QValueAxis* m_x;
    QLogValueAxis* m_y;
};

} // namespace bitsmith::ui

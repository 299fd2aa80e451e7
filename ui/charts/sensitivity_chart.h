// Loss against bits of one tensor among all others, on a logarithmic axis: where this tensor lies,
// and what its planned width costs. Others as bands, so that thousands cost no more than ten.
#pragma once

#include "core/sensitivity/metric.h"
#include "ui/charts/chart_view.h"

#include <QWidget>

#include <string>
#include <vector>

class QAreaSeries;
class QLineSeries;
class QScatterSeries;

namespace bitsmith::ui {

// Losses that no logarithmic axis has a place for (0, less, unknown) are left out everywhere.
struct SensitivityPlot {
    struct Others {
        double bits = 0;
        double least = 0, quarter = 0, median = 0, threeQuarters = 0, most = 0;
    };
    QString metric, tensor;     // titles
    std::vector<QPointF> own;   // (bits, loss), rising bits
    std::vector<Others> others; // of all tensors, rising bits
    QPointF planned;            // null: the tensor has no width, or no loss is known there
    bool empty() const { return own.empty() && others.empty(); }
};
// planned: bits of the tensor in the plan; 0: none.
SensitivityPlot sensitivityPlot(const SensitivityTable& table, const std::string& tensor,
                                double planned);

class SensitivityChart final : public QWidget {
    Q_OBJECT
public:
    explicit SensitivityChart(QWidget* parent = nullptr);
    void setPlot(SensitivityPlot plot);
    ChartView* view() { return m_view; }

private:
    QString csv() const;
    SensitivityPlot m_plot;
    ChartView* m_view;
    QLineSeries *m_least, *m_quarter, *m_median, *m_threeQuarters, *m_most; // ends of the bands
    QAreaSeries *m_wide, *m_narrow;
    QLineSeries *m_own, *m_here;
    QScatterSeries *m_dots, *m_planned;
};

} // namespace bitsmith::ui

// A histogram with optional ticks (the numbers a grid can represent) and marked outliers.
#pragma once

#include "ui/charts/chart_view.h"

#include <QWidget>

#include <cstdint>
#include <vector>

class QAreaSeries;
class QCheckBox;
class QLineSeries;
class QScatterSeries;

namespace bitsmith::ui {

struct HistogramData {
    double min = 0, max = 0; // range of the bins
    std::vector<std::uint64_t> counts;
    std::vector<float> ticks; // positions of the grid's values; may be empty
    QString tickName;         // legend of the ticks
    double mean = 0, standardDeviation = 0;
    double outlierDeviations = 0; // marks bins further out; 0: none
    bool whole = false;           // bins are of whole numbers: no ticks between these
};

class HistogramView final : public QWidget {
    Q_OBJECT
public:
    HistogramView(const QString& name, const QString& xTitle, QWidget* parent = nullptr);
    void setData(HistogramData data);
    ChartView* view() { return m_view; }

private:
    void rebuild();
    QString csv() const;

    HistogramData m_data;
    QString m_xTitle;
    ChartView* m_view;
    QCheckBox* m_log;
    QAreaSeries* m_area;
    QLineSeries *m_upper, *m_lower, *m_ticks;
    QScatterSeries* m_outliers;
};

} // namespace bitsmith::ui

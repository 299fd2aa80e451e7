// Singular values on a logarithmic scale, and the share of the energy in the largest of them.
#pragma once

#include "core/analysis/spectrum.h"
#include "ui/charts/chart_view.h"

#include <QWidget>

class QCategoryAxis;
class QLineSeries;
class QScatterSeries;
class QValueAxis;

namespace bitsmith::ui {

class SpectrumChart final : public QWidget {
    Q_OBJECT
public:
    SpectrumChart(const QString& name, QWidget* parent = nullptr);
    void setData(Spectrum spectrum);
    ChartView* view() { return m_view; }

private:
    QString csv() const;

    Spectrum m_spectrum;
    ChartView* m_view;
    QLineSeries *m_values, *m_energy;
    QScatterSeries* m_marks; // where 90 and 99 % are reached
    QValueAxis *m_rank, *m_share;
    QCategoryAxis* m_size = nullptr; // made anew for each range
};

} // namespace bitsmith::ui

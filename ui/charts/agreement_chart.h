// A metric's losses against the measured divergence, both logarithmic, a colour per width: a metric
// that is worth its price draws a line, one that is not draws a cloud.
#pragma once

#include "core/pipeline/sensitivity_report.h"
#include "ui/charts/chart_view.h"

#include <QWidget>

namespace bitsmith::ui {

class AgreementChart final : public QWidget {
    Q_OBJECT
public:
    explicit AgreementChart(QWidget* parent = nullptr);
    void setAgreement(const MetricAgreement& agreement);
    ChartView* view() { return m_view; }
    int pointCount() const; // as drawn

private:
    void paint(const ChartColors& colors);
    QString csv() const;
    MetricAgreement m_agreement;
    ChartView* m_view;
};

} // namespace bitsmith::ui

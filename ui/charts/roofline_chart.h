// When compression pays: load throughput against the bandwidth of the medium, as the measured
// figures imply it (lines), and as it was measured here (points).
#pragma once

#include "core/pipeline/load_study.h"
#include "ui/charts/chart_view.h"

#include <QList>
#include <QPointF>
#include <QWidget>

class QLineSeries;
class QScatterSeries;

namespace bitsmith::ui {

// All in MB/s of uncompressed bytes.
struct Roofline {
    double from = 0, to = 0; // bandwidths of the medium
    QList<QPointF> raw;      // as it is: what the medium delivers
    QList<QPointF> coded;    // compressed: the medium's share, up to what the cores decode
    QList<QPointF> ceilings; // decoding by threads: (threads, MB/s)
    QPointF measuredRaw, measuredCoded; // at the cold bandwidth; null: not measured yet
    double cold = 0, warm = 0, breakEven = 0;
    bool empty() const { return raw.isEmpty(); }
};
// Empty until the cold bandwidth and one decoding rate are known.
Roofline rooflineOf(const LoadStudy& study);

class RooflineChart final : public QWidget {
    Q_OBJECT
public:
    explicit RooflineChart(QWidget* parent = nullptr);
    void setStudy(const LoadStudy& study);
    ChartView* view() { return m_view; }

private:
    QString csv() const;
    Roofline m_roofline;
    ChartView* m_view;
    QLineSeries *m_raw, *m_coded, *m_ceilings, *m_here;
    QScatterSeries *m_rawDot, *m_codedDot;
};

} // namespace bitsmith::ui

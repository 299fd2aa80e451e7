// Size against quality of experiments: which ones nothing beats in both, and what the original
// reaches. Click a point to choose its experiment.
#pragma once

#include "core/store/store.h"
#include "ui/charts/chart_view.h"

#include <QWidget>

#include <vector>

class QComboBox;
class QLineSeries;
class QScatterSeries;

namespace bitsmith::ui {

class StateStack;

struct TradeoffPoint {
    std::int64_t experiment = 0;
    QPointF at;
    QString label;
};
enum class TradeoffX { Bytes, BitsPerWeight };
enum class TradeoffY { Perplexity, Kl };
// Points of the finished experiments that have the wanted figures.
std::vector<TradeoffPoint> tradeoffPoints(const std::vector<Experiment>& experiments, TradeoffX x,
                                          TradeoffY y);

class TradeoffChart final : public QWidget {
    Q_OBJECT
public:
    explicit TradeoffChart(QWidget* parent = nullptr);
    void setExperiments(const std::vector<Experiment>& experiments);
    void setSelected(qint64 experiment); // 0: none
    ChartView* view() { return m_view; }
    std::size_t pointCount() const { return m_points.size(); }

Q_SIGNALS:
    void picked(qint64 experiment);

private:
    void buildChart();
    void rebuild();
    const TradeoffPoint* nearest(const QPointF& value) const;
    QString csv() const;

    std::vector<Experiment> m_experiments;
    std::vector<TradeoffPoint> m_points;
    qint64 m_selected = 0;
    QComboBox *m_x, *m_y;
    ChartView* m_view;
    QScatterSeries *m_dots, *m_chosen;
    QLineSeries *m_front, *m_original;
    StateStack* m_stack;
};

} // namespace bitsmith::ui

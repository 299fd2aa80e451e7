// Size against quality of experiments, a colour per recipe: which ones nothing beats in both, and
// what the original reaches. Sizes are those really written, entropy-coded or not. Click a point to
// choose its experiment.
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
    QPointF at; // MB or bits per weight; perplexity or nats
    QString recipe, label;
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
    QStringList recipes() const; // those with points, as in the legend

Q_SIGNALS:
    void picked(qint64 experiment);

private:
    void buildChart();
    void rebuild();
    void showAxes(bool kl, const QRectF& box);
    void showDots();
    QPointF plotted(const QPointF& at) const;                               // as the axes want it
    const TradeoffPoint* pointOf(const QXYSeries* series, int index) const; // nullptr: none
    const TradeoffPoint* nearest(const QPointF& value) const;
    QString csv() const;

    std::vector<Experiment> m_experiments;
    std::vector<TradeoffPoint> m_points;
    qint64 m_selected = 0;
    QComboBox *m_x, *m_y;
    ChartView* m_view;
    QScatterSeries* m_chosen;
    QList<QScatterSeries*> m_dots; // one per recipe
    QPointF m_range;               // of the axes
    bool m_logarithmic = false;    // y is drawn as its logarithm
    QLineSeries *m_front, *m_original;
    StateStack* m_stack;
};

} // namespace bitsmith::ui

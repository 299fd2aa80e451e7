// One number per channel as bars, in order or sorted, with the channels that stand out marked.
#pragma once

#include "ui/charts/chart_view.h"

#include <QList>
#include <QPointF>
#include <QWidget>

#include <cstdint>
#include <span>
#include <vector>

class QAreaSeries;
class QComboBox;
class QHBoxLayout;
class QLineSeries;
class QScatterSeries;

namespace bitsmith::ui {

struct ChannelData {
    std::vector<double> values;          // per channel, not negative
    std::vector<std::uint32_t> outliers; // channels to mark
    double median = 0;                   // 0: no line
};

// The upper outline of bars from x = 0: each is one channel wide, or as many as make at most
// `mostBars` of them, and then as high as the highest of these, so that no peak is lost.
QList<QPointF> barOutline(std::span<const double> values, std::size_t mostBars);

class ChannelChart final : public QWidget {
    Q_OBJECT
public:
    // name: of the saved files and, with a suffix, of the widgets.
    ChannelChart(const QString& name, const QString& xTitle, const QString& yTitle,
                 QWidget* parent = nullptr);
    void setData(ChannelData data);
    ChartView* view() { return m_view; }
    void addToHeader(QWidget* widget); // left of the choice of order

private:
    void rebuild();
    QString csv() const;

    ChannelData m_data;
    ChartView* m_view;
    QHBoxLayout* m_header;
    QComboBox* m_order;
    QLineSeries *m_upper, *m_lower, *m_medianLine;
    QAreaSeries* m_bars;
    QScatterSeries* m_outliers;
};

} // namespace bitsmith::ui

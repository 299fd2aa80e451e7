// Reading values off a chart: the nearest point under the mouse, and with the keyboard the points
// of a series in turn (Left, Right, Home, End) and the series (Up, Down). What a point says is
// shown beside it and told to screen readers.
#pragma once

#include <QObject>
#include <QPointF>
#include <QString>
#include <QtCharts/QXYSeries>

#include <functional>
#include <vector>

class QAbstractSeries;
class QChartView;
class QKeyEvent;
class QPainter;

namespace bitsmith::ui {

// Marks a series as decoration: lines and ticks that are no data.
void setDecoration(QAbstractSeries* series);
// The number that an axis of the chart has for a value of a series: makeLogAxis() holds logarithms.
double shownValue(const QAbstractSeries* series, Qt::Orientation orientation, double value);

class PointWalk final : public QObject {
    Q_OBJECT
public:
    explicit PointWalk(QChartView* view);
    // What a point says; where it gives nothing, the series' name and the axes' titles with values.
    using Text = std::function<QString(const QXYSeries* series, int index)>;
    void setText(Text text) { m_text = std::move(text); }

    // Of the point nearest to a position of the viewport, a few pixels away at most; else empty.
    QString textAt(const QPointF& position) const;
    bool handle(const QKeyEvent& event); // whether it was a key of the walk
    void paint(QPainter& painter) const; // the ring around the point; in the scene's coordinates
    void leave();
    QString text() const; // of the point that the keyboard is on; empty: none

Q_SIGNALS:
    void moved(const QString& text);
    void chosen(const QXYSeries* series, int index); // Enter

private:
    std::vector<const QXYSeries*> walkable() const;
    QPointF positionOf(const QXYSeries* series, int index) const; // in the scene
    QString textOf(const QXYSeries* series, int index) const;
    const QXYSeries* current() const; // nullptr: none, or it is gone

    QChartView* m_view;
    Text m_text;
    int m_series = -1, m_index = 0;
};

} // namespace bitsmith::ui

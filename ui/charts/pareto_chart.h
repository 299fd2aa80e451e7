// Size against predicted loss: the whole curve that a budget moves along, plans of one width for
// all, measured experiments, and where the plan is now. A click takes that size as the budget.
#pragma once

#include "ui/charts/chart_view.h"

#include <QWidget>

#include <optional>
#include <vector>

class QLineSeries;
class QScatterSeries;

namespace bitsmith::ui {

struct ParetoData {
    struct Mark {
        QPointF at;
        QString label;
        bool operator==(const Mark&) const = default;
    };
    QString xTitle, yTitle;
    QList<QPointF> curve; // rising x; points without a place on a logarithmic axis are left out
    std::vector<Mark> uniform, measured;
    std::optional<QPointF> planned;
};

class ParetoChart final : public QWidget {
    Q_OBJECT
public:
    explicit ParetoChart(QWidget* parent = nullptr);
    void setData(ParetoData data);
    const ParetoData& data() const { return m_data; }
    void setPlanned(std::optional<QPointF> planned); // the rest stays
    ChartView* view() { return m_view; }
    QPoint positionOf(const QPointF& at) const; // of a value, in the view's viewport

Q_SIGNALS:
    void picked(double x);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void draw();
    QString csv() const;
    ParetoData m_data;
    ChartView* m_view;
    QLineSeries *m_curve, *m_here;
    QScatterSeries *m_uniform, *m_measured, *m_planned;
    double m_low = 0, m_high = 0; // of the vertical axis, logarithms
};

} // namespace bitsmith::ui

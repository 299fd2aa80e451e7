// Bits per weight as stacked bars, split by what they are for: what is paid against what is needed.
#pragma once

#include "ui/charts/chart_view.h"

#include <QStringList>
#include <QWidget>

#include <vector>

namespace bitsmith::ui {

struct BitsBar {
    QString name;              // "paid"
    std::vector<double> parts; // bits per weight, in the order of the parts' names; may be shorter
};

class BitsChart final : public QWidget {
    Q_OBJECT
public:
    // parts: at most five names, drawn from left to right.
    BitsChart(const QString& name, QStringList parts, QWidget* parent = nullptr);
    void setBars(std::vector<BitsBar> bars); // from top to bottom
    ChartView* view() { return m_view; }

private:
    QString csv() const;
    QStringList m_parts;
    std::vector<BitsBar> m_bars;
    ChartView* m_view;
};

} // namespace bitsmith::ui

// The title of a chart's bottom axis. Qt gives all that lies above and below the plot two fifths of
// a chart's height, and writes "…" where that is too little; this takes the line that it needs from
// the chart's lower margin.
#pragma once

#include <QGraphicsSimpleTextItem>

class QChart;

namespace bitsmith::ui {

class BottomTitle final : public QGraphicsSimpleTextItem {
public:
    explicit BottomTitle(QChart* chart); // the chart's scene owns it

    // Takes over the title of the bottom axis, if there is one and it is no wider than `width`.
    // Returns the height that the lower margin needs for it.
    double take(double width);
    // Below the plot's middle, at the end of a chart of this size.
    void place(QSizeF size);

private:
    QChart* m_chart;
};

} // namespace bitsmith::ui

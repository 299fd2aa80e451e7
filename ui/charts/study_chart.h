// What a setting costs once its codes are entropy-coded, against what it loses: a line per recipe,
// granularity and kind of zero point, from few bits to many, and a line per width over
// SmoothQuant's strengths. Colours are granularities, dashes asymmetric grids, shapes recipes, so
// that the legend stays short. Click a point, or step with the arrow keys, to choose its setting.
#pragma once

#include "core/pipeline/compressibility.h"
#include "ui/charts/chart_view.h"

#include <QStringList>
#include <QWidget>

#include <array>
#include <optional>
#include <vector>

class QComboBox;
class QLineSeries;
class QScatterSeries;
class QXYSeries;

namespace bitsmith::ui {

struct StudyPoint {
    int setting = 0; // its index
    QPointF at;      // bits per weight, coded; squared error of the weights, relative
};
struct StudyLine {
    QString name;              // "rtn g128 symmetric"; "rtn row symmetric, 4 bits smoothed"
    QString recipe, hue, zero; // hue: what gives the colour: a granularity, a recipe with its own,
                               // or "smoothed"
    bool smoothed = false;
    std::vector<StudyPoint> points; // in the order of the settings
};
// Settings without weights or without an error above 0 have no point.
std::vector<StudyLine> studyLines(const std::vector<StudySetting>& settings,
                                  const std::vector<StudyNumbers>& numbers);

// Bits above -log2(error) / 2, the rate-distortion function of a normal distribution (Shannon
// 1959). An entropy-coded uniform quantizer has 0.25 at many bits; heavier tails than a normal's
// allow less.
double bitsAboveBound(const QPointF& at);

class StudyChart final : public QWidget {
    Q_OBJECT
public:
    explicit StudyChart(QWidget* parent = nullptr);
    void setStudy(const std::vector<StudySetting>& settings,
                  const std::vector<StudyNumbers>& numbers, const QString& model);
    void setChosen(int setting); // -1: none
    ChartView* view() { return m_view; }
    const std::vector<StudyLine>& lines() const { return m_lines; }
    QStringList legend() const;
    // Where a setting's point lies on the view; null: it has none.
    QPoint positionOf(int setting) const;
    QString textOf(int setting) const; // what the point says under the pointer

Q_SIGNALS:
    void picked(int setting);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void showPoints();
    void rebuildSeries();
    void rebuildAxes();
    void paint(const ChartColors& colors);
    QPointF plotted(const QPointF& at) const; // as the axes want it
    void addKey(QXYSeries* series, const QString& name);
    int settingAt(const QPoint& position) const; // -1: no point near
    void step(int by);                           // to the next point along the axis
    QString csv() const;

    std::vector<StudySetting> m_settings;
    std::vector<StudyNumbers> m_numbers;
    std::vector<StudyLine> m_lines;
    std::optional<std::array<double, 5>> m_extent; // of the axes: x, y, and which y
    int m_setting = -1;
    QComboBox* m_y;
    ChartView* m_view;
    QScatterSeries* m_chosen;
    QList<QLineSeries*> m_strokes; // one per line
    QList<QScatterSeries*> m_dots; // one per line
    QList<QXYSeries*> m_keys;      // empty series that the legend names
};

} // namespace bitsmith::ui

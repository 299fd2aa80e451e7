#include "ui/charts/point_walk.h"

#include "ui/bridge/text.h"
#include "ui/charts/log_axis.h"

#include <QKeyEvent>
#include <QPainter>
#include <QtCharts/QAreaSeries>
#include <QtCharts/QChartView>
#include <QtCharts/QLineSeries>
#include <QtCharts/QXYSeries>

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith::ui {
namespace {

constexpr double Near = 16; // pixels
constexpr double RingRadius = 7;
const char* const Decoration = "decoration";

const QAbstractAxis* axisOf(const QAbstractSeries* series, Qt::Orientation orientation) {
    auto* plain = const_cast<QAbstractSeries*>(series);
    for (const QAbstractAxis* axis : plain->attachedAxes())
        if (axis->orientation() == orientation) return axis;
    return nullptr;
}

// A number with what it is: "bits per weight 4.25".
QString labelled(const QAbstractSeries* series, Qt::Orientation orientation, double value) {
    const QAbstractAxis* axis = axisOf(series, orientation);
    const QString number = numberText(shownValue(series, orientation, value));
    return axis && !axis->titleText().isEmpty()
               ? QStringLiteral("%1 %2").arg(axis->titleText(), number)
               : number;
}

} // namespace

void setDecoration(QAbstractSeries* series) { series->setProperty(Decoration, true); }

double shownValue(const QAbstractSeries* series, Qt::Orientation orientation, double value) {
    return isLogAxis(axisOf(series, orientation)) ? std::pow(10.0, value) : value;
}

PointWalk::PointWalk(QChartView* view) : QObject(view), m_view(view) {}

std::vector<const QXYSeries*> PointWalk::walkable() const {
    std::vector<const QXYSeries*> out;
    const auto all = m_view->chart()->series();
    for (const QAbstractSeries* one : all) {
        if (!one->isVisible() || one->property(Decoration).toBool()) continue;
        const QXYSeries* points = qobject_cast<const QXYSeries*>(one);
        if (const auto* area = qobject_cast<const QAreaSeries*>(one)) points = area->upperSeries();
        if (points && points->count() > 0) out.push_back(points);
    }
    return out;
}

QPointF PointWalk::positionOf(const QXYSeries* series, int index) const {
    QAbstractSeries* mapped = const_cast<QXYSeries*>(series);
    const auto all = m_view->chart()->series();
    for (QAbstractSeries* one : all) // an area's edge has no axes of its own
        if (const auto* area = qobject_cast<const QAreaSeries*>(one);
            area && area->upperSeries() == series)
            mapped = one;
    return m_view->chart()->mapToScene(m_view->chart()->mapToPosition(series->at(index), mapped));
}

QString PointWalk::textOf(const QXYSeries* series, int index) const {
    if (m_text)
        if (const QString own = m_text(series, index); !own.isEmpty()) return own;
    const QAbstractSeries* named = series;
    const auto all = m_view->chart()->series();
    for (const QAbstractSeries* one : all)
        if (const auto* area = qobject_cast<const QAreaSeries*>(one);
            area && area->upperSeries() == series)
            named = one;
    const QPointF at = series->at(index);
    const QString values = labelled(named, Qt::Horizontal, at.x()) + QStringLiteral(", ") +
                           labelled(named, Qt::Vertical, at.y());
    return named->name().isEmpty() ? values : QStringLiteral("%1: %2").arg(named->name(), values);
}

QString PointWalk::textAt(const QPointF& position) const {
    const QPointF scene = m_view->mapToScene(position.toPoint());
    double best = Near * Near;
    const QXYSeries* nearest = nullptr;
    int index = 0;
    for (const QXYSeries* series : walkable())
        for (int i = 0; i < series->count(); ++i) {
            const QPointF away = positionOf(series, i) - scene;
            const double distance = QPointF::dotProduct(away, away);
            if (!(distance < best)) continue;
            best = distance;
            nearest = series;
            index = i;
        }
    return nearest ? textOf(nearest, index) : QString();
}

const QXYSeries* PointWalk::current() const {
    const auto all = walkable();
    if (m_series < 0 || m_series >= static_cast<int>(all.size())) return nullptr;
    const QXYSeries* series = all[static_cast<std::size_t>(m_series)];
    return m_index >= 0 && m_index < series->count() ? series : nullptr;
}

bool PointWalk::handle(const QKeyEvent& event) {
    const auto all = walkable();
    if (event.modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier) ||
        all.empty())
        return false;
    const QXYSeries* now = current();
    const int last = now ? static_cast<int>(now->count()) - 1 : 0;
    const int lastSeries = static_cast<int>(all.size()) - 1;
    int series = std::max(0, m_series), index = m_index;
    switch (event.key()) {
    case Qt::Key_Left:
        index -= now ? 1 : 0;
        break;
    case Qt::Key_Right:
        index += now ? 1 : 0;
        break;
    case Qt::Key_Home:
        index = 0;
        break;
    case Qt::Key_End:
        index = last;
        break;
    case Qt::Key_Up:
        series -= now ? 1 : 0;
        break;
    case Qt::Key_Down:
        series += now ? 1 : 0;
        break;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!now) return false;
        Q_EMIT chosen(now, m_index);
        return true;
    default:
        return false;
    }
    m_series = std::clamp(series, 0, lastSeries);
    const QXYSeries* there = all[static_cast<std::size_t>(m_series)];
    m_index = std::clamp(index, 0, static_cast<int>(there->count()) - 1);
    Q_EMIT moved(text());
    return true;
}

QString PointWalk::text() const {
    const QXYSeries* series = current();
    return series ? textOf(series, m_index) : QString();
}

void PointWalk::leave() {
    m_series = -1;
    m_index = 0;
}

void PointWalk::paint(QPainter& painter) const {
    const QXYSeries* series = current();
    if (!series) return;
    const QPointF at = positionOf(series, m_index);
    painter.save();
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(m_view->palette().color(QPalette::Highlight), 2));
    painter.setBrush(Qt::NoBrush);
    painter.drawEllipse(at, RingRadius, RingRadius);
    painter.setPen(QPen(m_view->palette().color(QPalette::Text), 1));
    painter.drawEllipse(at, RingRadius + 2, RingRadius + 2);
    painter.restore();
}

} // namespace bitsmith::ui

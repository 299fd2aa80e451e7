// Axes, curves, bars, cells and legends of the lessons' pictures, straight onto a painter: all
// sizes follow the font, so that a picture is as readable on a projector as on a desk.
#pragma once

#include "core/tensor/matrix.h"
#include "ui/lessons/picture.h"

#include <QList>
#include <QPainter>
#include <QPointF>
#include <QRectF>

#include <utility>
#include <vector>

namespace bitsmith::ui {

struct PlotAxis {
    double min = 0, max = 1;
    QString title;
    bool labels = true;
    bool logarithmic = false; // then 0 < min
};

// Where values lie on the screen; pictures keep it to know what the mouse points at.
class PlotPlane {
public:
    PlotPlane() = default;
    PlotPlane(PlotAxis x, PlotAxis y) : m_x(std::move(x)), m_y(std::move(y)) {}
    const QRectF& plane() const { return m_plane; }
    QPointF at(double x, double y) const;
    double xOf(double pixel) const; // inverse of at()
    double yOf(double pixel) const;

protected:
    PlotAxis m_x, m_y;
    QRectF m_plane;
};

class Plot : public PlotPlane {
public:
    // Draws frame, ticks and titles into `area`; what follows is clipped to the plane inside.
    Plot(QPainter& painter, const QRectF& area, const Inks& inks, PlotAxis x, PlotAxis y);

    void curve(const QList<QPointF>& points, const QColor& color, double width = 2,
               Qt::PenStyle style = Qt::SolidLine) const;
    void bar(double x, double width, double from, double to, const QColor& color) const;
    void dot(double x, double y, const QColor& color, double radius = 0) const; // 0: from the font
    // A line across the plane, with a label at its upper end, `row` lines below the top.
    void vertical(double x, const QColor& color, const QString& label = {}, int row = 0,
                  Qt::PenStyle style = Qt::SolidLine) const;
    void horizontal(double y, const QColor& color, Qt::PenStyle style = Qt::SolidLine) const;

private:
    QPainter& m_painter;
    const Inks& m_inks;
};

struct LegendEntry {
    QColor color;
    QString text;
};
// One or more lines at the top of `area`; returns what is left of it.
QRectF drawLegend(QPainter& painter, const QRectF& area, const Inks& inks,
                  const std::vector<LegendEntry>& entries);
// A title line; returns what is left.
QRectF drawTitle(QPainter& painter, const QRectF& area, const Inks& inks, const QString& title);
void drawText(QPainter& painter, const QRectF& box, const QColor& color, const QFont& font,
              const QString& text, int flags = Qt::AlignCenter);

// Cells of a matrix between -most and most: blue below, orange above 0, the base colour at 0.
// Returns the rectangle of the cells. numbers: written where they fit.
QRectF drawSigned(QPainter& painter, const QRectF& area, const Inks& inks, ConstMatrixView values,
                  double most, bool numbers = false);
QColor signedColor(double value, double most, const Inks& inks);
QColor mixed(const QColor& a, const QColor& b, double part); // part 0: a
double lineHeight(const QFont& font);

// Counts of values in equal bins over [low, high].
std::vector<double> histogram(std::span<const float> values, double low, double high,
                              std::size_t bins);

} // namespace bitsmith::ui

#include "ui/charts/chart_view.h"

#include "ui/charts/bottom_title.h"
#include "ui/charts/wrapped_legend.h"

#include <QAccessible>
#include <QContextMenuEvent>
#include <QGraphicsLayout>
#include <QKeyEvent>
#include <QToolTip>
#include <QtCharts/QAbstractAxis>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr int Edge = 4;
constexpr int LegendEdge = 8;
constexpr double QtLegendPart = 0.85; // of a line, where Qt's own legend writes no "…"
constexpr int QtLine = 8;             // what Qt adds to the height of a marker's text
constexpr int MostBeside = 10;        // markers beside the plot

} // namespace

bool isDark(const QPalette& palette) {
    return palette.color(QPalette::Base).lightness() < palette.color(QPalette::Text).lightness();
}

ChartColors chartColors(const QPalette& palette) {
    const bool dark = isDark(palette);
    ChartColors out;
    out.first = dark ? QColor(0x6c, 0xb2, 0xf7) : QColor(0x1f, 0x6f, 0xb8);
    out.second = dark ? QColor(0xf5, 0xb0, 0x5c) : QColor(0xc6, 0x62, 0x0c);
    out.third = dark ? QColor(0x7f, 0xd4, 0x9a) : QColor(0x2b, 0x86, 0x4a);
    out.warning = dark ? QColor(0xff, 0x82, 0x78) : QColor(0xc0, 0x2b, 0x22);
    out.text = palette.color(QPalette::Text);
    out.background = palette.color(QPalette::Base);
    out.grid = out.text;
    out.grid.setAlphaF(0.18F);
    return out;
}

ChartView::ChartView(QWidget* parent)
    : QChartView(new QChart, parent), m_saving(new PictureMenu(this, QStringLiteral("chart"))),
      m_points(new PointWalk(this)), m_legend(new WrappedLegend(chart())),
      m_title(new BottomTitle(chart())) {
    setMouseTracking(true);
    setRenderHint(QPainter::Antialiasing);
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    chart()->setBackgroundRoundness(0);
    chart()->layout()->setContentsMargins(0, 0, 0, 0);
    chart()->legend()->setAlignment(Qt::AlignTop);
    // The scene alone: neither focus nor the point of the keyboard belong into a file.
    m_saving->setDraw([this](QPainter& painter) {
        scene()->render(&painter, QRectF(viewport()->rect()), chart()->geometry());
    });
    connect(m_points, &PointWalk::moved, this, &ChartView::showPoint);
    connect(chart(), &QChart::plotAreaChanged, this, [this] {
        m_title->place(size());
        fitAxisTitles();
    });
    restyle();
}

void ChartView::setPainter(std::function<void(const ChartColors&)> painter) {
    m_painter = std::move(painter);
    restyle();
}

void ChartView::restyle() {
    const ChartColors colors = chartColors(palette());
    setBackgroundBrush(colors.background);
    chart()->setBackgroundBrush(colors.background);
    chart()->setTitleBrush(colors.text);
    chart()->legend()->setLabelColor(colors.text);
    QFont small = font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    chart()->legend()->setFont(small);
    const auto axes = chart()->axes();
    for (QAbstractAxis* axis : axes) {
        axis->setLabelsBrush(colors.text);
        axis->setTitleBrush(colors.text);
        axis->setLabelsFont(small);
        axis->setTitleFont(small);
        axis->setGridLineColor(colors.grid);
        axis->setMinorGridLineVisible(false);
        axis->setTruncateLabels(false);
        axis->setLinePenColor(colors.grid);
    }
    if (m_painter) m_painter(colors);
    fitWords();
}

// What does not fit is not cut: a legend takes as many lines as its words need, and an axis without
// room for its title has none.
void ChartView::fitWords() {
    // The last number of the bottom axis reaches half beyond the plot.
    const double number = QFontMetricsF(font()).horizontalAdvance(QStringLiteral("0000"));
    QMargins margins(Edge, Edge, static_cast<int>(number / 2), Edge);
    fitLegend(margins);
    margins.setBottom(margins.bottom() + static_cast<int>(std::ceil(m_title->take(width()))));
    chart()->setMargins(margins);
    // Qt sets the chart's own, which may leave no plot; less than that it would not take.
    setMinimumSize(minimumSizeHint().expandedTo(chart()->minimumSize().toSize()));
    m_title->place(size());
    fitAxisTitles();
}

// Above the plot it wraps; beside it, it has a line per marker, or goes above if that is too many.
void ChartView::fitLegend(QMargins& margins) {
    QLegend* legend = chart()->legend();
    const double room = width() - 2.0 * LegendEdge;
    const auto markers = legend->markers();
    const auto shown = std::ranges::count_if(markers, [](auto* one) { return one->isVisible(); });
    const bool above = legend->alignment() == Qt::AlignTop;
    const bool wrapped = legend->isVisible() && room > 0 &&
                         (above ? m_legend->lines(QtLegendPart * room) > 1 : shown > MostBeside);
    m_legend->setVisible(wrapped);
    if (wrapped) {
        m_legend->place({LegendEdge, LegendEdge}, room);
        legend->detachFromChart();
        legend->setGeometry(QRectF(-2 * room, 0, room, 1)); // out of sight
        margins.setTop(LegendEdge + static_cast<int>(m_legend->height()) +
                       QFontMetrics(legend->font()).height() / 2); // of the uppermost number
    } else if (!legend->isAttachedToChart()) {
        legend->attachToChart();
    }
    // Qt does not notice that a marker was shown or hidden, and draws two in one place.
    if (legend->layout()) legend->layout()->invalidate();
    m_above = wrapped ? static_cast<int>(m_legend->height()) : 0;
    m_beside = wrapped || above || !legend->isVisible()
                   ? 0
                   : static_cast<int>(shown + 1) * (QFontMetrics(legend->font()).height() + QtLine);
}

// By the plot's height, which they do not change.
void ChartView::fitAxisTitles() {
    const double room = chart()->plotArea().height();
    const auto vertical = chart()->axes(Qt::Vertical);
    for (QAbstractAxis* axis : vertical) {
        const QFontMetricsF metrics(axis->titleFont());
        const bool fits =
            metrics.horizontalAdvance(axis->titleText()) + metrics.averageCharWidth() < room;
        if (fits != axis->isTitleVisible()) axis->setTitleVisible(fits);
    }
}

void ChartView::resizeEvent(QResizeEvent* event) {
    QChartView::resizeEvent(event);
    fitWords();
    chart()->resize(size()); // a new least size may have changed it meanwhile
    setSceneRect(chart()->geometry());
}

// Around the words, a plot that can be read.
QSize ChartView::minimumSizeHint() const {
    return QSize(200, 130)
               .expandedTo(QSize(8, m_leastLines) * fontMetrics().height())
               .expandedTo({0, m_beside}) +
           QSize(0, m_above);
}

void ChartView::setLeastLines(int lines) {
    m_leastLines = lines;
    fitWords();
}

void ChartView::setName(const QString& name, const QString& title) {
    m_saving->setName(name);
    setAccessibleName(title);
}

void ChartView::setPointText(PointWalk::Text text) {
    if (m_points) m_points->setText(std::move(text));
}

void ChartView::readsItself() {
    delete m_points;
    m_points = nullptr;
}

void ChartView::changeEvent(QEvent* event) {
    QChartView::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange) restyle();
}

void ChartView::contextMenuEvent(QContextMenuEvent* event) { m_saving->popup(event->globalPos()); }

void ChartView::keyPressEvent(QKeyEvent* event) {
    if (event->key() == Qt::Key_Menu)
        m_saving->popup(mapToGlobal(rect().center()));
    else if (!m_points || !m_points->handle(*event))
        QChartView::keyPressEvent(event);
}

void ChartView::mouseMoveEvent(QMouseEvent* event) {
    QChartView::mouseMoveEvent(event);
    if (!m_points) return;
    if (const QString text = m_points->textAt(event->position()); !text.isEmpty())
        QToolTip::showText(event->globalPosition().toPoint(), text, viewport());
    else if (QToolTip::isVisible())
        QToolTip::hideText();
}

void ChartView::focusOutEvent(QFocusEvent* event) {
    QChartView::focusOutEvent(event);
    if (m_points) m_points->leave();
    viewport()->update();
}

// The frame of the focus, and the ring around the point that the keyboard is on.
void ChartView::drawForeground(QPainter* painter, const QRectF& rect) {
    QChartView::drawForeground(painter, rect);
    if (!hasFocus()) return;
    if (m_points) m_points->paint(*painter);
    painter->setPen(QPen(palette().color(QPalette::Highlight), 1));
    painter->setBrush(Qt::NoBrush);
    painter->drawRect(mapToScene(viewport()->rect().adjusted(0, 0, -1, -1)).boundingRect());
}

void ChartView::showPoint(const QString& text) {
    setAccessibleDescription(text);
    QAccessibleEvent said(this, QAccessible::DescriptionChanged);
    QAccessible::updateAccessibility(&said);
    QToolTip::showText(mapToGlobal(QPoint(width() / 2, 0)), text, viewport());
    viewport()->update();
}

} // namespace bitsmith::ui

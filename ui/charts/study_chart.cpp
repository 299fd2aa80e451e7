#include "ui/charts/study_chart.h"

#include "ui/bridge/text.h"
#include "ui/charts/hues.h"
#include "ui/charts/log_axis.h"
#include "ui/charts/plot_math.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QToolTip>
#include <QVBoxLayout>
#include <QtCharts/QLegend>
#include <QtCharts/QLegendMarker>
#include <QtCharts/QLineSeries>
#include <QtCharts/QScatterSeries>
#include <QtCharts/QValueAxis>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr int Near = 12;              // pixels
constexpr int Columns = 12, Rows = 6; // of the grid, about
const QString Smoothed = QStringLiteral("smoothed");
const QString Asymmetric = QStringLiteral("asymmetric");

// What lines differ in, in their order.
QStringList distinct(const std::vector<StudyLine>& lines, QString StudyLine::*field) {
    QStringList out;
    for (const StudyLine& line : lines)
        if (!out.contains(line.*field)) out << line.*field;
    return out;
}

// Those with granularities: the others are told by their colour.
QStringList affineRecipes(const std::vector<StudyLine>& lines) {
    QStringList out;
    for (const StudyLine& line : lines)
        if (line.hue != line.recipe && !line.smoothed && !out.contains(line.recipe))
            out << line.recipe;
    return out;
}

bool dotted(const StudyLine& line) { return line.zero == Asymmetric; }

// Round numbers around [min, max], close to it.
QValueAxis* makeAxis(double min, double max, int ticks) {
    const double room = std::max((max - min) * 0.03, 1e-3);
    const double step = niceStep(min - room, max + room, ticks);
    const double first = std::floor((min - room) / step), last = std::ceil((max + room) / step);
    auto* axis = new QValueAxis;
    axis->setRange(first * step, last * step);
    axis->setTickCount(static_cast<int>(last - first) + 1);
    axis->setLabelFormat(labelFormat(step));
    return axis;
}

} // namespace

std::vector<StudyLine> studyLines(const std::vector<StudySetting>& settings,
                                  const std::vector<StudyNumbers>& numbers) {
    std::vector<StudyLine> out;
    for (std::size_t i = 0; i < settings.size() && i < numbers.size(); ++i) {
        const StudySetting& setting = settings[i];
        const StudyNumbers& n = numbers[i];
        if (n.weights == 0 || !(n.noise > 0) || !(n.signal > 0)) continue;
        StudyLine line{.recipe = qs(setting.recipe),
                       .hue = qs(setting.granularity),
                       .zero = qs(setting.zero),
                       .smoothed = setting.smoothing >= 0,
                       .points = {}};
        const bool own = setting.granularity == "own";
        line.name =
            own ? line.recipe : QStringLiteral("%1 %2 %3").arg(line.recipe, line.hue, line.zero);
        if (line.smoothed) line.name += StudyChart::tr(", %1 bits smoothed").arg(setting.bits);
        if (own) line.hue = line.recipe;
        if (line.smoothed) line.hue = Smoothed;
        auto it = std::ranges::find(out, line.name, &StudyLine::name);
        if (it == out.end()) it = out.insert(out.end(), std::move(line));
        it->points.push_back({static_cast<int>(i), {n.coded, n.noise / n.signal}});
    }
    return out;
}

double bitsAboveBound(const QPointF& at) { return at.x() + std::log2(at.y()) / 2; }

StudyChart::StudyChart(QWidget* parent)
    : QWidget(parent), m_y(new QComboBox), m_view(new ChartView(this)),
      m_chosen(new QScatterSeries) {
    setObjectName(QStringLiteral("studyChart"));
    m_view->setObjectName(QStringLiteral("studyView"));
    m_view->setCsv([this] { return csv(); });
    m_view->readsItself();
    m_view->setName(QStringLiteral("compressibility"), tr("Coded bits per weight against error"));
    m_view->setAccessibleDescription(
        tr("Click a point or press the arrow keys to choose its setting. Context menu: save"));
    m_chosen->setMarkerSize(16);
    m_chosen->setColor(Qt::transparent);
    QChart* chart = m_view->chart();
    chart->legend()->setAlignment(Qt::AlignRight);
    chart->legend()->setMarkerShape(QLegend::MarkerShapeFromSeries);
    chart->addSeries(m_chosen);
    m_view->setPainter([this](const ChartColors& colors) { paint(colors); });
    m_view->installEventFilter(this);
    m_view->viewport()->installEventFilter(this);
    m_view->viewport()->setMouseTracking(true);
    m_y->setObjectName(QStringLiteral("studyY"));
    m_y->addItems({tr("squared error"), tr("bits above the bound")});
    m_y->setToolTip(tr("What the vertical axis shows: the error itself, or how many bits a setting "
                       "spends above the least that describe a normal distribution with its error. "
                       "Lower is better"));
    connect(m_y, &QComboBox::currentIndexChanged, this, &StudyChart::showPoints);
    auto* row = new QHBoxLayout;
    row->setContentsMargins(4, 4, 4, 0);
    row->addWidget(m_y);
    row->addWidget(new QLabel(tr("against bits per weight, coded")));
    row->addStretch();
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(2);
    layout->addLayout(row);
    layout->addWidget(m_view, 1);
    setFocusProxy(m_view);
}

void StudyChart::setStudy(const std::vector<StudySetting>& settings,
                          const std::vector<StudyNumbers>& numbers, const QString& model) {
    m_settings = settings;
    m_numbers = numbers;
    m_view->setName(model + QStringLiteral("-compressibility"));
    const auto before = distinct(m_lines, &StudyLine::name);
    m_lines = studyLines(settings, numbers);
    if (distinct(m_lines, &StudyLine::name) != before) rebuildSeries();
    showPoints();
}

QPointF StudyChart::plotted(const QPointF& at) const {
    return {at.x(), m_y->currentIndex() == 1 ? bitsAboveBound(at) : logOf(at.y())};
}

void StudyChart::showPoints() {
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        QList<QPointF> points;
        for (const StudyPoint& point : m_lines[i].points) points << plotted(point.at);
        m_strokes[static_cast<qsizetype>(i)]->replace(points);
        m_dots[static_cast<qsizetype>(i)]->replace(points);
    }
    rebuildAxes();
    setChosen(m_setting);
}

void StudyChart::setChosen(int setting) {
    m_setting = setting;
    m_chosen->clear();
    for (const StudyLine& line : m_lines)
        for (const StudyPoint& point : line.points)
            if (point.setting == setting) m_chosen->append(plotted(point.at));
}

void StudyChart::addKey(QXYSeries* series, const QString& name) {
    series->setName(name);
    m_view->chart()->addSeries(series);
    m_keys.append(series);
}

void StudyChart::rebuildSeries() {
    QChart* chart = m_view->chart();
    const auto old = chart->series();
    for (QAbstractSeries* series : old)
        if (series != m_chosen) {
            chart->removeSeries(series);
            delete series;
        }
    m_extent.reset(); // new series want axes and colours
    m_strokes.clear();
    m_dots.clear();
    m_keys.clear();
    const QStringList recipes = affineRecipes(m_lines);
    for (const StudyLine& line : m_lines) {
        auto* stroke = new QLineSeries;
        auto* dots = new QScatterSeries;
        dots->setMarkerShape(shapeOf(std::max<qsizetype>(0, recipes.indexOf(line.recipe))));
        dots->setMarkerSize(8);
        dots->setBorderColor(Qt::transparent);
        chart->addSeries(stroke);
        chart->addSeries(dots);
        m_strokes.append(stroke);
        m_dots.append(dots);
    }
    // Last and on top.
    chart->removeSeries(m_chosen);
    chart->addSeries(m_chosen);
    const auto markers = chart->legend()->markers();
    for (QLegendMarker* marker : markers) marker->setVisible(false);
    for (const QString& hue : distinct(m_lines, &StudyLine::hue))
        addKey(new QLineSeries, hue == Smoothed ? tr("smoothed, by row") : hue);
    const QStringList zeros = distinct(m_lines, &StudyLine::zero);
    if (zeros.contains(Asymmetric))
        for (const QString& zero : zeros)
            if (zero != QLatin1String("own"))
                addKey(new QLineSeries, zero == Asymmetric ? tr("asymmetric") : tr("symmetric"));
    if (recipes.size() > 1)
        for (qsizetype i = 0; i < recipes.size(); ++i) {
            auto* dots = new QScatterSeries;
            dots->setMarkerShape(shapeOf(i));
            dots->setMarkerSize(8);
            dots->setBorderColor(Qt::transparent);
            addKey(dots, recipes[i]);
        }
}

QStringList StudyChart::legend() const {
    QStringList out;
    for (const QXYSeries* key : m_keys) out << key->name();
    return out;
}

void StudyChart::paint(const ChartColors& colors) {
    const bool dark = isDark(palette());
    const QStringList hues = distinct(m_lines, &StudyLine::hue);
    const auto penOf = [&](const QString& hue, bool broken) {
        return QPen(hueOf(hues.indexOf(hue), dark), hue == Smoothed ? 2 : 1.5,
                    broken ? Qt::DotLine : Qt::SolidLine);
    };
    for (std::size_t i = 0; i < m_lines.size(); ++i) {
        const auto at = static_cast<qsizetype>(i);
        const QPen pen = penOf(m_lines[i].hue, dotted(m_lines[i]));
        m_strokes[at]->setPen(pen);
        m_dots[at]->setColor(pen.color());
    }
    for (qsizetype i = 0; i < m_keys.size(); ++i) {
        auto* dots = qobject_cast<QScatterSeries*>(m_keys[i]);
        if (dots)
            dots->setColor(colors.text);
        else if (i < hues.size())
            m_keys[i]->setPen(QPen(penOf(hues[i], false).color(), 3));
        else
            m_keys[i]->setPen(
                QPen(colors.text, 1.5,
                     m_keys[i]->name() == tr("asymmetric") ? Qt::DotLine : Qt::SolidLine));
    }
    m_chosen->setBorderColor(colors.warning);
}

void StudyChart::rebuildAxes() {
    if (m_lines.empty()) return;
    std::vector<double> xs, ys;
    const bool bound = m_y->currentIndex() == 1;
    for (const StudyLine& line : m_lines)
        for (const StudyPoint& point : line.points) {
            xs.push_back(point.at.x());
            ys.push_back(bound ? bitsAboveBound(point.at) : point.at.y());
        }
    const auto [left, right] = std::ranges::minmax(xs);
    const auto [low, high] = std::ranges::minmax(ys);
    QValueAxis* x = makeAxis(left, right, Columns);
    x->setTitleText(tr("bits per weight, entropy-coded, everything counted"));
    QValueAxis* y = bound ? makeAxis(low, high, Rows) : makeLogAxis(low / 1.05, high * 1.05);
    y->setTitleText(bound ? tr("bits above the bound") : tr("squared error, relative"));
    // New axes are drawn a moment later than the old ones go: while figures come those stay that
    // fit.
    const std::array extent{x->min(), x->max(), y->min(), y->max(), bound ? 1.0 : 0.0};
    if (m_extent == extent) {
        delete x;
        delete y;
        return;
    }
    m_extent = extent;
    QChart* chart = m_view->chart();
    const auto oldAxes = chart->axes();
    for (QAbstractAxis* axis : oldAxes) {
        chart->removeAxis(axis);
        delete axis;
    }
    chart->addAxis(x, Qt::AlignBottom);
    chart->addAxis(y, Qt::AlignLeft);
    const auto series = chart->series();
    for (QAbstractSeries* one : series) {
        one->attachAxis(x);
        one->attachAxis(y);
    }
    m_view->restyle();
}

QPoint StudyChart::positionOf(int setting) const {
    QChart* chart = m_view->chart();
    for (std::size_t i = 0; i < m_lines.size(); ++i)
        for (const StudyPoint& point : m_lines[i].points)
            if (point.setting == setting)
                return m_view->mapFromScene(chart->mapToScene(
                    chart->mapToPosition(plotted(point.at), m_dots[static_cast<qsizetype>(i)])));
    return {};
}

int StudyChart::settingAt(const QPoint& position) const {
    int best = -1, away = Near + 1;
    for (const StudyLine& line : m_lines)
        for (const StudyPoint& point : line.points) {
            const int distance = (positionOf(point.setting) - position).manhattanLength();
            if (distance >= away) continue;
            away = distance;
            best = point.setting;
        }
    return best;
}

QString StudyChart::textOf(int setting) const {
    const auto at = static_cast<std::size_t>(setting);
    if (setting < 0 || at >= m_settings.size() || at >= m_numbers.size()) return {};
    const StudyNumbers& n = m_numbers[at];
    return tr("%1\n%2 bits per weight coded, %3 packed\nerror %4, %5 dB, %6 bits above the bound")
        .arg(qs(m_settings[at].label()), QString::number(n.coded, 'f', 3),
             QString::number(n.paid, 'f', 3), numberText(n.noise / n.signal),
             QString::number(n.sqnr, 'f', 2),
             QString::number(bitsAboveBound({n.coded, n.noise / n.signal}), 'f', 3));
}

void StudyChart::step(int by) {
    std::vector<StudyPoint> all;
    for (const StudyLine& line : m_lines)
        all.insert(all.end(), line.points.begin(), line.points.end());
    if (all.empty()) return;
    std::ranges::stable_sort(all, {}, [](const StudyPoint& point) { return point.at.x(); });
    const auto now = std::ranges::find(all, m_setting, &StudyPoint::setting);
    const auto last = static_cast<std::ptrdiff_t>(all.size()) - 1;
    const auto next =
        now == all.end() ? 0 : std::clamp<std::ptrdiff_t>(now - all.begin() + by, 0, last);
    Q_EMIT picked(all[static_cast<std::size_t>(next)].setting);
}

bool StudyChart::eventFilter(QObject* object, QEvent* event) {
    if (event->type() == QEvent::KeyPress && object == m_view) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Left || key == Qt::Key_Right) {
            step(key == Qt::Key_Left ? -1 : 1);
            return true;
        }
    }
    if (object == m_view->viewport() &&
        (event->type() == QEvent::MouseMove || event->type() == QEvent::MouseButtonPress)) {
        const auto* mouse = static_cast<QMouseEvent*>(event);
        const int setting = settingAt(mouse->position().toPoint());
        if (event->type() == QEvent::MouseMove) {
            m_view->viewport()->setCursor(setting < 0 ? Qt::ArrowCursor : Qt::PointingHandCursor);
            if (setting < 0)
                QToolTip::hideText();
            else
                QToolTip::showText(mouse->globalPosition().toPoint(), textOf(setting), m_view);
        } else if (mouse->button() == Qt::LeftButton && setting >= 0) {
            Q_EMIT picked(setting);
        }
    }
    return QWidget::eventFilter(object, event);
}

QString StudyChart::csv() const {
    QString out =
        QStringLiteral("recipe,bits,granularity,zero,smoothing,entropy,ratio,bpw,coded_bpw,"
                       "sqnr_db,relative_error,wasted_bits\r\n");
    for (std::size_t i = 0; i < m_settings.size() && i < m_numbers.size(); ++i) {
        const StudySetting& s = m_settings[i];
        const StudyNumbers& n = m_numbers[i];
        if (n.weights == 0) continue;
        QStringList row{qs(s.recipe), QString::number(s.bits), qs(s.granularity), qs(s.zero),
                        s.smoothing >= 0 ? QString::number(s.smoothing) : QString()};
        for (const double value : {n.entropy, n.ratio, n.paid, n.coded, n.sqnr,
                                   n.signal > 0 ? n.noise / n.signal : 0.0, n.wasted})
            row << QString::number(value, 'g', 12);
        out += row.join(QLatin1Char(',')) + QStringLiteral("\r\n");
    }
    return out;
}

} // namespace bitsmith::ui

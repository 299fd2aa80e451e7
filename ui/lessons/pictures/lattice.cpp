// Two weights, the lattice of values they can take, and ellipses of equal output error: where
// inputs are correlated, the nearest point is not the best.
#include "core/quant/layer_errors.h"
#include "ui/bridge/text.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bitsmith::ui {
namespace {

// Levels are -4 .. 3: the second row of the matrix holds the ends, and one ruler serves both rows.
constexpr float Lowest = -4, Highest = 3;
constexpr int Bits = 3;

struct Point {
    double x = 0, y = 0;
    bool operator==(const Point&) const = default;
};

class Lattice final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "lattice",
            .title = QT_TRANSLATE_NOOP("lessons", "Rounding as a choice in a lattice"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "A lattice of points, two weights as one point between them, "
                                     "ellipses of equal error around it, and the points that "
                                     "different rounding methods choose.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("rho", Said::tr("Correlation"), Said::tr("Of the two inputs"), -0.98, 0.98,
                       0.02, 0.9),
                slider("ratio", Said::tr("Second input"),
                       Said::tr("Its size relative to the first"), 0.25, 4, 0.05, 1, Said::tr("×")),
                slider("w1", Said::tr("First weight"), Said::tr("In steps"), -2.5, 2.5, 0.01, 0.4),
                slider("w2", Said::tr("Second weight"), Said::tr("In steps"), -2.5, 2.5, 0.01, 0.4),
                slider("pair", Said::tr("Pair"),
                       Said::tr("Which neighbouring columns; only with your weights"), 0, 62, 1,
                       0)};
    }
    void compute(const PictureInput& in) override {
        takePair(in);
        m_w = {in.controls.number("w1"), in.controls.number("w2")};
        const double deviations[] = {1, in.controls.number("ratio")};
        m_stats = madeUpStats(2, in.controls.number("rho"), deviations);
        for (float& value : m_stats.gram.values()) value /= MadeUpTokens;
        Matrix w(2, 2);
        w(0, 0) = static_cast<float>(m_w.x);
        w(0, 1) = static_cast<float>(m_w.y);
        w(1, 0) = Lowest;
        w(1, 1) = Highest;
        m_problem.clear();
        m_nearest = rounded(w, "rtn");
        m_gptq = rounded(w, "gptq");
        m_descent = rounded(w, "quantease");
        m_best = m_nearest;
        for (double x = Lowest; x <= Highest; ++x)
            for (double y = Lowest; y <= Highest; ++y)
                if (error({x, y}) < error(m_best)) m_best = {x, y};
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        const QRectF rest = drawLegend(painter, area, inks,
                                       {{inks.text, Said::tr("the two weights: drag them")},
                                        {inks.warning, Said::tr("nearest")},
                                        {inks.second, Said::tr("GPTQ")},
                                        {inks.third, Said::tr("best of all")}});
        const double side = std::min(rest.width(), rest.height());
        const QRectF square(rest.center().x() - side / 2, rest.top(), side, side);
        const Plot plot(painter, square, inks,
                        {.min = -3.6, .max = 3.2, .title = Said::tr("first weight, in steps")},
                        {.min = -3.6, .max = 3.2, .title = Said::tr("second weight, in steps")});
        m_plane = plot;
        painter.save();
        painter.setClipRect(plot.plane());
        for (const double level : {0.25, 1.0, 2.25, 4.0})
            ellipse(plot, level * std::max(error(m_best), 1e-3), inks.grid, 1);
        ellipse(plot, error(m_nearest), inks.warning, 1.6);
        ellipse(plot, error(m_best), inks.third, 1.6);
        painter.restore();
        const double line = lineHeight(inks.small);
        for (double x = -3; x <= Highest; ++x)
            for (double y = -3; y <= Highest; ++y) plot.dot(x, y, inks.dim, line * 0.2);
        const auto ring = [&](const Point& at, const QColor& color, double radius) {
            painter.setPen(QPen(color, 3));
            painter.setBrush(Qt::NoBrush);
            painter.drawEllipse(plot.at(at.x, at.y), radius, radius);
        };
        plot.dot(m_best.x, m_best.y, inks.third, line * 0.34);
        ring(m_nearest, inks.warning, line * 0.55);
        ring(m_gptq, inks.second, line * 0.8);
        plot.dot(m_w.x, m_w.y, inks.text, line * 0.36);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        return {{Said::tr("output error: nearest"), numberText(error(m_nearest))},
                {Said::tr("GPTQ"), numberText(error(m_gptq))},
                {Said::tr("coordinate descent"), numberText(error(m_descent))},
                {Said::tr("best of all"), numberText(error(m_best))},
                {Said::tr("distance: nearest"), numberText(distance(m_nearest))},
                {Said::tr("best"), numberText(distance(m_best))}};
    }
    QString note() const override { return m_note; }
    bool drag(const QPointF& at, bool, ControlValues& controls) override {
        controls.set("w1", m_plane.xOf(at.x()));
        controls.set("w2", m_plane.yOf(at.y()));
        return true;
    }

private:
    // The user's pair is put into the controls once, when it or the tensor changes.
    void takePair(const PictureInput& in) {
        const int pair = in.controls.whole("pair");
        if (!in.weights) {
            m_pair = -1;
            m_note.clear();
            return;
        }
        const Matrix& values = in.weights->values;
        if (values.cols() < 2 || (pair == m_pair && in.weights->tensor == m_tensor)) return;
        m_pair = pair;
        m_tensor = in.weights->tensor;
        const auto c = std::min<std::size_t>(static_cast<std::size_t>(pair), values.cols() - 2);
        const auto [low, high] = std::ranges::minmax(values.view().row(0));
        const double step = (high - low) / 7;
        if (step > 0) {
            in.controls.set("w1", values(0, c) / step);
            in.controls.set("w2", values(0, c + 1) / step);
        }
        m_note = Said::tr("%1: row 1, columns %2 and %3, in steps of a 3-bit ruler; ")
                     .arg(m_tensor)
                     .arg(c + 1)
                     .arg(c + 2);
        const LayerStats* stats = in.weights->stats.get();
        if (stats && stats->gram.cols() > c + 1) {
            const double a = stats->gram(c, c), b = stats->gram(c + 1, c + 1);
            if (a > 0 && b > 0) {
                in.controls.set("rho", stats->gram(c, c + 1) / std::sqrt(a * b));
                in.controls.set("ratio", std::sqrt(b / a));
            }
            m_note += Said::tr("correlation as measured by the calibration");
        } else {
            m_note += Said::tr(
                "the correlation is made up: calibrate on the Salience page to measure it");
        }
    }
    Point rounded(const Matrix& w, std::string_view recipe) {
        auto tiny = quantizeTiny(w.view(), recipe, Bits, {{"granularity", "tensor"}},
                                 recipe == "rtn" ? nullptr : &m_stats);
        if (!tiny) {
            m_problem = qs(tiny.error().message);
            return {};
        }
        return {std::round(tiny->values(0, 0)), std::round(tiny->values(0, 1))};
    }
    double error(const Point& at) const {
        Matrix d(1, 2);
        d(0, 0) = static_cast<float>(m_w.x - at.x);
        d(0, 1) = static_cast<float>(m_w.y - at.y);
        return gramEnergy(d.view(), m_stats.gram);
    }
    double distance(const Point& at) const { return std::hypot(m_w.x - at.x, m_w.y - at.y); }
    // Points around the weights whose output error is `level`: d = sqrt(level) L^-T u, H = L L^T.
    void ellipse(const Plot& plot, double level, const QColor& color, double width) const {
        const double a = m_stats.gram(0, 0), b = m_stats.gram(0, 1), c = m_stats.gram(1, 1);
        const double l1 = std::sqrt(a), l2 = b / l1, l3 = std::sqrt(std::max(c - l2 * l2, 1e-9));
        QList<QPointF> points;
        for (int i = 0; i <= 120; ++i) {
            const double t = 2 * std::numbers::pi * i / 120;
            const double y = std::sin(t) * std::sqrt(level) / l3;
            const double x = (std::cos(t) * std::sqrt(level) - l2 * y) / l1;
            points << QPointF(m_w.x + x, m_w.y + y);
        }
        plot.curve(points, color, width);
    }

    Point m_w, m_nearest, m_gptq, m_descent, m_best;
    LayerStats m_stats;
    int m_pair = -1;
    QString m_tensor, m_note, m_problem;
    PlotPlane m_plane;
};

} // namespace

std::unique_ptr<LivePicture> pictures_lattice() { return std::make_unique<Lattice>(); }

} // namespace bitsmith::ui

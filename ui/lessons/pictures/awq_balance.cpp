// Channels with strong inputs get finer weights: their column is scaled up before rounding, and the
// input down by the same factor.
#include "core/quant/layer_errors.h"
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Rows = 16, Cols = 32;
constexpr int Steps = 20; // of alpha

class AwqBalance final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "awq_balance",
            .title = QT_TRANSLATE_NOOP("lessons", "AWQ: the balance of inputs and weights"),
            .alt = QT_TRANSLATE_NOOP(
                "lessons", "A curve of the output error against alpha; below, bars of "
                           "each channel's inputs and weights before and after scaling.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {
            slider("alpha", Said::tr("α"),
                   Said::tr("How much of the inputs' differences moves into the "
                            "weights: s = mean|x|^α"),
                   0, 1, 0.05, 0),
            slider("bits", Said::tr("Bits"), Said::tr("Of a code"), 2, 8, 1, 3),
            slider("salient", Said::tr("Strong inputs"),
                   Said::tr("How much larger two of the channels' inputs are; where yours are not "
                            "measured"),
                   1, 30, 1, 12, Said::tr("×"))};
    }
    void compute(const PictureInput& in) override {
        m_weights = cornerOf(in.weights, Rows, Cols, "awq", 0.05);
        const std::size_t cols = m_weights.cols();
        const bool measured = in.weights && in.weights->stats && !in.weights->stats->gram.empty();
        std::vector<double> deviations;
        for (std::size_t c = 0; c < cols; ++c)
            deviations.push_back(c == 5 || c == 19 ? in.controls.number("salient")
                                                   : 0.6 + 0.1 * static_cast<double>(c % 9));
        const LayerStats stats =
            measured ? firstInputs(*in.weights->stats, cols) : madeUpStats(cols, 0.2, deviations);
        m_inputs.assign(stats.meanAbs.begin(), stats.meanAbs.end());
        m_bits = in.controls.whole("bits");
        m_problem.clear();
        m_curve.clear();
        for (int i = 0; i <= Steps; ++i) {
            const double alpha = static_cast<double>(i) / Steps;
            m_curve << QPointF(alpha, 100 * errorAt(alpha, stats.gram));
        }
        m_alpha = in.controls.number("alpha");
        m_error = errorAt(m_alpha, stats.gram);
        m_scales = scalesAt(m_alpha);
        m_note = !in.weights
                     ? QString()
                     : weightsNote(*in.weights, m_weights.rows(), cols) +
                           (measured ? Said::tr("; inputs as measured by the calibration")
                                     : Said::tr("; inputs are made up: calibrate on the Salience "
                                                "page to use yours"));
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        if (!m_problem.isEmpty() || m_curve.isEmpty()) return;
        const QRectF upper(area.topLeft(), QSizeF(area.width(), area.height() * 0.46));
        double most = 0;
        for (const QPointF& point : m_curve) most = std::max(most, point.y());
        const Plot plot(painter, upper, inks, {.min = 0, .max = 1, .title = Said::tr("α")},
                        {.min = 0,
                         .max = niceRange(0, std::max(most, 1e-9)).max,
                         .title = Said::tr("output error, %")});
        plot.curve(m_curve, inks.first, 2.4);
        const QPointF best = *std::ranges::min_element(m_curve, {}, &QPointF::y);
        plot.vertical(best.x(), inks.third, Said::tr("least"), 0, Qt::DashLine);
        plot.vertical(m_alpha, inks.second, Said::tr("α"), 1);
        plot.dot(m_alpha, 100 * m_error, inks.second, lineHeight(inks.small) * 0.4);
        m_plane = plot;

        QRectF rest(area.left(), upper.bottom(), area.width(), area.height() * 0.54);
        rest =
            drawLegend(painter, rest, inks,
                       {{inks.dim, Said::tr("before")}, {inks.second, Said::tr("after scaling")}});
        const double half = rest.width() / 2 - lineHeight(inks.small) * 0.4;
        std::vector<double> before, after, columns, scaled;
        for (std::size_t c = 0; c < m_weights.cols(); ++c) {
            before.push_back(m_inputs[c]);
            after.push_back(m_inputs[c] / m_scales[c]);
            double largest = 0;
            for (std::size_t r = 0; r < m_weights.rows(); ++r)
                largest = std::max(largest, std::abs(static_cast<double>(m_weights(r, c))));
            columns.push_back(largest);
            scaled.push_back(largest * m_scales[c]);
        }
        bars(painter, QRectF(rest.left(), rest.top(), half, rest.height()), inks, before, after,
             Said::tr("mean |input|"));
        bars(painter, QRectF(rest.right() - half, rest.top(), half, rest.height()), inks, columns,
             scaled, Said::tr("largest |weight|"));
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        const QPointF best = *std::ranges::min_element(m_curve, {}, &QPointF::y);
        return {{Said::tr("output error: unscaled"), percentText(m_curve.front().y() / 100)},
                {Said::tr("at this α"), percentText(m_error)},
                {Said::tr("least"), percentText(best.y() / 100)},
                {Said::tr("at α"), QString::number(best.x(), 'f', 2)},
                {Said::tr("product without rounding differs by"), percentText(productChange())}};
    }
    QString note() const override { return m_note; }
    bool drag(const QPointF& at, bool, ControlValues& controls) override {
        if (at.y() > m_plane.plane().bottom()) return false;
        controls.set("alpha", m_plane.xOf(at.x()));
        return true;
    }

private:
    // s_c = mean|x_c|^alpha, divided by the root of the largest times the smallest, so that the
    // weights keep their size as a whole.
    std::vector<double> scalesAt(double alpha) const {
        std::vector<double> s;
        for (const double x : m_inputs) s.push_back(std::pow(std::max(x, 1e-6), alpha));
        const auto [least, most] = std::ranges::minmax(s);
        for (double& value : s) value /= std::sqrt(least * most);
        return s;
    }
    double errorAt(double alpha, const Matrix& gram) {
        const std::vector<double> s = scalesAt(alpha);
        Matrix scaled = m_weights;
        for (std::size_t r = 0; r < scaled.rows(); ++r)
            for (std::size_t c = 0; c < scaled.cols(); ++c)
                scaled(r, c) *= static_cast<float>(s[c]);
        const auto tiny = quantizeTiny(scaled.view(), "rtn", m_bits,
                                       {{"group_size", std::to_string(scaled.cols())}});
        if (!tiny) {
            m_problem = qs(tiny.error().message);
            return 0;
        }
        Matrix error(scaled.rows(), scaled.cols());
        for (std::size_t r = 0; r < scaled.rows(); ++r)
            for (std::size_t c = 0; c < scaled.cols(); ++c)
                error(r, c) = tiny->values(r, c) / static_cast<float>(s[c]) - m_weights(r, c);
        const double whole = gramEnergy(m_weights.view(), gram);
        return whole > 0 ? gramEnergy(error.view(), gram) / whole : 0;
    }
    // (x / s) (s w) against x w in single precision: the largest relative difference.
    double productChange() const {
        double worst = 0;
        for (std::size_t c = 0; c < m_weights.cols(); ++c) {
            const auto s = static_cast<float>(m_scales[c]), x = static_cast<float>(m_inputs[c]);
            const float w = m_weights(0, c);
            if (w != 0 && x != 0)
                worst = std::max(worst, std::abs(((x / s) * (s * w)) / (x * w) - 1.0));
        }
        return worst;
    }
    static void bars(QPainter& painter, const QRectF& area, const Inks& inks,
                     const std::vector<double>& before, const std::vector<double>& after,
                     const QString& title) {
        const double most =
            std::max(*std::ranges::max_element(before), *std::ranges::max_element(after));
        const auto count = static_cast<double>(before.size());
        const Plot plot(painter, area, inks,
                        {.min = -0.5, .max = count - 0.5, .title = Said::tr("channel")},
                        {.min = 0, .max = niceRange(0, std::max(most, 1e-9)).max, .title = title});
        for (std::size_t c = 0; c < before.size(); ++c) {
            const auto x = static_cast<double>(c);
            plot.bar(x - 0.2, 0.38, 0, before[c], inks.dim);
            plot.bar(x + 0.2, 0.38, 0, after[c], inks.second);
        }
    }

    Matrix m_weights;
    std::vector<double> m_inputs, m_scales;
    QList<QPointF> m_curve;
    double m_alpha = 0, m_error = 0;
    int m_bits = 3;
    QString m_note, m_problem;
    PlotPlane m_plane;
};

} // namespace

std::unique_ptr<LivePicture> pictures_awq_balance() { return std::make_unique<AwqBalance>(); }

} // namespace bitsmith::ui

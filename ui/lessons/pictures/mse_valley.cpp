// The error of a group against the range its levels cover: cut-off weights on one side, coarse
// steps on the other, the valley between.
#include "core/base/random.h"
#include "core/quant/grid/affine_kernels.h"
#include "core/quant/grid/affine_math.h"
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Samples = 4096;
constexpr double LeastRange = 0.1;
constexpr int Points = 91;

struct Split {
    double cut = 0, rounding = 0; // mean squares of either kind of error
    double total() const { return cut + rounding; }
};

class MseValley final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "mse_valley",
            .title = QT_TRANSLATE_NOOP("lessons", "Error against range"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "A curve of the squared error against the range that the "
                                     "levels cover, falling, then rising; below it the weights' "
                                     "histogram with the range marked.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("bits", Said::tr("Bits"), Said::tr("2^bits levels"), 2, 8, 1, 3),
                slider("range", Said::tr("Range"),
                       Said::tr("How much of the weights' range the levels cover"), LeastRange, 1,
                       0.01, 1),
                choice("shape", Said::tr("Weights"),
                       Said::tr("What the lesson's own weights look like"),
                       {{"normal", Said::tr("normal")},
                        {"laplace", Said::tr("long tails")},
                        {"uniform", Said::tr("uniform")}},
                       0)};
    }
    void compute(const PictureInput& in) override {
        fill(in);
        const int bits = in.controls.whole("bits");
        m_range = in.controls.number("range");
        m_curve.clear();
        for (int i = 0; i < Points; ++i) {
            const double range = LeastRange + (1 - LeastRange) * i / (Points - 1);
            m_curve.push_back({range, splitAt(range, bits)});
        }
        m_now = splitAt(m_range, bits);
        m_full = splitAt(1, bits);
        // The engine's own search, on squares.
        const std::vector<float> ones(m_weights.size(), 1.0F);
        const AffineGroup found =
            searchAffineGroup(-m_top, m_top, bits, true, [&](const AffineGroup& group) {
                return affine::roundingError({.weights = m_weights,
                                              .importance = ones,
                                              .scale = group.scale,
                                              .zero = static_cast<float>(group.zero),
                                              .maxCode = static_cast<float>((1 << bits) - 1)});
            });
        m_best = found.scale / affineGroup(-m_top, m_top, bits, true).scale;
        m_least = splitAt(m_best, bits);
        m_signal = meanSquare(ConstMatrixView(m_weights.data(), 1, m_weights.size()));
        std::vector<float> sizes(m_weights);
        for (float& w : sizes) w = std::abs(w);
        const auto at = static_cast<std::ptrdiff_t>(0.999 * static_cast<double>(sizes.size()));
        std::ranges::nth_element(sizes, sizes.begin() + at);
        m_percentile = m_top > 0 ? sizes[static_cast<std::size_t>(at)] / m_top : 1;
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        QRectF rest = drawLegend(painter, area, inks,
                                 {{inks.text, Said::tr("all of the error")},
                                  {inks.warning, Said::tr("from weights cut off")},
                                  {inks.first, Said::tr("from rounding")}});
        const QRectF upper(rest.topLeft(), QSizeF(rest.width(), rest.height() * 0.62));
        const QRectF lower(rest.left(), upper.bottom(), rest.width(), rest.height() * 0.38);
        double most = 0, least = 1e30;
        QList<QPointF> total, cut, rounding;
        for (const auto& [range, split] : m_curve) {
            most = std::max(most, split.total());
            if (split.total() > 0) least = std::min(least, split.total());
            total << QPointF(range, split.total());
            cut << QPointF(range, split.cut);
            rounding << QPointF(range, split.rounding);
        }
        if (!(most > 0)) return; // all weights are 0
        most = std::min(most, 60 * least);
        const Plot plot(
            painter, upper, inks,
            PlotAxis{.min = LeastRange, .max = 1, .title = Said::tr("range / largest weight")},
            PlotAxis{
                .min = 0, .max = niceRange(0, most).max, .title = Said::tr("mean squared error")});
        m_upper = plot;
        plot.curve(cut, inks.warning, 1.6);
        plot.curve(rounding, inks.first, 1.6);
        plot.curve(total, inks.text, 2.6);
        plot.vertical(m_best, inks.third, Said::tr("least error"), 0, Qt::DashLine);
        plot.vertical(m_percentile, inks.dim, Said::tr("99.9 % inside"), 1, Qt::DashLine);
        plot.vertical(m_range, inks.second, Said::tr("range"), 2);
        plot.dot(m_range, m_now.total(), inks.second, lineHeight(inks.small) * 0.4);

        constexpr std::size_t Bins = 81;
        const auto counts = histogram(m_weights, -m_top, m_top, Bins);
        const double tallest = *std::ranges::max_element(counts);
        const Plot shape(painter, lower, inks,
                         {.min = -1, .max = 1, .title = Said::tr("weight / largest")},
                         {.min = 0,
                          .max = std::max(tallest, 1.0) * 1.05,
                          .title = Said::tr("weights"),
                          .labels = false});
        for (std::size_t b = 0; b < Bins; ++b) {
            const double x = -1 + (2.0 * static_cast<double>(b) + 1) / Bins;
            shape.bar(x, 1.8 / Bins, 0, counts[b],
                      std::abs(x) > m_range ? inks.warning : inks.first);
        }
        shape.vertical(-m_range, inks.second);
        shape.vertical(m_range, inks.second);
    }
    std::vector<Reading> readings() const override {
        return {{Said::tr("error here"), relative(m_now.total(), m_signal)},
                {Said::tr("of it cut off"), relative(m_now.cut, m_now.total())},
                {Said::tr("full range"), relative(m_full.total(), m_signal)},
                {Said::tr("least"), relative(m_least.total(), m_signal)},
                {Said::tr("at range"), QString::number(m_best, 'f', 2)},
                {Said::tr("gain"),
                 Said::tr("%1 dB").arg(10 * std::log10(std::max(m_full.total(), 1e-300) /
                                                       std::max(m_least.total(), 1e-300)),
                                       0, 'f', 1)}};
    }
    QString note() const override { return m_note; }
    bool drag(const QPointF& at, bool, ControlValues& controls) override {
        if (at.y() > m_upper.plane().bottom()) return false;
        controls.set("range", m_upper.xOf(at.x()));
        return true;
    }

private:
    void fill(const PictureInput& in) {
        m_note.clear();
        if (in.weights) {
            const Matrix corner = cornerOf(in.weights, 64, Samples / 64, "", 1);
            m_weights.assign(corner.values().begin(), corner.values().end());
            m_note = weightsNote(*in.weights, corner.rows(), corner.cols());
        } else {
            m_weights.resize(Samples);
            Rng rng(2, "valley", "lesson");
            const QString shape = in.controls.option("shape");
            for (float& w : m_weights) {
                const double u = rng.uniform() - 0.5;
                if (shape == QLatin1String("normal"))
                    w = static_cast<float>(rng.normal());
                else if (shape == QLatin1String("laplace"))
                    w = static_cast<float>((u < 0 ? 1 : -1) *
                                           std::log(1 - 2 * std::abs(u) + 1e-12));
                else
                    w = static_cast<float>(2 * u);
            }
        }
        m_top = 0;
        for (const float w : m_weights) m_top = std::max(m_top, std::abs(w));
    }
    Split splitAt(double range, int bits) const {
        Split out;
        if (!(m_top > 0)) return out;
        const auto top = static_cast<float>(range) * m_top;
        const AffineGroup group = affineGroup(-top, top, bits, true);
        const float zero = group.zero, most = static_cast<float>((1 << bits) - 1);
        std::vector<std::uint8_t> codes(m_weights.size());
        affine::rowCodes(m_weights, m_weights.size(), {&group.scale, 1}, {&zero, 1}, most, codes);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            const double error =
                m_weights[i] - group.scale * (static_cast<double>(codes[i]) - zero);
            (std::abs(error) > 0.5001 * group.scale ? out.cut : out.rounding) +=
                error * error / static_cast<double>(codes.size());
        }
        return out;
    }
    std::vector<float> m_weights;
    float m_top = 1;
    double m_range = 1, m_best = 1, m_percentile = 1, m_signal = 1;
    std::vector<std::pair<double, Split>> m_curve;
    Split m_now, m_full, m_least;
    PlotPlane m_upper; // of the last painting
    QString m_note;
};

} // namespace

std::unique_ptr<LivePicture> pictures_mse_valley() { return std::make_unique<MseValley>(); }

} // namespace bitsmith::ui

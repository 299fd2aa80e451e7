// Sixty-four weights in groups. One of them can be dragged far out; its group's levels follow it,
// and its neighbours lose theirs.
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Count = 64, Bully = 21;

class OutlierBully final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "outlier_bully",
            .title = QT_TRANSLATE_NOOP("lessons", "One outlier and its group"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "Weights as stems in groups, with the levels of each group as "
                                     "lines; below, the error of each weight.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("outlier", Said::tr("Outlier"),
                       Said::tr("How many times the typical weight the marked one is"), 1, 20, 0.5,
                       1, Said::tr("×")),
                slider("bits", Said::tr("Bits"), Said::tr("2^bits levels per group"), 2, 8, 1, 4),
                choice("group", Said::tr("Group size"), Said::tr("Weights that share a scale"),
                       {{"8", Said::tr("8")},
                        {"16", Said::tr("16")},
                        {"32", Said::tr("32")},
                        {"64", Said::tr("64")}},
                       3)};
    }
    void compute(const PictureInput& in) override {
        m_weights = cornerOf(in.weights, 1, Count, "bully");
        const std::size_t n = m_weights.cols(), bully = std::min(Bully, n - 1);
        m_typical = std::sqrt(meanSquare(m_weights.view()));
        m_weights(0, bully) = static_cast<float>(in.controls.number("outlier") * m_typical);
        m_group = static_cast<std::size_t>(in.controls.option("group").toInt());
        const auto tiny =
            quantizeTiny(m_weights.view(), "rtn", in.controls.whole("bits"),
                         {{"group_size", std::to_string(m_group)}, {"ragged", "short_last_group"}});
        m_problem = tiny ? QString() : qs(tiny.error().message);
        m_levels.clear();
        m_errors.clear();
        m_inside = m_outside = 0;
        if (!tiny) return;
        m_group = std::max<std::size_t>(1, tiny->matrix->groupSize);
        m_bits = tiny->bitsPerWeight();
        const std::size_t groups = tiny->matrix->groupsPerRow;
        for (std::size_t g = 0; g < groups; ++g) m_levels.push_back(tiny->levels(0, g));
        double inside = 0, outside = 0;
        for (std::size_t i = 0; i < n; ++i) {
            const double error = m_weights(0, i) - tiny->values(0, i);
            m_errors.push_back(error);
            if (i == bully) continue;
            (i / m_group == bully / m_group ? inside : outside) += 1;
            (i / m_group == bully / m_group ? m_inside : m_outside) += error * error;
        }
        m_inside = inside > 0 ? std::sqrt(m_inside / inside) : 0;
        m_outside = outside > 0 ? std::sqrt(m_outside / outside) : 0;
        m_note = in.weights ? weightsNote(*in.weights, 1, n) +
                                  Said::tr("; the marked one is where you drag it")
                            : QString();
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        if (m_levels.empty()) return;
        const QRectF rest = drawLegend(painter, area, inks,
                                       {{inks.first, Said::tr("weights")},
                                        {inks.second, Said::tr("the outlier: drag it")},
                                        {inks.dim, Said::tr("levels of its group")},
                                        {inks.warning, Said::tr("error")}});
        const QRectF upper(rest.topLeft(), QSizeF(rest.width(), rest.height() * 0.68));
        const QRectF lower(rest.left(), upper.bottom(), rest.width(), rest.height() * 0.32);
        const std::size_t n = m_weights.cols(), bully = std::min(Bully, n - 1);
        const auto [least, most] = std::ranges::minmax(m_weights.values());
        const double reach = 3.2 * m_typical;
        const AxisRange y =
            niceRange(std::min<double>(least, -reach), std::max<double>(most, reach));
        const double right = static_cast<double>(n) - 0.5;
        const Plot plot(painter, upper, inks,
                        PlotAxis{.min = -0.5, .max = right, .title = {}, .labels = false},
                        PlotAxis{.min = y.min, .max = y.max, .title = Said::tr("weight")});
        m_upper = plot;
        for (std::size_t g = 0; g < m_levels.size(); ++g) {
            const double from = static_cast<double>(g * m_group) - 0.42;
            const double to = static_cast<double>(std::min(n, (g + 1) * m_group)) - 0.58;
            for (const float level : m_levels[g])
                plot.curve({{from, level}, {to, level}}, inks.dim, 1);
        }
        for (std::size_t i = 0; i < n; ++i) {
            const QColor color = i == bully ? inks.second : inks.first;
            const auto x = static_cast<double>(i);
            plot.curve({{x, 0}, {x, m_weights(0, i)}}, color, 1.4);
            plot.dot(x, m_weights(0, i), color,
                     lineHeight(inks.small) * (i == bully ? 0.42 : 0.22));
        }
        double largest = 0.3 * m_typical;
        for (const double error : m_errors) largest = std::max(largest, std::abs(error));
        const Plot errors(
            painter, lower, inks, {.min = -0.5, .max = right, .title = Said::tr("weight number")},
            {.min = -largest * 1.1, .max = largest * 1.1, .title = Said::tr("error")});
        errors.horizontal(0, inks.dim);
        for (std::size_t i = 0; i < m_errors.size(); ++i)
            errors.bar(static_cast<double>(i), 0.7, 0, m_errors[i], inks.warning);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        std::vector<Reading> out{
            {Said::tr("rms error of its neighbours"), relative(m_inside, m_typical)}};
        if (m_levels.size() > 1)
            out.push_back({Said::tr("in other groups"), relative(m_outside, m_typical)});
        out.push_back({Said::tr("bits per weight"), bitsText(m_bits)});
        return out;
    }
    QString note() const override { return m_note; }
    bool drag(const QPointF& at, bool, ControlValues& controls) override {
        if (at.y() > m_upper.plane().bottom() || !(m_typical > 0)) return false;
        controls.set("outlier", m_upper.yOf(at.y()) / m_typical);
        return true;
    }

private:
    Matrix m_weights;
    std::vector<std::vector<float>> m_levels;
    std::vector<double> m_errors;
    std::size_t m_group = 64;
    double m_typical = 1, m_inside = 0, m_outside = 0, m_bits = 0;
    QString m_note, m_problem;
    PlotPlane m_upper; // of the last painting
};

} // namespace

std::unique_ptr<LivePicture> pictures_outlier_bully() { return std::make_unique<OutlierBully>(); }

} // namespace bitsmith::ui

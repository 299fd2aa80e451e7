// A codebook by hand: levels that can be dragged over the histogram of the weights, against
// k-means, a uniform ruler and NF4.
#include "ui/bridge/text.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Samples = 4096;
constexpr int MostTurns = 300;

// Levels in rising order; each weight belongs to the nearest.
double errorOf(const std::vector<float>& sorted, const std::vector<double>& levels) {
    double sum = 0;
    std::size_t at = 0;
    for (const float w : sorted) {
        while (at + 1 < levels.size() && w > (levels[at] + levels[at + 1]) / 2) ++at;
        sum += (w - levels[at]) * (w - levels[at]);
    }
    return sorted.empty() ? 0 : sum / static_cast<double>(sorted.size());
}

// One step of Lloyd's algorithm: each level moves to the mean of its weights. False: nothing moved.
bool lloyd(const std::vector<float>& sorted, std::vector<double>& levels) {
    std::vector<double> sums(levels.size()), counts(levels.size());
    std::size_t at = 0;
    for (const float w : sorted) {
        while (at + 1 < levels.size() && w > (levels[at] + levels[at + 1]) / 2) ++at;
        sums[at] += w;
        ++counts[at];
    }
    bool moved = false;
    for (std::size_t k = 0; k < levels.size(); ++k) {
        if (counts[k] == 0) continue;
        const double mean = sums[k] / counts[k];
        moved = moved || std::abs(mean - levels[k]) > 1e-9;
        levels[k] = mean;
    }
    return moved;
}

class CodebookGame final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "codebook_game",
            .title = QT_TRANSLATE_NOOP("lessons", "The codebook game"),
            .alt = QT_TRANSLATE_NOOP(
                "lessons", "The histogram of the weights with your levels as lines that "
                           "can be dragged; bars compare their error with other codebooks.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {choice("levels", Said::tr("Levels"), Said::tr("How many values a weight can take"),
                       {{"4", Said::tr("4 (2 bits)")},
                        {"8", Said::tr("8 (3 bits)")},
                        {"16", Said::tr("16 (4 bits)")}},
                       0),
                slider("which", Said::tr("Level"), Said::tr("Which one the next slider moves"), 1,
                       16, 1, 1),
                slider("place", Said::tr("Its value"),
                       Said::tr("In standard deviations of the weights"), -5, 5, 0.01, 0),
                button("lloyd", Said::tr("One step of k-means"),
                       Said::tr("Each level moves to the mean of the weights nearest to it")),
                button("finish", Said::tr("To the end"),
                       Said::tr("Steps of k-means until nothing moves")),
                button("reset", Said::tr("Evenly again"),
                       Said::tr("Your levels become a uniform ruler"))};
    }
    void compute(const PictureInput& in) override {
        const auto count = static_cast<std::size_t>(in.controls.option("levels").toInt());
        const QString source = in.weights ? in.weights->tensor : QString();
        const bool fresh = m_weights.empty() || source != m_source;
        if (fresh) load(in);
        m_source = source;
        const auto pressed = [&](const char* id) {
            const int now = in.controls.whole(id);
            const bool news = now != m_presses[id];
            m_presses[id] = now;
            return news;
        };
        const bool reset = pressed("reset"), step = pressed("lloyd"), finish = pressed("finish");
        bool moved = false;
        if (fresh || reset || count != m_mine.size()) {
            m_mine = even(count);
            compare(count);
            moved = true;
        }
        if (step || finish) {
            for (int turn = 0; lloyd(m_sorted, m_mine) && finish && turn < MostTurns;) ++turn;
            moved = true;
        }
        auto which = static_cast<std::size_t>(in.controls.whole("which") - 1);
        which = std::min(which, count - 1);
        in.controls.set("which", static_cast<double>(which + 1));
        if (moved || which != m_which)
            in.controls.set("place", m_mine[which]); // the slider shows what is there
        else if (std::abs(in.controls.number("place") - m_mine[which]) > 0.0051) {
            m_mine[which] = in.controls.number("place");
            std::ranges::sort(m_mine);
            const auto at = std::ranges::min_element(
                m_mine, {}, [&](double l) { return std::abs(l - in.controls.number("place")); });
            which = static_cast<std::size_t>(at - m_mine.begin());
            in.controls.set("which", static_cast<double>(which + 1));
        }
        m_which = which;
        m_error = errorOf(m_sorted, m_mine);
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        const double line = lineHeight(inks.small);
        const double table = line * 1.35 * static_cast<double>(m_others.size() + 1) + line;
        const QRectF upper(area.left(), area.top(), area.width(), area.height() - table);
        constexpr std::size_t Bins = 81;
        const double reach = std::max(
            3.5,
            std::min(6.0, static_cast<double>(std::abs(m_sorted.empty() ? 0 : m_sorted.back()))));
        const auto counts = histogram(m_sorted, -reach, reach, Bins);
        const double tallest = std::max(1.0, *std::ranges::max_element(counts));
        const Plot plot(
            painter, upper, inks,
            {.min = -reach, .max = reach, .title = Said::tr("weight, in standard deviations")},
            {.min = 0,
             .max = tallest * 1.15,
             .title = Said::tr("your levels: drag them"),
             .labels = false});
        m_plane = plot;
        QColor faint = inks.first;
        faint.setAlphaF(0.45F);
        for (std::size_t b = 0; b < Bins; ++b)
            plot.bar(-reach + 2 * reach * (static_cast<double>(b) + 0.5) / Bins, 2 * reach / Bins,
                     0, counts[b], faint);
        for (std::size_t k = 0; k < m_mine.size(); ++k) {
            if (k + 1 < m_mine.size())
                plot.vertical((m_mine[k] + m_mine[k + 1]) / 2, inks.dim, {}, 0, Qt::DotLine);
            plot.vertical(m_mine[k], k == m_which ? inks.second : inks.text,
                          QString::number(m_mine[k], 'f', 2), static_cast<int>(k % 3));
            plot.dot(m_mine[k], 0, k == m_which ? inks.second : inks.text, line * 0.42);
        }
        paintTable(painter, QRectF(area.left(), upper.bottom() + line * 0.5, area.width(), table),
                   inks);
    }
    std::vector<Reading> readings() const override {
        std::vector<Reading> out{{Said::tr("your error"), percentText(m_error)}};
        for (const auto& [name, error] : m_others) out.push_back({name, percentText(error)});
        return out;
    }
    QString note() const override { return m_note; }
    bool drag(const QPointF& at, bool begin, ControlValues& controls) override {
        if (m_mine.empty() || at.y() > m_plane.plane().bottom() + 20) return false;
        const double x = m_plane.xOf(at.x());
        if (begin) {
            const auto nearest =
                std::ranges::min_element(m_mine, {}, [&](double l) { return std::abs(l - x); });
            m_which = static_cast<std::size_t>(nearest - m_mine.begin());
            controls.set("which", static_cast<double>(m_which + 1));
        }
        controls.set("place", x);
        return true;
    }

private:
    void load(const PictureInput& in) {
        const Matrix values = in.weights ? cornerOf(in.weights, 64, Samples / 64, "", 1)
                                         : normalMatrix(64, Samples / 64, "codebook");
        m_weights = values;
        const double scale = std::sqrt(meanSquare(values.view()));
        m_sorted.assign(values.values().begin(), values.values().end());
        for (float& w : m_sorted) w = scale > 0 ? static_cast<float>(w / scale) : 0.0F;
        for (std::size_t i = 0; i < m_sorted.size(); ++i) m_weights.values()[i] = m_sorted[i];
        std::ranges::sort(m_sorted);
        m_note = in.weights ? weightsNote(*in.weights, values.rows(), values.cols()) : QString();
    }
    std::vector<double> even(std::size_t count) const {
        const double low = m_sorted.front(), high = m_sorted.back();
        std::vector<double> out;
        for (std::size_t k = 0; k < count; ++k)
            out.push_back(low +
                          (high - low) * static_cast<double>(k) / static_cast<double>(count - 1));
        return out;
    }
    void compare(std::size_t count) {
        m_others.clear();
        const int bits = count == 4 ? 2 : count == 8 ? 3 : 4;
        const auto add = [&](const QString& name, const char* recipe, int width,
                             RecipeSettings settings) {
            const auto tiny = quantizeTiny(m_weights.view(), recipe, width, settings);
            if (tiny)
                m_others.emplace_back(name, meanSquare(m_weights.view(), tiny->values.view()));
        };
        add(Said::tr("uniform, full range"), "rtn", bits, {{"granularity", "tensor"}});
        add(Said::tr("uniform, best range"), "rtn_mse", bits, {{"granularity", "tensor"}});
        if (count == 16) add(Said::tr("NF4 (a scale per 64)"), "nf4", 4, {});
        // From the quantiles: a better start than an even one.
        std::vector<double> means;
        for (std::size_t k = 0; k < count; ++k)
            means.push_back(m_sorted[(2 * k + 1) * m_sorted.size() / (2 * count)]);
        for (int turn = 0; turn < MostTurns && lloyd(m_sorted, means);) ++turn;
        m_others.emplace_back(Said::tr("k-means"), errorOf(m_sorted, means));
    }
    void paintTable(QPainter& painter, const QRectF& area, const Inks& inks) const {
        const double line = lineHeight(inks.small), row = line * 1.35;
        double most = m_error;
        for (const auto& [name, error] : m_others) most = std::max(most, error);
        double y = area.top();
        const double names = std::min(area.width() * 0.42, line * 13);
        const auto put = [&](const QString& name, double error, const QColor& color) {
            drawText(painter, QRectF(area.left(), y, names, line), inks.text, inks.small, name,
                     Qt::AlignLeft | Qt::AlignVCenter);
            const double room = area.width() - names - line * 5;
            const double width = most > 0 ? room * error / most : 0;
            painter.fillRect(
                QRectF(area.left() + names, y + line * 0.15, std::max(width, 1.0), line * 0.7),
                color);
            drawText(painter, QRectF(area.left() + names + width + line * 0.4, y, line * 5, line),
                     inks.text, inks.small, percentText(error), Qt::AlignLeft | Qt::AlignVCenter);
            y += row;
        };
        put(Said::tr("yours"), m_error, inks.second);
        for (const auto& [name, error] : m_others) put(name, error, inks.first);
    }

    Matrix m_weights;            // scaled to unit standard deviation
    std::vector<float> m_sorted; // the same, in rising order
    std::vector<double> m_mine;
    std::vector<std::pair<QString, double>> m_others;
    std::map<std::string, int> m_presses;
    std::size_t m_which = 0;
    double m_error = 0;
    QString m_note, m_source;
    PlotPlane m_plane;
};

} // namespace

std::unique_ptr<LivePicture> pictures_codebook_game() { return std::make_unique<CodebookGame>(); }

} // namespace bitsmith::ui

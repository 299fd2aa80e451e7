// Weights above, the levels of an affine grid below, a line from each weight to its level.
#include "core/quant/grid/affine_kernels.h"
#include "core/quant/grid/affine_math.h"
#include "ui/bridge/text.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Samples = 48;

class NumberLine final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "number_line",
            .title = QT_TRANSLATE_NOOP("lessons", "The number line"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "Weights as dots on a line, the levels of a grid below "
                                     "them, and a line from each weight to its level.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {
            slider("bits", Said::tr("Bits"), Said::tr("2^bits levels"), 2, 8, 1, 3),
            slider("range", Said::tr("Range"),
                   Said::tr("How much of the weights' range the levels cover; the rest is cut off"),
                   0.3, 1, 0.01, 1),
            slider("shift", Said::tr("Shift"), Said::tr("Moves all weights to one side"), -1, 1,
                   0.05, 0),
            toggle("symmetric", Said::tr("Symmetric"),
                   Said::tr("No zero point: the range is -a to a"))};
    }
    void compute(const PictureInput& in) override {
        const Matrix source = cornerOf(in.weights, 1, Samples, "number line", 0.35);
        m_weights.assign(source.values().begin(), source.values().end());
        const double spread = std::sqrt(meanSquare(source.view()));
        for (float& w : m_weights)
            w += static_cast<float>(in.controls.number("shift") * 2 * spread);
        m_bits = in.controls.whole("bits");
        float low = 0, high = 0;
        affine::rowRanges(m_weights, m_weights.size(), {&low, 1}, {&high, 1});
        const auto part = static_cast<float>(in.controls.number("range"));
        m_group = affineGroup(low * part, high * part, m_bits, in.controls.on("symmetric"));
        const float zero = m_group.zero, most = static_cast<float>((1 << m_bits) - 1);
        std::vector<std::uint8_t> codes(m_weights.size());
        affine::rowCodes(m_weights, m_weights.size(), {&m_group.scale, 1}, {&zero, 1}, most, codes);
        m_rounded.clear();
        m_squares = m_largest = 0;
        m_clipped = 0;
        for (std::size_t i = 0; i < codes.size(); ++i) {
            m_rounded.push_back(m_group.scale * (static_cast<float>(codes[i]) - zero));
            const double error = std::abs(static_cast<double>(m_weights[i]) - m_rounded[i]);
            m_squares += error * error / static_cast<double>(codes.size());
            m_largest = std::max(m_largest, error);
            if (error > m_group.scale * 0.5001) ++m_clipped;
        }
        m_levels.clear();
        for (int code = 0; code < 1 << m_bits; ++code)
            m_levels.push_back(m_group.scale * static_cast<float>(code - m_group.zero));
        m_note = in.weights ? weightsNote(*in.weights, 1, m_weights.size()) : QString();
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        const QRectF rest = drawLegend(painter, area, inks,
                                       {{inks.first, Said::tr("weight and its level")},
                                        {inks.warning, Said::tr("cut off: beyond the last level")},
                                        {inks.dim, Said::tr("levels")}});
        const auto [least, most] = std::ranges::minmax(m_weights);
        const double low = std::min(least, m_levels.front()),
                     high = std::max(most, m_levels.back());
        const double room = std::max((high - low) * 0.04, 1e-12);
        const Plot plot(painter, rest, inks,
                        {.min = low - room, .max = high + room, .title = Said::tr("value")},
                        {.min = -0.48, .max = 1.3, .title = {}, .labels = false});
        for (const float level : m_levels)
            plot.curve({{level, -0.25}, {level, 0.12}}, inks.dim, m_bits > 6 ? 1 : 2);
        plot.horizontal(0, inks.text);
        plot.vertical(0, inks.grid, {}, 0, Qt::DashLine);
        for (std::size_t i = 0; i < m_weights.size(); ++i) {
            const bool cut = std::abs(m_weights[i] - m_rounded[i]) > m_group.scale * 0.5001F;
            QColor color = cut ? inks.warning : inks.first;
            QColor faint = color;
            faint.setAlphaF(0.55F);
            plot.curve({{m_weights[i], 1}, {m_rounded[i], 0}}, faint, 1.4);
            plot.dot(m_weights[i], 1, color);
            plot.dot(m_rounded[i], 0, color);
        }
        drawText(
            painter,
            QRectF(plot.at(low, 1.3), QSizeF(plot.plane().width(), lineHeight(inks.small) * 1.4)),
            inks.text, inks.small, Said::tr("weights"), Qt::AlignLeft | Qt::AlignVCenter);
        drawText(
            painter,
            QRectF(plot.at(low, -0.27), QSizeF(plot.plane().width(), lineHeight(inks.small) * 1.4)),
            inks.text, inks.small, Said::tr("levels"), Qt::AlignLeft | Qt::AlignVCenter);
    }
    std::vector<Reading> readings() const override {
        return {{Said::tr("scale (step)"), numberText(m_group.scale)},
                {Said::tr("zero point"), QString::number(m_group.zero)},
                {Said::tr("levels"), QString::number(m_levels.size())},
                {Said::tr("rms error"), numberText(std::sqrt(m_squares))},
                {Said::tr("step / √12"), numberText(m_group.scale / std::sqrt(12.0))},
                {Said::tr("largest error"), numberText(m_largest)},
                {Said::tr("cut off"), QString::number(m_clipped)}};
    }
    QString note() const override { return m_note; }

private:
    std::vector<float> m_weights, m_rounded, m_levels;
    AffineGroup m_group;
    int m_bits = 3, m_clipped = 0;
    double m_squares = 0, m_largest = 0;
    QString m_note;
};

} // namespace

std::unique_ptr<LivePicture> pictures_number_line() { return std::make_unique<NumberLine>(); }

} // namespace bitsmith::ui

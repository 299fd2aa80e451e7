// A block that shares one exponent: each weight keeps a sign and the bits that are left below it.
#include "ui/bridge/text.h"
#include "ui/charts/plot_math.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include "core/base/random.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Shown = 16, Samples = 512;

class BlockFloat final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "block_float",
            .title = QT_TRANSLATE_NOOP("lessons", "Block floating point"),
            .alt = QT_TRANSLATE_NOOP(
                "lessons", "Sixteen weights of one block as bars with what they are "
                           "rounded to, and under each its bits: a sign and a magnitude.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("bits", Said::tr("Bits"),
                       Said::tr("Of an element: a sign and the magnitude"), 3, 8, 1, 4),
                slider("spread", Said::tr("Spread"),
                       Said::tr("Octaves between the largest and the smallest magnitudes"), 0, 10,
                       0.5, 3),
                choice("block", Said::tr("Block"), Said::tr("Weights that share an exponent"),
                       {{"8", Said::tr("8")},
                        {"16", Said::tr("16")},
                        {"32", Said::tr("32")},
                        {"64", Said::tr("64")}},
                       1)};
    }
    void compute(const PictureInput& in) override {
        m_bits = in.controls.whole("bits");
        const std::string block = in.controls.option("block").toStdString();
        Matrix weights;
        if (in.weights) {
            weights = cornerOf(in.weights, 8, Samples / 8, "", 1);
        } else {
            weights = Matrix(8, Samples / 8);
            Rng rng(3, "block float", "lesson");
            const double spread = in.controls.number("spread");
            for (float& w : weights.values()) {
                const double size = std::exp2(-spread * rng.uniform());
                w = static_cast<float>((rng.next() & 1U ? 0.09 : -0.09) * size);
            }
        }
        m_note = in.weights ? weightsNote(*in.weights, weights.rows(), weights.cols()) : QString();
        m_problem.clear();
        m_values.clear();
        const auto tiny = quantizeTiny(weights.view(), "bfp4", m_bits, {{"block", block}});
        const auto integer = quantizeTiny(
            weights.view(), "rtn", m_bits,
            {{"group_size", block}, {"symmetric", "true"}, {"ragged", "short_last_group"}});
        if (!tiny || !integer) {
            m_problem = qs((tiny ? integer : tiny).error().message);
            return;
        }
        m_scale = tiny->matrix->scale(0);
        m_block = std::max<std::size_t>(1, tiny->matrix->groupSize);
        const auto codes = tiny->codes();
        const std::size_t count = std::min(Shown, weights.cols());
        m_values.assign(weights.values().begin(),
                        weights.values().begin() + static_cast<std::ptrdiff_t>(count));
        m_rounded.assign(tiny->values.values().begin(),
                         tiny->values.values().begin() + static_cast<std::ptrdiff_t>(count));
        m_codes.assign(codes.begin(), codes.begin() + static_cast<std::ptrdiff_t>(count));
        const double size = meanSquare(weights.view());
        m_error = decibels(meanSquare(weights.view(), tiny->values.view()), size);
        m_integerError = decibels(meanSquare(weights.view(), integer->values.view()), size);
        m_perWeight = tiny->bitsPerWeight();
        m_integerBits = integer->bitsPerWeight();
        std::size_t lost = 0;
        for (std::size_t i = 0; i < codes.size(); ++i)
            if (tiny->values.values()[i] == 0 && weights.values()[i] != 0) ++lost;
        m_lost =
            static_cast<double>(lost) / static_cast<double>(std::max<std::size_t>(1, codes.size()));
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        if (m_values.empty()) return;
        const double line = lineHeight(inks.small);
        QRectF rest = drawLegend(painter, area, inks,
                                 {{inks.dim, Said::tr("weight")},
                                  {inks.first, Said::tr("rounded")},
                                  {inks.warning, Said::tr("rounded to 0")}});
        const double cell = std::clamp(rest.height() * 0.42 / (m_bits + 1), line * 0.5, line * 1.2);
        const double bitsHeight = cell * m_bits + line * 1.4;
        const QRectF upper(rest.left(), rest.top(), rest.width(),
                           rest.height() - bitsHeight - line * 0.4);
        const auto count = static_cast<double>(m_values.size());
        // Not the block's end: a power of two above all of them.
        const double top = m_scale;
        const Plot plot(
            painter, upper, inks, {.min = -0.5, .max = count - 0.5, .title = {}, .labels = false},
            {.min = -top,
             .max = top,
             .title =
                 Said::tr("weights of the first block; dashed: ± 2^E, E = %1").arg(exponent())});
        plot.horizontal(0, inks.dim);
        plot.horizontal(top, inks.second, Qt::DashLine);
        plot.horizontal(-top, inks.second, Qt::DashLine);
        for (std::size_t i = 0; i < m_values.size(); ++i) {
            const auto x = static_cast<double>(i);
            plot.bar(x - 0.18, 0.34, 0, m_values[i], inks.dim);
            const bool lost = m_rounded[i] == 0 && m_values[i] != 0;
            plot.bar(x + 0.18, 0.34, 0, m_rounded[i], inks.first);
            if (lost) plot.dot(x + 0.18, 0, inks.warning, line * 0.25);
        }
        paintBits(painter,
                  QRectF(plot.plane().left(), upper.bottom() + line * 0.4, plot.plane().width(),
                         bitsHeight),
                  inks, cell);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        return {{Said::tr("shared exponent E"), QString::number(exponent())},
                {Said::tr("signal to noise"), m_error},
                {Said::tr("bits per weight"), bitsText(m_perWeight)},
                {Said::tr("integers, as many bits"), m_integerError},
                {Said::tr("at bits per weight"), bitsText(m_integerBits)},
                {Said::tr("rounded to 0"), percentText(m_lost)}};
    }
    QString note() const override { return m_note; }

private:
    int exponent() const {
        return m_scale > 0 ? static_cast<int>(std::lround(std::log2(m_scale))) : 0;
    }
    void paintBits(QPainter& painter, const QRectF& area, const Inks& inks, double cell) const {
        const double width = area.width() / static_cast<double>(m_codes.size());
        for (std::size_t i = 0; i < m_codes.size(); ++i)
            for (int b = 0; b < m_bits; ++b) { // the sign first
                const bool set = (m_codes[i] >> (m_bits - 1 - b)) & 1U;
                const QRectF box(area.left() + static_cast<double>(i) * width + width * 0.12,
                                 area.top() + b * cell, width * 0.76, cell - 1);
                const QColor ink = b == 0 ? inks.second : inks.first;
                painter.fillRect(box, set ? ink : mixed(inks.base, ink, 0.15));
                if (cell > lineHeight(inks.small) * 0.9)
                    drawText(painter, box, set ? inks.base : inks.text, inks.small,
                             QString::number(set ? 1 : 0));
            }
        const double line = lineHeight(inks.small);
        drawText(painter, QRectF(area.left(), area.bottom() - line * 1.2, area.width(), line),
                 inks.text, inks.small,
                 Said::tr("bits of the elements: the sign above, then the magnitude"));
    }
    std::vector<float> m_values, m_rounded;
    std::vector<std::uint16_t> m_codes;
    int m_bits = 4;
    std::size_t m_block = 16;
    double m_scale = 1, m_perWeight = 0, m_integerBits = 0, m_lost = 0;
    QString m_error, m_integerError, m_note, m_problem;
};

} // namespace

std::unique_ptr<LivePicture> pictures_block_float() { return std::make_unique<BlockFloat>(); }

} // namespace bitsmith::ui

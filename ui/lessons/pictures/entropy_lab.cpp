// How many bits codes are worth, and what coders make of them: every coder really runs.
#include "core/analysis/code_statistics.h"
#include "core/analysis/coder_sizes.h"
#include "core/base/random.h"
#include "core/codec/huffman.h"
#include "ui/bridge/text.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Rows = 64, Cols = 256;

class EntropyLab final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "entropy_lab",
            .title = QT_TRANSLATE_NOOP("lessons", "The entropy lab"),
            .alt = QT_TRANSLATE_NOOP("lessons",
                                     "A histogram of codes with the length of each one's Huffman "
                                     "code, and bars of bits per code: packed, entropy, coders.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("bits", Said::tr("Bits"), Said::tr("Of a code as packed"), 2, 8, 1, 4),
                choice("group", Said::tr("Group size"), Said::tr("Weights that share a scale"),
                       {{"16", Said::tr("16")}, {"64", Said::tr("64")}, {"256", Said::tr("256")}},
                       2),
                choice("shape", Said::tr("Weights"),
                       Said::tr("What the lesson's own weights look like"),
                       {{"normal", Said::tr("normal")},
                        {"laplace", Said::tr("long tails")},
                        {"uniform", Said::tr("uniform")}},
                       0)};
    }
    void compute(const PictureInput& in) override {
        load(in);
        m_problem.clear();
        m_sizes = {};
        m_counts.clear();
        const auto tiny = quantizeTiny(
            m_weights.view(), "rtn", in.controls.whole("bits"),
            {{"group_size", in.controls.option("group").toStdString()}, {"symmetric", "true"}});
        if (!tiny) {
            m_problem = qs(tiny.error().message);
            return;
        }
        m_bits = in.controls.whole("bits");
        m_counts.assign(std::size_t{1} << m_bits, 0);
        const auto codes = tiny->codes();
        for (const std::uint16_t code : codes) ++m_counts[code];
        m_entropy = entropyBits(m_counts);
        m_sideBits = tiny->bitsPerWeight() - m_bits;
        m_lengths.assign(m_counts.size(), 0);
        const HuffmanTable table = HuffmanTable::fromWeights(m_counts);
        for (std::size_t code = 0; code < m_counts.size(); ++code)
            m_lengths[code] = table.length(static_cast<std::uint8_t>(code));
        RunContext context;
        auto sizes = measureCoders(*tiny->matrix, {.slow = false}, context);
        if (sizes)
            m_sizes = *std::move(sizes);
        else
            m_problem = qs(sizes.error().message);
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        if (m_counts.empty()) return;
        const double line = lineHeight(inks.small);
        const double table = line * 1.4 * static_cast<double>(m_sizes.coders.size() + 1) + line;
        const QRectF upper(area.left(), area.top(), area.width(), area.height() - table);
        const auto tallest = static_cast<double>(*std::ranges::max_element(m_counts));
        const auto count = static_cast<double>(m_counts.size());
        const bool lengths = m_bits <= 4;
        const Plot plot(
            painter, upper, inks, {.min = -0.6, .max = count - 0.4, .title = Said::tr("code")},
            {.min = 0,
             .max = std::max(1.0, tallest) * 1.2,
             .title = lengths ? Said::tr("how often; above each bar the bits of its Huffman code")
                              : Said::tr("how often")});
        for (std::size_t code = 0; code < m_counts.size(); ++code) {
            const auto x = static_cast<double>(code), height = static_cast<double>(m_counts[code]);
            plot.bar(x, m_bits > 6 ? 1 : 0.8, 0, height, inks.first);
            if (lengths && m_lengths[code] > 0) {
                const QPointF at = plot.at(x, height);
                drawText(painter, QRectF(at.x() - 2 * line, at.y() - line * 1.1, 4 * line, line),
                         inks.text, inks.small, QString::number(m_lengths[code]));
            }
        }
        paintTable(painter, QRectF(area.left(), upper.bottom() + line * 0.5, area.width(), table),
                   inks);
    }
    std::vector<Reading> readings() const override {
        if (!m_problem.isEmpty()) return {{Said::tr("not possible"), m_problem}};
        std::vector<Reading> out{
            {Said::tr("codes"), QString::number(m_sizes.codes)},
            {Said::tr("entropy"), Said::tr("%1 bits").arg(m_entropy, 0, 'f', 3)}};
        for (const CoderSize& coder : m_sizes.coders)
            out.push_back({engineText(coder.title), Said::tr("%1 bytes").arg(coder.bytes)});
        out.push_back({Said::tr("scales beside the codes"),
                       Said::tr("%1 bits per weight").arg(bitsText(m_sideBits))});
        return out;
    }
    QString note() const override { return m_note; }

private:
    void load(const PictureInput& in) {
        const QString source = in.weights ? in.weights->tensor : in.controls.option("shape");
        if (source == m_source && !m_weights.empty()) return;
        m_source = source;
        m_note = QString();
        if (in.weights) {
            m_weights = cornerOf(in.weights, Rows, Cols, "", 1);
            m_note = weightsNote(*in.weights, m_weights.rows(), m_weights.cols());
            return;
        }
        m_weights = normalMatrix(Rows, Cols, "entropy");
        Rng rng(4, "entropy", "lesson");
        if (source != QLatin1String("normal"))
            for (float& w : m_weights.values()) {
                const double u = rng.uniform() - 0.5;
                w = source == QLatin1String("uniform")
                        ? static_cast<float>(u)
                        : static_cast<float>((u < 0 ? 1 : -1) *
                                             std::log(1 - 2 * std::abs(u) + 1e-12));
            }
    }
    void paintTable(QPainter& painter, const QRectF& area, const Inks& inks) const {
        const double line = lineHeight(inks.small), row = line * 1.4;
        const double names = std::min(area.width() * 0.42, line * 13);
        double y = area.top();
        const auto put = [&](const QString& name, double bits, const QColor& color) {
            drawText(painter, QRectF(area.left(), y, names, line), inks.text, inks.small, name,
                     Qt::AlignLeft | Qt::AlignVCenter);
            const double width =
                (area.width() - names - line * 6) * bits / std::max(m_bits * 1.15, bits);
            painter.fillRect(
                QRectF(area.left() + names, y + line * 0.15, std::max(width, 1.0), line * 0.7),
                color);
            drawText(painter, QRectF(area.left() + names + width + line * 0.4, y, line * 6, line),
                     inks.text, inks.small, Said::tr("%1 bits").arg(bits, 0, 'f', 3),
                     Qt::AlignLeft | Qt::AlignVCenter);
            y += row;
        };
        put(Said::tr("entropy (the bound)"), m_entropy, inks.third);
        for (const CoderSize& coder : m_sizes.coders)
            put(engineText(coder.title), coder.bitsPerCode,
                coder.id == "rans" ? inks.second : inks.first);
    }

    Matrix m_weights;
    std::vector<std::uint64_t> m_counts;
    std::vector<int> m_lengths;
    CoderSizes m_sizes;
    int m_bits = 4;
    double m_entropy = 0, m_sideBits = 0;
    QString m_source, m_note, m_problem;
};

} // namespace

std::unique_ptr<LivePicture> pictures_entropy_lab() { return std::make_unique<EntropyLab>(); }

} // namespace bitsmith::ui

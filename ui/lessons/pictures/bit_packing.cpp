// Codes and the bytes that they are packed into: which bits of which byte belong to whom.
#include "core/tensor/bit_packing.h"
#include "ui/bridge/text.h"
#include "ui/charts/hues.h"
#include "ui/lessons/plot.h"
#include "ui/lessons/tiny.h"

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr std::size_t Count = 16;

class BitPackingPicture final : public LivePicture {
public:
    const PictureInfo& info() const override {
        static constexpr PictureInfo Info{
            .id = "bit_packing",
            .title = QT_TRANSLATE_NOOP("lessons", "Codes packed into bytes"),
            .alt = QT_TRANSLATE_NOOP(
                "lessons", "Sixteen codes as numbers, and the bytes that hold them bit by "
                           "bit in the codes' colours; the chosen code is outlined in both.")};
        return Info;
    }
    std::vector<Control> controls() const override {
        return {slider("bits", Said::tr("Bits"), Said::tr("Of a code"), 1, 8, 1, 3),
                slider("chosen", Said::tr("Code number"),
                       Said::tr("The one that is looked at; click one"), 0, Count - 1, 1, 5),
                slider("value", Said::tr("Its value"), Said::tr("What it is changed to"), 0, 255, 1,
                       5)};
    }
    void compute(const PictureInput& in) override {
        const int bits = in.controls.whole("bits"), most = (1 << bits) - 1;
        const auto chosen = static_cast<std::size_t>(in.controls.whole("chosen"));
        const QString source = in.weights ? in.weights->tensor : QString();
        const bool fresh = m_codes.empty() || bits != m_bits || source != m_source;
        if (fresh) fill(in, bits);
        if (fresh || chosen != m_chosen)
            in.controls.set("value", m_codes[chosen]);
        else if (in.controls.whole("value") > most)
            in.controls.set("value", most);
        m_bits = bits;
        m_source = source;
        m_chosen = chosen;
        m_codes[chosen] = static_cast<std::uint8_t>(in.controls.whole("value"));
        m_bytes.assign(packedBytes(Count, bits), std::byte{0});
        packBits(std::span<const std::uint8_t>(m_codes), bits, m_bytes);
        m_back.assign(Count, 0);
        unpackBits(m_bytes, bits, std::span<std::uint8_t>(m_back));
    }
    void paint(QPainter& painter, const QRectF& area, const Inks& inks) override {
        const double line = lineHeight(inks.small);
        QRectF rest =
            drawTitle(painter, area, inks, Said::tr("16 codes of %1 bits: click one").arg(m_bits));
        const double codeHeight = std::min(line * 2.2, rest.height() * 0.18);
        const double width = rest.width() / Count;
        m_codeArea = QRectF(rest.left(), rest.top(), rest.width(), codeHeight);
        for (std::size_t i = 0; i < Count; ++i) {
            const QRectF box(rest.left() + static_cast<double>(i) * width + 1, rest.top(),
                             width - 2, codeHeight);
            const QColor color = hueOf(static_cast<qsizetype>(i % 8), inks.dark);
            painter.fillRect(box, mixed(inks.base, color, i == m_chosen ? 0.95 : 0.45));
            drawText(painter, box, i == m_chosen ? inks.base : inks.text, inks.small,
                     QString::number(m_codes[i]));
            if (i == m_chosen) outline(painter, box, inks);
        }
        rest.setTop(rest.top() + codeHeight + line * 0.8);
        rest = drawTitle(
            painter, rest, inks,
            Said::tr("%1 bytes, most significant bit first; the first code has the lowest bits")
                .arg(m_bytes.size()));
        paintBytes(painter,
                   QRectF(rest.left(), rest.top(), rest.width(), rest.height() - line * 3.4), inks);
        const std::size_t bit = m_chosen * static_cast<std::size_t>(m_bits), byte = bit / 8,
                          shift = bit % 8;
        const bool straddles = shift + static_cast<std::size_t>(m_bits) > 8;
        const QString word = straddles
                                 ? Said::tr("(byte %1 | byte %2 << 8)").arg(byte).arg(byte + 1)
                                 : Said::tr("byte %1").arg(byte);
        drawText(painter, QRectF(rest.left(), rest.bottom() - line * 3.1, rest.width(), line * 1.3),
                 inks.text, inks.font,
                 Said::tr("code %1 = %2 >> %3 & %4 = %5")
                     .arg(m_chosen)
                     .arg(word)
                     .arg(shift)
                     .arg((1 << m_bits) - 1)
                     .arg(m_back[m_chosen]));
        drawText(painter, QRectF(rest.left(), rest.bottom() - line * 1.6, rest.width(), line * 1.3),
                 straddles ? inks.warning : inks.dim, inks.small,
                 straddles ? Said::tr("It lies across two bytes: both must be read.")
                           : Said::tr("It lies within one byte."));
    }
    std::vector<Reading> readings() const override {
        std::size_t across = 0;
        for (std::size_t i = 0; i < Count; ++i)
            if (i * static_cast<std::size_t>(m_bits) % 8 + static_cast<std::size_t>(m_bits) > 8)
                ++across;
        const bool same = m_back == m_codes;
        return {{Said::tr("bytes"), QString::number(m_bytes.size())},
                {Said::tr("unpacked again"),
                 same ? Said::tr("the same codes") : Said::tr("NOT the same")},
                {Said::tr("codes across two bytes"), QString::number(across)},
                {Said::tr("as 16-bit floats"), Said::tr("%1 bytes").arg(2 * Count)},
                {Said::tr("first bytes"), hex()}};
    }
    QString note() const override { return m_note; }
    bool drag(const QPointF& at, bool begin, ControlValues& controls) override {
        if (!begin || !m_codeArea.adjusted(0, -4, 0, 4).contains(at)) return false;
        controls.set("chosen",
                     std::floor((at.x() - m_codeArea.left()) / m_codeArea.width() * Count));
        return true;
    }

private:
    void fill(const PictureInput& in, int bits) {
        m_note.clear();
        m_codes.assign(Count, 0);
        if (in.weights) {
            const Matrix row = cornerOf(in.weights, 1, Count, "", 1);
            const auto tiny =
                quantizeTiny(row.view(), "rtn", std::max(bits, 2), {{"group_size", "0"}});
            if (tiny) {
                const auto codes = tiny->codes();
                for (std::size_t i = 0; i < codes.size(); ++i)
                    m_codes[i] = static_cast<std::uint8_t>(bits == 1 ? codes[i] >> 1U : codes[i]);
            }
            m_note = weightsNote(*in.weights, 1, row.cols()) + Said::tr(", rounded to nearest");
            return;
        }
        for (std::size_t i = 0; i < Count; ++i)
            m_codes[i] = static_cast<std::uint8_t>((i * 181 + 107) % 257 %
                                                   (1U << static_cast<unsigned>(bits)));
    }
    static void outline(QPainter& painter, const QRectF& box, const Inks& inks) {
        painter.setPen(QPen(inks.text, 2));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box);
    }
    void paintBytes(QPainter& painter, const QRectF& area, const Inks& inks) const {
        const double line = lineHeight(inks.small);
        const std::size_t perRow = 4, rows = (m_bytes.size() + perRow - 1) / perRow;
        const double height = std::min(line * 2.3, area.height() / static_cast<double>(rows));
        const double width = area.width() / perRow;
        for (std::size_t b = 0; b < m_bytes.size(); ++b) {
            const QRectF box(area.left() + static_cast<double>(b % perRow) * width,
                             area.top() + static_cast<double>(b / perRow) * height,
                             width - line * 0.5, height - 3);
            const double cell = box.width() / 8;
            for (std::size_t k = 0; k < 8; ++k) { // from the most significant bit
                const std::size_t bit = 8 * b + 7 - k,
                                  code = bit / static_cast<std::size_t>(m_bits);
                const bool set = (std::to_integer<unsigned>(m_bytes[b]) >> (7 - k)) & 1U;
                const QRectF place(box.left() + static_cast<double>(k) * cell, box.top(), cell - 1,
                                   box.height());
                const bool used = code < Count;
                const QColor color =
                    used ? hueOf(static_cast<qsizetype>(code % 8), inks.dark) : inks.grid;
                const bool mine = used && code == m_chosen;
                painter.fillRect(place, mixed(inks.base, color, !used ? 0.1 : mine ? 0.95 : 0.45));
                if (height > line * 0.9)
                    drawText(painter, place, mine ? inks.base : inks.text, inks.small,
                             QString::number(set ? 1 : 0));
                if (mine) outline(painter, place, inks);
            }
        }
    }
    QString hex() const {
        QStringList out;
        for (std::size_t i = 0; i < std::min<std::size_t>(6, m_bytes.size()); ++i)
            out += QStringLiteral("%1").arg(std::to_integer<unsigned>(m_bytes[i]), 2, 16,
                                            QLatin1Char('0'));
        return out.join(QLatin1Char(' '));
    }

    std::vector<std::uint8_t> m_codes, m_back;
    std::vector<std::byte> m_bytes;
    std::size_t m_chosen = 0;
    int m_bits = 3;
    QString m_source, m_note;
    QRectF m_codeArea;
};

} // namespace

std::unique_ptr<LivePicture> pictures_bit_packing() {
    return std::make_unique<BitPackingPicture>();
}

} // namespace bitsmith::ui

#include "ui/charts/width_strip.h"

#include "ui/charts/chart_view.h"

#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QPainter>
#include <QToolTip>

#include <algorithm>
#include <array>

namespace bitsmith::ui {
namespace {

constexpr int Gap = 4; // between the words and the strip

} // namespace

QString widthsText(const GroupWidths& widths) {
    std::array<int, 256> counts{};
    for (const std::uint8_t bits : widths.bits) ++counts[bits];
    QStringList parts;
    for (std::size_t bits = 0; bits < counts.size(); ++bits)
        if (counts[bits] > 0)
            parts << (bits == 1 ? WidthStrip::tr("%1 of 1 bit").arg(counts[bits])
                                : WidthStrip::tr("%1 of %2 bits").arg(counts[bits]).arg(bits));
    return WidthStrip::tr("%1 groups of %2 input columns: %3")
        .arg(widths.bits.size())
        .arg(widths.groupSize)
        .arg(parts.join(QStringLiteral(", ")));
}

WidthStrip::WidthStrip(const QString& name, QWidget* parent)
    : QWidget(parent), m_saving(new PictureMenu(this, QStringLiteral("group-widths"))) {
    setFocusPolicy(Qt::StrongFocus);
    m_saving->setCsv([this] { return csv(); });
    setObjectName(name);
    setAccessibleName(tr("Bits of groups"));
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    setVisible(false);
}

void WidthStrip::setWidths(GroupWidths widths) {
    m_widths = std::move(widths);
    const bool any = !m_widths.bits.empty() && m_widths.groupSize > 0;
    setAccessibleDescription(any ? widthsText(m_widths) : QString());
    setVisible(any);
    update();
}

QSize WidthStrip::sizeHint() const { return {320, 3 * fontMetrics().height() + Gap}; }

// The input axis from the first column to the last: a shorter group at the end is narrower.
QRect WidthStrip::cell(std::size_t group) const {
    const auto at = [&](std::size_t column) {
        const std::size_t cols = std::max<std::size_t>(1, m_widths.cols);
        return static_cast<int>(std::min(column, cols) * static_cast<std::size_t>(width()) / cols);
    };
    const int left = at(group * m_widths.groupSize), right = at((group + 1) * m_widths.groupSize);
    const int top = fontMetrics().height() + Gap;
    return {left, top, right - left, height() - top};
}

int WidthStrip::groupAt(int x) const {
    for (std::size_t g = 0; g < m_widths.bits.size(); ++g)
        if (const QRect rect = cell(g); x >= rect.left() && x < rect.left() + rect.width())
            return static_cast<int>(g);
    return -1;
}

void WidthStrip::paintEvent(QPaintEvent*) {
    if (m_widths.bits.empty()) return;
    QPainter painter(this);
    const ChartColors colors = chartColors(palette());
    painter.setPen(colors.text);
    painter.drawText(QRect(0, 0, width(), fontMetrics().height()), Qt::AlignLeft | Qt::AlignVCenter,
                     fontMetrics().elidedText(widthsText(m_widths), Qt::ElideRight, width()));
    const auto [low, high] = std::ranges::minmax(m_widths.bits);
    for (std::size_t g = 0; g < m_widths.bits.size(); ++g) {
        const int bits = m_widths.bits[g];
        const double share = high > low ? static_cast<double>(bits - low) / (high - low) : 0.5;
        QColor fill = colors.first;
        fill.setAlphaF(static_cast<float>(0.15 + 0.75 * share));
        const QRect rect = cell(g);
        painter.fillRect(rect, fill);
        // Lines between groups only where they leave something of these.
        if (rect.width() > 4)
            painter.fillRect(rect.left(), rect.top(), 1, rect.height(), colors.background);
        const QString text = QString::number(bits);
        if (fontMetrics().horizontalAdvance(text) + 4 > rect.width()) continue;
        painter.setPen(share > 0.6 ? colors.background : colors.text);
        painter.drawText(rect, Qt::AlignCenter, text);
    }
}

QString WidthStrip::csv() const {
    QString out = QStringLiteral("group,first_column,bits\r\n");
    for (std::size_t g = 0; g < m_widths.bits.size(); ++g)
        out +=
            QStringLiteral("%1,%2,%3\r\n").arg(g).arg(g * m_widths.groupSize).arg(m_widths.bits[g]);
    return out;
}

void WidthStrip::contextMenuEvent(QContextMenuEvent* event) { m_saving->popup(event->globalPos()); }

bool WidthStrip::event(QEvent* event) {
    if (event->type() != QEvent::ToolTip) return QWidget::event(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const int group = groupAt(help->pos().x());
    if (group < 0) return true;
    const auto g = static_cast<std::size_t>(group);
    const std::size_t first = g * m_widths.groupSize;
    QToolTip::showText(
        help->globalPos(),
        tr("Group %1, input columns %2 to %3: %4 bits in every row. The more salient a group is, "
           "the more bits it gets")
            .arg(group + 1)
            .arg(first)
            .arg(std::min(m_widths.cols, first + m_widths.groupSize) - 1)
            .arg(m_widths.bits[g]),
        this);
    return true;
}

} // namespace bitsmith::ui

#include "ui/charts/token_bars.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"

#include <QContextMenuEvent>
#include <QPainter>

#include <algorithm>
#include <cmath>

namespace bitsmith::ui {
namespace {

constexpr int Gap = 6, Rows = 10, LeastBar = 1; // pixels; lines; letters

} // namespace

QString tokenText(std::string_view bytes) {
    QString out = qs(bytes);
    out.replace(QLatin1Char(' '), QChar(0x2423)); // open box
    out.replace(QLatin1Char('\n'), QChar(0x21b5));
    out.replace(QLatin1Char('\t'), QChar(0x21e5));
    for (QChar& c : out)
        if (c.category() == QChar::Other_Control) c = QChar(0x00b7);
    return out;
}

TokenBars::TokenBars(QWidget* parent)
    : QWidget(parent), m_saving(new PictureMenu(this, QStringLiteral("next-token"))) {
    setObjectName(QStringLiteral("tokenBars"));
    setAccessibleName(tr("Most likely next tokens of both models"));
    setSizePolicy(QSizePolicy::Preferred, QSizePolicy::Expanding);
    setFocusPolicy(Qt::StrongFocus);
    m_saving->setCsv([this] { return csv(); });
    m_saving->setFilled([this] { return m_token.has_value(); });
    setToken({});
}

void TokenBars::setToken(std::optional<TokenDivergence> token) {
    m_token = std::move(token);
    setAccessibleDescription(title());
    setToolTip(m_token ? tr("Filled: the original; outlined: the quantized model. The token that "
                            "was written is bold. Context menu: save")
                       : title());
    update();
}

QString TokenBars::title() const {
    if (!m_token)
        return tr("Click a token, or move through the text with the arrow keys: here is what each "
                  "model would have written.");
    return tr("%1: KL %2 nats; original %3, quantized %4")
        .arg(tokenText(m_token->bytes))
        .arg(numberText(static_cast<double>(m_token->kl)),
             percentText(std::exp(static_cast<double>(m_token->logProbability[0]))),
             percentText(std::exp(static_cast<double>(m_token->logProbability[1]))));
}

// What a model gave the token that was written.
QString TokenBars::heading(std::size_t side) const {
    return (side == 0 ? tr("original %1") : tr("quantized %1"))
        .arg(percentText(std::exp(static_cast<double>(m_token->logProbability[side]))));
}

QSize TokenBars::sizeHint() const {
    return {fontMetrics().averageCharWidth() * 44, fontMetrics().height() * (Rows + 3)};
}
QSize TokenBars::minimumSizeHint() const {
    return {fontMetrics().averageCharWidth() * 24, fontMetrics().height() * 5};
}

void TokenBars::paintEvent(QPaintEvent*) {
    QPainter painter(this);
    painter.fillRect(rect(), palette().base());
    painter.setPen(palette().color(m_token ? QPalette::Text : QPalette::PlaceholderText));
    const QRect inner = rect().adjusted(Gap, 2, -Gap, -2);
    if (!m_token) {
        painter.drawText(inner, Qt::AlignCenter | Qt::TextWordWrap, title());
        return;
    }
    const int line = fontMetrics().height();
    painter.drawText(
        QRect(inner.left(), inner.top(), inner.width(), line), Qt::AlignLeft,
        fontMetrics().elidedText(
            tr("%1: KL %2 nats")
                .arg(tokenText(m_token->bytes), numberText(static_cast<double>(m_token->kl))),
            Qt::ElideRight, inner.width()));
    const int half = (inner.width() - Gap) / 2, top = inner.top() + line + 2;
    for (std::size_t side : {std::size_t{0}, std::size_t{1}})
        paintSide(
            painter,
            {inner.left() + static_cast<int>(side) * (half + Gap), top, half, inner.bottom() - top},
            side);
}

void TokenBars::paintSide(QPainter& painter, const QRect& area, std::size_t side) const {
    const ChartColors colors = chartColors(palette());
    const int line = fontMetrics().height();
    const int numbers = fontMetrics().horizontalAdvance(QStringLiteral("100.0 %"));
    const int letter = fontMetrics().averageCharWidth();
    const int words =
        std::clamp(area.width() - numbers - 2 * Gap - LeastBar * letter, 0, 14 * letter);
    const int room = std::max(4, area.width() - words - numbers - 2 * Gap);
    painter.setPen(palette().color(QPalette::PlaceholderText));
    painter.drawText(QRect(area.left(), area.top(), area.width(), line), Qt::AlignLeft,
                     heading(side));
    int y = area.top() + line;
    for (const LikelyToken& token : m_token->top[side]) {
        if (y + line > area.bottom() + 2) break;
        QFont font = painter.font();
        font.setBold(token.id == m_token->id);
        painter.setFont(font);
        painter.setPen(colors.text);
        painter.drawText(
            QRect(area.left(), y, words, line), Qt::AlignRight | Qt::AlignVCenter,
            painter.fontMetrics().elidedText(tokenText(token.bytes), Qt::ElideRight, words));
        font.setBold(false);
        painter.setFont(font);
        const QColor color = side == 0 ? colors.first : colors.second;
        const QRect bar(area.left() + words + Gap, y + 2,
                        std::max(1, static_cast<int>(std::lround(room * token.probability))),
                        line - 4);
        if (side == 0)
            painter.fillRect(bar, color);
        else {
            painter.setPen(color);
            painter.drawRect(bar.adjusted(0, 0, -1, -1));
        }
        painter.setPen(colors.text);
        painter.drawText(QRect(bar.right() + Gap, y, numbers, line),
                         Qt::AlignLeft | Qt::AlignVCenter,
                         QStringLiteral("%1 %").arg(100.0 * token.probability, 0, 'f', 1));
        y += line;
    }
}

QString TokenBars::csv() const {
    QString out = QStringLiteral("model,rank,id,token,probability\r\n");
    if (!m_token) return out;
    for (std::size_t side : {std::size_t{0}, std::size_t{1}})
        for (std::size_t i = 0; i < m_token->top[side].size(); ++i) {
            const LikelyToken& one = m_token->top[side][i];
            QString word = tokenText(one.bytes);
            word.replace(QLatin1Char('"'), QStringLiteral("\"\""));
            out += QStringLiteral("%1,%2,%3,\"%4\",%5\r\n")
                       .arg(side == 0 ? QStringLiteral("original") : QStringLiteral("quantized"))
                       .arg(i + 1)
                       .arg(one.id)
                       .arg(word)
                       .arg(static_cast<double>(one.probability), 0, 'g', 9);
        }
    return out;
}

void TokenBars::contextMenuEvent(QContextMenuEvent* event) { m_saving->popup(event->globalPos()); }

} // namespace bitsmith::ui

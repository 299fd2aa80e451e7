#include "ui/panels/token_text.h"

#include "ui/bridge/text.h"
#include "ui/charts/chart_view.h"

#include <QHelpEvent>
#include <QTextBlock>
#include <QToolTip>

#include <algorithm>
#include <utility>

namespace bitsmith::ui {
namespace {

constexpr double HalfStrength = 0.5; // nats
constexpr double MostOpaque = 0.8;

} // namespace

TokenText::TokenText(QWidget* parent) : QPlainTextEdit(parent) {
    setReadOnly(true);
    setUndoRedoEnabled(false);
    setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    setTabChangesFocus(true);
    connect(this, &QPlainTextEdit::cursorPositionChanged, this, [this] {
        if (hasFocus()) Q_EMIT tokenChosen(chosen());
    });
}

void TokenText::begin(const QString& prompt) {
    m_decoder = QStringDecoder(QStringDecoder::Utf8);
    m_ends.clear();
    m_kl.clear();
    m_difference.reset();
    setExtraSelections({});
    setPlainText(prompt);
    m_promptEnd = static_cast<int>(document()->characterCount()) - 1;
}

void TokenText::append(std::string_view bytes) {
    const QString text =
        m_decoder(QByteArrayView(bytes.data(), static_cast<qsizetype>(bytes.size())));
    QTextCursor end(document()); // not the reader's
    end.movePosition(QTextCursor::End);
    if (!text.isEmpty()) {
        const bool follows = textCursor().atEnd();
        end.insertText(text);
        if (follows) {
            moveCursor(QTextCursor::End);
            ensureCursorVisible();
        }
    }
    m_ends.push_back(static_cast<int>(document()->characterCount()) - 1);
}

int TokenText::beginOf(int token) const {
    return token == 0 ? m_promptEnd : m_ends[static_cast<std::size_t>(token) - 1];
}

QString TokenText::tokenAt(int token) const {
    if (token < 0 || token >= tokenCount()) return {};
    return toPlainText().mid(beginOf(token),
                             m_ends[static_cast<std::size_t>(token)] - beginOf(token));
}

int TokenText::tokenOf(int position) const {
    if (position < m_promptEnd || m_ends.empty()) return -1;
    const auto at = std::ranges::upper_bound(m_ends, position);
    return std::min(static_cast<int>(at - m_ends.begin()), tokenCount() - 1);
}

void TokenText::choose(int token) {
    if (token < 0 || token >= tokenCount()) return;
    QTextCursor cursor = textCursor();
    cursor.setPosition(beginOf(token));
    setTextCursor(cursor);
    Q_EMIT tokenChosen(token);
}

double TokenText::strength(double kl) { return kl > 0 ? kl / (kl + HalfStrength) : 0; }

void TokenText::setDivergences(std::vector<float> kl) {
    m_kl = std::move(kl);
    colour();
}

void TokenText::setDifference(std::optional<std::size_t> token) {
    m_difference = token;
    colour();
}

void TokenText::colour() {
    const ChartColors colors = chartColors(palette());
    QList<QTextEdit::ExtraSelection> all;
    const auto select = [&](int token) {
        QTextEdit::ExtraSelection out;
        out.cursor = QTextCursor(document());
        out.cursor.setPosition(beginOf(token));
        out.cursor.setPosition(m_ends[static_cast<std::size_t>(token)], QTextCursor::KeepAnchor);
        return out;
    };
    for (int token = 0; token < tokenCount(); ++token) {
        const auto at = static_cast<std::size_t>(token);
        if (at >= m_kl.size() || beginOf(token) == m_ends[at]) continue;
        QColor back = colors.second;
        back.setAlphaF(static_cast<float>(MostOpaque * strength(m_kl[at])));
        auto one = select(token);
        one.format.setBackground(back);
        all.append(one);
    }
    if (m_difference && std::cmp_less(*m_difference, tokenCount())) {
        auto one = select(static_cast<int>(*m_difference));
        one.format.setFontUnderline(true);
        one.format.setUnderlineStyle(QTextCharFormat::WaveUnderline);
        one.format.setUnderlineColor(colors.text);
        one.format.setFontWeight(QFont::Bold);
        all.append(one);
    }
    setExtraSelections(all);
}

void TokenText::changeEvent(QEvent* event) {
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::PaletteChange) colour();
}

bool TokenText::viewportEvent(QEvent* event) {
    if (event->type() == QEvent::ToolTip && !m_kl.empty()) {
        const auto* help = static_cast<QHelpEvent*>(event);
        const int token = tokenOf(cursorForPosition(help->pos()).position());
        if (token >= 0 && static_cast<std::size_t>(token) < m_kl.size()) {
            const double kl = static_cast<double>(m_kl[static_cast<std::size_t>(token)]);
            QToolTip::showText(
                help->globalPos(),
                tr("token %1 “%2”: KL %3 nats").arg(token + 1).arg(tokenAt(token), numberText(kl)),
                this);
            return true;
        }
    }
    return QPlainTextEdit::viewportEvent(event);
}

} // namespace bitsmith::ui

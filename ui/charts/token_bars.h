// What two models would have said at one place of a text: the most likely tokens of each, as bars.
#pragma once

#include "core/eval/token_divergence.h"
#include "ui/widgets/picture_menu.h"

#include <QWidget>

#include <optional>

namespace bitsmith::ui {

// A token as it is written here: blanks and controls are seen, broken UTF-8 is replaced.
QString tokenText(std::string_view bytes);

class TokenBars final : public QWidget {
    Q_OBJECT
public:
    explicit TokenBars(QWidget* parent = nullptr);
    void setToken(std::optional<TokenDivergence> token); // none: says what to do
    PictureMenu& saving() { return *m_saving; }
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;
    void contextMenuEvent(QContextMenuEvent* event) override;

private:
    void paintSide(QPainter& painter, const QRect& area, std::size_t side) const;
    QString title() const;
    QString heading(std::size_t side) const;
    QString csv() const;
    std::optional<TokenDivergence> m_token;
    PictureMenu* m_saving;
};

} // namespace bitsmith::ui

// A line of text that ends in "…" where it has no room; the tooltip has all of it then.
#pragma once

#include <QLabel>

namespace bitsmith::ui {

class ElidedLabel final : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(const QString& text = {}, QWidget* parent = nullptr);
    QSize minimumSizeHint() const override;
    QString shownText() const; // as it is painted now

protected:
    bool event(QEvent* event) override;
    void paintEvent(QPaintEvent* event) override;
};

} // namespace bitsmith::ui

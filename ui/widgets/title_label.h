// A bold label larger than the window's type, whatever size that takes on.
#pragma once

#include <QLabel>

namespace bitsmith::ui {

class TitleLabel final : public QLabel {
    Q_OBJECT
public:
    // factor: of its parent's type. Wraps.
    explicit TitleLabel(double factor, const QString& text = {});

protected:
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow();
    double m_factor;
};

} // namespace bitsmith::ui

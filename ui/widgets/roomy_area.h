// What it holds fills it, but is never made smaller than it can be: then it scrolls. Large type in
// a small window must neither set the window's size nor squeeze what is in it.
// (QScrollArea::setWidgetResizable would scroll already where texts that wrap have less than the
// room they like best.)
#pragma once

#include <QScrollArea>

class QScrollBar;

namespace bitsmith::ui {

class RoomyArea final : public QScrollArea {
    Q_OBJECT
public:
    // leastLines: of text that there has to be room for.
    explicit RoomyArea(QWidget* content, int leastLines = 4);
    // Never scrolls sideways: the least width of what it holds is its own.
    void keepWidth();
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void resizeEvent(QResizeEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QSize least(int width) const; // of the content, so wide or as wide as it must be
    int barRoom(const QScrollBar& bar) const;
    void fit();
    int m_leastLines;
    bool m_keepsWidth = false;
};

} // namespace bitsmith::ui

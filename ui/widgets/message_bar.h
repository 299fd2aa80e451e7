// Messages at the top of the window that do not stop anybody: the latest with its full text, closed
// by hand, by Escape, or (informations only) after a while.
#pragma once

#include "ui/bridge/message_hub.h"

#include <QFrame>
#include <QTimer>

class QLabel;
class QToolButton;

namespace bitsmith::ui {

class MessageBar final : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    void showEntry(const LogEntry& entry);
    QString text() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void colour();
    LogEntry::Kind m_kind = LogEntry::Kind::Info;
    QLabel* m_text;
    QToolButton *m_copy, *m_close;
    QTimer m_hide;
};

} // namespace bitsmith::ui

// Log: what engine and window said, with time.
#pragma once

#include "ui/bridge/message_hub.h"

#include <QWidget>

class QComboBox;
class QLineEdit;
class QPlainTextEdit;

namespace bitsmith::ui {

class StateStack;

class LogPanel final : public QWidget {
    Q_OBJECT
public:
    LogPanel(MessageHub& messages, QWidget* parent = nullptr);
    QString text() const; // as shown

protected:
    void changeEvent(QEvent* event) override;

private:
    void append(const LogEntry& entry);
    void rebuild();
    MessageHub& m_messages;
    QPlainTextEdit* m_text;
    QComboBox* m_level;
    QLineEdit* m_filter;
    StateStack* m_stack;
};

} // namespace bitsmith::ui

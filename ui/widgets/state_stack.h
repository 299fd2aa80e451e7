// A panel's content, or one note in its place: empty (what to do), busy, failed (what went wrong).
// Content that has too little room scrolls.
#pragma once

#include <QStackedWidget>

class QLabel;
class QProgressBar;
class QVBoxLayout;

namespace bitsmith::ui {

class StateStack final : public QStackedWidget {
    Q_OBJECT
public:
    explicit StateStack(QWidget* content, QWidget* parent = nullptr);
    void showContent();
    void showEmpty(const QString& text);
    void showBusy(const QString& text);
    void showFailed(const QString& text);
    bool showsContent() const { return currentIndex() == 0; }
    QString noteText() const; // what is shown in place of the content

private:
    void showNote(const QString& title, const QString& text, bool busy);
    QLabel *m_title, *m_text;
    QProgressBar* m_busy;
};

} // namespace bitsmith::ui

// The way from an empty window to a quantized model with a point in the plot: a strip that says
// what to do next, and a frame around the button to press. It blocks nothing; whoever presses
// something else is followed. Shown at the first start, and by Help > Show the guide.
#pragma once

#include "ui/session/session.h"

#include <QFrame>
#include <QPointer>

class QLabel;
class QPushButton;

namespace bitsmith::ui {

class MainWindow;

// A frame around a widget, over all others of its window; the mouse does not notice it.
class Pointer final : public QWidget {
    Q_OBJECT
public:
    explicit Pointer(QWidget* target);
    const QWidget* target() const { return m_target; }

protected:
    void paintEvent(QPaintEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void follow();
    QPointer<QWidget> m_target;
};

enum class GuideStep { Open, Quantize, Run, Watch, Look, Done };

class Guide final : public QFrame {
    Q_OBJECT
public:
    Guide(Services& services, MainWindow& window);
    static bool wanted(const RecentModels& recent); // nothing was ever opened, nor this closed
    void start();
    void stop();
    GuideStep step() const { return m_step; }
    QString text() const;
    const QWidget* pointedAt() const; // nullptr: nothing

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    GuideStep stepNow() const;
    QWidget* targetOf(GuideStep step) const;
    void refresh();
    void pointAt(QWidget* target); // nullptr: nothing
    void act();                    // what the strip's own button does

    Services& m_services;
    MainWindow& m_window;
    QLabel* m_text;
    QPushButton *m_action, *m_close;
    QPointer<Pointer> m_pointer;
    GuideStep m_step = GuideStep::Open;
    bool m_active = false;
};

} // namespace bitsmith::ui

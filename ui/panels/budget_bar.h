// The budget over the tree of layers: a slider and a field for bits per weight, the same in bytes,
// how it is spent, and what the plan is predicted to be worth. Errors in words, beside the slider.
#pragma once

#include "ui/session/session.h"

#include <QElapsedTimer>
#include <QWidget>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSlider;
class QSpinBox;
class QToolButton;

namespace bitsmith::ui {

class BudgetBar final : public QWidget {
    Q_OBJECT
public:
    explicit BudgetBar(Session& session, QWidget* parent = nullptr);

Q_SIGNALS:
    void analyzeRequested();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* buildSlider();
    QWidget* buildOptions();
    void ask(double bitsPerWeight);
    void askBytes();
    void setLimits();
    void refresh();
    void fitBytes(); // to the font
    void showLosses();
    QString message() const;

    Session& m_session;
    BudgetControl& m_budget;
    QElapsedTimer m_sinceLast; // a pause ends a gesture of keys
    bool m_dragging = false;
    int m_gesture = 0;
    QSlider* m_slider = nullptr;
    QDoubleSpinBox* m_bits = nullptr;
    QLineEdit* m_bytes = nullptr;
    QToolButton* m_more = nullptr;
    QWidget* m_options = nullptr;
    QComboBox *m_allocator = nullptr, *m_losses = nullptr;
    QSpinBox *m_least = nullptr, *m_most = nullptr;
    QPushButton* m_analyze = nullptr;
    QLabel *m_prediction, *m_message;
};

} // namespace bitsmith::ui

// Playground: one prompt continued by the original and by a quantized model, side by side. The two
// run one after the other, so that their speeds compare.
#pragma once

#include "ui/session/session.h"

#include <QStringDecoder>
#include <QWidget>

#include <array>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPlainTextEdit;
class QPushButton;
class QSpinBox;

namespace bitsmith::ui {

class StateStack;

class PlaygroundPanel final : public QWidget {
    Q_OBJECT
public:
    PlaygroundPanel(Services& services, Session& session, QWidget* parent = nullptr);
    void generate();
    void stop();
    bool busy() const;

private:
    struct Side {
        QLabel* title = nullptr;
        QPlainTextEdit* text = nullptr;
        JobId job;
        QStringDecoder decoder{QStringDecoder::Utf8};
    };
    QWidget* buildControls();
    QWidget* buildSide(Side& side, const QString& name);
    void showSession();
    void fillModels(bool preferLastRun = false);
    void start(Side& side, const QString& path, std::shared_ptr<const Model> model);
    void onFed(const JobFeed& feed);
    void onFinished(JobId id);
    void showButtons();

    Services& m_services;
    Session& m_session;
    QLineEdit* m_prompt;
    QComboBox* m_quantized;
    QSpinBox *m_tokens, *m_seed;
    QDoubleSpinBox* m_temperature;
    QPushButton *m_generate, *m_stop;
    std::array<Side, 2> m_sides; // original, quantized
    StateStack* m_stack;
};

} // namespace bitsmith::ui

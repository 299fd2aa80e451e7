// Playground: one prompt continued by the original and by a quantized model, side by side. The two
// run one after the other, so that their speeds compare; afterwards both texts are read by both
// models, token by token.
#pragma once

#include "core/eval/token_divergence.h"
#include "ui/session/session.h"

#include <QWidget>

#include <array>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QSpinBox;

namespace bitsmith::ui {

class StateStack;
class TokenBars;
class TokenText;

class PlaygroundPanel final : public QWidget {
    Q_OBJECT
public:
    PlaygroundPanel(Services& services, Session& session, QWidget* parent = nullptr);
    void generate();
    void stop();
    bool busy() const;
    bool compared() const { return !m_sides[1].compared.empty(); } // tokens are coloured

private:
    struct Side {
        QLabel* title = nullptr;
        TokenText* text = nullptr;
        JobId job;
        std::vector<TokenId> tokens; // generated
        std::vector<TokenDivergence> compared;
    };
    QWidget* buildControls();
    QWidget* buildSide(Side& side, const QString& name);
    void showSession();
    void fillModels(bool preferLastRun = false);
    void start(Side& side, const QString& path, std::shared_ptr<const Model> model);
    void onFed(const JobFeed& feed);
    void onFinished(JobId id);
    void showButtons();
    void compare(); // both texts under both models
    void onCompared(JobId id);
    void showToken(const Side& side, int token);

    Services& m_services;
    Session& m_session;
    QLineEdit* m_prompt;
    QComboBox* m_quantized;
    QSpinBox *m_tokens, *m_seed;
    QDoubleSpinBox* m_temperature;
    QPushButton *m_generate, *m_stop;
    std::array<Side, 2> m_sides; // original, quantized
    JobId m_comparing;
    QString m_prompted, m_quantizedPath; // of the texts that are there
    QLabel* m_difference;
    TokenBars* m_bars;
    StateStack* m_stack;
};

} // namespace bitsmith::ui

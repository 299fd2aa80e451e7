// All recipes: to read about, to use, and to compare on the active tensor, on all tensors or on the
// whole model. Not modal; a comparison runs as a job and is shown again when the window is.
#pragma once

#include "ui/session/run_controller.h"

#include <QDialog>

class QComboBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace bitsmith::ui {

class ChoiceBoxes;
class JobFooter;
class PathField;
class RecipeList;
class RecipeResults;
class StateStack;

class RecipesDialog final : public QDialog {
    Q_OBJECT
public:
    enum Scope { ThisTensor, AllTensors, WholeModel };
    RecipesDialog(Services& services, Session& session, RunController& runs,
                  QWidget* parent = nullptr);
    JobId job() const;
    RecipeList* recipes() { return m_recipes; }
    RecipeResults* results() { return m_results; }

Q_SIGNALS:
    void started(quint64 id);

private:
    QWidget* buildForm();
    QWidget* buildContent();
    std::vector<RecipeCandidate> candidates() const;
    QString problem() const;
    void check();
    void run();
    void use();
    void showJob();
    void showStudy();
    void showEmpty();
    void suggestTexts();

    Session& m_session;
    RunController& m_runs;
    RecipeList* m_recipes;
    ChoiceBoxes* m_bits;
    QComboBox* m_scope;
    PathField *m_text, *m_evalText;
    QLabel *m_evalLabel, *m_title;
    QSpinBox* m_samples;
    QPushButton* m_use;
    RecipeResults* m_results;
    StateStack* m_stack;
    JobFooter* m_footer;
    const Model* m_suggestedFor = nullptr;
};

} // namespace bitsmith::ui

// One stage of a recipe as a form: which choices, and their parameters. Made from what the engine
// registers; a stage that takes several choices has a form for each.
#pragma once

#include "core/quant/recipe.h"

#include <QWidget>

class QComboBox;
class QLabel;
class QVBoxLayout;

namespace bitsmith::ui {

class ParamsForm;

class StageEditor final : public QWidget {
    Q_OBJECT
public:
    explicit StageEditor(QWidget* parent = nullptr);
    void setStage(std::shared_ptr<const Recipe> recipe, const QString& stage);
    // The recipe with what the form says. Errors (Usage): an impossible combination, with the
    // nearest possible one.
    Result<std::shared_ptr<const Recipe>> edited() const;

Q_SIGNALS:
    void changed();

private:
    struct Part {
        QComboBox* choice;
        QLabel* summary;
        ParamsForm* form;
    };
    void addPart(const StageChoice* choice); // null: "none"
    void showChoice(std::size_t part);

    std::shared_ptr<const Recipe> m_recipe;
    QString m_stage;
    std::vector<Part> m_parts;
    QWidget* m_body = nullptr;
    QVBoxLayout* m_column;
};

} // namespace bitsmith::ui

// The recipes that come with Bitsmith as a list to read and to tick, with a filter and a card that
// says what the current one does, where it comes from and what it needs.
#pragma once

#include "core/quant/recipe.h"

#include <QWidget>

class QLabel;
class QLineEdit;
class QListWidget;

namespace bitsmith::ui {

class RecipeList final : public QWidget {
    Q_OBJECT
public:
    explicit RecipeList(QWidget* parent = nullptr);
    std::vector<std::shared_ptr<const Recipe>> ticked() const; // in the list's order
    void tick(const QStringList& ids);
    std::shared_ptr<const Recipe> current() const; // null: none
    QListWidget* list() { return m_list; }

Q_SIGNALS:
    void changed(); // what is ticked
    void currentChanged();

private:
    void showCard();
    void filter();

    QLineEdit* m_filter;
    QListWidget* m_list;
    QLabel* m_card;
};

// What a recipe needs and gives, in HTML, for people.
QString recipeCard(const Recipe& recipe);

} // namespace bitsmith::ui

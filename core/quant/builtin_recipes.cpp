// The recipes of resources/recipes, compiled in as text by this folder's CMakeLists.txt.
#include "core/quant/recipe.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace bitsmith {
namespace {

constexpr std::string_view Texts[] = {
#include "builtin_recipes.inc"
};

std::vector<std::shared_ptr<const Recipe>> parseAll() {
    std::vector<std::shared_ptr<const Recipe>> recipes;
    for (const std::string_view text : Texts) {
        auto recipe = recipeFromJson(nlohmann::ordered_json::parse(text));
        // Our own file: a test keeps this from ever shipping.
        if (!recipe) throw std::logic_error("built-in " + recipe.error().message);
        recipes.push_back(*std::move(recipe));
    }
    std::ranges::sort(recipes, {}, [](const auto& recipe) { return recipe->id; });
    return recipes;
}

} // namespace

const std::vector<std::shared_ptr<const Recipe>>& builtinRecipes() {
    static const auto Recipes = parseAll();
    return Recipes;
}

Result<std::shared_ptr<const Recipe>> findRecipe(std::string_view id) {
    std::string known;
    for (const auto& recipe : builtinRecipes()) {
        if (recipe->id == id) return recipe;
        known += (known.empty() ? "" : ", ") + recipe->id;
    }
    return fail(ErrorCode::Usage, "unknown recipe '{}'; known: {}", id, known);
}

} // namespace bitsmith

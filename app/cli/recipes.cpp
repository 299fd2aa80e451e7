// bitsmith recipes [NAME]
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/quant/recipe.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

std::string valueText(const FieldValue& value) {
    return std::visit([](const auto& v) { return fmt::format("{}", v); }, value);
}

std::string recipeText(const Recipe& recipe) {
    std::string out =
        fmt::format("{}: {}\n{}\nPaper: {}\nDefault bits: {}\n", recipe.id, recipe.title,
                    recipe.summary, recipe.paper.empty() ? "none" : recipe.paper, recipe.bits);
    for (const StageChoice& stage : recipe.stages) {
        out += fmt::format("\n{}: {}\n", stage.stage, stage.id);
        for (const Field& field : stage.params->fields())
            out += fmt::format("  {:<16} {:<10} {}\n", field.id, valueText(field.value),
                               field.info.help);
    }
    return out;
}

} // namespace

Action declareRecipes(CLI::App& app) {
    auto name = std::make_shared<std::string>();
    app.add_option("NAME", *name, "One recipe with all its parameters");
    return [name](Session& session) -> Status {
        if (!name->empty()) {
            BITSMITH_TRY(const auto recipe, findRecipe(*name));
            if (session.json())
                session.print(Json{{"recipes", Json::array({toJson(*recipe)})}});
            else
                session.print(recipeText(*recipe));
            return {};
        }
        Json all = Json::array();
        Table table({"recipe", "title", ">bits", "stages", "calibration"});
        for (const auto& recipe : builtinRecipes()) {
            all.push_back(toJson(*recipe));
            std::string stages;
            for (const StageChoice& stage : recipe->stages)
                stages += (stages.empty() ? "" : ", ") + stage.stage + " " + stage.id;
            table.add({recipe->id, recipe->title, std::to_string(recipe->bits), stages,
                       recipe->needsStats() ? "needed" : "optional"});
        }
        if (session.json())
            session.print(Json{{"recipes", all}});
        else
            session.print(table.text());
        return {};
    };
}

} // namespace bitsmith::cli

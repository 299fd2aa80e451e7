// Saved plans: recipes once each (built-in ones as id and changes), then one line per tensor that
// can be quantized. Predicted sizes are not stored but predicted again.
#include "core/plan/plan.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using Json = nlohmann::ordered_json;
constexpr const char* Format = "bitsmith-plan";
constexpr int Version = 1;

Result<std::vector<std::shared_ptr<const Recipe>>> recipesFromJson(const Json& json) {
    std::vector<std::shared_ptr<const Recipe>> recipes;
    for (const Json& item : json) {
        auto recipe = recipeFromReference(item);
        if (!recipe)
            return fail(ErrorCode::BadInput, "plan: recipe {}: {}", recipes.size(),
                        recipe.error().message);
        recipes.push_back(*std::move(recipe));
    }
    return recipes;
}

// The first names of a set, for a message.
std::string some(const std::vector<std::string>& names) {
    std::string out;
    for (std::size_t i = 0; i < std::min<std::size_t>(3, names.size()); ++i)
        out += fmt::format("{}'{}'", i ? ", " : "", names[i]);
    if (names.size() > 3) out += fmt::format(" and {} more", names.size() - 3);
    return out;
}

struct Row {
    int recipe = -1, bits = 0;
    bool locked = false;
};

Result<Row> rowFromJson(const Json& json, const std::string& name, std::size_t recipes) {
    Row row;
    const auto number = [&](const char* member, int most) -> Result<int> {
        const auto found = json.find(member);
        if (found == json.end() || !found->is_number_integer() || found->get<std::int64_t>() < 0 ||
            found->get<std::int64_t>() > most)
            return fail(ErrorCode::BadInput, "plan: '{}': '{}' wants a whole number in 0..{}", name,
                        member, most);
        return found->get<int>();
    };
    if (json.contains("recipe")) {
        if (recipes == 0) return fail(ErrorCode::BadInput, "plan: '{}': no recipe is listed", name);
        BITSMITH_TRY(row.recipe, number("recipe", static_cast<int>(recipes) - 1));
        BITSMITH_TRY(row.bits, number("bits", 16));
    }
    if (const auto locked = json.find("locked"); locked != json.end()) {
        if (!locked->is_boolean())
            return fail(ErrorCode::BadInput, "plan: '{}': 'locked' wants true or false", name);
        row.locked = locked->get<bool>();
    }
    return row;
}

} // namespace

Json toJson(const Plan& plan) {
    std::map<const Recipe*, std::size_t> places;
    std::map<std::string, std::size_t> texts; // equal recipes are stored once
    Json recipes = Json::array(), tensors = Json::array();
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const PlanTensor& tensor = plan.model_tensors[i];
        const TensorPlan& row = *plan.tensors[i];
        if (!tensor.quantizable && !row.recipe) continue;
        Json item = {{"name", tensor.name}, {"shape", {tensor.rows, tensor.cols}}};
        if (row.recipe) {
            auto place = places.find(row.recipe.get());
            if (place == places.end()) {
                Json reference = toReference(*row.recipe);
                const auto [text, isNew] = texts.try_emplace(reference.dump(), recipes.size());
                if (isNew) recipes.push_back(std::move(reference));
                place = places.emplace(row.recipe.get(), text->second).first;
            }
            item["recipe"] = place->second;
            item["bits"] = row.bits;
        }
        if (row.locked) item["locked"] = true;
        tensors.push_back(std::move(item));
    }
    return {{"format", Format},
            {"version", Version},
            {"model", plan.model},
            {"model_key", plan.modelKey},
            {"recipes", std::move(recipes)},
            {"tensors", std::move(tensors)}};
}

Result<std::shared_ptr<const Plan>> planFromJson(const Json& json, std::string model,
                                                 std::string modelKey,
                                                 std::vector<PlanTensor> tensors) {
    if (!json.is_object() || json.value("format", Json()) != Format)
        return fail(ErrorCode::BadInput, "plan: this is no Bitsmith plan (\"format\": \"{}\")",
                    Format);
    if (json.value("version", Json()) != Version)
        return fail(ErrorCode::BadInput, "plan: version {} is not known; this program reads {}",
                    json.value("version", Json()).dump(), Version);
    const auto recipesJson = json.find("recipes"), rowsJson = json.find("tensors");
    if (recipesJson == json.end() || !recipesJson->is_array() || rowsJson == json.end() ||
        !rowsJson->is_array())
        return fail(ErrorCode::BadInput, "plan: wants the arrays \"recipes\" and \"tensors\"");
    BITSMITH_TRY(const auto recipes, recipesFromJson(*recipesJson));

    std::map<std::string, Row> rows;
    std::map<std::string, const PlanTensor*> known;
    for (const PlanTensor& tensor : tensors) known.emplace(tensor.name, &tensor);
    std::vector<std::string> unknown, otherShape, missing;
    for (const Json& item : *rowsJson) {
        if (!item.is_object() || !item.contains("name") || !item["name"].is_string())
            return fail(ErrorCode::BadInput, "plan: every tensor wants a \"name\"");
        const auto name = item["name"].get<std::string>();
        const auto tensor = known.find(name);
        if (tensor == known.end() || !tensor->second->canQuantize()) {
            unknown.push_back(name);
            continue;
        }
        if (item.value("shape", Json()) != Json({tensor->second->rows, tensor->second->cols}))
            otherShape.push_back(name);
        BITSMITH_TRY(const Row row, rowFromJson(item, name, recipes.size()));
        if (!rows.emplace(name, row).second)
            return fail(ErrorCode::BadInput, "plan: '{}' is there twice", name);
    }
    for (const PlanTensor& tensor : tensors)
        if (tensor.quantizable && !rows.contains(tensor.name)) missing.push_back(tensor.name);
    if (!unknown.empty() || !otherShape.empty() || !missing.empty())
        return fail(ErrorCode::BadInput, "plan: it was made for another model ('{}'):{}{}{}",
                    json.value("model", Json()).dump(),
                    unknown.empty() ? "" : " this one has no " + some(unknown) + ";",
                    otherShape.empty() ? "" : " shapes differ: " + some(otherShape) + ";",
                    missing.empty() ? "" : " the plan lacks " + some(missing) + ";");

    BITSMITH_TRY(auto plan,
                 makePlan(std::move(model), std::move(modelKey), std::move(tensors), nullptr));
    // Rows of one kind are edited together: few edits, whatever the number of tensors.
    std::map<std::tuple<int, int, bool>, std::vector<std::size_t>> kinds;
    for (std::size_t i = 0; i < plan->model_tensors.size(); ++i)
        if (const auto row = rows.find(plan->model_tensors[i].name); row != rows.end())
            kinds[{row->second.recipe, row->second.bits, row->second.locked}].push_back(i);
    for (const auto& [kind, members] : kinds) {
        const auto [recipe, bits, locked] = kind;
        PlanEdit edit{.bits = bits, .locked = locked ? 1 : 0};
        if (recipe >= 0) edit.recipe = recipes[static_cast<std::size_t>(recipe)];
        auto next = edited(*plan, members, edit);
        if (!next) return fail(ErrorCode::BadInput, "plan: {}", next.error().message);
        plan = *std::move(next);
    }
    return plan;
}

} // namespace bitsmith

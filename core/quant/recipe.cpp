// Recipes to and from JSON, and changed copies of them.
#include "core/quant/recipe.h"

#include "core/quant/layer_stage.h"
#include "core/quant/round/grid_demand.h"
#include "core/quant/round/lattice_rounder.h"
#include "core/quant/stages.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using Json = nlohmann::ordered_json;

Result<std::string> textMember(const Json& json, const char* name) {
    const auto found = json.find(name);
    if (found == json.end()) return std::string();
    if (!found->is_string()) return fail(ErrorCode::Usage, "recipe: '{}' wants text", name);
    return found->get<std::string>();
}

// {"id": "affine", "group_size": 128} -> choice and validated parameters.
Result<StageChoice> stageFromJson(std::string_view stage, const Json& json) {
    if (!json.is_object() || !json.contains("id") || !json["id"].is_string())
        return fail(ErrorCode::Usage,
                    "recipe: stage '{}' wants an object with the \"id\" of its choice", stage);
    StageChoice choice{std::string(stage), json["id"].get<std::string>(), nullptr};
    BITSMITH_TRY(std::unique_ptr<Params> params, stageDefaults(stage, choice.id));
    Json values = json;
    values.erase("id");
    if (auto status = params->fromJson(values); !status)
        return fail(ErrorCode::Usage, "recipe: stage '{}': {}", stage, status.error().message);
    choice.params = std::move(params);
    return choice;
}

Status checkStages(const Recipe& recipe) {
    const StageChoice &grid = *recipe.stage("grid"), &round = *recipe.stage("round");
    if (findGrid(grid.id)->wholeRowsOnly() && findRounder(round.id)->columnByColumn())
        return fail(ErrorCode::Usage,
                    "recipe '{}': the grid '{}' writes whole blocks at once, '{}' rounds column by "
                    "column. Use the rounder 'nearest' (round=nearest), or the grid 'affine' with "
                    "group_size 32 and symmetric, which exports to Q4_0, Q5_0 and Q8_0 exactly",
                    recipe.id, grid.id, round.id);
    for (std::size_t i = 0; i < recipe.stages.size(); ++i) {
        const StageChoice& choice = recipe.stages[i];
        for (std::size_t j = 0; j < i; ++j)
            if (recipe.stages[j].stage == choice.stage && recipe.stages[j].id == choice.id)
                return fail(ErrorCode::Usage, "recipe '{}': '{}' stands twice in the stage '{}'",
                            recipe.id, choice.id, choice.stage);
        const LayerStage* stage = findLayerStage(choice.stage, choice.id);
        if (!stage) continue;
        if (auto status = stage->accepts(recipe, *choice.params); !status)
            return fail(status.error().code, "recipe '{}': {}", recipe.id, status.error().message);
    }
    if (dynamic_cast<const LatticeRounder*>(findRounder(round.id)) &&
        !findGrid(grid.id)->unbounded())
        return fail(ErrorCode::Usage,
                    "recipe '{}': the rounder '{}' works on whole multiples of a step, which the "
                    "grid '{}' has not. Use the grid 'lattice' (grid=lattice)",
                    recipe.id, round.id, grid.id);
    if (recipe.asymmetry() > 0 && !recipe.sequential())
        return fail(
            ErrorCode::Usage,
            "recipe '{}': asymmetry looks at what quantized predecessors did to the inputs, "
            "which only sequential statistics show. Use sequential=true, or asymmetry=0",
            recipe.id);
    if (const auto* demand = dynamic_cast<const GridDemand*>(findRounder(round.id)))
        if (auto status = demand->accepts(*findGrid(grid.id), *grid.params); !status)
            return fail(status.error().code, "recipe '{}': {}", recipe.id, status.error().message);
    return {};
}

Status checkBits(const Recipe& recipe, int bits) {
    const StageChoice& grid = *recipe.stage("grid");
    BITSMITH_CHECK(findGrid(grid.id)->layout(1, 1, bits, *grid.params, false));
    return {};
}

// The choice of a stage that has a field; the stage's last where none has it, so that its error
// names what there is; nullptr: no such stage.
StageChoice* withField(std::vector<StageChoice>& stages, std::string_view stage,
                       std::string_view field) {
    StageChoice* found = nullptr;
    for (StageChoice& choice : stages) {
        if (choice.stage != stage) continue;
        found = &choice;
        if (std::ranges::count(choice.params->fields(), field, &Field::id) > 0) break;
    }
    return found;
}

bool isWord(std::string_view id) {
    return !id.empty() && id.size() <= 64 && std::ranges::all_of(id, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

} // namespace

const StageChoice* Recipe::stage(std::string_view name) const {
    const auto found = std::ranges::find(stages, name, &StageChoice::stage);
    return found == stages.end() ? nullptr : &*found;
}

bool Recipe::wantsFisher() const {
    const StageChoice* grid = stage("grid");
    const Grid* found = grid ? findGrid(grid->id) : nullptr;
    return found && found->wantsFisher(*grid->params);
}

bool Recipe::needsStats() const {
    return std::ranges::any_of(stages, [](const StageChoice& choice) {
        if (const LayerStage* found = findLayerStage(choice.stage, choice.id))
            return found->needsStats(*choice.params);
        return std::ranges::any_of(stageChoices(choice.stage), [&](const ChoiceInfo* info) {
            return info->id == choice.id && info->needsStats;
        });
    });
}

bool Recipe::sequential() const {
    const StageChoice* round = stage("round");
    for (const Field& field : round->params->fields())
        if (field.id == "sequential" && std::holds_alternative<bool>(field.value))
            return std::get<bool>(field.value);
    return false;
}

double Recipe::asymmetry() const {
    const StageChoice* round = stage("round");
    for (const Field& field : round->params->fields())
        if (field.id == "asymmetry" && std::holds_alternative<double>(field.value))
            return std::get<double>(field.value);
    return 0;
}

bool Recipe::entropyCoded() const {
    const StageChoice* encode = stage("encode");
    return encode && encode->id == "rans";
}

Json toJson(const Recipe& recipe) {
    Json stages = Json::object();
    for (const StageChoice& choice : recipe.stages) {
        Json values = {{"id", choice.id}};
        const Json params = choice.params->toJson();
        for (const auto& [name, value] : params.items()) values[name] = value;
        Json& place = stages[choice.stage];
        if (place.is_null())
            place = std::move(values);
        else if (place.is_array())
            place.push_back(std::move(values));
        else
            place = Json::array({std::move(place), std::move(values)});
    }
    Json out = {{"id", recipe.id},       {"title", recipe.title}, {"summary", recipe.summary},
                {"paper", recipe.paper}, {"bits", recipe.bits},   {"stages", std::move(stages)}};
    if (recipe.activations) out["activations"] = recipe.activations->text();
    return out;
}

Result<std::shared_ptr<const Recipe>> recipeFromJson(const Json& json) {
    if (!json.is_object()) return fail(ErrorCode::Usage, "recipe: expected a JSON object");
    Recipe recipe;
    BITSMITH_TRY(recipe.id, textMember(json, "id"));
    BITSMITH_TRY(recipe.title, textMember(json, "title"));
    BITSMITH_TRY(recipe.summary, textMember(json, "summary"));
    BITSMITH_TRY(recipe.paper, textMember(json, "paper"));
    if (!isWord(recipe.id))
        return fail(ErrorCode::Usage,
                    "recipe: the id '{}' wants small letters, digits and underscores", recipe.id);
    if (recipe.title.empty()) recipe.title = recipe.id;
    for (const auto& [name, value] : json.items())
        if (name != "id" && name != "title" && name != "summary" && name != "paper" &&
            name != "bits" && name != "stages" && name != "activations")
            return fail(ErrorCode::Usage,
                        "recipe '{}': unknown member '{}'; known: id, title, summary, paper, bits, "
                        "stages, activations",
                        recipe.id, name);
    if (const auto bits = json.find("bits"); bits != json.end()) {
        if (!bits->is_number_integer() || bits->get<std::int64_t>() < 1 ||
            bits->get<std::int64_t>() > 16)
            return fail(ErrorCode::Usage, "recipe '{}': 'bits' wants a small whole number",
                        recipe.id);
        recipe.bits = bits->get<int>();
    }
    if (json.contains("activations")) {
        BITSMITH_TRY(const std::string text, textMember(json, "activations"));
        BITSMITH_TRY(recipe.activations, parseActivationScheme(text));
    }
    const auto stages = json.find("stages");
    if (stages == json.end() || !stages->is_object())
        return fail(ErrorCode::Usage, "recipe '{}': wants \"stages\"", recipe.id);
    for (const auto& [name, value] : stages->items())
        if (!findStage(name)) return fail(stageDefaults(name, "").error());
    for (const StageInfo& info : allStages()) {
        const std::string name(info.id);
        const auto found = stages->find(name);
        const bool none = found == stages->end() || found->is_null() ||
                          (found->is_object() && found->value("id", Json()) == "none");
        if (none && info.required)
            return fail(ErrorCode::Usage, "recipe '{}': the stage '{}' is missing", recipe.id,
                        name);
        if (none) continue;
        if (found->is_array() && !info.many)
            return fail(ErrorCode::Usage, "recipe '{}': the stage '{}' takes one choice", recipe.id,
                        name);
        for (const Json& one : found->is_array() ? *found : Json::array({*found})) {
            BITSMITH_TRY(StageChoice choice, stageFromJson(info.id, one));
            recipe.stages.push_back(std::move(choice));
        }
    }
    BITSMITH_CHECK(checkStages(recipe));
    BITSMITH_CHECK(checkBits(recipe, recipe.bits));
    return std::make_shared<const Recipe>(std::move(recipe));
}

Result<std::shared_ptr<const Recipe>> withParameters(const Recipe& recipe, const Json& changes) {
    if (!changes.is_object())
        return fail(ErrorCode::Usage, "recipe changes: expected a JSON object");
    auto changed = std::make_shared<Recipe>(recipe);
    for (const auto& [stage, values] : changes.items()) {
        if (!values.is_object())
            return fail(ErrorCode::Usage, "recipe '{}', stage '{}': expected an object of changes",
                        recipe.id, stage);
        for (const auto& [field, value] : values.items()) {
            StageChoice* found = withField(changed->stages, stage, field);
            if (!found)
                return fail(ErrorCode::Usage, "recipe '{}' has no stage '{}'", recipe.id, stage);
            std::unique_ptr<Params> params = found->params->clone();
            if (auto status = params->fromJson(Json{{field, value}}); !status)
                return fail(ErrorCode::Usage, "recipe '{}', stage '{}': {}", recipe.id, stage,
                            status.error().message);
            found->params = std::move(params);
        }
    }
    BITSMITH_CHECK(checkStages(*changed));
    BITSMITH_CHECK(checkBits(*changed, changed->bits));
    return changed;
}

Result<std::shared_ptr<const Recipe>> withSetting(const Recipe& recipe, std::string_view name,
                                                  std::string_view value) {
    if (name == "activations") {
        auto changed = std::make_shared<Recipe>(recipe);
        changed->activations.reset();
        if (value == "none") return changed;
        BITSMITH_TRY(changed->activations, parseActivationScheme(value));
        return changed;
    }
    if (findStage(name)) { // another choice, with its own defaults
        Json json = toJson(recipe);
        // Several, where the stage takes them: "outliers+refit".
        Json choices = Json::array();
        while (true) {
            const auto plus = value.find('+');
            choices.push_back({{"id", value.substr(0, plus)}});
            if (plus == value.npos) break;
            value.remove_prefix(plus + 1);
        }
        json["stages"][std::string(name)] = choices.size() == 1 ? choices[0] : choices;
        return recipeFromJson(json);
    }
    const auto dot = name.find('.');
    const auto wantedStage = dot == name.npos ? std::string_view() : name.substr(0, dot);
    const auto field = dot == name.npos ? name : name.substr(dot + 1);
    std::string known, owner;
    std::size_t matches = 0;
    FieldValue parsedValue;
    for (const StageChoice& choice : recipe.stages)
        for (const Field& f : choice.params->fields()) {
            known += fmt::format("{}{}", known.empty() ? "" : ", ", f.id);
            if (f.id != field || (!wantedStage.empty() && choice.stage != wantedStage)) continue;
            if (++matches > 1)
                return fail(ErrorCode::Usage,
                            "recipe '{}': two stages have '{}'; write {}.{} or {}.{}", recipe.id,
                            field, owner, field, choice.stage, field);
            owner = choice.stage;
            BITSMITH_TRY(parsedValue, parseFieldValue(name, value, f.value));
        }
    if (matches == 0)
        return fail(ErrorCode::Usage, "recipe '{}' has no parameter '{}'; it has: {}", recipe.id,
                    name, known.empty() ? "none" : known);
    Json change;
    std::visit([&](const auto& v) { change[owner][std::string(field)] = v; }, parsedValue);
    return withParameters(recipe, change);
}

Json toReference(const Recipe& recipe) {
    const auto original = findRecipe(recipe.id);
    if (!original) return toJson(recipe);
    Json changes = Json::object();
    const Json mine = toJson(recipe), base = toJson(**original);
    for (const char* member : {"title", "summary", "paper", "bits"})
        if (mine[member] != base[member]) return mine;
    if (mine["stages"].size() != base["stages"].size()) return mine;
    if (recipe.activations != (*original)->activations) return mine;
    for (const auto& [stage, values] : mine["stages"].items()) {
        const Json& theirs = base["stages"].value(stage, Json());
        if (values == theirs) continue;
        if (!values.is_object() || !theirs.is_object() || theirs["id"] != values["id"]) return mine;
        for (const auto& [name, value] : values.items())
            if (base["stages"][stage][name] != value) changes[stage][name] = value;
    }
    Json out = {{"id", recipe.id}};
    if (!changes.empty()) out["changes"] = std::move(changes);
    return out;
}

Result<std::shared_ptr<const Recipe>> recipeFromReference(const Json& json) {
    if (!json.is_object()) return fail(ErrorCode::Usage, "recipe: expected a JSON object");
    if (json.contains("stages")) return recipeFromJson(json);
    BITSMITH_TRY(const std::string id, textMember(json, "id"));
    BITSMITH_TRY(const auto base, findRecipe(id));
    return json.contains("changes") ? withParameters(*base, json["changes"]) : base;
}

} // namespace bitsmith

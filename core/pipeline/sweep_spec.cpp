#include "core/pipeline/sweep_spec.h"

#include "core/allocate/allocator.h"
#include "core/io/strict_json.h"
#include "core/plan/presets.h"
#include "core/sensitivity/metric.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>

namespace bitsmith {
namespace {

using Json = nlohmann::json;
constexpr std::size_t MostPoints = 10000;

// An object of the spec: takes members by name, and complains about those that nobody took.
class Members {
public:
    Members(const Json& json, const std::filesystem::path& file, std::string place)
        : m_json(json), m_file(file), m_place(std::move(place)) {}

    tl::unexpected<Error> wrong(std::string_view key, std::string_view what) const {
        return fail(ErrorCode::BadInput, "'{}': {}: {}", m_file.string(), path(key), what);
    }
    std::string path(std::string_view key) const {
        return m_place.empty() ? std::string(key) : fmt::format("{}.{}", m_place, key);
    }
    const Json* find(const char* key) {
        m_known.push_back(key);
        const auto at = m_json.find(key);
        return at == m_json.end() ? nullptr : &*at;
    }
    Status object() const {
        if (m_json.is_object()) return {};
        return fail(ErrorCode::BadInput, "'{}': {} must be an object", m_file.string(),
                    m_place.empty() ? "the sweep" : m_place);
    }
    Status text(const char* key, std::string& out) {
        const Json* value = find(key);
        if (!value) return {};
        if (!value->is_string()) return wrong(key, "wants a text");
        out = value->get<std::string>();
        return {};
    }
    Status flag(const char* key, bool& out) {
        const Json* value = find(key);
        if (!value) return {};
        if (!value->is_boolean()) return wrong(key, "wants true or false");
        out = value->get<bool>();
        return {};
    }
    template <class T>
    Status count(const char* key, T& out, std::uint64_t least = 0) {
        const Json* value = find(key);
        if (!value) return {};
        constexpr std::uint64_t Most = std::numeric_limits<std::uint32_t>::max();
        if (!value->is_number_unsigned() || value->get<std::uint64_t>() < least ||
            value->get<std::uint64_t>() > Most)
            return wrong(key, fmt::format("wants a whole number of {} or more", least));
        out = static_cast<T>(value->get<std::uint64_t>());
        return {};
    }
    // A file that must exist, relative to `folder`.
    Status file(const char* key, const std::filesystem::path& folder, std::filesystem::path& out) {
        std::string name;
        BITSMITH_CHECK(text(key, name));
        if (name.empty()) return {};
        out = folder / name; // an absolute name stays what it is
        std::error_code ignored;
        if (!std::filesystem::is_regular_file(out, ignored))
            return wrong(key, fmt::format("there is no file '{}'", out.string()));
        return {};
    }
    Status nothingElse() const {
        for (const auto& [key, value] : m_json.items())
            if (std::ranges::find(m_known, key) == m_known.end())
                return wrong(key, fmt::format("unknown; known are {}", fmt::join(m_known, ", ")));
        return {};
    }

private:
    const Json& m_json;
    const std::filesystem::path& m_file;
    std::string m_place;
    std::vector<std::string> m_known;
};

// A value or a list of them; absent: none.
std::vector<const Json*> alternatives(const Json* value) {
    std::vector<const Json*> out;
    if (value && value->is_array())
        for (const Json& item : *value) out.push_back(&item);
    else if (value)
        out.push_back(value);
    return out;
}

Result<std::string> parameterText(const Json& value, const Members& at, const std::string& key) {
    if (value.is_string()) return value.get<std::string>();
    if (value.is_boolean()) return std::string(value.get<bool>() ? "true" : "false");
    if (value.is_number_integer()) return fmt::format("{}", value.get<std::int64_t>());
    if (value.is_number()) return fmt::format("{}", value.get<double>());
    return at.wrong(key, "wants a number, a text, true or false, or a list of them");
}

// Every choice so far with every alternative.
template <class Apply>
void multiply(std::vector<SweepChoice>& choices, std::size_t count, const Apply& apply) {
    if (count == 0) return;
    std::vector<SweepChoice> out;
    for (const SweepChoice& choice : choices)
        for (std::size_t i = 0; i < count && out.size() <= MostPoints; ++i) {
            out.push_back(choice);
            apply(out.back(), i);
        }
    choices = std::move(out);
}

Status readParameters(Members& entry, std::vector<SweepChoice>& choices) {
    const Json* set = entry.find("set");
    if (!set) return {};
    if (!set->is_object()) return entry.wrong("set", "must be an object");
    for (const auto& [name, value] : set->items()) {
        std::vector<std::string> texts;
        for (const Json* item : alternatives(&value)) {
            BITSMITH_TRY(std::string text, parameterText(*item, entry, "set." + name));
            texts.push_back(std::move(text));
        }
        if (texts.empty()) return entry.wrong("set." + name, "an empty list");
        for (const SweepChoice& choice : choices) {
            const auto recipe = findRecipe(choice.recipe);
            for (const std::string& text : texts)
                if (auto changed = withSetting(**recipe, name, text); !changed)
                    return entry.wrong("set." + name, changed.error().message);
        }
        multiply(choices, texts.size(), [&](SweepChoice& choice, std::size_t i) {
            choice.parameters.emplace_back(name, texts[i]);
        });
    }
    return {};
}

Status readBits(Members& entry, std::vector<SweepChoice>& choices) {
    std::vector<int> widths;
    const Json* value = entry.find("bits");
    for (const Json* item : alternatives(value)) {
        if (!item->is_number_unsigned() || item->get<std::uint64_t>() < 1 ||
            item->get<std::uint64_t>() > 16)
            return entry.wrong("bits", "wants whole numbers in 1..16");
        widths.push_back(item->get<int>());
    }
    if (value && widths.empty()) return entry.wrong("bits", "an empty list");
    multiply(choices, widths.size(),
             [&](SweepChoice& choice, std::size_t i) { choice.bits = widths[i]; });
    return {};
}

Result<std::vector<std::string>> names(Members& entry, const char* key) {
    std::vector<std::string> out;
    const Json* value = entry.find(key);
    for (const Json* item : alternatives(value)) {
        if (!item->is_string()) return entry.wrong(key, "wants a text or a list of texts");
        out.push_back(item->get<std::string>());
    }
    if (value && out.empty()) return entry.wrong(key, "an empty list");
    return out;
}

// Every budget with every allocator and sensitivity.
Status readBudget(Members& entry, std::vector<SweepChoice>& choices) {
    std::vector<double> budgets;
    const Json* value = entry.find("budget_bpw");
    for (const Json* item : alternatives(value)) {
        if (!item->is_number() || !(item->get<double>() >= 0.5) || item->get<double>() > 16)
            return entry.wrong("budget_bpw", "wants bits per weight in 0.5..16");
        budgets.push_back(item->get<double>());
    }
    if (value && budgets.empty()) return entry.wrong("budget_bpw", "an empty list");
    BITSMITH_TRY(auto allocators, names(entry, "allocator"));
    BITSMITH_TRY(auto sensitivities, names(entry, "sensitivity"));
    int least = 0, most = 0;
    BITSMITH_CHECK(entry.count("min_bits", least, 1));
    BITSMITH_CHECK(entry.count("max_bits", most, 1));
    if (budgets.empty()) {
        if (!allocators.empty() || !sensitivities.empty() || least > 0 || most > 0)
            return entry.wrong("budget_bpw", "missing; allocator, sensitivity, min_bits and "
                                             "max_bits are about a budget");
        return {};
    }
    if (allocators.empty()) allocators.emplace_back(DefaultAllocator);
    if (sensitivities.empty()) sensitivities.emplace_back("none");
    for (const std::string& id : allocators)
        if (auto found = findAllocator(id); !found)
            return entry.wrong("allocator", found.error().message);
    for (const std::string& id : sensitivities)
        if (auto found = findSensitivityMetric(id); !found && id != "none")
            return entry.wrong("sensitivity", found.error().message);
    multiply(choices, allocators.size(), [&](SweepChoice& choice, std::size_t i) {
        choice.allocator = allocators[i];
        choice.leastBits = least;
        choice.mostBits = most;
    });
    multiply(choices, sensitivities.size(), [&](SweepChoice& choice, std::size_t i) {
        choice.sensitivity = sensitivities[i];
        choice.series =
            fmt::format("{}, {}{}", choice.recipe,
                        choice.allocator == DefaultAllocator ? std::string()
                                                             : fmt::format("{} ", choice.allocator),
                        sensitivities[i] == "none" ? "weights" : sensitivities[i]);
    });
    multiply(choices, budgets.size(),
             [&](SweepChoice& choice, std::size_t i) { choice.budgetBits = budgets[i]; });
    return {};
}

Result<std::vector<SweepChoice>> readEntry(const Json& json, const std::filesystem::path& file,
                                           std::size_t index) {
    Members entry(json, file, fmt::format("grid[{}]", index));
    BITSMITH_CHECK(entry.object());
    BITSMITH_TRY(const auto recipes, names(entry, "recipe"));
    BITSMITH_TRY(const auto presets, names(entry, "preset"));
    if (recipes.empty() == presets.empty())
        return entry.wrong("recipe", "give either a recipe or a preset");
    std::vector<SweepChoice> choices;
    for (const std::string& id : recipes) {
        if (auto found = findRecipe(id); !found)
            return entry.wrong("recipe", found.error().message);
        choices.push_back({.series = id, .recipe = id});
    }
    for (const std::string& id : presets) {
        if (std::ranges::find(allPresets(), id, &PresetInfo::id) == allPresets().end())
            return entry.wrong("preset", fmt::format("llama.cpp has no preset '{}'", id));
        choices.push_back({.series = "llama.cpp presets", .preset = id});
    }
    if (presets.empty()) {
        BITSMITH_CHECK(readBits(entry, choices));
        BITSMITH_CHECK(readParameters(entry, choices));
        BITSMITH_CHECK(readBudget(entry, choices));
    }
    BITSMITH_TRY(const auto settings, names(entry, "settings"));
    std::string name;
    BITSMITH_CHECK(entry.text("name", name));
    for (SweepChoice& choice : choices) {
        choice.settings = settings;
        if (!name.empty()) choice.series = name;
    }
    BITSMITH_CHECK(entry.nothingElse());
    return choices;
}

Status readEval(const Json* json, const std::filesystem::path& texts, SweepSpec& spec) {
    if (!json)
        return fail(ErrorCode::BadInput, "'{}': eval: missing; it says what points are measured on",
                    spec.file.string());
    Members eval(*json, spec.file, "eval");
    BITSMITH_CHECK(eval.object());
    BITSMITH_CHECK(eval.file("text", texts, spec.evalText));
    if (spec.evalText.empty()) return eval.wrong("text", "missing");
    std::string protocol = "windows";
    BITSMITH_CHECK(eval.text("protocol", protocol));
    const auto known = protocolFromName(protocol);
    if (!known)
        return eval.wrong("protocol", fmt::format("'{}' is not one of windows, documents, strided, "
                                                  "llamacpp",
                                                  protocol));
    spec.eval.protocol = *known;
    BITSMITH_CHECK(eval.text("separator", spec.eval.separator));
    BITSMITH_CHECK(eval.count("context", spec.eval.context));
    BITSMITH_CHECK(eval.count("stride", spec.eval.stride));
    BITSMITH_CHECK(eval.count("limit_tokens", spec.eval.limitTokens));
    BITSMITH_CHECK(eval.count("limit_documents", spec.eval.limitDocuments));
    return eval.nothingElse();
}

Status readGrid(const Json* json, SweepSpec& spec) {
    if (!json || !json->is_array() || json->empty())
        return fail(ErrorCode::BadInput, "'{}': grid: wants a list of at least one recipe",
                    spec.file.string());
    std::set<std::string> labels;
    for (std::size_t i = 0; i < json->size(); ++i) {
        BITSMITH_TRY(const auto choices, readEntry((*json)[i], spec.file, i));
        for (const SweepChoice& choice : choices) {
            if (!labels.insert(choice.label()).second)
                return fail(ErrorCode::BadInput, "'{}': grid[{}]: '{}' is there twice",
                            spec.file.string(), i, choice.label());
            spec.grid.push_back(choice);
        }
        if (spec.grid.size() > MostPoints)
            return fail(ErrorCode::BadInput, "'{}': grid: more than {} points", spec.file.string(),
                        MostPoints);
    }
    return {};
}

} // namespace

std::string SweepChoice::label() const {
    std::string out = preset.empty() ? recipe : preset;
    if (bits > 0) out += fmt::format(" {} bits", bits);
    for (const auto& [name, value] : parameters) out += fmt::format(" {}={}", name, value);
    for (const std::string& setting : settings) out += " " + setting;
    if (budgetBits > 0) {
        out += fmt::format(" {} bpw {} {}", budgetBits, allocator, sensitivity);
        if (leastBits > 0) out += fmt::format(" from {}", leastBits);
        if (mostBits > 0) out += fmt::format(" to {}", mostBits);
    }
    return out;
}

Result<SweepSpec> readSweepSpec(const std::filesystem::path& file,
                                const std::filesystem::path& textFolder) {
    BITSMITH_TRY(const Json json, readStrictJson(file, std::size_t{1} << 24));
    SweepSpec spec;
    spec.file = file;
    const std::filesystem::path texts = textFolder.empty() ? file.parent_path() : textFolder;
    Members all(json, spec.file, "");
    BITSMITH_CHECK(all.object());
    BITSMITH_CHECK(all.file("text", texts, spec.calibrationText));
    BITSMITH_CHECK(all.count("samples", spec.calibration.samples, 1));
    BITSMITH_CHECK(all.count("context", spec.calibration.context));
    BITSMITH_CHECK(all.count("seed", spec.calibration.seed));
    BITSMITH_CHECK(all.count("sensitivity_tokens", spec.sensitivityTokens));
    BITSMITH_CHECK(readEval(all.find("eval"), texts, spec));
    BITSMITH_CHECK(readGrid(all.find("grid"), spec));
    BITSMITH_CHECK(all.flag("keep_outputs", spec.keepOutputs));
    std::string output;
    BITSMITH_CHECK(all.text("output", output));
    if (!output.empty()) spec.output = file.parent_path() / output;
    if (spec.keepOutputs && output.empty())
        return all.wrong("output", "missing; keep_outputs needs a folder to keep them in");
    BITSMITH_CHECK(all.nothingElse());
    return spec;
}

Result<std::shared_ptr<const Plan>> planOf(const SweepChoice& choice, std::string model,
                                           std::string modelKey, std::vector<PlanTensor> tensors) {
    BITSMITH_TRY(auto recipe, findRecipe(choice.preset.empty() ? choice.recipe : "rtn"));
    for (const auto& [name, value] : choice.parameters) {
        BITSMITH_TRY(recipe, withSetting(*recipe, name, value));
    }
    BITSMITH_TRY(auto plan, makePlan(std::move(model), std::move(modelKey), std::move(tensors),
                                     recipe, choice.bits));
    if (!choice.preset.empty()) {
        BITSMITH_TRY(plan, withPreset(*plan, choice.preset));
    }
    for (const std::string& setting : choice.settings) {
        BITSMITH_TRY(plan, withSetting(*plan, setting));
    }
    return plan;
}

} // namespace bitsmith

// "GLOB:bits=3,recipe=gptq,group_size=64,lock" on a plan.
#include "core/plan/glob.h"
#include "core/plan/plan.h"

#include <charconv>
#include <map>

namespace bitsmith {
namespace {

struct Setting {
    std::string glob;
    std::shared_ptr<const Recipe> recipe;
    int bits = 0;
    bool keep = false;
    int locked = -1;                                             // as in PlanEdit
    std::vector<std::pair<std::string, std::string>> parameters; // of whatever recipe the row has
};

Result<Setting> parseSetting(const std::string& text) {
    const auto colon = text.rfind(':', text.find('=')); // values may have some, too
    if (colon == text.npos || colon == 0 || colon + 1 == text.size())
        return fail(ErrorCode::Usage,
                    "setting '{}': expected GLOB:name=value,..., for example "
                    "'*down*:bits=3,recipe=gptq'",
                    text);
    Setting setting;
    setting.glob = text.substr(0, colon);
    std::size_t first = colon + 1;
    while (first <= text.size()) {
        const auto comma = std::min(text.find(',', first), text.size());
        const std::string item = text.substr(first, comma - first);
        first = comma + 1;
        const auto equals = item.find('=');
        const std::string name = item.substr(0, equals);
        const std::string value = equals == item.npos ? "" : item.substr(equals + 1);
        if (item == "keep") {
            setting.keep = true;
        } else if (item == "lock" || item == "unlock") {
            setting.locked = item == "lock";
        } else if (name.empty() || value.empty()) {
            return fail(ErrorCode::Usage, "setting '{}': '{}' is not name=value", text, item);
        } else if (name == "bits") {
            const auto [end, error] =
                std::from_chars(value.data(), value.data() + value.size(), setting.bits);
            if (error != std::errc() || end != value.data() + value.size() || setting.bits < 1)
                return fail(ErrorCode::Usage,
                            "setting '{}': 'bits' wants a whole number above 0, not '{}'", text,
                            value);
        } else if (name == "recipe") {
            BITSMITH_TRY(setting.recipe, findRecipe(value));
        } else {
            setting.parameters.emplace_back(name, value);
        }
    }
    if (setting.keep && (setting.recipe || setting.bits > 0 || !setting.parameters.empty()))
        return fail(ErrorCode::Usage, "setting '{}': 'keep' stands alone", text);
    return setting;
}

Result<std::vector<std::size_t>> matchingRows(const Plan& plan, const std::string& glob) {
    std::vector<std::size_t> rows, onRequest;
    std::string refused;
    bool usual = false; // matches tensors that plans quantize unasked
    for (std::size_t i = 0; i < plan.model_tensors.size(); ++i) {
        const PlanTensor& tensor = plan.model_tensors[i];
        const std::string place =
            tensor.block < 0 ? tensor.role : fmt::format("{}.{}", tensor.block, tensor.role);
        if (!globMatches(glob, tensor.name) && !globMatches(glob, place)) continue;
        usual = usual || tensor.quantizable;
        if (tensor.quantizable || (tensor.onRequest && plan.tensors[i]->recipe))
            rows.push_back(i);
        else if (tensor.onRequest)
            onRequest.push_back(i);
        else if (refused.empty())
            refused = tensor.name;
    }
    if (!usual) rows.insert(rows.end(), onRequest.begin(), onRequest.end());
    if (!rows.empty()) return rows;
    if (!refused.empty())
        return fail(ErrorCode::Usage,
                    "'{}' matches no tensor that can be quantized ('{}' is kept as stored)", glob,
                    refused);
    return fail(ErrorCode::Usage,
                "'{}' matches no tensor; names look like '{}' (list them with inspect)", glob,
                plan.model_tensors.empty() ? "" : plan.model_tensors[0].name);
}

} // namespace

Result<std::shared_ptr<const Plan>> withSetting(const Plan& plan, const std::string& text) {
    BITSMITH_TRY(const Setting setting, parseSetting(text));
    BITSMITH_TRY(const auto rows, matchingRows(plan, setting.glob));
    if (setting.parameters.empty())
        return edited(plan, rows,
                      {.recipe = setting.recipe,
                       .bits = setting.bits,
                       .locked = setting.locked,
                       .keep = setting.keep});
    // Rows that shared a recipe share the changed one.
    std::map<const Recipe*, std::pair<std::shared_ptr<const Recipe>, std::vector<std::size_t>>>
        sets;
    for (const std::size_t row : rows) {
        const auto& base = setting.recipe ? setting.recipe : plan.tensors[row]->recipe;
        if (!base)
            return fail(ErrorCode::Usage,
                        "setting '{}': {} is kept as stored; name a recipe as well", text,
                        plan.tensors[row]->tensor);
        auto& [recipe, members] = sets[base.get()];
        if (!recipe) {
            recipe = base;
            for (const auto& [name, value] : setting.parameters) {
                BITSMITH_TRY(recipe, withSetting(*recipe, name, value));
            }
        }
        members.push_back(row);
    }
    auto next = std::make_shared<const Plan>(plan);
    for (const auto& [base, set] : sets) {
        BITSMITH_TRY(next,
                     edited(*next, set.second,
                            {.recipe = set.first, .bits = setting.bits, .locked = setting.locked}));
    }
    return next;
}

} // namespace bitsmith

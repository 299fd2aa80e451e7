#include "core/base/params.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

} // namespace

namespace detail {

Status checkField(std::string_view id, const FieldInfo& info, const FieldValue& value) {
    double number = 0;
    if (const int* i = std::get_if<int>(&value)) number = *i;
    if (const double* d = std::get_if<double>(&value)) {
        number = *d;
        if (!std::isfinite(number))
            return fail(ErrorCode::Usage, "parameter '{}': not a finite number", id);
    }
    const bool numeric =
        std::holds_alternative<int>(value) || std::holds_alternative<double>(value);
    if (numeric && info.max > info.min && (number < info.min || number > info.max))
        return fail(ErrorCode::Usage, "parameter '{}': {} is outside {}..{}", id, number, info.min,
                    info.max);
    if (const auto* text = std::get_if<std::string>(&value);
        text && !info.choices.empty() &&
        std::ranges::find(info.choices, *text) == info.choices.end())
        return fail(ErrorCode::Usage, "parameter '{}': '{}' is none of {}", id, *text,
                    joined(info.choices));
    return {};
}

tl::unexpected<Error> unknownField(std::string_view id, const std::vector<Field>& known) {
    std::vector<std::string> names;
    for (const auto& field : known) names.push_back(field.id);
    return fail(ErrorCode::Usage, "unknown parameter '{}'; known: {}", id,
                names.empty() ? "none" : joined(names));
}

tl::unexpected<Error> wrongFieldType(std::string_view id, const FieldValue& wanted) {
    static constexpr const char* Names[] = {"true or false", "a whole number", "a number", "text"};
    return fail(ErrorCode::Usage, "parameter '{}' wants {}", id, Names[wanted.index()]);
}

} // namespace detail

nlohmann::ordered_json Params::toJson() const {
    nlohmann::ordered_json out = nlohmann::ordered_json::object();
    for (const auto& field : fields())
        std::visit([&](const auto& v) { out[field.id] = v; }, field.value);
    return out;
}

Result<FieldValue> parseFieldValue(std::string_view name, std::string_view text,
                                   const FieldValue& like) {
    const char *first = text.data(), *last = text.data() + text.size();
    const auto wants = [&](const char* kind) {
        return fail(ErrorCode::Usage, "parameter '{}' wants {}, not '{}'", name, kind, text);
    };
    if (std::holds_alternative<bool>(like)) {
        if (text == "true" || text == "on" || text == "yes" || text == "1") return FieldValue(true);
        if (text == "false" || text == "off" || text == "no" || text == "0")
            return FieldValue(false);
        return wants("true or false");
    }
    if (std::holds_alternative<int>(like)) {
        int value = 0;
        const auto [end, error] = std::from_chars(first, last, value);
        if (error != std::errc() || end != last) return wants("a whole number");
        return FieldValue(value);
    }
    if (std::holds_alternative<double>(like)) {
        double value = 0;
        const auto [end, error] = std::from_chars(first, last, value);
        if (error != std::errc() || end != last) return wants("a number");
        return FieldValue(value);
    }
    return FieldValue(std::string(text));
}

Status Params::setText(std::string_view id, std::string_view text) {
    const auto all = fields();
    const auto field = std::ranges::find(all, id, &Field::id);
    if (field == all.end()) return detail::unknownField(id, all);
    BITSMITH_TRY(const FieldValue value, parseFieldValue(id, text, field->value));
    return set(id, value);
}

Status Params::fromJson(const nlohmann::ordered_json& object) {
    if (!object.is_object()) return fail(ErrorCode::Usage, "parameters: expected a JSON object");
    for (const auto& [id, json] : object.items()) {
        FieldValue value;
        if (json.is_boolean()) {
            value = json.get<bool>();
        } else if (json.is_number_integer()) {
            const auto whole = json.get<std::int64_t>();
            if (whole < INT32_MIN || whole > INT32_MAX)
                return fail(ErrorCode::Usage, "parameter '{}': {} is out of range", id, whole);
            value = static_cast<int>(whole);
        } else if (json.is_number()) {
            value = json.get<double>();
        } else if (json.is_string()) {
            value = json.get<std::string>();
        } else {
            return fail(ErrorCode::Usage, "parameter '{}': expected a number, text, true or false",
                        id);
        }
        BITSMITH_CHECK(set(id, value));
    }
    return {};
}

} // namespace bitsmith

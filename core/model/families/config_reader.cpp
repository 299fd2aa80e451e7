#include "core/model/families/config_reader.h"

#include <cmath>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

// A value as a message shows it: short, whatever the file holds.
std::string shown(const nlohmann::json& value) {
    if (value.is_array()) return "a list";
    if (value.is_object()) return "an object";
    std::string text = value.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
    if (text.size() > 40) text = text.substr(0, 37) + "...";
    return text;
}

} // namespace

ConfigReader::ConfigReader(const nlohmann::json& object, std::string where)
    : m_object(object), m_where(std::move(where)) {
    if (!object.is_object()) bad(fmt::format("expected a JSON object, found {}", shown(object)));
}

const nlohmann::json* ConfigReader::value(std::string_view key) const {
    if (!m_object.is_object()) return nullptr;
    const auto it = m_object.find(key);
    return it == m_object.end() || it->is_null() ? nullptr : &*it;
}

bool ConfigReader::has(std::string_view key) const { return value(key) != nullptr; }

bool ConfigReader::isNull(std::string_view key) const {
    if (!m_object.is_object()) return false;
    const auto it = m_object.find(key);
    return it != m_object.end() && it->is_null();
}

std::string_view ConfigReader::oneOf(std::initializer_list<std::string_view> keys) const {
    for (const auto key : keys)
        if (has(key)) return key;
    return *keys.begin();
}

std::optional<std::size_t> ConfigReader::optionalCount(std::string_view key, std::size_t most) {
    const nlohmann::json* found = value(key);
    if (!found) return std::nullopt;
    // Some converters write whole numbers as 4096.0.
    const bool whole =
        found->is_number_integer() ||
        (found->is_number_float() && std::trunc(found->get<double>()) == found->get<double>());
    if (!whole) {
        wrongType(key, "a whole number", *found);
        return std::nullopt;
    }
    // As double: no integer of the file can overflow on the way, and the bounds are far below 2^53.
    const double number = found->get<double>();
    if (!(number >= 1 && number <= static_cast<double>(most))) {
        bad(fmt::format("'{}' is {}; expected 1 to {}", key, shown(*found), most));
        return std::nullopt;
    }
    return static_cast<std::size_t>(number);
}

std::size_t ConfigReader::count(std::string_view key, std::size_t missing, std::size_t most) {
    return optionalCount(key, most).value_or(missing);
}

double ConfigReader::number(std::string_view key, double missing, double least, double most) {
    const nlohmann::json* found = value(key);
    if (!found) return missing;
    if (!found->is_number()) {
        wrongType(key, "a number", *found);
        return missing;
    }
    const double number = found->get<double>();
    if (!(number >= least && number <= most)) {
        bad(fmt::format("'{}' is {}; expected {} to {}", key, shown(*found), least, most));
        return missing;
    }
    return number;
}

bool ConfigReader::flag(std::string_view key, bool missing) {
    const nlohmann::json* found = value(key);
    if (!found) return missing;
    if (!found->is_boolean()) {
        wrongType(key, "true or false", *found);
        return missing;
    }
    return found->get<bool>();
}

std::string ConfigReader::text(std::string_view key, std::string_view missing) {
    const nlohmann::json* found = value(key);
    if (!found) return std::string(missing);
    if (!found->is_string()) {
        wrongType(key, "text", *found);
        return std::string(missing);
    }
    const auto& text = found->get_ref<const std::string&>();
    if (text.size() <= MaxText) return text;
    bad(fmt::format("'{}' is a text of {} bytes; expected at most {}", key, text.size(), MaxText));
    return std::string(missing);
}

void ConfigReader::wrongType(std::string_view key, std::string_view wanted,
                             const nlohmann::json& found) {
    bad(fmt::format("'{}' is {}; expected {}", key, shown(found), wanted));
}

void ConfigReader::bad(std::string message) {
    if (!m_error) m_error = Error{ErrorCode::BadInput, m_where + ": " + std::move(message)};
}

void ConfigReader::unsupported(std::string message) {
    if (!m_error) m_error = Error{ErrorCode::Unsupported, m_where + ": " + std::move(message)};
}

void ConfigReader::adopt(const ConfigReader& nested) {
    if (!m_error) m_error = nested.m_error;
}

Status ConfigReader::status() const {
    if (m_error) return fail(*m_error);
    return {};
}

} // namespace bitsmith

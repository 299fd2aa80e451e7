#include "core/text/json_place.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {

using nlohmann::json;

namespace {

constexpr std::size_t MaxFileBytes = std::size_t{256} << 20;
constexpr int MaxDepth = 64;

std::string lineAndColumn(std::string_view text, std::size_t byte) {
    const std::string_view before = text.substr(0, std::min(byte, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const std::size_t lineStart = before.rfind('\n') + 1; // npos + 1 is 0: the first line
    return fmt::format("line {}, column {}", line, before.size() - lineStart + 1);
}

// Where the nesting first goes too deep; text.size() if it never does. Without this check a file
// of brackets alone would fill the memory with nested values.
std::size_t tooDeepAt(std::string_view text) {
    int depth = 0;
    bool inString = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (inString) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                inString = false;
        } else if (c == '"') {
            inString = true;
        } else if (c == '[' || c == '{') {
            if (++depth > MaxDepth) return i;
        } else if (c == ']' || c == '}') {
            --depth;
        }
    }
    return text.size();
}

} // namespace

Result<json> readJsonFile(const TextFiles& files, std::string_view file) {
    BITSMITH_TRY(const std::string text, files.read(file, MaxFileBytes));
    const std::string name = files.place(file);
    if (const std::size_t place = tooDeepAt(text); place != text.size())
        return fail(ErrorCode::BadInput, "{}: {}: nested deeper than {} levels", name,
                    lineAndColumn(text, place), MaxDepth);
    try {
        return json::parse(text);
    } catch (const json::parse_error& error) {
        // The library counts the byte after the offending one; its text repeats what we say.
        const std::size_t place = error.byte > 0 ? error.byte - 1 : 0;
        std::string reason = error.what();
        if (const auto colon = reason.find(": "); colon != std::string::npos)
            reason.erase(0, colon + 2);
        return fail(ErrorCode::BadInput,
                    "{}: {}: not valid JSON ({}). The file is damaged or incomplete.", name,
                    lineAndColumn(text, place), reason);
    } catch (const json::exception& error) {
        return fail(ErrorCode::BadInput, "{}: not valid JSON ({})", name, error.what());
    }
}

std::optional<JsonPlace> JsonPlace::find(std::string_view name) const {
    if (!m_value->is_object()) return std::nullopt;
    const auto place = m_value->find(name);
    if (place == m_value->end() || place->is_null()) return std::nullopt;
    return child(*place, name);
}

JsonPlace JsonPlace::child(const json& value, std::string_view name) const {
    JsonPlace out(value, m_file);
    out.m_path = m_path.empty() || name.starts_with('[') ? m_path + std::string(name)
                                                         : m_path + "." + std::string(name);
    return out;
}

Result<JsonPlace> JsonPlace::member(std::string_view name) const {
    if (!m_value->is_object()) return bad("expected an object, found {}", m_value->type_name());
    if (auto found = find(name)) return *std::move(found);
    return bad("'{}' is missing", name);
}

Result<std::vector<JsonPlace>> JsonPlace::items() const {
    if (!m_value->is_array()) return bad("expected a list, found {}", m_value->type_name());
    std::vector<JsonPlace> out;
    out.reserve(m_value->size());
    for (std::size_t i = 0; i < m_value->size(); ++i)
        out.push_back(child((*m_value)[i], fmt::format("[{}]", i)));
    return out;
}

Result<std::string> JsonPlace::string() const {
    if (!m_value->is_string()) return bad("expected a text, found {}", m_value->type_name());
    return m_value->get_ref<const std::string&>();
}

Result<std::int64_t> JsonPlace::integer() const {
    if (!m_value->is_number_integer())
        return bad("expected a whole number, found {}", m_value->type_name());
    if (m_value->is_number_unsigned() &&
        m_value->get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX))
        return bad("the number {} is too large", m_value->get<std::uint64_t>());
    return m_value->get<std::int64_t>();
}

Result<bool> JsonPlace::boolean() const {
    if (!m_value->is_boolean())
        return bad("expected true or false, found {}", m_value->type_name());
    return m_value->get<bool>();
}

Result<std::string> JsonPlace::type() const {
    BITSMITH_TRY(const JsonPlace place, member("type"));
    return place.string();
}

Result<bool> JsonPlace::boolOr(std::string_view name, bool otherwise) const {
    const auto place = find(name);
    return place ? place->boolean() : otherwise;
}

Result<std::string> JsonPlace::stringOr(std::string_view name, std::string otherwise) const {
    const auto place = find(name);
    return place ? place->string() : std::move(otherwise);
}

tl::unexpected<Error> JsonPlace::complaint(ErrorCode code, const std::string& text) const {
    return m_path.empty() ? fail(code, "{}: {}", m_file, text)
                          : fail(code, "{}: {}: {}", m_file, m_path, text);
}

} // namespace bitsmith

// A value inside a JSON file together with where it stands, so that every complaint can name the
// file and the place: "tokenizer.json: model.merges[17]: expected two strings".
#pragma once

#include "core/base/result.h"
#include "core/text/text_files.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// Reads and parses one of the files. Errors (BadInput) name the file, line and column: unreadable,
// larger than 256 MiB, not JSON, nested deeper than 64 levels.
Result<nlohmann::json> readJsonFile(const TextFiles& files, std::string_view name);

// Borrows the value: the JSON document must outlive it.
class JsonPlace {
public:
    JsonPlace(const nlohmann::json& value, std::string file)
        : m_value(&value), m_file(std::move(file)) {}

    const nlohmann::json& value() const { return *m_value; }
    const std::string& file() const { return m_file; }

    // The member of an object; nothing where it is absent or null (or this is no object).
    std::optional<JsonPlace> find(std::string_view name) const;
    Result<JsonPlace> member(std::string_view name) const; // error where find() has nothing
    Result<std::vector<JsonPlace>> items() const;          // of an array
    JsonPlace child(const nlohmann::json& value, std::string_view name) const;

    Result<std::string> string() const;
    Result<std::int64_t> integer() const;
    Result<bool> boolean() const;
    Result<std::string> type() const; // the member "type", as a string

    // A member with a default for where it is absent or null.
    Result<bool> boolOr(std::string_view name, bool otherwise) const;
    Result<std::string> stringOr(std::string_view name, std::string otherwise) const;

    template <class... Args>
    [[nodiscard]] tl::unexpected<Error> bad(fmt::format_string<Args...> text,
                                            Args&&... args) const {
        return complaint(ErrorCode::BadInput, fmt::format(text, std::forward<Args>(args)...));
    }
    template <class... Args>
    [[nodiscard]] tl::unexpected<Error> unsupported(fmt::format_string<Args...> text,
                                                    Args&&... args) const {
        return complaint(ErrorCode::Unsupported, fmt::format(text, std::forward<Args>(args)...));
    }
    [[nodiscard]] tl::unexpected<Error> complaint(ErrorCode code, const std::string& text) const;

private:
    const nlohmann::json* m_value;
    std::string m_file, m_path;
};

} // namespace bitsmith

// Reads config.json keys with the defaults of the reference library and with bounds. The first
// problem is kept and the default returned, so that a family reads all its keys in a row and checks
// once at the end.
#pragma once

#include "core/base/result.h"

#include <cstddef>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace bitsmith {

class ConfigReader {
public:
    // where: "config.json" or the key that holds this object.
    explicit ConfigReader(const nlohmann::json& object, std::string where = "config.json");

    // Present and not null.
    bool has(std::string_view key) const;
    // Present as null: transformers then derives the value instead of taking the class's default.
    bool isNull(std::string_view key) const;
    // Of several names of one key the first that is present; otherwise the first.
    std::string_view oneOf(std::initializer_list<std::string_view> keys) const;
    // A whole number in [1, most].
    std::size_t count(std::string_view key, std::size_t missing, std::size_t most);
    // As count(), but nothing where the key is missing or null.
    std::optional<std::size_t> optionalCount(std::string_view key, std::size_t most);
    // A finite number in [least, most].
    double number(std::string_view key, double missing, double least, double most);
    bool flag(std::string_view key, bool missing);
    // At most MaxText bytes.
    std::string text(std::string_view key, std::string_view missing);
    // The value itself; nullptr where missing or null.
    const nlohmann::json* value(std::string_view key) const;

    // Notes a problem of the file, or of this version, unless there is one already.
    void bad(std::string message);
    void unsupported(std::string message);
    bool ok() const { return !m_error; }
    const std::string& where() const { return m_where; }
    // Takes over the problem of a reader of a nested object.
    void adopt(const ConfigReader& nested);
    Status status() const;

private:
    void wrongType(std::string_view key, std::string_view wanted, const nlohmann::json& found);
    const nlohmann::json& m_object;
    std::string m_where;
    std::optional<Error> m_error;
};

// Bounds that no real model comes near; they keep a hostile config from costing memory or time.
inline constexpr std::size_t MaxFeatures = std::size_t{1} << 20;
inline constexpr std::size_t MaxText = 200;
inline constexpr std::size_t MaxBlocks = 4096;
inline constexpr std::size_t MaxVocabulary = std::size_t{1} << 24;
inline constexpr std::size_t MaxPositions = std::size_t{1} << 28;

} // namespace bitsmith

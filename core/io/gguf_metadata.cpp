// Access to the metadata of a GGUF file by key and kind.
#include "core/io/gguf_file.h"
#include "core/io/gguf_values.h"
#include "core/io/text_checks.h"

#include <algorithm>

namespace bitsmith {
namespace {

tl::unexpected<Error> otherKind(std::string_view key, const GgufValue& value,
                                const char* expected) {
    return fail(ErrorCode::BadInput, "the metadata key {} is {}{}, where {} is expected",
                quotedName(key), value.isArray() ? "an array of " : "of type ",
                ggufTypeName(value.type), expected);
}

} // namespace

const GgufValue* GgufMetadata::find(std::string_view key) const {
    const auto at = std::ranges::find(m_items, key, &Item::first);
    return at == m_items.end() ? nullptr : &at->second;
}

void GgufMetadata::set(std::string key, GgufValue value) {
    const auto at = std::ranges::find(m_items, key, &Item::first);
    if (at == m_items.end())
        m_items.emplace_back(std::move(key), std::move(value));
    else
        at->second = std::move(value);
}

void GgufMetadata::erase(std::string_view key) {
    std::erase_if(m_items, [&](const Item& item) { return item.first == key; });
}

Result<std::optional<std::uint64_t>> GgufMetadata::count(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (const auto* whole = std::get_if<std::uint64_t>(&value->value)) return *whole;
    const auto* number = std::get_if<std::int64_t>(&value->value);
    if (!number) return otherKind(key, *value, "a whole number");
    if (*number < 0)
        return fail(ErrorCode::BadInput, "the metadata key {} is {}, where a count is expected",
                    quotedName(key), *number);
    return static_cast<std::uint64_t>(*number);
}

Result<std::optional<double>> GgufMetadata::number(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (const auto* real = std::get_if<double>(&value->value)) return *real;
    if (const auto* whole = std::get_if<std::uint64_t>(&value->value))
        return static_cast<double>(*whole);
    if (const auto* whole = std::get_if<std::int64_t>(&value->value))
        return static_cast<double>(*whole);
    return otherKind(key, *value, "a number");
}

Result<std::optional<bool>> GgufMetadata::flag(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    if (const auto* flag = std::get_if<bool>(&value->value)) return *flag;
    return otherKind(key, *value, "true or false");
}

Result<std::optional<std::string>> GgufMetadata::text(std::string_view key) const {
    const GgufValue* value = find(key);
    if (!value) return std::nullopt;
    const auto* text = std::get_if<std::string>(&value->value);
    if (!text) return otherKind(key, *value, "a text");
    if (std::size_t bad = 0; !isUtf8(*text, &bad))
        return fail(ErrorCode::BadInput, "the metadata key {} is not UTF-8 text (byte {} of it)",
                    quotedName(key), bad);
    return *text;
}

} // namespace bitsmith

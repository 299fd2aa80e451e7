#include "core/io/json_fields.h"

#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using nlohmann::json;

Result<const json*> member(const json& object, const char* key) {
    if (!object.is_object()) return fail(ErrorCode::BadInput, "it is not an object");
    const auto at = object.find(key);
    if (at == object.end()) return fail(ErrorCode::BadInput, "\"{}\" is missing", key);
    return &*at;
}

} // namespace

Result<std::string> textField(const json& object, const char* key) {
    BITSMITH_TRY(const json* const value, member(object, key));
    if (!value->is_string()) return fail(ErrorCode::BadInput, "\"{}\" is not a text", key);
    return value->get<std::string>();
}

Result<bool> flagField(const json& object, const char* key) {
    BITSMITH_TRY(const json* const value, member(object, key));
    if (!value->is_boolean()) return fail(ErrorCode::BadInput, "\"{}\" is not true or false", key);
    return value->get<bool>();
}

Result<std::uint64_t> countField(const json& object, const char* key, std::uint64_t least,
                                 std::uint64_t most) {
    BITSMITH_TRY(const json* const value, member(object, key));
    if (!value->is_number_unsigned())
        return fail(ErrorCode::BadInput, "\"{}\" is not a whole number", key);
    const auto count = value->get<std::uint64_t>();
    if (count < least || count > most)
        return fail(ErrorCode::BadInput, "\"{}\" is {}, out of the range {}..{}", key, count, least,
                    most);
    return count;
}

Result<double> optionalErrorField(const json& object, const char* key) {
    if (!object.is_object() || !object.contains(key)) return -1.0;
    const json& value = object[key];
    if (!value.is_number() || value.get<double>() < 0)
        return fail(ErrorCode::BadInput, "\"{}\" is not a number of at least 0", key);
    return value.get<double>();
}

} // namespace bitsmith

// Typed access to the members of a JSON object from a file. Errors (BadInput) name the member; the
// caller says in which file and row it is.
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace bitsmith {

Result<std::string> textField(const nlohmann::json& object, const char* key);
Result<bool> flagField(const nlohmann::json& object, const char* key);
// A whole number in [least, most].
Result<std::uint64_t> countField(const nlohmann::json& object, const char* key, std::uint64_t least,
                                 std::uint64_t most);
// A number >= 0, or -1 where the member is absent.
Result<double> optionalErrorField(const nlohmann::json& object, const char* key);

} // namespace bitsmith

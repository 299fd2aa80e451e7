// What the names in a pickle stand for, and what becomes of them. Private to pickle.cpp.
#pragma once

#include "core/io/pickle.h"

namespace bitsmith {

// Index of an allowed name; nothing for every other.
std::optional<std::size_t> allowedPickleName(std::string_view module, std::string_view name);
// "torch._utils._rebuild_tensor_v2"
std::string pickleNameText(std::size_t index);

// Both give the new value, or an Error whose message says what is wrong, without place.
// callee(args) for the names that may stand there.
Result<PickleValue> callPickleName(Pickle& pickle, const PickleValue& callee,
                                   const PickleValue& args);
// ("storage", class, key, device, elements[, view])
Result<PickleValue> pickledStorage(Pickle& pickle, const PickleValue& reference);

} // namespace bitsmith

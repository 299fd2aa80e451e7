// An export read back: every tensor decoded and compared with the model that it was made from.
#pragma once

#include "core/base/run_context.h"
#include "core/model/model.h"

#include <filesystem>

namespace bitsmith {

// Opens `written` as anybody would and compares; returns how many tensors were equal. What was
// repacked must be equal to the bit; what was written in a narrower number format must be the
// rounded value; what was rounded to 8-bit blocks may differ by 2 % of its size.
// Errors (Failed): a tensor is missing or differs, naming it and the first place.
Result<std::size_t> compareExport(const Model& source, const std::filesystem::path& written,
                                  RunContext& context);

} // namespace bitsmith

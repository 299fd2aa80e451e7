// The settings of a compressibility study as recipes. Private to core/pipeline.
#pragma once

#include "core/pipeline/compressibility.h"
#include "core/quant/recipe.h"

namespace bitsmith {

// Errors (Usage): no such recipe.
Result<std::shared_ptr<const Recipe>> studyRecipe(const StudySetting& setting);

} // namespace bitsmith

// What an export of a quantization will meet, before the quantization is made: the exporter's own
// preview over a model whose matrices have the layouts that a plan gives them.
#pragma once

#include "core/pipeline/export.h"
#include "core/plan/plan.h"

namespace bitsmith {

// As checkExport() on the finished quantization, but for the scales' numbers, which nobody knows
// yet. The preview's bytes are exact but for the length of names. Errors: as checkExport().
Result<ExportCheck> checkPlannedExport(const std::shared_ptr<const Model>& model, const Plan& plan,
                                       const ExportOptions& options);

} // namespace bitsmith

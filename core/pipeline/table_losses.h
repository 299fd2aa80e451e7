// Measured sensitivities as the losses of a budget.
#pragma once

#include "core/pipeline/budget.h"
#include "core/sensitivity/metric.h"

#include <memory>

namespace bitsmith {

// Widths that were not measured, and rates, as SensitivityTable::loss has them. Errors of losses()
// (Usage): a tensor that was not measured.
std::unique_ptr<LossSource> tableLosses(std::shared_ptr<const SensitivityTable> table,
                                        std::shared_ptr<const Plan> plan);

} // namespace bitsmith

// The table of metrics: written by bitsmith_register in this folder's CMakeLists.txt.
#include "core/sensitivity/metric.h"

namespace bitsmith {

#define BITSMITH_ENTRY(id) const SensitivityMetric& sensitivities_##id();
#include "registered_sensitivities.inc"
#undef BITSMITH_ENTRY

std::span<const SensitivityMetric* const> allSensitivityMetrics() {
    static const SensitivityMetric* const All[] = {
#define BITSMITH_ENTRY(id) &sensitivities_##id(),
#include "registered_sensitivities.inc"
#undef BITSMITH_ENTRY
    };
    return All;
}

Result<const SensitivityMetric*> findSensitivityMetric(std::string_view id) {
    std::string known;
    for (const SensitivityMetric* metric : allSensitivityMetrics()) {
        if (metric->info().id == id) return metric;
        if (!known.empty()) known += ", ";
        known += metric->info().id;
    }
    return fail(ErrorCode::Usage, "unknown sensitivity metric '{}'; known: {}", id, known);
}

} // namespace bitsmith

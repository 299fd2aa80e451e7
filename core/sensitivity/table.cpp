#include "core/sensitivity/metric.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

const SensitivityRow* SensitivityTable::find(std::string_view tensor) const {
    const auto at = std::ranges::find(rows, tensor, &SensitivityRow::tensor);
    return at == rows.end() ? nullptr : &*at;
}

double SensitivityTable::loss(std::string_view tensor, double bits) const {
    constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();
    const SensitivityRow* row = find(tensor);
    if (!row) return Unknown;
    std::size_t below = widths.size(), above = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
        if (std::isnan(row->loss[i])) continue;
        if (widths[i] <= bits) below = i;
        if (widths[i] >= bits && above == widths.size()) above = i;
    }
    if (below == widths.size() || above == widths.size()) {
        // Beyond what was measured: each bit is worth a quarter of the error.
        const std::size_t only = below == widths.size() ? above : below;
        if (only == widths.size()) return Unknown;
        return row->loss[only] * std::exp2(2 * (widths[only] - bits));
    }
    const double low = row->loss[below], high = row->loss[above];
    if (below == above) return low;
    const double t = (bits - widths[below]) / (widths[above] - widths[below]);
    if (!(low > 0) || !(high > 0)) return low + t * (high - low);
    return std::exp((1 - t) * std::log(low) + t * std::log(high));
}

bool SensitivityTable::complete() const {
    return !rows.empty() && std::ranges::none_of(rows, [](const SensitivityRow& row) {
        return std::ranges::any_of(row.loss, [](double v) { return std::isnan(v); });
    });
}

} // namespace bitsmith

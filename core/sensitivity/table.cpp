#include "core/sensitivity/metric.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {

const SensitivityRow* SensitivityTable::find(std::string_view tensor) const {
    const auto at = std::ranges::find(rows, tensor, &SensitivityRow::tensor);
    return at == rows.end() ? nullptr : &*at;
}

namespace {

constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();

// The measured widths around `bits`: indices, equal where it was measured itself. Both
// widths.size(): none was; one of them: it lies beyond the measured ones.
struct Neighbours {
    std::size_t below, above;
};
Neighbours neighbours(const std::vector<int>& widths, const std::vector<double>& values,
                      double bits) {
    Neighbours n{widths.size(), widths.size()};
    for (std::size_t i = 0; i < std::min(widths.size(), values.size()); ++i) {
        if (std::isnan(values[i])) continue;
        if (widths[i] <= bits) n.below = i;
        if (widths[i] >= bits && n.above == widths.size()) n.above = i;
    }
    return n;
}

} // namespace

double SensitivityTable::loss(std::string_view tensor, double bits) const {
    const SensitivityRow* row = find(tensor);
    return row ? loss(*row, bits) : Unknown;
}

double SensitivityTable::loss(const SensitivityRow& row, double bits) const {
    const auto [below, above] = neighbours(widths, row.loss, bits);
    if (below == widths.size() || above == widths.size()) {
        // Beyond what was measured: each bit is worth a quarter of the error.
        const std::size_t only = std::min(below, above);
        if (only == widths.size()) return Unknown;
        return row.loss[only] * std::exp2(2 * (widths[only] - bits));
    }
    const double low = row.loss[below], high = row.loss[above];
    if (below == above) return low;
    const double t = (bits - widths[below]) / (widths[above] - widths[below]);
    if (!(low > 0) || !(high > 0)) return low + t * (high - low);
    return std::exp((1 - t) * std::log(low) + t * std::log(high));
}

double SensitivityTable::nllDelta(std::string_view tensor, double bits) const {
    const SensitivityRow* row = find(tensor);
    return row ? nllDelta(*row, bits) : Unknown;
}

double SensitivityTable::nllDelta(const SensitivityRow& row, double bits) const {
    if (row.nllDelta.empty()) return Unknown;
    const auto [below, above] = neighbours(widths, row.nllDelta, bits);
    if (below == widths.size() || above == widths.size()) {
        const std::size_t only = std::min(below, above);
        return only == widths.size() ? Unknown
                                     : row.nllDelta[only] * std::exp2(2 * (widths[only] - bits));
    }
    if (below == above) return row.nllDelta[below];
    const double t = (bits - widths[below]) / (widths[above] - widths[below]);
    return row.nllDelta[below] + t * (row.nllDelta[above] - row.nllDelta[below]);
}

bool SensitivityTable::complete() const {
    return !rows.empty() && std::ranges::none_of(rows, [](const SensitivityRow& row) {
        return std::ranges::any_of(row.loss, [](double v) { return std::isnan(v); });
    });
}

} // namespace bitsmith

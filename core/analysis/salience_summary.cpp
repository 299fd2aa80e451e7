#include "core/analysis/salience_summary.h"

#include <algorithm>
#include <cmath>
#include <functional>

namespace bitsmith {
namespace {

template <class T>
OutlierChannels outliers(std::span<const T> values, double factor) {
    OutlierChannels out;
    std::vector<T> alive;
    std::ranges::copy_if(values, std::back_inserter(alive), [](T v) { return v > 0; });
    if (alive.empty()) return out;
    const auto middle = alive.begin() + static_cast<std::ptrdiff_t>((alive.size() - 1) / 2);
    std::ranges::nth_element(alive, middle);
    out.median = static_cast<double>(*middle);
    if (alive.size() % 2 == 0)
        out.median =
            (out.median + static_cast<double>(*std::min_element(middle + 1, alive.end()))) / 2;
    out.largestRatio = static_cast<double>(*std::ranges::max_element(values)) / out.median;
    for (std::size_t i = 0; i < values.size(); ++i)
        if (static_cast<double>(values[i]) > factor * out.median)
            out.channels.push_back(static_cast<std::uint32_t>(i));
    std::ranges::stable_sort(out.channels, std::greater(),
                             [&](std::uint32_t c) { return values[c]; });
    return out;
}

} // namespace

TopShares topShares(std::span<const double> values) {
    std::vector<double> sorted(values.begin(), values.end());
    std::ranges::sort(sorted, std::greater());
    double total = 0;
    for (const double v : sorted) total += v;
    const auto share = [&](double fraction) {
        if (!(total > 0)) return 0.0;
        const auto count = std::max<std::size_t>(
            1,
            static_cast<std::size_t>(std::llround(fraction * static_cast<double>(sorted.size()))));
        double top = 0;
        for (std::size_t i = 0; i < count; ++i) top += sorted[i];
        return top / total;
    };
    return {share(0.001), share(0.01), share(0.05)};
}

std::vector<double> groupSums(std::span<const double> columnSum, std::size_t groupSize) {
    std::vector<double> out((columnSum.size() + groupSize - 1) / groupSize);
    for (std::size_t c = 0; c < columnSum.size(); ++c) out[c / groupSize] += columnSum[c];
    return out;
}

OutlierChannels outlierChannels(std::span<const double> values, double factor) {
    return outliers(values, factor);
}
OutlierChannels outlierChannels(std::span<const float> values, double factor) {
    return outliers(values, factor);
}

} // namespace bitsmith

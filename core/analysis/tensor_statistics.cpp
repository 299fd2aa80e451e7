#include "core/analysis/tensor_statistics.h"

#include "core/analysis/row_panels.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace bitsmith {
namespace {

// What one panel contributes in the first pass. Combined in the order of panels.
struct Moments {
    std::uint64_t count = 0, zeros = 0, nonFinite = 0; // count: of the finite values
    double min = std::numeric_limits<double>::infinity(), max = -min;
    double sum = 0, absSum = 0;

    void add(std::span<const float> values) {
        for (const float value : values) {
            if (!std::isfinite(value)) {
                ++nonFinite;
                continue;
            }
            const double v = value;
            ++count;
            zeros += v == 0;
            min = std::min(min, v);
            max = std::max(max, v);
            sum += v;
            absSum += std::abs(v);
        }
    }
    void add(const Moments& other) {
        count += other.count;
        zeros += other.zeros;
        nonFinite += other.nonFinite;
        min = std::min(min, other.min);
        max = std::max(max, other.max);
        sum += other.sum;
        absSum += other.absSum;
    }
};

// The second pass: moments about the mean, which a single pass would lose to cancellation where the
// mean is large, and the histogram, whose range the first pass found.
struct Spread {
    double squares = 0, fourthPowers = 0;
    std::vector<std::uint64_t> histogram;

    void add(std::span<const float> values, double mean, const HistogramRange& range) {
        for (const float value : values) {
            if (!std::isfinite(value)) continue;
            const double d = (value - mean) * (value - mean);
            squares += d;
            fourthPowers += d * d;
            if (!histogram.empty()) ++histogram[range.bin(value)];
        }
    }
    void add(const Spread& other) {
        squares += other.squares;
        fourthPowers += other.fourthPowers;
        addCounts(histogram, other.histogram);
    }
};

} // namespace

TensorStatistics tensorStatistics(const WeightMatrix& weights, std::size_t bins,
                                  RunContext& context) {
    const RowPanels panels(weights.rows(), weights.cols());
    const auto moments = reducePanels<Moments>(
        panels, context, {}, {},
        [&](Moments& part, std::size_t first, std::size_t count, std::vector<float>& values) {
            weights.decodeRows(first, count, values.data());
            part.add(std::span(values).first(count * weights.cols()));
        });

    TensorStatistics result;
    result.count = moments.count + moments.nonFinite;
    result.zeros = moments.zeros;
    result.nonFinite = moments.nonFinite;
    result.histogram.assign(bins, 0);
    if (moments.count == 0) return result;
    const double n = static_cast<double>(moments.count);
    result.min = moments.min;
    result.max = moments.max;
    result.mean = moments.sum / n;
    result.absMean = moments.absSum / n;
    result.histogramMin = moments.min;
    result.histogramMax = moments.max;

    const HistogramRange range{moments.min, moments.max, bins};
    Spread empty;
    empty.histogram.assign(bins, 0);
    const auto spread = reducePanels<Spread>(
        panels, context, empty, empty,
        [&](Spread& part, std::size_t first, std::size_t count, std::vector<float>& values) {
            weights.decodeRows(first, count, values.data());
            part.add(std::span(values).first(count * weights.cols()), result.mean, range);
        });
    const double variance = spread.squares / n;
    result.standardDeviation = std::sqrt(variance);
    result.kurtosis = variance > 0 ? spread.fourthPowers / n / (variance * variance) : 0;
    result.histogram = spread.histogram;
    return result;
}

} // namespace bitsmith

// The numbers of a matrix under one salience metric: sums per channel, row and group, who holds the
// total, and which channels stand out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

// What share of the total the largest hold.
struct TopShares {
    double p01 = 0, p1 = 0, p5 = 0; // the top 0.1, 1 and 5 %, each of at least one
};

// What one pass over a matrix adds up.
struct SalienceSums {
    std::size_t rows = 0, cols = 0;
    std::uint64_t nonFinite = 0; // weights that count as 0
    double total = 0;
    float max = 0;                 // the largest salience of a weight
    std::vector<double> columnSum; // (cols): over the rows
    std::vector<float> columnMax;  // (cols)
    std::vector<double> rowSum;    // (rows)
    // Of all weights. Found from a histogram of 256 steps per power of two, so that a share is off
    // by at most 0.4 % of itself.
    TopShares topWeights;
    double kurtosis = 0; // of the weights themselves; 3 for a normal distribution, 0 if all equal
};

// Of columns, by their sums; exact. values: not negative.
TopShares topShares(std::span<const double> values);

// Sums over groups of `groupSize` neighbouring columns and all rows, as SliM-LLM gives them bits;
// the last group may be narrower. groupSize > 0.
std::vector<double> groupSums(std::span<const double> columnSum, std::size_t groupSize);

// Channels that lie far above the others.
struct OutlierChannels {
    double median = 0;                   // of the channels that are not 0
    double largestRatio = 0;             // the largest / median; 0 where all are 0
    std::vector<std::uint32_t> channels; // beyond factor * median, the largest first
};
OutlierChannels outlierChannels(std::span<const double> values, double factor);
OutlierChannels outlierChannels(std::span<const float> values, double factor);

// Beyond so many times the median a channel is called an outlier, unless something else was asked
// for.
inline constexpr double OutlierFactor = 6;

} // namespace bitsmith

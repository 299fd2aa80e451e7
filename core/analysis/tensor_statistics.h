// Statistics and histogram of one matrix's values, in one parallel pass over its rows.
#pragma once

#include "core/base/run_context.h"
#include "core/tensor/weight_matrix.h"

#include <cstdint>
#include <vector>

namespace bitsmith {

struct TensorStatistics {
    std::uint64_t count = 0, zeros = 0, nonFinite = 0; // count: of all elements
    double min = 0, max = 0, mean = 0, standardDeviation = 0,
           kurtosis = 0; // of the finite values; kurtosis 3 for a normal
    double absMean = 0;
    // Equal bins over [histogramMin, histogramMax]; values outside are counted in the two
    // outermost.
    double histogramMin = 0, histogramMax = 0;
    std::vector<std::uint64_t> histogram;
};

// Two passes of bounded memory; the same result on any number of threads. Throws Cancelled.
TensorStatistics tensorStatistics(const WeightMatrix& weights, std::size_t bins,
                                  RunContext& context);

// Error of an approximation: histogram of W - Wq and relative errors per row. Where W is zero and
// Wq is not, the relative error is 1. Differences that are not finite are left out.
struct ErrorStatistics {
    double relativeError = 0; // ||W - Wq||_F^2 / ||W||_F^2
    double maxAbs = 0;
    double histogramMin = 0, histogramMax = 0;
    std::vector<std::uint64_t> histogram;
    std::vector<float> rowError; // per output channel: ||w - wq||^2 / ||w||^2
    // Mean |W - Wq| over tiles, for a picture of at most tileRows x tileCols pixels.
    std::size_t tileRows = 0, tileCols = 0;
    std::vector<float> tiles;
};

// Both matrices must have the same shape. maxTiles: along each side of the picture.
ErrorStatistics errorStatistics(const WeightMatrix& weights, const WeightMatrix& quantized,
                                std::size_t bins, std::size_t maxTiles, RunContext& context);

} // namespace bitsmith

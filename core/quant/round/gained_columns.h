// GPTQ's column loop with a factor for each column: once a column is rounded, the factor that
// brings its levels nearest to its weights, by least squares over all rows, is settled, and what
// the later columns take over is the error that remains (WaterSIC, arXiv 2603.04956, the gains
// gamma_j).
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/round/error_feedback.h"

#include <functional>
#include <vector>

namespace bitsmith {

struct GainedColumnsArgs {
    ConstMatrixView weights; // all rows of the matrix, original column order
    const ErrorFeedback& feedback;
    GridFit& fit; // shared across rows, and fitted
    std::size_t blockSize = 128;
    // The factor that column c (original order) can have nearest to the wanted one.
    std::function<double(std::size_t c, double wanted)> storable;
};

struct GainedColumns {
    std::vector<std::byte> packed; // rows * packedBytes(cols, bits)
    std::vector<double> gains;     // per original column; 1 where all codes are 0
};

// Wanted factors are <z, y> / <z, z>, z: the rounded values of the column, y: its weights with all
// errors so far; between 0.1 and 1.5. The same bytes for any number of threads.
GainedColumns gainedColumns(const GainedColumnsArgs& args, RunContext& context);

} // namespace bitsmith

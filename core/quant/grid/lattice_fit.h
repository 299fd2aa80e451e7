// One matrix on an unbounded integer lattice: parameters, layout and fit. Described in lattice.cpp.
#pragma once

#include "core/base/params.h"
#include "core/quant/grid.h"

#include <memory>
#include <string>

namespace bitsmith {

struct LatticeParams {
    double rate = 0;
    double step = 0;
    std::string steps = "row";
    double rowPower = 1;
    int rowGrain = 4;
    double centroid = 0.7;
    void describe(auto&& field) {
        field("rate", rate,
              {"Rate",
               "Bits per weight of the coded tensor, everything counted; 0: the plan's bits", 0,
               12});
        field("step", step,
              {"Step",
               "Distance of the levels, relative to the weights' rms; 0: found from the rate", 0,
               1024});
        field("steps", steps,
              {"Steps",
               "row: a step per output, relative to the rms of its weights; matrix: one for all, "
               "which the output's squared error wants",
               0,
               0,
               {"row", "matrix"}});
        field("row_power", rowPower,
              {"Row power",
               "With a step per row: how far it follows the row's rms; 0: not at all, 1: as it is",
               0, 1});
        field("row_grain", rowGrain,
              {"Row grain",
               "With a step per row: so many different steps per doubling, which code to few "
               "bits; 0: any",
               0, 64});
        field("centroid", centroid,
              {"Centroid",
               "How far levels move towards 0, to where the weights of their cell lie: 0: not at "
               "all, 1: as for a Gaussian",
               0, 4});
    }
};

// Errors (Usage): an empty matrix. bits: of the plan; the codes have 8 or 16.
Result<MatrixLayout> latticeLayout(std::size_t rows, std::size_t cols, const LatticeParams& params);
// step: relative to the rms, > 0.
std::unique_ptr<GridFit> makeLatticeFit(const LatticeParams& params, double step,
                                        MatrixLayout layout);

} // namespace bitsmith

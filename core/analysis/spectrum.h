// Singular values of a weight matrix and of a layer's inputs: how many directions there are, and
// how many of them carry the energy.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/matrix.h"
#include "core/tensor/weight_matrix.h"

#include <cstddef>
#include <string>
#include <vector>

namespace bitsmith {

struct Spectrum {
    std::vector<double> values; // singular values, falling; min(rows, cols) of them
    double energy = 0;          // the sum of their squares: ||W||_F^2
    // exp of the entropy of values / sum of values (Roy and Vetterli 2007, The Effective Rank).
    double effectiveRank = 0;
    double stableRank = 0;              // energy / largest^2 (Rudelson and Vershynin 2007)
    std::size_t rank90 = 0, rank99 = 0; // how many of the largest hold 90 and 99 % of the energy
    // How many lie above what rounding to fp32 leaves: max(rows, cols) * 2^-24 of the largest; for
    // inputs, whose squares were summed, the root of that.
    std::size_t numericalRank = 0;
};

// The shorter side of a matrix that is still taken on: time grows with its cube (2048: seconds,
// 8192: some minutes), memory with its square (8192: 512 MiB).
inline constexpr std::size_t SpectrumLimit = 8192;

// From the eigenvalues of W^T W or W W^T, whichever is smaller, summed in double: values below
// about 1e-8 of the largest are noise, which is less than rounding to fp32 leaves in them.
// A matrix wider than high is held as floats meanwhile; a higher one is read in panels.
// Errors: Unsupported, beyond SpectrumLimit; Failed, NaN or infinity. Throws Cancelled.
Result<Spectrum> singularValues(const WeightMatrix& weights, RunContext& context);

// Of the inputs X that a Gram matrix X^T X was summed over: roots of its eigenvalues. Sums are in
// fp32, so values below about 3e-4 of the largest are noise. tokens: rows of X, for the rank that
// it can have. Errors: as above.
Result<Spectrum> inputSpectrum(const Matrix& gram, std::size_t tokens, RunContext& context);

// Fills all but `values`, which are given in falling order. noise: relative to the largest; values
// below count as 0 for the numerical rank.
Spectrum summarizeSpectrum(std::vector<double> values, double noise);

// cumulative[i]: the share of the energy in the first i + 1 values.
std::vector<double> cumulativeEnergy(const Spectrum& spectrum);

} // namespace bitsmith

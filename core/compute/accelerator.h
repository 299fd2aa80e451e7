// The heavy parts of quantizers that a device may take over. Every function may answer "not here"
// (false): no such device function, no memory. The caller then does the work itself, as if it had
// never asked; nothing was changed. Results are those of the processor up to the order of sums.
#pragma once

#include "core/tensor/quantized_matrix.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

// Rounding to an affine grid of 2 to 8 bits whose groups are fitted by their ranges.
struct AffineJob {
    ConstMatrixView weights;                // (rows x cols), original order of columns
    MatrixLayout layout;                    // affine, a parameter for each row and group
    bool searched = false;                  // the best of 80 ranges instead of the full one
    std::span<const float> importance = {}; // of each column, for the search; or empty
};

// GPTQ's column loop (core/quant/round/gptq_panel.h).
struct GptqJob : AffineJob {
    std::span<const std::uint32_t> order; // original column of each step
    std::span<const std::uint8_t> dead;   // of each original column
    ConstMatrixView spread;               // (cols x cols) in step order, contiguous
    std::size_t blockSize = 128;
    bool staticGroups = false; // groups of the original order, fitted to original weights
};

// Coordinate descent from codes on (core/quant/round/coordinate_descent.h); groups stay as they
// are.
struct DescentJob {
    ConstMatrixView weights;
    const QuantizedMatrix* start = nullptr; // affine, 2 to 8 bits; groupOfColumn counts
    ConstMatrixView gram;                   // (cols x cols), contiguous
    std::size_t blockSize = 128;
    int sweeps = 30;
    double tolerance = 1e-4;
};

struct AffineCodes {
    std::vector<std::byte> codes;  // packed, rows * layout.rowBytes()
    std::vector<std::byte> scales; // fp16, layout.parameters()
    std::vector<std::uint8_t> zeros;
    std::size_t clipped = 0, coarse = 0; // groups whose scale fp16 cannot hold, or only coarsely
};

// One run of rANS-coded symbols without escapes (core/codec/rans.h).
struct RansJob {
    // Of each of the 4096 slots: frequency (bits 0-11), symbol (12-19), rank (20-31).
    std::span<const std::uint32_t> slots;
    std::span<const std::byte> payload; // the lanes' states, then 16-bit words
    int lanes = 32;                     // 1 to 64, a power of 2
    std::span<std::uint8_t> out;
};

class Accelerator {
public:
    virtual ~Accelerator() = default;

    // a: (n x n), row-major, symmetric, the lower triangle is read. Becomes the inverse of its
    // Cholesky factor, lower, with zeros above. *definite: false where there is no factor; a is
    // then undefined.
    virtual bool invertedCholesky(std::span<double> a, std::size_t n, bool* definite) const = 0;
    virtual bool roundNearest(const AffineJob& job, AffineCodes* out) const = 0;
    virtual bool gptq(const GptqJob& job, AffineCodes* out) const = 0;
    // codes: packed, as start's. errors: tr((W - V) G (W - V)^T) before the first sweep and after
    // each.
    virtual bool descend(const DescentJob& job, std::vector<std::byte>* codes,
                         std::vector<double>* errors) const = 0;
    // out: (rows x cols), contiguous.
    virtual bool decode(const QuantizedMatrix& matrix, std::span<float> out) const = 0;
    // Each row of x, in pieces of `size` (a power of 2 up to 8192 that divides the columns), times
    // the Hadamard matrix in Sylvester's order, divided by sqrt(size).
    virtual bool hadamard(MatrixView x, std::size_t size) const = 0;
    // counts[i]: values in the i-th of counts.size() equal parts of [low, high), the ends counted
    // with the first and last part; NaN is not counted.
    virtual bool histogram(std::span<const float> values, float low, float high,
                           std::span<std::uint64_t> counts) const = 0;
    // The `count` largest magnitudes: their indices, ascending. Of equals the first ones; NaN last.
    virtual bool largest(std::span<const float> values, std::size_t count,
                         std::vector<std::uint32_t>* indices) const = 0;
    // Lloyd's algorithm on finite numbers, at most 256 centroids, ascending on entry and exit;
    // weights
    // (>= 0) may be empty. Ends where no value changes its centroid, or after `rounds`. Sums are
    // exact to 2^-40 of the largest term, so that they do not depend on their order.
    virtual bool kMeans(std::span<const float> values, std::span<const float> weights,
                        std::span<float> centroids, int rounds) const = 0;
    // Many runs at once. ok[i]: 1 where the payload ended exactly with the run, as it must; else
    // its symbols are undefined.
    virtual bool decodeRans(std::span<const RansJob> jobs, std::span<std::uint8_t> ok) const = 0;
};

} // namespace bitsmith

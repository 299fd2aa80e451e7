// The affine grid and the column loops on the device. All weights lie transposed, a column of the
// matrix after the other: a thread takes a row, neighbouring threads neighbouring rows, so that
// every access is to consecutive addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cuda_runtime.h>

namespace bitsmith::gpu {

// Parameter (row, group) at group * rows + row.
struct AffineParametersOnDevice {
    float* scales = nullptr;
    float* zeros = nullptr;
    std::uint16_t* halves = nullptr; // may be null where nothing is fitted
    unsigned* flagged = nullptr;     // two counters: clipped and coarse groups
    int bits = 4;
    bool symmetric = false;
};

// to[j * rows + r] = from[r * cols + order[j]], 0 where dead[order[j]]; order and dead may be null.
void gatherColumns(cudaStream_t stream, const float* from, std::size_t rows, std::size_t cols,
                   const std::uint32_t* order, const std::uint8_t* dead, float* to);

// What columns hold when a group or column is reached: their value in `work` plus the errors of the
// columns [first, done) of the present block.
struct BlockErrors {
    const float* work = nullptr;   // (cols x rows)
    const float* errors = nullptr; // (block x rows), column `first` at 0
    const float* spread = nullptr; // (cols x cols), row k: to the later columns; null: no errors
    std::size_t rows = 0, cols = 0, first = 0, done = 0;
};

// Fits group g of all rows to columns [column, column + width). scratch: width * rows floats, may
// be null where not searched. importance: one for each of these columns, or null.
struct GroupFit {
    std::size_t group = 0, column = 0, width = 0;
    bool searched = false;
    const float* importance = nullptr;
    float* scratch = nullptr;
};
void fitGroup(cudaStream_t stream, const BlockErrors& at, const GroupFit& group,
              const AffineParametersOnDevice& parameters);

// Rounds columns [column, end) one after the other. groupOf: of each of them, from `column` on.
// codes: (cols x rows), at the original column; errors: as in `at`, written.
struct ColumnRun {
    std::size_t column = 0, end = 0;
    const std::uint32_t* groupOf = nullptr; // of each step
    const std::uint32_t* order = nullptr;   // null: as they come
    float* errors = nullptr;                // null: not wanted
    std::uint8_t* codes = nullptr;
};
void roundColumns(cudaStream_t stream, const BlockErrors& at, const ColumnRun& run,
                  const AffineParametersOnDevice& parameters);

// Coordinate descent over the columns [first, end) of a block.
struct DescentRun {
    std::size_t rows = 0, cols = 0, first = 0, end = 0;
    const float* gram = nullptr;    // (cols x cols)
    const float* product = nullptr; // ((end - first) x rows): (W - V) G of the block's columns
    const float* weights = nullptr; // (cols x rows)
    float* differences = nullptr;   // (cols x rows): W - V
    float* changes = nullptr;       // ((end - first) x rows), scratch
    std::uint8_t* codes = nullptr;  // (cols x rows)
    const std::uint32_t* groupOf = nullptr;
    double* gained = nullptr; // one for each row, added to
};
void descendColumns(cudaStream_t stream, const DescentRun& run,
                    const AffineParametersOnDevice& parameters);

// sums[r] += sum over columns of a(c, r) * b(c, r), both (cols x rows), in double
void addProducts(cudaStream_t stream, const float* a, const float* b, std::size_t rows,
                 std::size_t cols, double* sums);

// codes (cols x rows) to rows of packed codes, rowBytes each, and back.
void packColumns(cudaStream_t stream, const std::uint8_t* codes, std::size_t rows, std::size_t cols,
                 int bits, std::size_t rowBytes, std::uint8_t* packed);
void unpackColumns(cudaStream_t stream, const std::uint8_t* packed, std::size_t rows,
                   std::size_t cols, int bits, std::size_t rowBytes, std::uint8_t* codes);
// differences = weights - value(codes), (cols x rows)
void differencesOf(cudaStream_t stream, const float* weights, const std::uint8_t* codes,
                   std::size_t rows, std::size_t cols, const std::uint32_t* groupOf,
                   const AffineParametersOnDevice& parameters, float* differences);

} // namespace bitsmith::gpu

// Grid: which numbers can be represented. One file per grid in grid/, registered by one word.
// A grid works a group of columns at a time, so that GPTQ can fit a group when it reaches it, with
// the error-compensated weights.
#pragma once

#include "core/base/params.h"
#include "core/tensor/quantized_matrix.h"

#include <memory>
#include <span>
#include <string_view>

namespace bitsmith {

struct ChoiceInfo {
    std::string_view id, title, summary, paper;
    bool needsStats = false; // refuses to run data-free
};

// One matrix being quantized on one grid: holds the parameters of the groups fitted so far.
class GridFit {
public:
    virtual ~GridFit() = default;
    virtual std::size_t
    groupSize() const = 0; // columns per group; cols for per-channel and per-tensor
    virtual std::size_t groupCount() const = 0; // groups per row
    // Fits group g of every row to `columns` (rows x group width). importance: one weight per
    // column (diagonal of the Gram matrix) or empty.
    virtual void fitGroup(std::size_t g, ConstMatrixView columns,
                          std::span<const float> importance) = 0;
    // Nearest representable values of one column (rows values), with group g's stored parameters.
    // codes, values: rows entries. Ties to the even code.
    virtual void quantizeColumn(std::size_t g, std::span<const float> column,
                                std::span<std::uint8_t> codes, std::span<float> values) const = 0;
    // As quantizeColumn for a row's stretch of columns inside one group (fast path of nearest).
    virtual void quantizeRow(std::size_t row, std::size_t g, std::span<const float> weights,
                             std::span<std::uint8_t> codes) const = 0;
    // Codes (rows x cols, unpacked, original column order) and the fitted parameters as the final
    // value. groupOfColumn: empty, or the group of each original column (act order without static
    // groups).
    virtual QuantizedMatrix finish(std::span<const std::uint8_t> codes,
                                   std::vector<std::uint32_t> groupOfColumn) const = 0;
};

class Grid {
public:
    virtual ~Grid() = default;
    virtual const ChoiceInfo& info() const = 0;
    virtual std::unique_ptr<Params> defaults() const = 0;
    // Errors (Usage): bits or group size out of what the grid supports.
    virtual Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                                   const Params& params) const = 0;
    // Exact stored bytes of a matrix before any work (plans predict sizes with it).
    virtual Result<std::uint64_t> storedBytes(std::size_t rows, std::size_t cols, int bits,
                                              const Params& params, bool columnGroups) const = 0;
    // All values that group g of `row` of a finished matrix can take, in code order: ticks on the
    // histogram.
    virtual std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                                      std::size_t g) const = 0;
};

std::span<const Grid* const> allGrids();
const Grid* findGrid(std::string_view id); // nullptr if unknown

} // namespace bitsmith

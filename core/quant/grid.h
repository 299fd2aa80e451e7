// Grid: which numbers can be represented. One file per grid in grid/, registered by one word.
// A grid works a group of columns at a time, so that GPTQ can fit a group when it reaches it, with
// the error-compensated weights.
#pragma once

#include "core/base/params.h"
#include "core/base/run_context.h"
#include "core/tensor/quantized_matrix.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct AffineCodes;
struct LayerTask;

struct ChoiceInfo {
    std::string_view id, title, summary, paper;
    bool needsStats = false; // refuses to run data-free
};

// An affine grid whose groups follow from their ranges, so that a device can fit and round all of a
// matrix in a fit's place (core/compute/accelerator.h).
struct RangeFit {
    MatrixLayout layout;
    bool searched = false; // the best of several ranges
};

// One matrix being quantized on one grid: holds the parameters of the groups fitted so far.
// Rounders work on panels of rows; all functions that take rows may run in several threads at once
// for disjoint rows.
class GridFit {
public:
    virtual ~GridFit() = default;
    // Columns per group; cols for per-channel and per-tensor. The last group may be shorter.
    virtual std::size_t groupSize() const = 0;
    virtual std::size_t groupCount() const = 0; // groups per row
    virtual int codeBits() const = 0;
    // Bytes of a row's packed codes.
    virtual std::size_t rowBytes() const = 0;
    // One row's codes, in the original order of columns. packed: rowBytes().
    virtual void packCodes(std::span<const std::uint16_t> codes, std::span<std::byte> packed) const;
    // Whether rows share parameters (per-tensor; NVFP4's tensor scale): fitGroup(0, 0, ...) must
    // then be given the whole matrix at once, before any other work, and fits all groups.
    virtual bool sharedAcrossRows() const = 0;
    // Whether groups are those of the original columns in whatever order these are rounded.
    virtual bool fixedGroups() const { return false; }
    // Fits group g of the rows [firstRow, firstRow + columns.rows) to `columns` (rows x group
    // width). importance: one weight per column (diagonal of the Gram matrix) or empty.
    virtual void fitGroup(std::size_t g, std::size_t firstRow, ConstMatrixView columns,
                          std::span<const float> importance) = 0;
    // Nearest representable values of one column of the rows [firstRow, firstRow + column.size()),
    // with group g's stored parameters. Ties to the even multiple of the step.
    virtual void quantizeColumn(std::size_t g, std::size_t firstRow, std::span<const float> column,
                                std::span<std::uint16_t> codes, std::span<float> values) const = 0;
    // Fits all groups of some whole rows (unless shared across rows) and writes their nearest codes
    // in one pass. packed: weights.rows * rowBytes().
    virtual void quantizeRows(std::size_t firstRow, ConstMatrixView weights,
                              std::span<const float> importance, std::span<std::byte> packed) = 0;
    // Distance of a row's levels where these are all whole multiples of it, without end; else 0.
    virtual float stepOf(std::size_t row) const {
        (void)row;
        return 0;
    }
    // Sentences for the user about what fitting met (ranges beyond fp16, say).
    virtual std::vector<std::string> notes() const { return {}; }
    // Packed codes (original column order, each row on its own bytes) and the fitted parameters as
    // the final value. Ends the fit. groupOfColumn: empty, or the group of each original column
    // (act order without static groups).
    virtual QuantizedMatrix finish(std::vector<std::byte> packed,
                                   std::vector<std::uint32_t> groupOfColumn) = 0;

    // Nothing: only this fit can.
    virtual std::optional<RangeFit> rangeFit() const { return {}; }
    // Instead of finish(): with what a device made. Only where there is a rangeFit().
    virtual QuantizedMatrix finishWith(AffineCodes made, std::vector<std::uint32_t> groupOfColumn);
};

class Grid {
public:
    virtual ~Grid() = default;
    virtual const ChoiceInfo& info() const = 0;
    virtual std::unique_ptr<Params> defaults() const = 0;
    // Errors (Usage): bits or group size out of what the grid supports.
    virtual Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                                   const Params& params) const = 0;
    // As begin(), for the matrix at hand: grids that choose by its weights and statistics do so
    // here. Errors: as begin(); Failed, broken statistics.
    virtual Result<std::unique_ptr<GridFit>>
    beginOn(const LayerTask& task, int bits, const Params& params, RunContext& context) const;
    // What the matrix will look like, before any work: plans predict sizes with it. Errors: as
    // begin().
    virtual Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits,
                                        const Params& params, bool columnGroups) const = 0;
    // Whether it wants LayerTask::fisher; without, it makes do with statistics and says so.
    virtual bool wantsFisher(const Params& params) const {
        (void)params;
        return false;
    }
    // Whether codes only come for whole rows (blocks that are searched for at once): quantizeRows
    // alone works then, and rounders that go column by column are refused.
    virtual bool wholeRowsOnly() const { return false; }
    // Whether codes are whole numbers without end: only an entropy coder settles their size.
    virtual bool unbounded() const { return false; }
    // Unbounded: coded bits per weight that are asked for; and the step relative to the weights'
    // rms that the parameters give ("step"), 0 where it is to be found from the rate.
    virtual double rate(int bits, const Params& params) const {
        (void)bits, (void)params;
        return 0;
    }
    virtual double givenStep(const Params& params) const {
        (void)params;
        return 0;
    }
    // All values that group g of `row` of a finished matrix can take, in code order: ticks on the
    // histogram.
    virtual std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                                      std::size_t g) const = 0;
};

std::span<const Grid* const> allGrids();
const Grid* findGrid(std::string_view id); // nullptr if unknown

} // namespace bitsmith

// GPTQ's column loop on panels of rows. Rows do not depend on each other: panels run in parallel,
// and meet only where what they all carry over to later columns is added in larger products.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/round/error_feedback.h"
#include "core/quant/round/rate_cost.h"

#include <span>
#include <vector>

namespace bitsmith {

constexpr std::size_t GptqPanelRows =
    64; // least rows of a panel, and those of rounders that begin with one
constexpr std::size_t MaxGptqPanelRows = 256;

// (I + C)^-1 of each group's own columns, in step order, unit upper triangular: what changes d in
// them come from, given what they would carry over to each other. Of the first group: empty.
std::vector<Matrix> groupInverses(const ErrorFeedback& feedback, std::size_t groupSize);

struct GptqPanelArgs {
    ConstMatrixView weights; // all rows of the matrix, original column order
    const ErrorFeedback& feedback;
    GridFit& fit;
    std::span<const Matrix> inverses = {}; // groupInverses(); made anew where absent
    std::span<const float> importance;     // per original column; for the grid's range search
    std::size_t blockSize = 128; // columns whose errors are gathered before one matrix product
    bool staticGroups = false;   // groups of the original order, fitted to original weights
    // Codes are chosen by error and rate where there is a model of the rate; unbounded grids only.
    const RateCost* cost = nullptr;
    float lambda = 0;      // squared steps per bit, of a column of average feedback weight
    double meanWeight = 1; // that average, of squares
    std::span<const std::uint8_t> kept = {}; // as LayerTask's
};

// All rows, in parallel panels: the packed codes, rows * fit.rowBytes().
std::vector<std::byte> gptqRows(const GptqPanelArgs& args, RunContext& context);

// Rounds the rows [firstRow, firstRow + rows), rows <= MaxGptqPanelRows. packed: rows *
// fit.rowBytes(). Returns the sum over rows and columns of e^2 with e = (w_j - q_j) R_jj
// at the moment of rounding, which equals tr((W - Q) H (W - Q)^T), H damped.
double gptqPanel(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                 std::span<std::byte> packed, const RunContext& context);

// Codes and values of some rows, in the original order of columns.
struct RoundedPanel {
    std::vector<std::uint16_t> codes; // rows x cols
    Matrix values;                    // rows x cols
};

// As gptqPanel(), for those who go on from its result.
RoundedPanel gptqPanelCodes(const GptqPanelArgs& args, std::size_t firstRow, std::size_t rows,
                            const RunContext& context);

// Group by group, the rows [firstRow, firstRow + columns.rows) of `weights`, fitted as they are.
void fitGroupsOf(GridFit& fit, std::size_t firstRow, ConstMatrixView weights,
                 std::span<const float> importance);
// Each row on its own bytes: rows * fit.rowBytes().
void packPanel(const GridFit& fit, std::span<const std::uint16_t> codes,
               std::span<std::byte> packed);

} // namespace bitsmith

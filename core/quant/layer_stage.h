// Stages around grid and rounder, on one matrix: transforms rewrite what is to be represented,
// compensators keep something beside the codes. One file per choice in transform/ and compensate/,
// registered by one word. A recipe may name several of each; the order of work is
//
//   compensators before | transforms before | grid, round | compensators after
//
// Before rounding the compensators see the matrix as it is, transforms what those left; after it
// compensators see codes of the transformed matrix. Transforms work in the recipe's order,
// compensators in that of their table, whatever the recipe's: scales, then low rank, then outliers,
// which leave no error where they are, then the shift, which settles what all others left.
#pragma once

#include "core/base/params.h"
#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/layer_task.h"
#include "core/tensor/side_parts.h"

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace bitsmith {

struct Recipe;

// A matrix on its way through the stages.
struct LayerWork {
    const LayerTask& task; // as given
    const Recipe& recipe;
    int bits;
    LayerReport& report;
    RunContext& context;

    // (rows x cols) what grid and rounder get, and its inputs' statistics: in the transformed
    // basis, without what is kept beside. stats may be null (data-free).
    Matrix weights;
    std::shared_ptr<const LayerStats> stats;
    SideParts side; // grows on the way
    // As LayerTask's, of outliers; empty where a transform mixes columns.
    std::vector<std::uint8_t> kept = {};

    // As LayerTask's, of the transformed basis; empty where a transform mixes columns.
    ConstMatrixView fisher = task.fisher;
    Matrix ownFisher = {}; // what fisher shows once it is not the task's

    // The task that grid and rounder work on. Borrows from this.
    LayerTask inner() const {
        return {task.name, weights.view(), stats.get(), bits,
                task.seed, kept,           fisher,      task.accelerator};
    }
};

class LayerStage {
public:
    virtual ~LayerStage() = default;
    virtual const ChoiceInfo& info() const = 0;
    virtual std::unique_ptr<Params> defaults() const = 0;
    // Whether it refuses to run data-free with these parameters.
    virtual bool needsStats(const Params& params) const {
        (void)params;
        return info().needsStats;
    }
    // Whether the recipe's other choices suit it. Errors (Usage): they do not, with the nearest
    // choice that does.
    virtual Status accepts(const Recipe& recipe, const Params& params) const {
        (void)recipe, (void)params;
        return {};
    }
    // Adds what it will keep beside the codes of a (rows x cols) matrix. Errors (Usage): impossible
    // for this shape.
    virtual Status predict(SideLayout& side, std::size_t rows, std::size_t cols,
                           const Params& params) const {
        (void)side, (void)rows, (void)cols, (void)params;
        return {};
    }
    // Whether predict() is exact; where the weights decide how much is kept, it is the most that
    // can be.
    virtual bool exactSize(const Params& params) const {
        (void)params;
        return true;
    }
    virtual Status before(LayerWork& work, const Params& params) const {
        (void)work, (void)params;
        return {};
    }
    // matrix: what the rounder made, its side parts not yet in place (use decodeWith). May change
    // the grid's parameters, codes, and work.side.
    virtual Status after(LayerWork& work, QuantizedMatrix& matrix, const Params& params) const {
        (void)work, (void)matrix, (void)params;
        return {};
    }
};

std::span<const LayerStage* const> allTransforms();
std::span<const LayerStage* const> allCompensators();
const LayerStage* findTransform(std::string_view id); // nullptr if unknown
const LayerStage* findCompensator(std::string_view id);
// Of "transform" and "compensate"; nullptr for other stages and unknown ids.
const LayerStage* findLayerStage(std::string_view stage, std::string_view id);

// All of W that matrix and side stand for, in the basis of the task: (rows x cols).
Matrix decodeWith(const QuantizedMatrix& matrix, const SideParts& side);

// The statistics of inputs x A for an A that `change` applies to rows of a matrix in place, from
// those of x. maxAbs and meanAbs come from the sample, where there is one, else from the Gram
// matrix's diagonal.
std::shared_ptr<const LayerStats> changedStats(const LayerStats& stats,
                                               const std::function<void(MatrixView)>& change);

} // namespace bitsmith

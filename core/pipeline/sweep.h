// A sweep: every point of a grid quantized, written, measured against the full-precision model and
// stored, one after the other. An interrupted sweep goes on where it stopped: points that the store
// has are not made again.
#pragma once

#include "core/model/model.h"
#include "core/pipeline/engine.h"
#include "core/pipeline/sweep_spec.h"

#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

struct SweepRow {
    std::size_t index = 0; // in the grid
    std::string series, label;
    std::string recipe;     // id; empty for a preset
    int bits = 0;           // as asked for; 0: the recipe's own
    std::string state;      // "done", "failed", "pending"
    std::string error;      // of a failed one
    bool fromStore = false; // found, not made by this run
    std::optional<ExperimentId> experiment;
    double bitsPerWeight = 0; // over the quantized tensors, metadata included, as written
    std::uint64_t bytes = 0;  // of the container's files
    double perplexity = 0, baselinePerplexity = 0;
    double klMean = 0, klP999 = 0; // nats, from the full-precision model
    double sameTop = 0;            // fraction of positions
    double seconds = 0;            // of the quantization
    std::uint64_t peakRssBytes = 0;
};

struct SweepResult {
    std::string model;
    std::uint64_t originalBytes = 0;
    std::string protocol;       // as stored with each metric
    std::vector<SweepRow> rows; // one per point, in the order of the grid
    std::size_t count(std::string_view state) const;
};

struct SweepOptions {
    bool again = false; // measure points that the store has, too
};

// Needs engine.store. Publishes a SweepRow after each point. A point that fails is a row that says
// why; the others go on. Throws Cancelled: everything finished so far is in the store.
// Errors: an unreadable text, a model that cannot be run, a point whose plan cannot be made (all
// before the first point is begun).
Result<SweepResult> runSweep(const std::shared_ptr<const Model>& model, const SweepSpec& spec,
                             const SweepOptions& options, const Engine& engine,
                             RunContext& context);

// The rows that the store has; the others are pending. Makes nothing.
Result<SweepResult> sweepSoFar(const std::shared_ptr<const Model>& model, const SweepSpec& spec,
                               const Engine& engine);

} // namespace bitsmith

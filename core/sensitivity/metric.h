// Sensitivity: what quantizing one tensor does to a model, in the eyes of one metric. Metrics are
// cheap or dear, and none of them is the truth but the measured divergence ("kl"), which the others
// are compared with. One file per metric in metrics/, registered by one word.
#pragma once

#include "core/base/run_context.h"
#include "core/calibration/calibrate.h"
#include "core/model/forward.h"
#include "core/quant/recipe.h"

#include <functional>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

enum class SensitivityKind {
    Loss,      // a value per tensor and width, whose sum over the tensors is to be small
    Curvature, // a value per tensor: times ||W - Wq||_F^2 of a width it is a loss (HAWQ-V2)
    Score // a value per tensor that orders them: times ||W - Wq||^2 / ||W||^2 it serves as a loss
};

struct SensitivityInfo {
    std::string_view id, title, summary, paper;
    SensitivityKind kind = SensitivityKind::Loss;
    bool needsText = false; // runs the model, or needs its statistics
};

// What all metrics work with.
struct SensitivityInput {
    std::shared_ptr<const Model> model;
    std::vector<const TensorInfo*> tensors;      // in order of use; matrices inside blocks
    std::vector<int> widths;                     // bits, rising
    std::shared_ptr<const Recipe> recipe;        // that the tensors are quantized with
    const ForwardPass* pass = nullptr;           // null: without a text
    const CalibrationSamples* samples = nullptr; // what the model is run on; null: without a text
    // Full-precision statistics of a tensor's input; null: without a text.
    std::function<Result<std::shared_ptr<const LayerStats>>(const TensorInfo&)> stats;
    std::uint64_t memoryBytes = 0; // for weights that are better kept than read again
    std::uint64_t seed = 0;
};

struct SensitivityValue {
    std::size_t tensor = 0; // index into the input's tensors
    int bits = 0;           // 0: of the tensor at any width
    double value = 0;
    double seconds = 0;
    std::map<std::string, double> details; // what else came out: "nll_delta", "standard_error"
};

struct SensitivitySink {
    // False for values that are known from an earlier run.
    std::function<bool(std::size_t tensor, int bits)> wanted;
    // Stores a value; in any order. done/total of what this run measures make the progress.
    std::function<Status(SensitivityValue)> put;
};

class SensitivityMetric {
public:
    virtual ~SensitivityMetric() = default;
    virtual const SensitivityInfo& info() const = 0;
    // Errors: what the model's files, the recipe or the statistics report; Usage: a tensor that
    // cannot be measured so, with what to do. Throws Cancelled; what was put is kept.
    virtual Status measure(const SensitivityInput& input, const SensitivitySink& sink,
                           RunContext& context) const = 0;
};

std::span<const SensitivityMetric* const> allSensitivityMetrics();
// Errors (Usage): unknown, naming the known ones.
Result<const SensitivityMetric*> findSensitivityMetric(std::string_view id);

// ---- For metrics

// The tensor as floats, and quantized by the input's recipe at some width (with the calibration's
// statistics where there are some).
Result<Matrix> denseMatrix(const SensitivityInput& input, std::size_t tensor);
Result<LayerResult> quantizedAt(const SensitivityInput& input, std::size_t tensor, int bits,
                                ConstMatrixView weights, RunContext& context);

// ---- What comes out

struct SensitivityRow {
    std::string tensor;
    double score = std::numeric_limits<double>::quiet_NaN(); // Curvature and Score metrics
    std::vector<double> loss; // one per width; NaN: not measured, or not a width of the recipe
    // Measured divergence only: the change of the negative log-likelihood, nats per token.
    std::vector<double> nllDelta;
};

// What all metrics agree on in the end: a loss for each tensor and width.
struct SensitivityTable {
    std::string metric; // id
    SensitivityKind kind = SensitivityKind::Loss;
    std::string recipe;  // id, for people
    std::string setting; // the recipe with its parameters, as plans store it (toReference)
    std::vector<int> widths;
    std::vector<SensitivityRow> rows;
    double baselineNll = std::numeric_limits<double>::quiet_NaN(); // "kl": of the original
    double seconds = 0;                                            // that measuring it took
    std::string dataKey;  // of the text that it was measured on; empty: data-free
    std::string measured; // when, ISO 8601, UTC
    const SensitivityRow* find(std::string_view tensor) const;
    // NaN where unknown. A width that was not measured lies between its neighbours, on a straight
    // line of log(loss).
    double loss(std::string_view tensor, double bits) const;
    double nllDelta(std::string_view tensor, double bits) const; // on a straight line
    // The same of a row at hand: looking it up takes longer than the rest.
    double loss(const SensitivityRow& row, double bits) const;
    double nllDelta(const SensitivityRow& row, double bits) const;
    bool complete() const; // no NaN
};

} // namespace bitsmith

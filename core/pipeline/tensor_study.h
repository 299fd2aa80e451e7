// What analyses of single tensors share: which tensors, the statistics of their inputs, and rows
// that the store keeps, so that nothing is computed twice and an interrupted analysis goes on.
#pragma once

#include "core/calibration/calibrate.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bitsmith {

struct TensorStudyOptions {
    std::filesystem::path text; // calibration; empty: none, and no statistics
    CalibrationOptions calibration;
    std::vector<std::string> tensors; // globs; empty: every quantizable one
    bool again = false;               // compute what the store has, too
};

// A tensor that could not be analysed, and why.
struct SkippedTensor {
    std::string tensor;
    Error error;
};

class TensorStudy {
public:
    // With a text: statistics of every block input, from the cache or measured now; they take the
    // progress up to 0.4. Errors (Usage): no matrix matches; those of calibrating.
    static Result<TensorStudy> prepare(std::shared_ptr<const Model> model,
                                       const TensorStudyOptions& options, const Engine& engine,
                                       RunContext& context);

    const Model& model() const { return *m_model; }
    const std::vector<const TensorInfo*>& tensors() const { return m_tensors; }
    bool hasText() const { return m_cache.has_value(); }
    // Of a tensor's input; null without a text, and for tensors outside blocks. The last one stays
    // in memory, as neighbours share theirs.
    Result<std::shared_ptr<const LayerStats>> stats(const TensorInfo& tensor, bool withGram);

    // One row per tensor, in their order: from the store, or computed and kept.
    // metric: "salience.awq". setting: what else the rows depend on. usesText: they depend on the
    // calibration. A tensor that fails is skipped; if all do, the first error is returned.
    using Compute = std::function<Result<Measurement>(const TensorInfo&)>;
    struct Rows {
        std::vector<Measurement> rows;
        std::vector<SkippedTensor> skipped;
    };
    Result<Rows> rows(const std::string& metric, const std::string& setting, bool usesText,
                      double from, double to, const Compute& compute, RunContext& context);

private:
    TensorStudy(std::shared_ptr<const Model> model, const Engine& engine)
        : m_model(std::move(model)), m_engine(&engine) {}
    Status calibrateFirst(const TensorStudyOptions& options, RunContext& context);

    std::shared_ptr<const Model> m_model;
    const Engine* m_engine;
    std::vector<const TensorInfo*> m_tensors;
    std::optional<StatsCache> m_cache; // only with a text
    std::shared_ptr<const LayerStats> m_last;
    bool m_again = false;
};

} // namespace bitsmith

// The experiment database: SQLite in WAL mode, foreign keys on, numbered migrations. The only SQL.
// One writer thread per process; several processes may use one file at once (a busy database is
// waited for, then reported).
#pragma once

#include "core/base/result.h"
#include "core/store/measurement.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

struct ExperimentId {
    std::int64_t value = 0;
    auto operator<=>(const ExperimentId&) const = default;
};

struct TensorResult {
    std::string tensor, recipe;
    int bits = 0;
    double bitsPerWeight = 0;
    std::uint64_t bytes = 0;
    double weightError = 0, outputError = -1; // as LayerReport
    double seconds = 0;
};

struct Metric {
    std::string name; // "perplexity", "kl_mean", "baseline_perplexity", ...
    double value = 0;
    std::string protocol; // "windows 256 on held.txt (204510 tokens)"
};

struct Artifact {
    std::string kind; // "container"
    std::string path;
    std::uint64_t bytes = 0;
};

struct Experiment {
    ExperimentId id;
    std::string model, modelPath, modelKey;
    std::string recipe;         // id, or "mixed"
    std::string state;          // "running", "done", "failed", "cancelled"
    std::string planJson;       // whole plan: "open this plan again"
    std::string calibrationKey; // empty: data-free
    double bitsPerWeight = 0;
    std::uint64_t bytes = 0, originalBytes = 0;
    double seconds = 0;
    std::uint64_t peakRssBytes = 0;
    std::string started; // ISO 8601, UTC
    std::string notes, tags, error;
    std::vector<TensorResult> tensors;
    std::vector<Metric> metrics;
    std::vector<Artifact> artifacts;
};

class Store {
public:
    // Creates folders and file as needed. Errors: BadInput, not a database, or written by a newer
    // version (says which); Failed, locked by another process or read-only.
    // patience: how long to wait for another process that holds the database.
    static Result<std::shared_ptr<Store>>
    open(const std::filesystem::path& file,
         std::chrono::milliseconds patience = std::chrono::seconds(5));
    static std::filesystem::path defaultPath(); // $XDG_DATA_HOME/bitsmith/experiments.db
    virtual ~Store() = default;
    virtual const std::filesystem::path& path() const = 0;

    // Writes happen on the store's thread, in order; the calls block until done. Errors: Usage, no
    // such experiment; Failed, busy or read-only; Resources, disk full; BadInput, a damaged file.
    // Artifact paths are stored absolute.
    virtual Result<ExperimentId> begin(const Experiment& experiment) = 0; // stores state "running"
    virtual Status
    addTensor(ExperimentId id,
              const TensorResult& result) = 0; // replaces an older one of that tensor
    // All scalar members and the artifacts; empty notes, tags and `started` leave what is stored,
    // as the user may have written notes meanwhile. May be repeated.
    virtual Status finish(const Experiment& experiment) = 0;
    virtual Status addMetric(ExperimentId id,
                             const Metric& metric) = 0; // replaces the same name and protocol
    virtual Status annotate(ExperimentId id, const std::string& notes, const std::string& tags) = 0;
    virtual Status remove(ExperimentId id) = 0;
    virtual Status restore(const Experiment& experiment) = 0; // undo of remove: same id

    virtual Result<std::vector<Experiment>> list() const = 0; // newest first; without tensors
    virtual Result<Experiment>
    load(ExperimentId id) const = 0; // everything; Usage if there is none
    // The experiment whose container lies at this path, if any.
    virtual Result<std::optional<ExperimentId>>
    findByArtifact(const std::filesystem::path& path) const = 0;
    // Changes whenever any process has written (PRAGMA data_version and own writes): poll to
    // refresh.
    virtual std::uint64_t revision() const = 0;

    virtual Status addCalibration(const std::string& key, const std::string& modelKey,
                                  const std::string& path, const std::string& parametersJson,
                                  std::uint64_t tokens) = 0;

    // Replaces rows of the same key, tensor and bits; all rows or none.
    virtual Status addMeasurements(const MeasurementKey& key,
                                   std::span<const Measurement> rows) = 0;
    // Empty where nothing was measured; in the order in which they were first added.
    virtual Result<std::vector<Measurement>> measurements(const MeasurementKey& key) const = 0;
    // What is there for a model, newest first.
    virtual Result<std::vector<MeasurementSet>>
    measurementSets(const std::string& modelKey) const = 0;
    virtual Status removeMeasurements(const MeasurementKey& key) = 0;
};

} // namespace bitsmith

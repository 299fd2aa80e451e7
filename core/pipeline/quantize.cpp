#include "core/pipeline/quantize.h"

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/mapped_file.h"
#include "core/base/memory.h"
#include "core/base/message.h"
#include "core/base/version.h"
#include "core/exporters/container.h"
#include "core/pipeline/prediction.h"
#include "core/pipeline/quantize_layers.h"
#include "core/pipeline/rewrite.h"
#include "core/pipeline/sensitivity.h"
#include "core/pipeline/static_ranges.h"

#include <chrono>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

// Keeps the experiment's row in step with the run, also when it fails or is cancelled.
class Record {
public:
    static Result<Record> begin(const Engine& engine, Experiment experiment, bool resume) {
        Record record;
        record.m_store = engine.store;
        record.m_experiment = std::move(experiment);
        if (!engine.store) return record;
        Experiment& e = record.m_experiment;
        if (resume) {
            // A resumed run goes on in the row that it began.
            BITSMITH_TRY(const auto earlier,
                         engine.store->findByArtifact(e.artifacts.front().path));
            if (earlier) {
                BITSMITH_TRY(const Experiment found, engine.store->load(*earlier));
                if (found.state != "done" && found.modelKey == e.modelKey) {
                    e.id = found.id;
                    e.started = found.started;
                    e.notes = found.notes;
                    e.tags = found.tags;
                    BITSMITH_CHECK(engine.store->finish(e));
                    return record;
                }
            }
        }
        BITSMITH_TRY(e.id, engine.store->begin(e));
        BITSMITH_TRY(const Experiment stored, engine.store->load(e.id));
        e.started = stored.started;
        return record;
    }

    Status addTensor(const LayerReport& r) {
        if (!m_store) return {};
        return m_store->addTensor(m_experiment.id,
                                  {r.name, r.recipe, r.bits, r.bitsPerWeight, r.bytes,
                                   r.weightError, r.outputError, r.seconds});
    }

    // state: "done", "failed" or "cancelled".
    Status finish(std::string state, std::string error = {}) {
        m_experiment.state = std::move(state);
        m_experiment.error = std::move(error);
        return m_store ? m_store->finish(m_experiment) : Status{};
    }

    Experiment& experiment() { return m_experiment; }
    bool stored() const { return m_store != nullptr; }

private:
    std::shared_ptr<Store> m_store;
    Experiment m_experiment;
};

std::string recipeLabel(const Plan& plan) {
    std::string label;
    for (const auto& row : plan.tensors) {
        if (!row->recipe) continue;
        if (label.empty())
            label = row->recipe->id;
        else if (label != row->recipe->id)
            return "mixed";
    }
    return label.empty() ? "none" : label;
}

Status checkRequest(const Model& model, const Plan& plan, const QuantizeOptions& options) {
    if (options.output.empty()) return fail(ErrorCode::Usage, "no output folder was given (-o)");
    if (plan.modelKey != model.contentKey())
        return fail(ErrorCode::Usage, "the plan was made for another model ('{}')", plan.model);
    std::error_code ignored;
    if (std::filesystem::equivalent(options.output, model.path(), ignored))
        return fail(ErrorCode::Usage, "the output folder is the model itself; choose another one");
    if (!options.imatrix.empty() && !options.calibrationText.empty())
        return fail(ErrorCode::Usage, "give a calibration text or an imatrix, not both");
    std::size_t quantized = 0;
    for (const auto& row : plan.tensors) {
        if (!row->recipe) continue;
        ++quantized;
        if (row->recipe->needsStats() && options.calibrationText.empty())
            return fail(
                ErrorCode::Usage,
                "recipe '{}' (for '{}') needs calibration: give a text with --text{}, or use a "
                "data-free recipe such as rtn",
                row->recipe->id, row->tensor,
                options.imatrix.empty() ? "" : " (an imatrix has no Gram matrices)");
    }
    BITSMITH_CHECK(checkActivations(model, plan, !options.calibrationText.empty()));
    if (quantized == 0)
        return fail(ErrorCode::Usage, "the plan quantizes no tensor of '{}'", model.name());
    return {};
}

double secondsSince(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// Rewrites the network of the run where recipes want it.
Status fold(LayerRun& run, RunContext& context) {
    if (!foldsScales(run.plan)) return {};
    context.beginStep("choosing scales", 0.01, 0.1);
    BITSMITH_TRY(RewriteResult rewritten, foldScales(run.original, run.plan, run.samples,
                                                     std::nullopt, run.engine, context));
    std::map<std::string, std::size_t> reasons;
    for (const FoldedInput& input : rewritten.inputs)
        if (!input.reason.empty()) ++reasons[input.reason];
    for (const auto& [reason, count] : reasons)
        context.warn(
            count == 1
                ? "1 layer input cannot be folded: {}. Their matrices are rounded without scales; "
                  "fold=false keeps scales beside the codes"_message(reason)
                : "{} layer inputs cannot be folded: {}. Their matrices are rounded without "
                  "scales; fold=false keeps scales beside the codes"_message(count, reason));
    run.model = std::move(rewritten.model);
    run.scales = std::move(rewritten.scales);
    return {};
}

// What the sensitivities say beforehand, to be compared with what is measured afterwards.
Status recordPrediction(const Model& model, const Plan& plan, ExperimentId id,
                        const Engine& engine) {
    BITSMITH_TRY(const auto tables, knownSensitivities(model, engine));
    const auto prediction = predictQuality(plan, tables);
    if (!prediction) return {};
    const std::string protocol =
        fmt::format("sum over {} tensors, measured with {}",
                    prediction->tensors - prediction->unknown, prediction->recipe);
    BITSMITH_CHECK(engine.store->addMetric(id, {"predicted_kl", prediction->kl, protocol}));
    return engine.store->addMetric(
        id, {"predicted_nll_delta",
             std::log(prediction->perplexity / prediction->baselinePerplexity), protocol});
}

} // namespace

std::vector<PlanTensor> planTensors(const Model& model) {
    std::vector<PlanTensor> out;
    for (const TensorInfo& t : model.tensors())
        out.push_back({.name = t.name,
                       .rows = t.rows,
                       .cols = t.cols,
                       .bytes = t.bytes,
                       .block = t.block,
                       .role = t.role,
                       .quantizable = t.quantizable,
                       .onRequest = t.onRequest});
    return out;
}

Result<QuantizeResult> quantize(std::shared_ptr<const Model> original,
                                std::shared_ptr<const Plan> plan, const QuantizeOptions& options,
                                const Engine& engine, RunContext& context) {
    const auto start = std::chrono::steady_clock::now();
    forgetPeakResident(); // of earlier points of a sweep
    BITSMITH_CHECK(checkRequest(*original, *plan, options));

    LayerRun run{.model = original,
                 .original = original,
                 .plan = *plan,
                 .engine = engine,
                 .options = options};
    context.beginStep("preparing", 0, 0.01);
    std::string imatrixKey = "none";
    if (!options.imatrix.empty()) {
        BITSMITH_TRY(const auto file, MappedFile::open(options.imatrix));
        imatrixKey = Hasher().add(file->bytes()).hex();
        BITSMITH_TRY(run.imported, statsFromImatrix(options.imatrix, *original));
    }
    if (!options.calibrationText.empty()) {
        BITSMITH_TRY(const std::string words, readTextFile(options.calibrationText));
        BITSMITH_TRY(run.samples, drawSamples(*original, words, options.calibration));
        run.calibrationKey = calibrationKey(*original, run.samples);
        BITSMITH_CHECK(fold(run, context));
    }
    const std::shared_ptr<const Model> model = run.model;
    const std::string planJson = toJson(*plan).dump();
    const std::string key =
        fmt::format("engine={} model={} plan={} calibration={} imatrix={} seed={} nonfinite={}",
                    version(), model->contentKey(), Hasher().add(planJson).hex(),
                    run.calibrationKey.empty() ? "none" : run.calibrationKey, imatrixKey,
                    options.seed, options.allowNonFinite ? "zero" : "refused");
    BITSMITH_TRY(QuantizationJournal journal,
                 QuantizationJournal::open(options.output, key, options.resume));

    std::error_code ignored;
    const auto absolute = std::filesystem::weakly_canonical(options.output, ignored);
    BITSMITH_TRY(
        Record record,
        Record::begin(
            engine,
            {.model = original->name(),
             .modelPath = std::filesystem::weakly_canonical(original->path(), ignored).string(),
             .modelKey = original->contentKey(),
             .recipe = recipeLabel(*plan),
             .state = "running",
             .planJson = planJson,
             .calibrationKey = run.calibrationKey,
             .originalBytes = original->bytes(),
             .artifacts = {{"container", absolute.string(), 0}}},
            options.resume));
    run.onFinished = [&](const TensorFinished& finished) {
        context.publish(finished);
        return record.addTensor(finished.report);
    };

    const auto work = [&]() -> Result<QuantizeResult> {
        QuantizeResult result;
        BITSMITH_TRY(result.tensors, quantizeLayers(run, journal, context));
        BITSMITH_TRY(const ActivationRanges ranges, staticRanges(run, journal, context));
        context.beginStep("writing", 0.95, 1);
        BITSMITH_TRY(const ContainerFiles files,
                     writeContainer(options.output, *plan, journal, ModelSource(*model),
                                    model->name(), context, ranges));
        std::uint64_t weights = 0, bytes = 0;
        for (const LayerReport& report : result.tensors) {
            const TensorInfo* info = model->find(report.name);
            weights += info->rows * info->cols;
            bytes += report.bytes;
        }
        result.bitsPerWeight = 8.0 * static_cast<double>(bytes) / static_cast<double>(weights);
        result.bytes = files.bytes;
        result.originalBytes = original->bytes();
        result.seconds = secondsSince(start);
        result.peakRssBytes = peakResidentBytes();
        result.output = options.output;
        Experiment& e = record.experiment();
        e.bitsPerWeight = result.bitsPerWeight;
        e.bytes = result.bytes;
        e.seconds = result.seconds;
        e.peakRssBytes = result.peakRssBytes;
        e.artifacts = {{"container", absolute.string(), files.bytes}};
        BITSMITH_CHECK(record.finish("done"));
        if (record.stored()) {
            result.experiment = e.id;
            BITSMITH_CHECK(recordPrediction(*original, *plan, e.id, engine));
        }
        return result;
    };
    try {
        Result<QuantizeResult> result = work();
        if (!result) (void)record.finish("failed", result.error().message);
        return result;
    } catch (const Cancelled&) {
        (void)record.finish("cancelled");
        throw;
    } catch (const std::exception& error) {
        (void)record.finish("failed", error.what());
        throw;
    }
}

} // namespace bitsmith

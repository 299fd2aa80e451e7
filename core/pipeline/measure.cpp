#include "core/pipeline/measure.h"

#include "core/base/atomic_file.h"
#include "core/base/message.h"
#include "core/calibration/activation_ranges.h"
#include "core/pipeline/importance.h"

#include <algorithm>

#include <cmath>

namespace bitsmith {
namespace {

// What the sensitivities said of the experiment before it ran (see quantize.cpp).
void addPrediction(const Experiment& experiment, EvalResult& r) {
    if (!r.hasBaseline) return;
    for (const Metric& metric : experiment.metrics) {
        if (metric.name == "predicted_kl") r.predictedKl = metric.value;
        if (metric.name == "predicted_nll_delta")
            r.predictedPerplexity = r.baselinePerplexity * std::exp(metric.value);
    }
}

Status record(const Engine& engine, const Model& model, const std::filesystem::path& text,
              EvalResult& r) {
    if (!engine.store) return {};
    BITSMITH_TRY(const auto experiment, engine.store->findByArtifact(model.path()));
    if (!experiment) return {};
    BITSMITH_TRY(const Experiment stored, engine.store->load(*experiment));
    addPrediction(stored, r);
    std::string protocol = fmt::format("{} {}{} on {} ({} tokens)", protocolName(r.protocol),
                                       r.context, r.stride > 0 ? fmt::format("/{}", r.stride) : "",
                                       text.filename().string(), r.tokens);
    if (!r.activations.empty()) protocol += fmt::format(", activations {}", r.activations);
    if (!r.cache.empty()) protocol += fmt::format(", cache {}", r.cache);
    const auto add = [&](const char* name, double value) {
        return engine.store->addMetric(*experiment, {name, value, protocol});
    };
    BITSMITH_CHECK(add("perplexity", r.perplexity));
    if (!r.hasBaseline) return {};
    BITSMITH_CHECK(add("baseline_perplexity", r.baselinePerplexity));
    BITSMITH_CHECK(add("kl_mean", r.klMean));
    BITSMITH_CHECK(add("kl_p999", r.klP999));
    return add("same_top", r.sameTop);
}

} // namespace

Status applyPrecision(ForwardPass& pass, const ModelPrecision& precision, RunContext& context) {
    const auto& wanted = precision.run.activations;
    ActivationRanges ranges;
    if (!precision.run.ownActivations && wanted && wanted->shared == ScaleShared::Static) {
        if (precision.calibrationText.empty())
            return fail(ErrorCode::Usage,
                        "activations '{}' scale by what a calibration text shows: give one "
                        "(--calibration), or use '{}:token', which needs none",
                        wanted->text(), wanted->format);
        BITSMITH_TRY(const std::string words, readTextFile(precision.calibrationText));
        BITSMITH_TRY(const CalibrationSamples samples,
                     drawSamples(pass.model(), words, precision.calibration));
        BITSMITH_TRY(ranges, measureActivationRanges(pass, samples, context));
    }
    return pass.setPrecision(precision.run, ranges);
}

Result<EvalResult> evaluateModel(const std::shared_ptr<const Model>& model,
                                 const std::shared_ptr<const Model>& baseline,
                                 const std::filesystem::path& text, const EvalOptions& given,
                                 const Engine& engine, RunContext& context,
                                 const ModelPrecision& precision) {
    BITSMITH_TRY(const std::string words, readTextFile(text));
    BITSMITH_TRY(ForwardPass pass, ForwardPass::create(model, engine.backend));
    BITSMITH_CHECK(applyPrecision(pass, precision, context));
    std::optional<ForwardPass> basePass;
    const std::uint64_t budget = weightBudget(engine);
    EvalOptions options = given;
    const std::uint64_t both = model->bytes() + (baseline ? baseline->bytes() : 0);
    if (both <= budget) {
        pass.keepBlocks(budget);
    } else {
        options.batchTokens = 4 * given.batchTokens;
        context.info(
            "'{}' is larger than the memory limit: weights are read one block at a time"_message(
                model->name()));
    }
    if (baseline) {
        BITSMITH_TRY(ForwardPass opened, ForwardPass::create(baseline, engine.backend));
        basePass.emplace(std::move(opened));
        if (both <= budget) basePass->keepBlocks(budget);
    }
    BITSMITH_TRY(EvalResult result,
                 evaluate(pass, basePass ? &*basePass : nullptr, words, options, context));
    BITSMITH_CHECK(record(engine, *model, text, result));
    return result;
}

Result<CalibrationResult> calibrateModel(const std::shared_ptr<const Model>& model,
                                         const std::filesystem::path& text,
                                         const CalibrationOptions& options,
                                         const std::filesystem::path& imatrix, const Engine& engine,
                                         RunContext& context) {
    BITSMITH_TRY(const std::string words, readTextFile(text));
    BITSMITH_TRY(const CalibrationSamples samples, drawSamples(*model, words, options));
    BITSMITH_TRY(const ForwardPass pass, ForwardPass::create(model, engine.backend));
    const StatsCache cache(engine.calibrationFolder, calibrationKey(*model, samples));
    context.beginStep("calibrating");
    BITSMITH_TRY(CalibrationResult result, calibrate(pass, samples, cache, context));
    if (!imatrix.empty()) {
        BITSMITH_TRY(const Imatrix written,
                     imatrixOf(*model, result, cache, text.filename().string()));
        BITSMITH_CHECK(writeImatrix(imatrix, written));
    }
    if (engine.store)
        BITSMITH_CHECK(engine.store->addCalibration(
            result.key, model->contentKey(), text.string(),
            fmt::format(R"({{"samples": {}, "context": {}, "seed": {}}})", options.samples,
                        options.context, options.seed),
            result.tokens));
    return result;
}

Result<std::string> cachedCalibration(const Model& model, const std::filesystem::path& text,
                                      const CalibrationOptions& options, const Engine& engine) {
    BITSMITH_TRY(const std::string words, readTextFile(text));
    BITSMITH_TRY(const CalibrationSamples samples, drawSamples(model, words, options));
    const StatsCache cache(engine.calibrationFolder, calibrationKey(model, samples));
    const bool complete = std::ranges::all_of(model.tensors(), [&](const TensorInfo& tensor) {
        return tensor.block < 0 || tensor.input.empty() ||
               cache.contains(blockInputName(static_cast<std::size_t>(tensor.block), tensor.input));
    });
    return complete ? cache.key() : std::string();
}

} // namespace bitsmith

#include "core/pipeline/sweep.h"

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/eval/baseline_cache.h"
#include "core/pipeline/measure.h"
#include "core/pipeline/quantize.h"
#include "core/pipeline/sensitivity_loss.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

struct Point {
    std::shared_ptr<const Plan> plan;
    std::string planJson; // identifies it in the store
    bool calibrated = false;
    fs::path output;
};

const Metric* findMetric(const Experiment& e, std::string_view name, std::string_view protocol) {
    const auto at = std::ranges::find_if(
        e.metrics, [&](const Metric& m) { return m.name == name && m.protocol == protocol; });
    return at == e.metrics.end() ? nullptr : &*at;
}

bool needsStats(const Plan& plan) {
    return std::ranges::any_of(
        plan.tensors, [](const auto& row) { return row->recipe && row->recipe->needsStats(); });
}

class Sweep {
public:
    Sweep(std::shared_ptr<const Model> model, const SweepSpec& spec, const Engine& engine)
        : m_model(std::move(model)), m_spec(spec), m_engine(engine) {}

    // measure: sensitivities that the store lacks and budgets need are measured now.
    Status prepare(bool measure, RunContext& context) {
        if (!m_engine.store) return fail(ErrorCode::Usage, "a sweep needs the experiment database");
        BITSMITH_TRY(const std::string text, readTextFile(m_spec.evalText));
        m_result.model = m_model->name();
        m_result.originalBytes = m_model->bytes();
        m_result.protocol = protocol(text);
        if (!m_spec.calibrationText.empty()) {
            BITSMITH_TRY(const std::string words, readTextFile(m_spec.calibrationText));
            BITSMITH_TRY(const auto samples, drawSamples(*m_model, words, m_spec.calibration));
            m_calibrationKey = calibrationKey(*m_model, samples);
        }
        const std::vector<PlanTensor> tensors = planTensors(*m_model);
        for (std::size_t i = 0; i < m_spec.grid.size(); ++i) {
            const SweepChoice& choice = m_spec.grid[i];
            auto plan = planOf(choice, m_model->name(), m_model->contentKey(), tensors);
            if (plan && choice.budgetBits > 0) plan = budgeted(choice, *plan, measure, context);
            if (!plan && !measure && choice.budgetBits > 0) {
                addRow(choice, {}); // pending: its sensitivities are still to be measured
                continue;
            }
            if (!plan)
                return fail(plan.error().code, "'{}': '{}': {}", m_spec.file.string(),
                            choice.label(), plan.error().message);
            Point point{.plan = *plan, .planJson = toJson(**plan).dump()};
            if (needsStats(*point.plan) && m_spec.calibrationText.empty())
                return fail(ErrorCode::Usage,
                            "'{}': '{}' needs calibration: name a text under the key \"text\"",
                            m_spec.file.string(), choice.label());
            // Data-free recipes are measured as they are used; those that weigh errors use the text
            // where there is one.
            point.calibrated = !m_spec.calibrationText.empty();
            const std::string key = Hasher()
                                        .add(version())
                                        .add(m_model->contentKey())
                                        .add(point.planJson)
                                        .add(point.calibrated ? m_calibrationKey : "none")
                                        .hex()
                                        .substr(0, 12);
            point.output = folder() / fmt::format("{:03}-{}", i, key);
            addRow(choice, std::move(point));
        }
        return {};
    }

    // Fills the rows that the store has.
    Status findFinished() {
        BITSMITH_TRY(const auto all, m_engine.store->list());
        for (SweepRow& row : m_result.rows) {
            const Point& point = m_points[row.index];
            if (!point.plan) continue;
            for (const Experiment& e : all) {
                if (!isPoint(e, point) || !findMetric(e, "kl_mean", m_result.protocol)) continue;
                row.fromStore = true;
                fill(row, e);
                break; // the newest
            }
        }
        return {};
    }

    void run(RunContext& context) {
        const double n = static_cast<double>(m_result.rows.size());
        m_cache = std::make_shared<BaselineCache>(weightBudget(m_engine) / 4);
        for (SweepRow& row : m_result.rows) {
            if (row.state == "pending") {
                const double at = static_cast<double>(row.index);
                context.beginStep(
                    fmt::format("{} of {}: {}", row.index + 1, m_result.rows.size(), row.label),
                    at / n, (at + 1) / n);
                context.checkpoint(0.0);
                if (const Status status = runPoint(row, context); !status) {
                    row.state = "failed";
                    row.error = status.error().message;
                    context.warn(fmt::format("{}: {}", row.label, row.error));
                }
            }
            context.publish(row);
        }
        if (!m_spec.keepOutputs) { // only where nothing of others is in it
            std::error_code ignored;
            fs::remove(folder(), ignored);
        }
    }

    SweepResult& result() { return m_result; }

private:
    void addRow(const SweepChoice& choice, Point point) {
        m_result.rows.push_back({.index = m_points.size(),
                                 .series = choice.series,
                                 .label = choice.label(),
                                 .recipe = choice.recipe,
                                 .bits = choice.bits,
                                 .state = "pending"});
        m_points.push_back(std::move(point));
    }

    // Choices that differ in their budget or allocator alone share the slow part.
    Result<std::shared_ptr<const Plan>> budgeted(const SweepChoice& choice,
                                                 std::shared_ptr<const Plan> base, bool measure,
                                                 RunContext& context) {
        const std::string key = Hasher().add(toJson(*base).dump()).add(choice.sensitivity).hex();
        auto at = m_problems.find(key);
        if (at == m_problems.end()) {
            SensitivityOptions options{.calibration = m_spec.calibration,
                                       .tokens = m_spec.sensitivityTokens};
            if (measure) options.text = m_spec.calibrationText;
            BITSMITH_TRY(const auto losses,
                         lossesFor(m_model, base, choice.sensitivity, options, m_engine, context));
            BITSMITH_TRY(BudgetProblem problem,
                         makeBudgetProblem(*m_model, base, {.losses = losses.get()}, context));
            at = m_problems.emplace(key, std::move(problem)).first;
        }
        BITSMITH_TRY(const AllocatedPlan found,
                     allocate(at->second, {.bitsPerWeight = choice.budgetBits,
                                           .allocator = choice.allocator,
                                           .leastBits = choice.leastBits,
                                           .mostBits = choice.mostBits}));
        return found.plan;
    }

    // What the numbers were measured on, whole: equal texts mean equal measurements.
    std::string protocol(const std::string& text) const {
        const EvalOptions& eval = m_spec.eval;
        const std::size_t positions =
            m_model->architecture() ? m_model->architecture()->maxPositions : 0;
        const std::size_t context = eval.context    ? eval.context
                                    : positions > 0 ? std::min<std::size_t>(positions, 2048)
                                                    : 2048;
        std::string out = fmt::format("{} {} on {}", protocolName(eval.protocol), context,
                                      m_spec.evalText.filename().string());
        if (eval.stride > 0) out += fmt::format(", stride {}", eval.stride);
        if (eval.limitTokens > 0) out += fmt::format(", first {} tokens", eval.limitTokens);
        if (eval.limitDocuments > 0)
            out += fmt::format(", first {} documents", eval.limitDocuments);
        out += fmt::format(", text {}", Hasher().add(text).add(eval.separator).hex().substr(0, 8));
        // Calibration keys hold the seed of the samples; data-free points have none.
        if (m_spec.calibration.seed > 0) out += fmt::format(", seed {}", m_spec.calibration.seed);
        return out;
    }

    fs::path folder() const {
        if (!m_spec.output.empty()) return m_spec.output;
        return m_engine.calibrationFolder.parent_path() / "sweep" /
               Hasher().add(m_model->contentKey()).add(m_spec.file.string()).hex().substr(0, 12);
    }

    bool isPoint(const Experiment& e, const Point& point) const {
        return e.state == "done" && e.modelKey == m_model->contentKey() &&
               e.calibrationKey == (point.calibrated ? m_calibrationKey : "") &&
               e.planJson == point.planJson;
    }

    void fill(SweepRow& row, const Experiment& e) const {
        const auto value = [&](const char* name) {
            const Metric* metric = findMetric(e, name, m_result.protocol);
            return metric ? metric->value : 0;
        };
        row.state = "done";
        row.experiment = e.id;
        row.bitsPerWeight = e.bitsPerWeight;
        row.bytes = e.bytes;
        row.seconds = e.seconds;
        row.peakRssBytes = e.peakRssBytes;
        row.perplexity = value("perplexity");
        row.baselinePerplexity = value("baseline_perplexity");
        row.klMean = value("kl_mean");
        row.klP999 = value("kl_p999");
        row.sameTop = value("same_top");
    }

    // Nested runs have a context of their own: their steps would hide which point this is.
    template <class T>
    Result<T> nested(RunContext& context, const std::function<Result<T>(RunContext&)>& work) {
        RunContext inner(context.stopToken(), m_spec.calibration.seed);
        Result<T> result = work(inner);
        for (const LogLine& line : inner.logSince(0))
            if (line.level == LogLevel::Warning) context.warn(line.text);
        return result;
    }

    Status runPoint(SweepRow& row, RunContext& context) {
        const Point& point = m_points[row.index];
        BITSMITH_TRY(std::optional<ExperimentId> made, unmeasured(point));
        if (!made) {
            QuantizeOptions options;
            options.output = point.output;
            options.calibration = m_spec.calibration;
            options.seed = m_spec.calibration.seed;
            options.resume = true; // of a sweep that was interrupted here
            if (point.calibrated) options.calibrationText = m_spec.calibrationText;
            BITSMITH_TRY(const QuantizeResult result,
                         nested<QuantizeResult>(context, [&](RunContext& inner) {
                             return quantize(m_model, point.plan, options, m_engine, inner);
                         }));
            made = result.experiment;
        }
        context.checkpoint(0.5);
        const Status measured = measure(*made, point.output, context);
        if (!m_spec.keepOutputs) BITSMITH_CHECK(discard(*made, point.output));
        BITSMITH_CHECK(measured);
        BITSMITH_TRY(const Experiment e, m_engine.store->load(*made));
        fill(row, e);
        return {};
    }

    // A container of this point that an interrupted sweep left before it was measured, or that was
    // kept and measured on another text.
    Result<std::optional<ExperimentId>> unmeasured(const Point& point) const {
        std::error_code ignored;
        if (!fs::exists(point.output / "bitsmith.json", ignored)) return std::nullopt;
        BITSMITH_TRY(const auto id, m_engine.store->findByArtifact(point.output));
        if (!id) return std::nullopt;
        BITSMITH_TRY(const Experiment e, m_engine.store->load(*id));
        if (!isPoint(e, point)) return std::nullopt;
        return id;
    }

    Status measure(ExperimentId id, const fs::path& output, RunContext& context) {
        BITSMITH_TRY(const auto quantized, openModel(output));
        EvalOptions options = m_spec.eval;
        options.baselineCache = m_cache;
        Engine silent = m_engine;
        silent.store.reset(); // recorded here, under the sweep's own protocol
        BITSMITH_TRY(const EvalResult r, nested<EvalResult>(context, [&](RunContext& inner) {
                         return evaluateModel(quantized, m_model, m_spec.evalText, options, silent,
                                              inner);
                     }));
        const std::pair<const char*, double> metrics[] = {
            {"perplexity", r.perplexity},
            {"baseline_perplexity", r.baselinePerplexity},
            {"kl_p999", r.klP999},
            {"same_top", r.sameTop},
            {"kl_mean", r.klMean}}; // last: where it is, the others are
        for (const auto& [name, value] : metrics)
            BITSMITH_CHECK(m_engine.store->addMetric(id, {name, value, m_result.protocol}));
        return {};
    }

    Status discard(ExperimentId id, const fs::path& output) {
        std::error_code ignored;
        fs::remove_all(output, ignored);
        BITSMITH_TRY(Experiment e, m_engine.store->load(id));
        std::erase_if(e.artifacts, [](const Artifact& a) { return a.kind == "container"; });
        return m_engine.store->finish(e);
    }

    std::shared_ptr<const Model> m_model;
    const SweepSpec& m_spec;
    const Engine& m_engine;
    std::string m_calibrationKey;
    std::vector<Point> m_points;
    std::map<std::string, BudgetProblem> m_problems;
    std::shared_ptr<BaselineCache> m_cache;
    SweepResult m_result;
};

} // namespace

std::size_t SweepResult::count(std::string_view state) const {
    return static_cast<std::size_t>(std::ranges::count(rows, state, &SweepRow::state));
}

Result<SweepResult> runSweep(const std::shared_ptr<const Model>& model, const SweepSpec& spec,
                             const SweepOptions& options, const Engine& engine,
                             RunContext& context) {
    Sweep sweep(model, spec, engine);
    BITSMITH_CHECK(sweep.prepare(true, context));
    if (!model->architecture()) return fail(model->whyNotRunnable());
    if (!options.again) BITSMITH_CHECK(sweep.findFinished());
    sweep.run(context);
    return std::move(sweep.result());
}

Result<SweepResult> sweepSoFar(const std::shared_ptr<const Model>& model, const SweepSpec& spec,
                               const Engine& engine) {
    Sweep sweep(model, spec, engine);
    RunContext context;
    BITSMITH_CHECK(sweep.prepare(false, context));
    BITSMITH_CHECK(sweep.findFinished());
    return std::move(sweep.result());
}

} // namespace bitsmith

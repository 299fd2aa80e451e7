#include "core/pipeline/quantize_layers.h"

#include "core/base/message.h"
#include "core/calibration/fisher.h"
#include "core/compute/device_backend.h"
#include "core/quant/round/asymmetric_target.h"
#include "core/quant/stored_rows.h"
#include "core/quant/transform/column_scaling.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <set>

namespace bitsmith {
namespace {

// The order in which a block's inputs are computed: a tensor's predecessors are quantized first.
constexpr std::array<std::string_view, 4> InputOrder = {"attn_in", "attn_out", "mlp_in",
                                                        "mlp_hidden"};

struct Item {
    const TensorPlan* plan = nullptr;
    const TensorInfo* info = nullptr;
};

std::size_t countNonFinite(Matrix& weights, bool replace) {
    std::size_t count = 0;
    for (float& w : weights.values())
        if (!std::isfinite(w)) {
            ++count;
            if (replace) w = 0;
        }
    return count;
}

class LayerWalk {
public:
    LayerWalk(const LayerRun& run, QuantizationJournal& journal, RunContext& context)
        : m_run(run), m_journal(journal), m_context(context) {
        for (const auto& row : run.plan.tensors)
            if (row->recipe) m_items.push_back({row.get(), run.model->find(row->tensor)});
    }

    Result<std::vector<LayerReport>> all() {
        for (const Item& item : m_items)
            if (!item.info)
                return fail(ErrorCode::Usage, "the plan names '{}', which '{}' does not have",
                            item.plan->tensor, m_run.model->name());
        const bool calibrated = !m_run.calibrationKey.empty();
        if (calibrated) BITSMITH_CHECK(prepareStatistics());
        m_context.beginStep("quantizing", calibrated ? 0.3 : 0.01, 0.95);
        for (const auto& [block, items] : byBlock()) {
            if (block >= 0 && m_walk)
                BITSMITH_CHECK(sequentialBlock(block, items));
            else
                for (const Item& item : items) BITSMITH_CHECK(finish(item, nullptr, nullptr));
        }
        // Said in full once; each tensor's report has its own.
        for (const auto& [note, count] : m_notes)
            if (count > 1) m_context.warn("{} more tensors: {}"_message(count - 1, note));
        std::ranges::sort(m_reports, {}, [&](const LayerReport& r) { return position(r.name); });
        return std::move(m_reports);
    }

private:
    // Full-precision statistics for every block (from the cache where it has them), and the walk of
    // the quantized network where a recipe wants true-sequential statistics.
    Status prepareStatistics() {
        BITSMITH_TRY(ForwardPass pass, ForwardPass::create(m_run.model, m_run.engine.backend));
        BITSMITH_TRY(const ForwardPass before,
                     ForwardPass::create(m_run.original, m_run.engine.backend));
        m_pass.emplace(std::move(pass));
        m_cache.emplace(m_run.engine.calibrationFolder, m_run.calibrationKey);
        m_context.beginStep("calibrating", 0.01, 0.3);
        BITSMITH_TRY(const auto calibration, calibrate(before, m_run.samples, *m_cache, m_context));
        if (m_run.engine.store)
            BITSMITH_CHECK(m_run.engine.store->addCalibration(
                calibration.key, m_run.original->contentKey(),
                m_run.options.calibrationText.string(),
                fmt::format(R"({{"samples": {}, "context": {}, "seed": {}}})",
                            m_run.options.calibration.samples, m_run.options.calibration.context,
                            m_run.options.calibration.seed),
                calibration.tokens));
        BITSMITH_CHECK(prepareFisher(before));
        for (const Item& item : m_items)
            if (item.plan->recipe->sequential() && item.info->block >= 0)
                m_lastSequential = std::max(m_lastSequential, item.info->block);
        if (m_lastSequential >= 0) {
            BITSMITH_TRY(BlockWalk walk, BlockWalk::start(*m_pass, m_run.samples));
            m_walk.emplace(std::move(walk));
        }
        const bool asymmetric = std::ranges::any_of(m_items, [](const Item& item) {
            return item.info->block >= 0 && item.plan->recipe->asymmetry() > 0;
        });
        if (m_walk && asymmetric) m_full.emplace(*m_walk);
        return {};
    }

    // Of the network as it was: what rewriting changes is divided out where a matrix needs it.
    Status prepareFisher(const ForwardPass& before) {
        std::vector<std::string> tensors;
        for (const Item& item : m_items)
            if (item.info->block >= 0 && item.plan->recipe->wantsFisher())
                tensors.push_back(item.plan->tensor);
        if (tensors.empty()) return {};
        m_fisher.emplace(m_run.engine.calibrationFolder, m_run.calibrationKey);
        m_context.beginStep("measuring gradients", 0.2, 0.3);
        return measureFisher(before, m_run.samples, std::move(tensors), *m_fisher, m_context);
    }

    std::map<int, std::vector<Item>> byBlock() const {
        std::map<int, std::vector<Item>> blocks;
        for (const Item& item : m_items) blocks[item.info->block].push_back(item);
        // The walk needs every block up to the last sequential one, planned or not.
        for (int b = 0; b <= m_lastSequential; ++b) blocks[b];
        return blocks;
    }

    Status sequentialBlock(int block, const std::vector<Item>& items) {
        const auto index = static_cast<std::size_t>(block);
        WeightOverrides overrides;
        for (const std::string_view input : InputOrder) {
            std::vector<Item> group;
            for (const Item& item : items)
                if (item.info->input == input) group.push_back(item);
            const bool measure = std::ranges::any_of(group, [&](const Item& item) {
                return item.plan->recipe->sequential() && !m_journal.contains(item.plan->tensor);
            });
            std::shared_ptr<const LayerStats> stats;
            m_drift = {};
            if (measure) {
                BITSMITH_TRY(const auto weights, m_pass->loadBlock(index, overrides));
                if (m_full && std::ranges::any_of(group, [](const Item& item) {
                        return item.plan->recipe->asymmetry() > 0;
                    })) {
                    BITSMITH_TRY(const auto full, m_pass->loadBlock(index));
                    BITSMITH_TRY(
                        BlockWalk::Drifted both,
                        m_walk->measureBeside(*m_full, *full, *weights, index, input, m_context));
                    stats = std::move(both.stats);
                    m_drift = std::move(both.drift);
                } else {
                    BITSMITH_TRY(stats, m_walk->measure(*weights, index, input, m_context));
                }
            }
            for (const Item& item : group) BITSMITH_CHECK(finish(item, stats, &overrides));
        }
        m_drift = {};
        for (const Item& item : items)
            if (std::ranges::find(InputOrder, item.info->input) == InputOrder.end())
                BITSMITH_CHECK(finish(item, nullptr, nullptr));
        if (block < m_lastSequential) {
            BITSMITH_TRY(const auto weights, m_pass->loadBlock(index, overrides));
            BITSMITH_TRY(const auto unused, m_walk->advance(*weights, index, false, m_context));
            (void)unused;
            if (m_full) {
                BITSMITH_TRY(const auto full, m_pass->loadBlock(index));
                BITSMITH_TRY(const auto nothing, m_full->advance(*full, index, false, m_context));
                (void)nothing;
            }
        } else {
            m_walk.reset();
            m_full.reset();
        }
        m_pass->releaseBlock(index);
        return {};
    }

    // Takes the tensor from the journal or quantizes it; then it is journaled, reported, and (in a
    // sequential walk) stands in for the original.
    Status finish(const Item& item, const std::shared_ptr<const LayerStats>& sequential,
                  WeightOverrides* overrides) {
        const std::string& name = item.plan->tensor;
        std::shared_ptr<const QuantizedMatrix> matrix;
        LayerReport report;
        bool resumed = false;
        if (m_journal.contains(name)) {
            if (auto finished = m_journal.load(name)) {
                matrix = finished->matrix;
                report = finished->report;
                resumed = true;
            } else {
                m_context.warn(finished.error().message);
            }
        }
        if (!resumed) {
            BITSMITH_TRY(LayerResult result, quantizeOne(item, sequential));
            matrix = result.matrix;
            report = std::move(result.report);
            BITSMITH_CHECK(m_journal.add(name, *matrix, report, result.coded));
        }
        if (overrides) (*overrides)[name] = packedWeights(matrix);
        for (const std::string& note : report.notes)
            if (++m_notes[note] == 1) m_context.warn("{}: {}"_message(name, note));
        m_reports.push_back(report);
        if (m_run.onFinished)
            BITSMITH_CHECK(m_run.onFinished({m_reports.size(), m_items.size(), report, resumed}));
        m_context.checkpoint(static_cast<double>(m_reports.size()) /
                             static_cast<double>(m_items.size()));
        return {};
    }

    Result<LayerResult> quantizeOne(const Item& item,
                                    const std::shared_ptr<const LayerStats>& sequential) {
        const auto start = std::chrono::steady_clock::now();
        const std::string& name = item.plan->tensor;
        BITSMITH_TRY(const auto stored, m_run.model->matrix(name));
        std::shared_ptr<const LayerStats> reference;
        if (m_cache && item.info->block >= 0 && !item.info->input.empty()) {
            const std::string input =
                blockInputName(static_cast<std::size_t>(item.info->block), item.info->input);
            BITSMITH_TRY(reference, cachedStats(input));
        }
        std::vector<std::string> notes;
        const LayerStats* imported = nullptr;
        if (!m_run.imported.empty()) {
            const auto found = m_run.imported.find(name);
            if (found == m_run.imported.end())
                notes.push_back("not in the imatrix: all its inputs count the same"_message());
            else
                imported = found->second.get();
        }
        const LayerStats* stats = imported                                        ? imported
                                  : sequential && item.plan->recipe->sequential() ? sequential.get()
                                                                                  : reference.get();
        LayerTask task{.name = name,
                       .weights = {},
                       .stats = stats,
                       .bits = item.plan->bits,
                       .seed = m_run.options.seed,
                       .accelerator = acceleratorOf(*m_run.engine.backend)};
        BITSMITH_TRY(auto direct,
                     quantizeStored(*stored, task, *item.plan->recipe, reference.get(), m_context));
        LayerResult result;
        if (direct) {
            result = *std::move(direct);
            m_run.model->release(name);
        } else {
            BITSMITH_TRY(result,
                         quantizeDecoded(item, *stored, task, sequential.get(), reference.get()));
        }
        for (std::string& note : notes) result.report.notes.push_back(std::move(note));
        result.report.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        return result;
    }

    // task: without weights.
    Result<LayerResult> quantizeDecoded(const Item& item, const WeightMatrix& stored,
                                        LayerTask task, const LayerStats* sequential,
                                        const LayerStats* reference) {
        const std::string& name = task.name;
        Matrix weights = decodeAll(stored);
        m_run.model->release(name);
        if (const std::size_t bad = countNonFinite(weights, m_run.options.allowNonFinite);
            bad > 0) {
            if (!m_run.options.allowNonFinite)
                return fail(
                    ErrorCode::BadInput,
                    "'{}' holds {} weights that are NaN or infinite. The file may be damaged; "
                    "--allow-nonfinite quantizes them as 0",
                    name, bad);
            m_context.warn("'{}': {} NaN or infinite weights were taken as 0"_message(name, bad));
        }
        Matrix fisher;
        if (m_fisher && item.info->block >= 0 && item.plan->recipe->wantsFisher()) {
            BITSMITH_TRY(fisher, m_fisher->load(name, weights.rows(), weights.cols()));
            const auto scales = m_run.scales.find(
                blockInputName(static_cast<std::size_t>(item.info->block), item.info->input));
            if (scales != m_run.scales.end())
                fisher = dividedFisher(std::as_const(fisher).view(), scales->second);
            task.fisher = std::as_const(fisher).view();
        }
        Matrix target;
        if (task.stats && task.stats == sequential && !m_drift.empty() &&
            item.plan->recipe->asymmetry() > 0) {
            BITSMITH_TRY(target,
                         asymmetricTarget(weights.view(), task.stats->gram, m_drift,
                                          {.share = item.plan->recipe->asymmetry()}, m_context));
        }
        task.weights = target.empty() ? weights.view() : target.view();
        return quantizeLayer(task, *item.plan->recipe, reference, m_context, weights.view());
    }

    // q, k and v share an input: its Gram matrix is read once.
    Result<std::shared_ptr<const LayerStats>> cachedStats(const std::string& input) {
        if (m_lastStats && m_lastStats->input == input) return m_lastStats;
        m_lastStats.reset();
        BITSMITH_TRY(m_lastStats, m_cache->load(input));
        if (const auto scales = m_run.scales.find(input); scales != m_run.scales.end()) {
            auto divided = std::make_shared<LayerStats>();
            divideStats(*m_lastStats, scales->second, *divided);
            m_lastStats = std::move(divided);
        }
        return m_lastStats;
    }

    std::size_t position(const std::string& name) const {
        const auto it =
            std::ranges::find(m_items, name, [](const Item& i) { return i.plan->tensor; });
        return static_cast<std::size_t>(it - m_items.begin());
    }

    const LayerRun& m_run;
    QuantizationJournal& m_journal;
    RunContext& m_context;
    std::vector<Item> m_items;
    std::vector<LayerReport> m_reports;
    std::optional<ForwardPass> m_pass;
    std::optional<StatsCache> m_cache;
    std::optional<FisherCache> m_fisher;
    std::optional<BlockWalk> m_walk; // of the quantized network
    std::optional<BlockWalk> m_full; // of the other, beside it, where a recipe looks at both
    Matrix m_drift;                  // of the input that is quantized for; empty: not measured
    int m_lastSequential = -1;
    std::shared_ptr<const LayerStats> m_lastStats;
    std::map<std::string, std::size_t> m_notes; // and how many tensors they are about
};

} // namespace

Result<std::vector<LayerReport>> quantizeLayers(const LayerRun& run, QuantizationJournal& journal,
                                                RunContext& context) {
    return LayerWalk(run, journal, context).all();
}

} // namespace bitsmith

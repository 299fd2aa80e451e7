#include "core/pipeline/sensitivity.h"

#include "core/base/atomic_file.h"
#include "core/base/hash.h"
#include "core/plan/glob.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>
#include <unordered_set>

namespace bitsmith {
namespace {

constexpr double Unknown = std::numeric_limits<double>::quiet_NaN();
constexpr std::string_view Prefix = "sensitivity.";
constexpr auto PublishEvery = std::chrono::milliseconds(500);

// Values of one metric as the store has them: (tensor, bits) -> value and details.
using Known = std::map<std::pair<std::string, int>, Measurement>;

Known byPlace(std::vector<Measurement> rows) {
    Known known;
    for (Measurement& row : rows) {
        auto place = std::make_pair(row.tensor, row.bits);
        known[std::move(place)] = std::move(row);
    }
    return known;
}

double valueOf(const Known& known, const std::string& tensor, int bits) {
    const auto at = known.find({tensor, bits});
    return at == known.end() ? Unknown : at->second.value;
}

double detailOf(const Known& known, const std::string& tensor, int bits, const char* name) {
    const auto at = known.find({tensor, bits});
    if (at == known.end()) return Unknown;
    const auto json = nlohmann::json::parse(at->second.details, nullptr, false);
    if (!json.is_object()) return Unknown;
    const auto field = json.find(name);
    return field == json.end() || !field->is_number() ? Unknown : field->get<double>();
}

// The loss of every tensor and width from what was measured. errors: of weight_error.
SensitivityTable tableOf(const SensitivityInfo& info, std::span<const std::string> tensors,
                         const std::vector<int>& widths, const Known& values, const Known& errors) {
    SensitivityTable table{.metric = std::string(info.id), .kind = info.kind, .widths = widths};
    for (const std::string& tensor : tensors) {
        SensitivityRow row{.tensor = tensor};
        row.score = valueOf(values, tensor, 0);
        for (const int bits : widths) {
            double loss =
                info.kind == SensitivityKind::Loss ? valueOf(values, tensor, bits) : row.score;
            if (info.kind != SensitivityKind::Loss) loss *= valueOf(errors, tensor, bits);
            if (info.kind == SensitivityKind::Curvature)
                loss *= detailOf(errors, tensor, bits, "signal");
            row.loss.push_back(loss);
            if (info.id == "kl") {
                row.nllDelta.push_back(detailOf(values, tensor, bits, "nll_delta"));
                if (const double nll = detailOf(values, tensor, bits, "baseline_nll");
                    !std::isnan(nll))
                    table.baselineNll = nll;
            }
        }
        table.rows.push_back(std::move(row));
    }
    for (const auto& [place, row] : values) table.seconds += row.seconds;
    return table;
}

std::string placeOf(const TensorInfo& tensor) {
    return fmt::format("{}.{}", tensor.block, tensor.role);
}

class Measuring {
public:
    Measuring(std::shared_ptr<const Model> model, const SensitivityOptions& options,
              const Engine& engine, RunContext& context)
        : m_options(options), m_engine(engine), m_context(context) {
        m_input.model = std::move(model);
    }

    Result<SensitivityTable> run() {
        BITSMITH_TRY(const SensitivityMetric* metric, findSensitivityMetric(m_options.metric));
        BITSMITH_CHECK(choose());
        if (metric->info().needsText || m_input.recipe->needsStats())
            BITSMITH_CHECK(prepareText(metric->info()));
        m_setting = toReference(*m_input.recipe).dump();
        if (metric->info().kind != SensitivityKind::Loss) {
            BITSMITH_TRY(const SensitivityMetric* errors, findSensitivityMetric("weight_error"));
            BITSMITH_TRY(m_errors, measured(*errors, 0.3, 0.4));
        }
        BITSMITH_TRY(m_values, measured(*metric, 0.4, 1));
        return table(metric->info());
    }

private:
    // Tensors, recipe and widths.
    Status choose() {
        if (m_options.recipe)
            m_input.recipe = m_options.recipe;
        else {
            BITSMITH_TRY(m_input.recipe, findRecipe("rtn"));
        }
        m_input.seed = m_context.seed();
        m_input.memoryBytes = weightBudget(m_engine);
        for (const TensorInfo& tensor : m_input.model->tensors()) {
            if (!tensor.quantizable || tensor.block < 0 || tensor.layout) continue;
            const bool wanted =
                m_options.tensors.empty() ||
                std::ranges::any_of(m_options.tensors, [&](const std::string& glob) {
                    return globMatches(glob, tensor.name) || globMatches(glob, placeOf(tensor));
                });
            if (wanted) m_input.tensors.push_back(&tensor);
        }
        if (m_input.tensors.empty())
            return fail(ErrorCode::Usage,
                        "'{}' has no dense matrix inside its blocks{}; sensitivity is measured on "
                        "full-precision models",
                        m_input.model->name(),
                        m_options.tensors.empty() ? "" : " that the pattern matches");
        std::ranges::stable_sort(m_input.tensors, {}, &TensorInfo::block);
        for (const TensorInfo* tensor : m_input.tensors) m_names.push_back(tensor->name);
        m_input.widths = m_options.widths;
        std::ranges::sort(m_input.widths);
        const auto [end, last] = std::ranges::unique(m_input.widths);
        m_input.widths.erase(end, last);
        std::erase_if(m_input.widths, [&](int bits) {
            return std::ranges::none_of(m_input.tensors,
                                        [&](const TensorInfo* t) { return possible(*t, bits); });
        });
        if (m_input.widths.empty())
            return fail(ErrorCode::Usage, "recipe '{}' has none of these widths",
                        m_input.recipe->id);
        return {};
    }

    bool possible(const TensorInfo& tensor, int bits) const {
        return predictLayout(tensor.rows, tensor.cols, bits, *m_input.recipe).has_value();
    }

    // Samples, statistics of all of them, and the forward pass.
    Status prepareText(const SensitivityInfo& info) {
        if (m_options.text.empty())
            return fail(ErrorCode::Usage,
                        "{} needs a calibration text: give one with --text, or use the metric "
                        "weight_error with a data-free recipe",
                        info.needsText ? fmt::format("the metric '{}'", info.id)
                                       : fmt::format("recipe '{}'", m_input.recipe->id));
        BITSMITH_TRY(const std::string text, readTextFile(m_options.text));
        BITSMITH_TRY(m_samples, drawSamples(*m_input.model, text, m_options.calibration));
        BITSMITH_TRY(ForwardPass pass, ForwardPass::create(m_input.model, m_engine.backend));
        m_pass.emplace(std::move(pass));
        m_cache.emplace(m_engine.calibrationFolder, calibrationKey(*m_input.model, m_samples));
        m_context.beginStep("calibrating", 0, 0.3);
        BITSMITH_CHECK(calibrate(*m_pass, m_samples, *m_cache, m_context));
        const std::string all = m_samples.key;
        std::size_t used = m_samples.sequences.size();
        if (m_options.tokens > 0)
            used = std::clamp<std::size_t>(m_options.tokens / m_samples.sequences.front().size(), 1,
                                           used);
        m_samples.sequences.resize(used);
        m_dataKey = Hasher().add(all).add(static_cast<std::uint64_t>(used)).hex();
        m_input.pass = &*m_pass;
        m_input.samples = &m_samples;
        m_input.stats = [this](const TensorInfo& t) { return statsOf(t); };
        return {};
    }

    // q, k and v share an input: its Gram matrix is read once.
    Result<std::shared_ptr<const LayerStats>> statsOf(const TensorInfo& tensor) {
        if (tensor.input.empty()) return std::shared_ptr<const LayerStats>();
        const std::string name =
            blockInputName(static_cast<std::size_t>(tensor.block), tensor.input);
        if (m_lastStats && m_lastStats->input == name) return m_lastStats;
        m_lastStats.reset();
        BITSMITH_TRY(m_lastStats, m_cache->load(name));
        return m_lastStats;
    }

    Result<Known> measured(const SensitivityMetric& metric, double from, double to) {
        const SensitivityInfo& info = metric.info();
        const bool perWidth = info.kind == SensitivityKind::Loss;
        const MeasurementKey key{.modelKey = m_input.model->contentKey(),
                                 .dataKey = m_dataKey,
                                 .metric = fmt::format("{}{}", Prefix, info.id),
                                 .setting = perWidth ? m_setting : std::string()};
        Known known;
        if (m_engine.store && !m_options.again) {
            BITSMITH_TRY(auto rows, m_engine.store->measurements(key));
            known = byPlace(std::move(rows));
        }
        auto lastPublished = std::chrono::steady_clock::now();
        SensitivitySink sink;
        sink.wanted = [&](std::size_t t, int bits) {
            return (bits == 0 || possible(*m_input.tensors[t], bits)) &&
                   !known.contains({m_names[t], bits});
        };
        sink.put = [&](SensitivityValue value) -> Status {
            const Measurement row{.tensor = m_names[value.tensor],
                                  .bits = value.bits,
                                  .value = value.value,
                                  .seconds = value.seconds,
                                  .details = value.details.empty()
                                                 ? std::string()
                                                 : nlohmann::json(value.details).dump()};
            if (m_engine.store)
                BITSMITH_CHECK(m_engine.store->addMeasurements(key, std::span(&row, 1)));
            known[{row.tensor, row.bits}] = row;
            if (const auto now = std::chrono::steady_clock::now();
                info.id == m_options.metric && now - lastPublished > PublishEvery) {
                m_values = known;
                m_context.publish(std::make_shared<const SensitivityTable>(table(info)));
                lastPublished = now;
            }
            return {};
        };
        m_context.beginStep(std::string(info.title), from, to);
        BITSMITH_CHECK(metric.measure(m_input, sink, m_context));
        return known;
    }

    SensitivityTable table(const SensitivityInfo& info) const {
        SensitivityTable out = tableOf(info, m_names, m_input.widths, m_values, m_errors);
        out.recipe = m_input.recipe->id;
        out.setting = m_setting;
        out.dataKey = m_dataKey;
        return out;
    }

    const SensitivityOptions& m_options;
    const Engine& m_engine;
    RunContext& m_context;
    SensitivityInput m_input;
    std::vector<std::string> m_names;
    CalibrationSamples m_samples;
    std::optional<ForwardPass> m_pass;
    std::optional<StatsCache> m_cache;
    std::shared_ptr<const LayerStats> m_lastStats;
    std::string m_dataKey, m_setting;
    Known m_values, m_errors;
};

std::string recipeOf(const std::string& setting) {
    const auto json = nlohmann::json::parse(setting, nullptr, false);
    return json.is_object() ? json.value("id", std::string()) : std::string();
}

// The model's tensors that rows name, in the model's order, and the widths.
struct Axes {
    std::vector<std::string> tensors;
    std::vector<int> widths;
};

Axes axesOf(const Model& model, const Known& values, const Known& errors) {
    Axes axes;
    for (const TensorInfo& tensor : model.tensors()) {
        const auto at = values.lower_bound({tensor.name, 0});
        if (at != values.end() && at->first.first == tensor.name)
            axes.tensors.push_back(tensor.name);
    }
    for (const Known* known : {&values, &errors})
        for (const auto& [place, row] : *known)
            if (place.second > 0) axes.widths.push_back(place.second);
    std::ranges::sort(axes.widths);
    const auto [end, last] = std::ranges::unique(axes.widths);
    axes.widths.erase(end, last);
    return axes;
}

} // namespace

Result<SensitivityTable> measureSensitivity(const std::shared_ptr<const Model>& model,
                                            const SensitivityOptions& options, const Engine& engine,
                                            RunContext& context) {
    return Measuring(model, options, engine, context).run();
}

Result<std::vector<SensitivityTable>> knownSensitivities(const Model& model, const Engine& engine) {
    std::vector<SensitivityTable> tables;
    if (!engine.store) return tables;
    BITSMITH_TRY(const auto sets, engine.store->measurementSets(model.contentKey()));
    std::vector<Known> known;
    for (const MeasurementSet& set : sets) {
        BITSMITH_TRY(auto rows, engine.store->measurements(set.key));
        known.push_back(byPlace(std::move(rows)));
    }
    const std::string errorId = fmt::format("{}weight_error", Prefix);
    for (std::size_t i = 0; i < sets.size(); ++i) {
        const MeasurementKey& key = sets[i].key;
        if (!key.metric.starts_with(Prefix)) continue;
        const auto metric = findSensitivityMetric(key.metric.substr(Prefix.size()));
        if (!metric) continue; // of a newer version
        const auto add = [&](const Known& errors, const std::string& setting) {
            const Axes axes = axesOf(model, known[i], errors);
            SensitivityTable table =
                tableOf((*metric)->info(), axes.tensors, axes.widths, known[i], errors);
            table.recipe = recipeOf(setting);
            table.setting = setting;
            table.dataKey = key.dataKey;
            table.measured = sets[i].measured;
            tables.push_back(std::move(table));
        };
        if ((*metric)->info().kind == SensitivityKind::Loss) {
            add({}, key.setting);
            continue;
        }
        // A score serves with every recipe whose weight errors on the same data are known.
        for (std::size_t e = 0; e < sets.size(); ++e)
            if (sets[e].key.metric == errorId && sets[e].key.dataKey == key.dataKey)
                add(known[e], sets[e].key.setting);
    }
    return tables;
}

std::shared_ptr<const SensitivityTable> bestTable(const std::vector<SensitivityTable>& tables,
                                                  std::string_view metric, std::string_view recipe,
                                                  const std::vector<std::string>& tensors) {
    const std::string id = recipe.starts_with('{') ? recipeOf(std::string(recipe)) : "";
    const auto fitness = [&](const SensitivityTable& table) {
        return table.setting == recipe ? 2 : table.recipe == (id.empty() ? recipe : id) ? 1 : 0;
    };
    const SensitivityTable* best = nullptr;
    for (const SensitivityTable& table : tables) {
        if (table.metric != metric || !table.complete()) continue;
        if (best && fitness(*best) >= fitness(table)) continue;
        std::unordered_set<std::string_view> rows;
        for (const SensitivityRow& row : table.rows) rows.insert(row.tensor);
        if (std::ranges::all_of(tensors, [&](const auto& name) { return rows.contains(name); }))
            best = &table;
    }
    return best ? std::make_shared<const SensitivityTable>(*best) : nullptr;
}

} // namespace bitsmith

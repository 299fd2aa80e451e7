// bitsmith experiments [list | show ID | compare ID... | delete ID | note ID TEXT | csv]
#include "app/cli/session.h"
#include "app/cli/table.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith::cli {
namespace {

const Metric* findMetric(const Experiment& e, std::string_view name) {
    const auto it = std::ranges::find(e.metrics, name, &Metric::name);
    return it == e.metrics.end() ? nullptr : &*it;
}

std::string metricText(const Experiment& e, std::string_view name, int digits) {
    const Metric* metric = findMetric(e, name);
    return metric ? fmt::format("{:.{}f}", metric->value, digits) : "";
}

Json toJson(const Experiment& e, bool full) {
    Json out = {{"id", e.id.value},
                {"model", e.model},
                {"model_path", e.modelPath},
                {"recipe", e.recipe},
                {"state", e.state},
                {"bpw", e.bitsPerWeight},
                {"bytes", e.bytes},
                {"original_bytes", e.originalBytes},
                {"seconds", e.seconds},
                {"peak_rss_bytes", e.peakRssBytes},
                {"started", e.started},
                {"notes", e.notes},
                {"tags", e.tags},
                {"error", e.error}};
    out["metrics"] = Json::array();
    for (const Metric& m : e.metrics)
        out["metrics"].push_back({{"name", m.name}, {"value", m.value}, {"protocol", m.protocol}});
    out["artifacts"] = Json::array();
    for (const Artifact& a : e.artifacts)
        out["artifacts"].push_back({{"kind", a.kind}, {"path", a.path}, {"bytes", a.bytes}});
    if (!full) return out;
    out["plan"] = Json::parse(e.planJson, nullptr, false);
    if (out["plan"].is_discarded()) out["plan"] = nullptr;
    out["tensors"] = Json::array();
    for (const TensorResult& t : e.tensors)
        out["tensors"].push_back(
            {{"name", t.tensor},
             {"recipe", t.recipe},
             {"bits", t.bits},
             {"bpw", t.bitsPerWeight},
             {"bytes", t.bytes},
             {"weight_error", t.weightError},
             {"output_error", t.outputError >= 0 ? Json(t.outputError) : Json(nullptr)},
             {"seconds", t.seconds}});
    return out;
}

Status list(const Session& session, const Store& store) {
    BITSMITH_TRY(const auto all, store.list());
    if (session.json()) {
        Json rows = Json::array();
        for (const Experiment& e : all) rows.push_back(toJson(e, false));
        session.print(Json{{"experiments", rows}});
        return {};
    }
    Table table(
        {">id", "model", "recipe", "state", ">bpw", ">size", ">perplexity", ">KL", "started"});
    for (const Experiment& e : all)
        table.add({std::to_string(e.id.value), e.model, e.recipe, e.state,
                   fmt::format("{:.3f}", e.bitsPerWeight), bytesText(e.bytes),
                   metricText(e, "perplexity", 4), metricText(e, "kl_mean", 5), e.started});
    session.print(all.empty() ? "No experiments yet: `bitsmith quantize` makes them.\n"
                              : table.text());
    return {};
}

Status show(const Session& session, const Store& store, ExperimentId id) {
    BITSMITH_TRY(const Experiment e, store.load(id));
    if (session.json()) {
        session.print(toJson(e, true));
        return {};
    }
    std::string out = fmt::format(
        "Experiment {}: {} with {}, {}\n{:.4f} bits per weight, {} (was {}), {:.1f} s\n",
        e.id.value, e.model, e.recipe, e.state, e.bitsPerWeight, bytesText(e.bytes),
        bytesText(e.originalBytes), e.seconds);
    if (!e.error.empty()) out += "Error: " + e.error + "\n";
    if (!e.notes.empty()) out += "Notes: " + e.notes + "\n";
    for (const Artifact& a : e.artifacts) out += fmt::format("{}: {}\n", a.kind, a.path);
    for (const Metric& m : e.metrics)
        out += fmt::format("{} {:.5f}  ({})\n", m.name, m.value, m.protocol);
    Table table({"tensor", "recipe", ">bits", ">bpw", ">size", ">weight error", ">output error"});
    for (const TensorResult& t : e.tensors)
        table.add({t.tensor, t.recipe, std::to_string(t.bits),
                   fmt::format("{:.3f}", t.bitsPerWeight), bytesText(t.bytes),
                   fmt::format("{:.3e}", t.weightError),
                   t.outputError >= 0 ? fmt::format("{:.3e}", t.outputError) : "-"});
    session.print(out + "\n" + table.text());
    return {};
}

Status compare(const Session& session, const Store& store, const std::vector<std::int64_t>& ids) {
    std::vector<Experiment> all;
    for (const std::int64_t id : ids) {
        BITSMITH_TRY(Experiment e, store.load({id}));
        all.push_back(std::move(e));
    }
    if (session.json()) {
        Json rows = Json::array();
        for (const Experiment& e : all) rows.push_back(toJson(e, true));
        session.print(Json{{"experiments", rows}});
        return {};
    }
    std::vector<std::string> titles = {"tensor (bits, weight error)"};
    for (const Experiment& e : all) titles.push_back(fmt::format(">{} {}", e.id.value, e.recipe));
    Table table(titles);
    const auto row = [&](const std::string& name, auto&& cell) {
        std::vector<std::string> cells = {name};
        for (const Experiment& e : all) cells.push_back(cell(e));
        table.add(cells);
    };
    row("bits per weight",
        [](const Experiment& e) { return fmt::format("{:.4f}", e.bitsPerWeight); });
    row("size", [](const Experiment& e) { return bytesText(e.bytes); });
    row("perplexity", [](const Experiment& e) { return metricText(e, "perplexity", 4); });
    row("KL divergence", [](const Experiment& e) { return metricText(e, "kl_mean", 6); });
    for (const TensorResult& t : all.front().tensors)
        row(t.tensor, [&](const Experiment& e) -> std::string {
            const auto it = std::ranges::find(e.tensors, t.tensor, &TensorResult::tensor);
            return it == e.tensors.end() ? ""
                                         : fmt::format("{}  {:.2e}", it->bits, it->weightError);
        });
    session.print(table.text());
    return {};
}

std::string quoted(const std::string& text) {
    if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
    std::string out = "\"";
    for (const char c : text) out += c == '"' ? "\"\"" : std::string(1, c);
    return out + "\"";
}

Status csv(const Session& session, const Store& store) {
    BITSMITH_TRY(const auto all, store.list());
    std::string out = "id,model,recipe,state,bpw,bytes,original_bytes,perplexity,kl_mean,seconds,"
                      "started,tags,notes\n";
    for (const Experiment& e : all)
        out += fmt::format("{},{},{},{},{:.6f},{},{},{},{},{:.3f},{},{},{}\n", e.id.value,
                           quoted(e.model), e.recipe, e.state, e.bitsPerWeight, e.bytes,
                           e.originalBytes, metricText(e, "perplexity", 6),
                           metricText(e, "kl_mean", 8), e.seconds, e.started, quoted(e.tags),
                           quoted(e.notes));
    session.print(out);
    return {};
}

} // namespace

Action declareExperiments(CLI::App& app) {
    struct Options {
        std::vector<std::int64_t> ids;
        std::string text;
        std::function<Status(Session&, Store&)> what;
    };
    auto o = std::make_shared<Options>();
    app.require_subcommand(0, 1);
    const auto sub = [&](const char* name, const char* help, auto what) {
        CLI::App* command = app.add_subcommand(name, help);
        command->callback([o, what] { o->what = what; });
        return command;
    };
    sub("list", "All experiments, newest first",
        [](Session& s, Store& store) { return list(s, store); });
    sub("csv", "All experiments as CSV", [](Session& s, Store& store) { return csv(s, store); });
    sub("show", "One experiment in full",
        [o](Session& s, Store& store) { return show(s, store, {o->ids[0]}); })
        ->add_option("ID", o->ids)
        ->required()
        ->expected(1);
    sub("compare", "Experiments side by side",
        [o](Session& s, Store& store) { return compare(s, store, o->ids); })
        ->add_option("ID", o->ids)
        ->required()
        ->expected(2, 16);
    sub("delete", "Remove an experiment from the store; its files stay",
        [o](Session& s, Store& store) -> Status {
            BITSMITH_TRY(const Experiment e, store.load({o->ids[0]}));
            BITSMITH_CHECK(store.remove(e.id));
            if (s.json()) s.print(Json{{"deleted", e.id.value}});
            return {};
        })
        ->add_option("ID", o->ids)
        ->required()
        ->expected(1);
    CLI::App* note =
        sub("note", "Replace an experiment's notes", [o](Session& s, Store& store) -> Status {
            BITSMITH_TRY(const Experiment e, store.load({o->ids[0]}));
            BITSMITH_CHECK(store.annotate(e.id, o->text, e.tags));
            if (s.json()) s.print(Json{{"id", e.id.value}, {"notes", o->text}});
            return {};
        });
    note->add_option("ID", o->ids)->required()->expected(1);
    note->add_option("TEXT", o->text)->required();
    return [o](Session& session) -> Status {
        BITSMITH_TRY(const auto store, session.store());
        return o->what ? o->what(session, *store) : list(session, *store);
    };
}

} // namespace bitsmith::cli

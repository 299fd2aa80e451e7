// bitsmith bench [--filter RE] [--compare FILE] | bench --load [FILE] [--against RAW]
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/pipeline/benchmark_history.h"
#include "core/pipeline/benchmarks.h"
#include "core/pipeline/device_benchmarks.h"
#include "core/pipeline/load_study.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

namespace bitsmith::cli {
namespace {

Json readJson(const TimedRead& r) {
    return {{"bytes", r.bytes},
            {"seconds", r.seconds},
            {"bytes_per_second", r.bandwidth()},
            {"method", r.method}};
}

Json loadJson(const LoadStudy& s) {
    Json decode = Json::array();
    for (const DecodeRate& rate : s.decode)
        decode.push_back({{"threads", rate.threads}, {"bytes_per_second", rate.bytesPerSecond}});
    return {{"what", s.what},
            {"raw_bytes", s.rawBytes},
            {"coded_bytes", s.codedBytes},
            {"fraction", s.fraction()},
            {"medium",
             {{"device", s.medium.device},
              {"model", s.medium.model},
              {"file_system", s.medium.fileSystem},
              {"mount_point", s.medium.mountPoint},
              {"rotational",
               s.medium.rotational < 0 ? Json(nullptr) : Json(s.medium.rotational == 1)}}},
            {"cold_read", readJson(s.coldRead)},
            {"warm_read", readJson(s.warmRead)},
            {"kernel", s.kernel},
            {"decode", decode},
            {"raw_load",
             {{"cold_seconds", s.raw.cold},
              {"warm_seconds", s.raw.warm},
              {"all_cold_seconds", s.raw.allCold}}},
            {"coded_load",
             {{"cold_seconds", s.coded.cold},
              {"warm_seconds", s.coded.warm},
              {"all_cold_seconds", s.coded.allCold},
              {"reading_seconds", s.codedReading}}},
            {"cold_bytes_per_second", s.coldBandwidth()},
            {"left_in_cache", s.leftInCache},
            {"expected_raw_seconds", s.expectedRaw()},
            {"expected_coded_seconds", s.expectedCoded()},
            {"break_even_bytes_per_second", s.breakEven()},
            {"decodes_faster_than_disk", s.decodesFasterThanDisk()},
            {"verdict", s.verdict()}};
}

std::string loadText(const LoadStudy& s) {
    const auto rate = [](double bytes) { return fmt::format("{:.0f} MB/s", bytes / 1e6); };
    std::string out =
        fmt::format("{}: {} as it is, {} compressed ({:.1f} %)\non {}, mounted at {}\n\n", s.what,
                    bytesText(s.rawBytes), bytesText(s.codedBytes), 100 * s.fraction(),
                    s.medium.text(), s.medium.mountPoint);
    Table table({"measured", ">rate", "how"});
    table.add({"cold read", rate(s.coldRead.bandwidth()), s.coldRead.method});
    table.add({"warm read", rate(s.warmRead.bandwidth()), s.warmRead.method});
    for (const DecodeRate& d : s.decode)
        table.add({fmt::format("decode, {} thread{}", d.threads, d.threads == 1 ? "" : "s"),
                   rate(d.bytesPerSecond), s.kernel + ", decoded bytes"});
    Table loads({"load into memory", ">cold", ">expected", ">warm"});
    const auto seconds = [](double t) { return fmt::format("{:.3f} s", t); };
    loads.add({"as it is", seconds(s.raw.cold), seconds(s.expectedRaw()), seconds(s.raw.warm)});
    loads.add(
        {"compressed", seconds(s.coded.cold), seconds(s.expectedCoded()), seconds(s.coded.warm)});
    return out + table.text() + "\n" + loads.text() + "\n" + s.verdict() + "\n";
}

Json rowJson(const BenchmarkRow& r) {
    return {{"name", r.name},         {"value", r.value}, {"unit", r.unit},
            {"baseline", r.baseline}, {"ratio", r.ratio}, {"baseline_name", r.baselineName},
            {"threads", r.threads}};
}

// The study's figures as rows, so that every bench has the same list.
std::vector<BenchmarkRow> loadRows(const LoadStudy& s) {
    const double disk = s.coldBandwidth();
    std::vector<BenchmarkRow> rows;
    for (const DecodeRate& d : s.decode)
        rows.push_back({.name = fmt::format("load_decode_{}_threads", d.threads),
                        .value = d.bytesPerSecond / 1e6,
                        .unit = "MB/s",
                        .baseline = disk / 1e6,
                        .baselineName = "cold read",
                        .ratio = d.bytesPerSecond / disk,
                        .threads = d.threads});
    rows.push_back({.name = "load_cold",
                    .value = s.coded.cold,
                    .unit = "s",
                    .baseline = s.raw.cold,
                    .baselineName = "uncompressed",
                    .ratio = s.raw.cold / s.coded.cold,
                    .threads = s.decode.empty() ? 1 : s.decode.back().threads});
    return rows;
}

Json changeJson(const BenchmarkChange& c) {
    return {{"name", c.name},
            {"ratio", c.ratio},
            {"usual", c.runs ? Json(c.usual) : Json(nullptr)},
            {"runs", c.runs},
            {"worse", c.worse}};
}

std::string changesText(const std::vector<BenchmarkChange>& changes, const std::string& machine) {
    Table table({"benchmark", ">ratio", ">usual", ">of runs", ">change", ""});
    for (const BenchmarkChange& c : changes)
        table.add({c.name, fmt::format("{:.3f}", c.ratio),
                   c.runs ? fmt::format("{:.3f}", c.usual) : "-", std::to_string(c.runs),
                   c.runs ? fmt::format("{:+.1f} %", 100 * (c.ratio / c.usual - 1)) : "-",
                   c.worse ? "WORSE" : ""});
    return fmt::format("\non {}\n{}", machine, table.text());
}

struct BenchOptions {
    std::string filter, history;
    LoadStudyOptions load;
    std::uint64_t megabytes = 256;
    CLI::Option* loadOption = nullptr;
};

// Rows that fell are measured once more: only what stays worse counts.
Result<std::vector<BenchmarkChange>> comparedChanges(const BenchmarkHistory& history,
                                                     const std::string& machine,
                                                     std::vector<BenchmarkRow>& rows,
                                                     RunContext& context) {
    for (const BenchmarkChange& change : history.compare(machine, rows)) {
        if (!change.worse) continue;
        BITSMITH_TRY(const auto again, runBenchmarks("^" + change.name + "$", context));
        for (BenchmarkRow& row : rows)
            if (row.name == change.name && again.front().ratio > row.ratio) row = again.front();
    }
    return history.compare(machine, rows);
}

// With --device cuda: that device beside the processor; null otherwise.
Result<std::shared_ptr<const DeviceBackend>> measuredDevice(const Session& session) {
    if (!session.globals().device.starts_with("cuda"))
        return std::shared_ptr<const DeviceBackend>();
    BITSMITH_TRY(const Engine engine, session.engine(false));
    auto device = std::dynamic_pointer_cast<const DeviceBackend>(engine.backend);
    if (!device) return fail(ErrorCode::Usage, "there is no device to measure");
    return device;
}

Status bench(Session& session, const BenchOptions& options) {
    BITSMITH_TRY(const auto device, measuredDevice(session));
    BenchmarkHistory history;
    if (!options.history.empty()) {
        BITSMITH_TRY(history, BenchmarkHistory::read(options.history));
    }
    const std::string machine = benchmarkMachine();
    std::vector<BenchmarkChange> changes;
    BITSMITH_TRY(const auto rows,
                 session.run<std::vector<BenchmarkRow>>(
                     0, [&](RunContext& context) -> Result<std::vector<BenchmarkRow>> {
                         if (device) return runDeviceBenchmarks(*device, options.filter, context);
                         BITSMITH_TRY(auto measured, runBenchmarks(options.filter, context));
                         if (!options.history.empty()) {
                             BITSMITH_TRY(changes,
                                          comparedChanges(history, machine, measured, context));
                         }
                         return measured;
                     }));
    Json out = {{"machine", machine}, {"results", Json::array()}};
    Table table({"benchmark", ">value", "unit", ">threads", ">baseline", "of", ">ratio"});
    for (const BenchmarkRow& r : rows) {
        out["results"].push_back(rowJson(r));
        table.add(
            {r.name, fmt::format("{:.4g}", r.value), r.unit, std::to_string(r.threads),
             fmt::format("{:.4g}", r.baseline), r.baselineName,
             r.ratio < 0.1 ? fmt::format("{:.1g}", r.ratio) : fmt::format("{:.2f}", r.ratio)});
    }
    for (const BenchmarkChange& change : changes) out["changes"].push_back(changeJson(change));
    if (session.json())
        session.print(out);
    else
        session.print(table.text() +
                      "\nratio: above 1 is better than the baseline, which ran in turn with it\n" +
                      (options.history.empty() ? std::string() : changesText(changes, machine)));
    if (options.history.empty()) return {};
    std::vector<std::string> worse;
    for (const BenchmarkChange& change : changes)
        if (change.worse) worse.push_back(change.name);
    if (!worse.empty())
        return fail(ErrorCode::Failed,
                    "{} of {} ratios fell by more than {:.0f} %: {}. This run was not added to "
                    "'{}'; delete that file to accept it",
                    worse.size(), changes.size(), 100 * BenchmarkHistory::Tolerance,
                    fmt::join(worse, ", "), options.history);
    history.add(machine, rows);
    return history.write(options.history);
}

} // namespace

Action declareBench(CLI::App& app) {
    auto o = std::make_shared<BenchOptions>();
    auto* filter = app.add_option("--filter", o->filter,
                                  "Only benchmarks whose name matches this regular expression");
    auto* compare =
        app.add_option("--compare", o->history,
                       "A file that keeps the ratios of all runs: shows how today's differ from "
                       "the usual ones on this machine, and fails where one fell by 10 %")
            ->type_name("FILE");
    o->loadOption =
        app.add_option("--load", o->load.input,
                       "Instead: what loading a model takes on this machine, as it is and "
                       "compressed. FILE: safetensors, GGUF, or written by `bitsmith compress`; a "
                       "folder; nothing: weights made for it")
            ->type_name("[FILE]")
            ->expected(0, 1)
            ->excludes(filter)
            ->excludes(compare);
    app.add_option("--against", o->load.against, "--load of a compressed FILE: its original")
        ->needs(o->loadOption);
    app.add_option("--size", o->megabytes, "--load without a file: MB of weights to make")
        ->check(CLI::Range(8, 65536))
        ->capture_default_str();
    app.add_option("--repeats", o->load.repeats, "--load: how often each is loaded")
        ->check(CLI::Range(1, 100))
        ->capture_default_str();
    app.add_option("--folder", o->load.folder,
                   "--load: where temporary files go (default: the "
                   "cache folder)");
    return [o](Session& session) -> Status {
        if (o->loadOption->count() == 0) return bench(session, *o);
        o->load.madeBytes = o->megabytes << 20;
        BITSMITH_TRY(const Engine engine, session.engine(false));
        BITSMITH_TRY(const auto study, session.run<LoadStudy>(0, [&](RunContext& context) {
            return runLoadStudy(o->load, engine, context);
        }));
        if (!session.json()) {
            session.print(loadText(study));
            return {};
        }
        Json out = {{"results", Json::array()}, {"load", loadJson(study)}};
        for (const BenchmarkRow& row : loadRows(study)) out["results"].push_back(rowJson(row));
        session.print(out);
        return {};
    };
}

} // namespace bitsmith::cli

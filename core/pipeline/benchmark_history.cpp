#include "core/pipeline/benchmark_history.h"

#include "core/base/atomic_file.h"
#include "core/base/parallel.h"
#include "core/compute/cpu/vector_units.h"
#include "core/io/strict_json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <ctime>
#include <fstream>

namespace bitsmith {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* Format = "bitsmith-benchmarks";
constexpr std::size_t KeptRuns = 200;

std::string utcNow() {
    const std::time_t now = std::time(nullptr);
    std::tm utc{};
    gmtime_r(&now, &utc);
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
    return text;
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

Error notAHistory(const std::filesystem::path& file, std::string_view why) {
    return {ErrorCode::BadInput,
            fmt::format("'{}' is no history of benchmarks: {}. Name another file, or delete it",
                        file.string(), why)};
}

} // namespace

Result<BenchmarkHistory> BenchmarkHistory::read(const std::filesystem::path& file) {
    BenchmarkHistory out;
    std::error_code error;
    if (!std::filesystem::exists(file, error)) return out;
    const auto json = readStrictJson(file);
    if (!json) return fail(json.error());
    if (!json->is_object() || json->value("format", nlohmann::json()) != Format)
        return fail(notAHistory(file, "it is another kind of file"));
    const auto runs = json->find("runs");
    if (runs == json->end() || !runs->is_array())
        return fail(notAHistory(file, "it has no list 'runs'"));
    for (const auto& entry : *runs) {
        const auto text = [&](const char* name) {
            const auto at = entry.find(name);
            return at != entry.end() && at->is_string() ? at->get<std::string>() : std::string();
        };
        if (!entry.is_object() || text("machine").empty() || !entry.contains("ratios") ||
            !entry["ratios"].is_object())
            return fail(notAHistory(file, "a run lacks 'machine' or 'ratios'"));
        Run run{text("time"), text("machine"), {}};
        for (const auto& [name, ratio] : entry["ratios"].items()) {
            if (!ratio.is_number() || !(ratio.get<double>() > 0))
                return fail(notAHistory(file, "a ratio is no positive number"));
            run.ratios.emplace_back(name, ratio.get<double>());
        }
        out.m_runs.push_back(std::move(run));
    }
    return out;
}

std::vector<BenchmarkChange>
BenchmarkHistory::compare(const std::string& machine, const std::vector<BenchmarkRow>& rows) const {
    std::vector<BenchmarkChange> out;
    for (const BenchmarkRow& row : rows) {
        std::vector<double> before;
        for (auto run = m_runs.rbegin(); run != m_runs.rend() && before.size() < ComparedRuns;
             ++run) {
            if (run->machine != machine) continue;
            for (const auto& [name, ratio] : run->ratios)
                if (name == row.name) before.push_back(ratio);
        }
        BenchmarkChange change{row.name, row.ratio, 0, before.size(), false};
        if (!before.empty()) {
            change.usual = median(std::move(before));
            change.worse = row.ratio < (1 - Tolerance) * change.usual;
        }
        out.push_back(std::move(change));
    }
    return out;
}

void BenchmarkHistory::add(const std::string& machine, const std::vector<BenchmarkRow>& rows) {
    Run run{utcNow(), machine, {}};
    for (const BenchmarkRow& row : rows)
        if (std::isfinite(row.ratio) && row.ratio > 0) run.ratios.emplace_back(row.name, row.ratio);
    m_runs.push_back(std::move(run));
    if (m_runs.size() > KeptRuns)
        m_runs.erase(m_runs.begin(), m_runs.end() - static_cast<std::ptrdiff_t>(KeptRuns));
}

Status BenchmarkHistory::write(const std::filesystem::path& file) const {
    Json runs = Json::array();
    for (const Run& run : m_runs) {
        Json ratios = Json::object();
        for (const auto& [name, ratio] : run.ratios) ratios[name] = ratio;
        runs.push_back({{"time", run.time}, {"machine", run.machine}, {"ratios", ratios}});
    }
    return writeFileAtomically(file, Json{{"format", Format}, {"runs", runs}}.dump(1) + "\n");
}

std::string benchmarkMachine() {
    std::string processor = "unknown processor";
    std::ifstream file("/proc/cpuinfo");
    for (std::string line; std::getline(file, line);)
        if (line.starts_with("model name")) {
            processor = line.substr(std::min(line.size(), line.find(':') + 2));
            break;
        }
    return fmt::format("{}, {}, {} threads", processor, cpu::vectorUnitsName(cpu::vectorUnits()),
                       threads());
}

} // namespace bitsmith

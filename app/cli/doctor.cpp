// bitsmith doctor: what was found on this machine, and whether each backend computes right.
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "core/compute/cpu/vector_units.h"
#include "core/compute/selftest.h"
#include "gpu/cuda_backends.h"

#include <CLI/CLI.hpp>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace bitsmith::cli {
namespace {

Json cpuFeatures() {
    Json out = Json::array();
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx2")) out.push_back("avx2");
    if (__builtin_cpu_supports("fma")) out.push_back("fma");
    if (__builtin_cpu_supports("avx512f")) out.push_back("avx512f");
    if (__builtin_cpu_supports("avx512bw")) out.push_back("avx512bw");
    if (__builtin_cpu_supports("avx512vnni")) out.push_back("avx512vnni");
    return out;
}

std::vector<std::string> cudaLines(const CudaStatus& status) {
    std::vector<std::string> lines{status.text};
    for (std::size_t i = 0; i < status.devices.size(); ++i)
        lines.push_back(fmt::format("  cuda:{}: {}", i, status.devices[i]));
    return lines;
}

Json checkedBackend(const Backend& backend, bool& allOk) {
    Json checks = Json::array();
    bool ok = true;
    for (const OpCheck& check : checkBackend(backend, SelfTestSize::Small)) {
        ok = ok && check.ok;
        checks.push_back({{"op", check.op},
                          {"shape", check.shape},
                          {"max_error", check.maxError},
                          {"tolerance", check.tolerance},
                          {"ok", check.ok}});
    }
    allOk = allOk && ok;
    return {{"name", backend.name()}, {"ok", ok}, {"checks", checks}};
}

// One line for each operation: its worst case, or those that are wrong.
std::string checksTable(const Json& backends) {
    Table table({"backend", "operation", ">cases", ">worst error", ">tolerance", "result"});
    for (const Json& backend : backends) {
        std::vector<std::string> order;
        std::map<std::string, std::vector<const Json*>> ops;
        for (const Json& check : backend["checks"]) {
            auto& checks = ops[check["op"].get<std::string>()];
            if (checks.empty()) order.push_back(check["op"].get<std::string>());
            checks.push_back(&check);
        }
        for (const std::string& op : order) {
            const auto errorOf = [](const Json* check) {
                return check->at("max_error").get<double>() /
                       std::max(1e-300, check->at("tolerance").get<double>());
            };
            const Json& worst = **std::ranges::max_element(ops[op], {}, errorOf);
            std::string result = "ok";
            for (const Json* check : ops[op])
                if (!check->at("ok").get<bool>())
                    result = "WRONG: " + check->at("shape").get<std::string>();
            table.add({backend["name"].get<std::string>(), op, std::to_string(ops[op].size()),
                       fmt::format("{:.2e}", worst["max_error"].get<double>()),
                       fmt::format("{:.2e}", worst["tolerance"].get<double>()), result});
        }
    }
    return table.text();
}

} // namespace

Action declareDoctor(CLI::App&) {
    return [](Session& session) -> Status {
        bool ok = true;
        Json backends = Json::array();
        backends.push_back(checkedBackend(*makeReferenceBackend(), ok));
        backends.push_back(checkedBackend(*makeCpuBackend(), ok));
        // Kernels are checked also where the processor would be asked.
        const CudaStatus status = cudaStatus();
        const auto cuda = makeCudaBackends({.everything = true, .notice = {}});
        for (const auto& backend : cuda) backends.push_back(checkedBackend(*backend, ok));
        const auto store = session.store();
        const std::string database = store ? (*store)->path().string() : store.error().message;

        const Json out = {
            {"version", version()},
            {"cpu",
             {{"threads", threads()},
              {"features", cpuFeatures()},
              {"kernels", cpu::vectorUnitsName(cpu::vectorUnits())}}},
            {"blas", blasDescription()},
            {"cuda_devices", cuda.size()},
            {"cuda",
             {{"built", status.built}, {"status", status.text}, {"devices", status.devices}}},
            {"memory_available_bytes", availableMemoryBytes()},
            {"database", {{"ok", store.has_value()}, {"path", database}}},
            {"ok", ok},
            {"backends", backends}};
        if (session.json()) {
            session.print(out);
        } else {
            std::string text = fmt::format(
                "Bitsmith {}\n{} threads, {}, kernels for {}\nBLAS: {}\n{}\n{} of memory "
                "available\nDatabase: {}\n\n",
                version(), threads(), out["cpu"]["features"].dump(),
                cpu::vectorUnitsName(cpu::vectorUnits()), blasDescription(),
                fmt::join(cudaLines(status), "\n"), bytesText(availableMemoryBytes()), database);
            session.print(text + checksTable(backends));
        }
        if (!ok)
            return fail(ErrorCode::Failed,
                        "a backend computed wrong results on this machine (see above)");
        return {};
    };
}

} // namespace bitsmith::cli

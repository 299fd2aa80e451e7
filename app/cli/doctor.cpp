// bitsmith doctor: what was found on this machine, and whether each backend computes right.
#include "app/cli/session.h"
#include "app/cli/table.h"
#include "core/base/memory.h"
#include "core/base/parallel.h"
#include "core/base/version.h"
#include "core/compute/selftest.h"
#include "gpu/cuda_backends.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>

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

} // namespace

Action declareDoctor(CLI::App&) {
    return [](Session& session) -> Status {
        bool ok = true;
        Json backends = Json::array();
        backends.push_back(checkedBackend(*makeReferenceBackend(), ok));
        backends.push_back(checkedBackend(*makeCpuBackend(), ok));
        const auto cuda = makeCudaBackends();
        for (const auto& backend : cuda) backends.push_back(checkedBackend(*backend, ok));
        const auto store = session.store();
        const std::string database = store ? (*store)->path().string() : store.error().message;

        const Json out = {{"version", version()},
                          {"cpu", {{"threads", threads()}, {"features", cpuFeatures()}}},
                          {"blas", blasDescription()},
                          {"cuda_devices", cuda.size()},
                          {"memory_available_bytes", availableMemoryBytes()},
                          {"database", {{"ok", store.has_value()}, {"path", database}}},
                          {"ok", ok},
                          {"backends", backends}};
        if (session.json()) {
            session.print(out);
        } else {
            std::string text =
                fmt::format("Bitsmith {}\n{} threads, {}\nBLAS: {}\nCUDA devices: {}\n{} of memory "
                            "available\nDatabase: {}\n\n",
                            version(), threads(), out["cpu"]["features"].dump(), blasDescription(),
                            cuda.size(), bytesText(availableMemoryBytes()), database);
            Table table({"backend", "operation", "shape", ">error", ">tolerance", "result"});
            for (const Json& backend : backends)
                for (const Json& check : backend["checks"])
                    table.add({backend["name"].get<std::string>(), check["op"].get<std::string>(),
                               check["shape"].get<std::string>(),
                               fmt::format("{:.2e}", check["max_error"].get<double>()),
                               fmt::format("{:.2e}", check["tolerance"].get<double>()),
                               check["ok"].get<bool>() ? "ok" : "WRONG"});
            session.print(text + table.text());
        }
        if (!ok)
            return fail(ErrorCode::Failed,
                        "a backend computed wrong results on this machine (see above)");
        return {};
    };
}

} // namespace bitsmith::cli

#include "core/pipeline/engine.h"

#include "core/base/memory.h"
#include "core/calibration/calibrate.h"

#include <unistd.h>

#include <cstdlib>

namespace bitsmith {
namespace {

// Where a demo file may lie: named by the environment, beside the program's own tree (a build
// folder inside the source tree), or installed under share/.
Result<std::filesystem::path> demoFile(const char* name) {
    std::vector<std::filesystem::path> folders;
    if (const char* chosen = std::getenv("BITSMITH_DEMO"); chosen && *chosen)
        folders.emplace_back(chosen);
    std::error_code ignored;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", ignored);
    for (auto at = program.parent_path(); at.has_relative_path(); at = at.parent_path()) {
        folders.push_back(at / "resources" / "demo");
        folders.push_back(at / "share" / "bitsmith" / "demo");
    }
    for (const auto& folder : folders)
        if (std::filesystem::exists(folder / name, ignored)) return folder / name;
    return fail(ErrorCode::BadInput,
                "the demo's '{}' was not found beside the program; set BITSMITH_DEMO to the folder "
                "resources/demo of the source tree",
                name);
}

} // namespace

Result<Engine> makeEngine(const std::string& device, const std::filesystem::path& database) {
    if (device == "cpu") return makeEngine(makeCpuBackend(), database);
    if (device == "reference") return makeEngine(makeReferenceBackend(), database);
    return fail(ErrorCode::Usage, "unknown device '{}'; there are cpu and reference", device);
}

Result<Engine> makeEngine(std::shared_ptr<const Backend> backend,
                          const std::filesystem::path& database) {
    Engine engine;
    engine.backend = std::move(backend);
    engine.calibrationFolder = StatsCache::defaultFolder();
    if (!database.empty()) {
        BITSMITH_TRY(engine.store, Store::open(database));
    }
    return engine;
}

std::uint64_t weightBudget(const Engine& engine) {
    if (engine.memoryLimit > 0) return engine.memoryLimit;
    return availableMemoryBytes() / 2;
}

Result<std::filesystem::path> demoModelFolder() { return demoFile("model"); }
Result<std::filesystem::path> demoTextFile() { return demoFile("held_out.txt"); }
Result<std::filesystem::path> demoCalibrationFile() { return demoFile("calibration.txt"); }
Result<std::filesystem::path> demoTasksFile() { return demoFile("tasks.jsonl"); }

} // namespace bitsmith

// What an application owns: backends, store, cache folders. Use cases (the other files here) are
// functions over an Engine and a RunContext; command line and Studio call the same ones.
#pragma once

#include "core/compute/backend.h"
#include "core/store/store.h"

#include <filesystem>
#include <memory>

namespace bitsmith {

struct Engine {
    std::shared_ptr<const Backend> backend;
    std::shared_ptr<Store> store;            // null: results are not recorded
    std::filesystem::path calibrationFolder; // StatsCache::defaultFolder()
    std::uint64_t memoryLimit = 0;           // bytes; 0: decided from what is free
};

// device: "cpu" or "reference"; the programs know more (app/device.h). Errors (Usage): unknown
// device.
Result<Engine> makeEngine(const std::string& device, const std::filesystem::path& database);
Result<Engine> makeEngine(std::shared_ptr<const Backend> backend,
                          const std::filesystem::path& database);

// Bytes of weights that may be held in memory: the limit, or half of what is free.
std::uint64_t weightBudget(const Engine& engine);

// The demo model's folder: beside the program, in the installation's share folder, or in
// $BITSMITH_DEMO. Errors (BadInput): none of these exists.
Result<std::filesystem::path> demoModelFolder();
Result<std::filesystem::path> demoTextFile(); // held-out stories
Result<std::filesystem::path> demoCalibrationFile();
Result<std::filesystem::path> demoTasksFile();

} // namespace bitsmith

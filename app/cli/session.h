// What every command of `bitsmith` shares: global options, the engine, models by name, progress on
// standard error, results on standard output.
#pragma once

#include "core/base/params.h"
#include "core/base/run_context.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace CLI {
class App;
}

namespace bitsmith::cli {

using Json = nlohmann::ordered_json;

struct Globals {
    bool json = false, quiet = false;
    std::string database; // empty: the default
    std::string device = "cpu", precision = "fp32";
    int threads = 0;
    double memoryGiB = 0; // 0: decided from what is free
};

class Session {
public:
    explicit Session(const Globals& globals) : m_globals(globals) {}

    bool json() const { return m_globals.json; }
    const Globals& globals() const { return m_globals; }
    // needStore: opens the database (an error if that fails); otherwise the engine has none.
    Result<Engine> engine(bool needStore) const;
    Result<std::shared_ptr<Store>> store() const;
    // "demo" or a path.
    Result<std::shared_ptr<const Model>> model(const std::string& name) const;

    // Runs work with a progress line on standard error; Ctrl-C stops it at the next checkpoint
    // (Cancelled reaches main). Warnings are printed as they come.
    void run(std::uint64_t seed, const std::function<void(RunContext&)>& work) const;
    template <class T>
    Result<T> run(std::uint64_t seed, const std::function<Result<T>(RunContext&)>& work) const {
        std::optional<Result<T>> result;
        run(seed, [&](RunContext& context) { result.emplace(work(context)); });
        return std::move(*result);
    }

    void print(const Json& document) const; // the one JSON document of --json
    void print(const std::string& text) const;

private:
    const Globals& m_globals;
};

// The parameters of an export format, from KEY=VALUE texts. Errors (Usage).
Result<std::shared_ptr<const Params>> exportParams(const std::string& format,
                                                   const std::vector<std::string>& settings);

using Action = std::function<Status(Session&)>;

// Each command file declares its options and returns what to do when it was chosen.
Action declareInspect(CLI::App& app);
Action declareEval(CLI::App& app);
Action declareGenerate(CLI::App& app);
Action declareRecipes(CLI::App& app);
Action declareTasks(CLI::App& app);
Action declareCalibrate(CLI::App& app);
Action declarePlan(CLI::App& app);
Action declareTargets(CLI::App& app);
Action declareQuantize(CLI::App& app);
Action declareExport(CLI::App& app);
Action declareVerify(CLI::App& app);
Action declareExperiments(CLI::App& app);
Action declareDoctor(CLI::App& app);
Action declareAnalyze(CLI::App& app);
Action declareSweep(CLI::App& app);
Action declareBench(CLI::App& app);

} // namespace bitsmith::cli

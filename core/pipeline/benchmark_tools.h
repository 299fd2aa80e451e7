// Timing of a benchmark and its baseline, and who has which rows. Internal to benchmarks*.cpp.
#pragma once

#include "core/base/parallel.h"
#include "core/pipeline/benchmarks.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <chrono>
#include <ctime>
#include <functional>

namespace bitsmith::bench {

struct Benchmark {
    std::string name;
    std::function<Result<BenchmarkRow>(RunContext&)> run;
};
// Rows about arithmetic and memory: core/pipeline/compute_benchmarks.cpp.
std::vector<Benchmark> computeBenchmarks();
// What each recipe costs: core/pipeline/recipe_benchmarks.cpp.
std::vector<Benchmark> recipeBenchmarks();

// Bell-shaped values, always the same.
Matrix randomMatrix(std::size_t rows, std::size_t cols, float scale);

enum class Time { OfThread, OfWall };

// Work of one thread is timed by what that thread was given of a core, so that others who want the
// cores do not show.
inline double now(Time time) {
    if (time == Time::OfWall)
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
            .count();
    timespec used{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
    return static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);
}

// The fastest run of each, in turn, so that both meet the same machine.
struct Pair {
    double seconds = 0, baseline = 0;
};
template <class Work, class Baseline>
Pair inTurn(Time time, RunContext& context, const Work& work, const Baseline& baseline,
            int leastRuns = 5) {
    constexpr double LeastSeconds = 0.25; // of each side
    constexpr int MostRuns = 200;
    const auto once = [time](const auto& run) {
        const double start = now(time);
        run();
        return now(time) - start;
    };
    Pair best{1e300, 1e300};
    double spent = 0;
    for (int i = 0; i < MostRuns && (i < leastRuns || spent < 2 * LeastSeconds); ++i) {
        context.checkpoint();
        const double mine = once(work), other = once(baseline);
        best.seconds = std::min(best.seconds, mine);
        best.baseline = std::min(best.baseline, other);
        spent += mine + other;
    }
    return best;
}
// Work of all threads; where that is one, its own time.
template <class Work, class Baseline>
Pair inTurn(RunContext& context, const Work& work, const Baseline& baseline, int leastRuns = 5) {
    return inTurn(threads() == 1 ? Time::OfThread : Time::OfWall, context, work, baseline,
                  leastRuns);
}

// amount: what both sides do, in units; shown in millions of them a second.
inline BenchmarkRow rate(std::string name, const Pair& pair, double amount, std::string unit,
                         std::string baseline) {
    return {.name = std::move(name),
            .value = amount / 1e6 / pair.seconds,
            .unit = std::move(unit),
            .baseline = amount / 1e6 / pair.baseline,
            .baselineName = std::move(baseline),
            .ratio = pair.baseline / pair.seconds};
}

} // namespace bitsmith::bench

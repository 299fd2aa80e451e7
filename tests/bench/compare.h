// Registers a benchmark beside its baseline. Both run in the same program, one after the other, and
// bench_main prints how they compare: ratios survive a busy or a faster machine, seconds do not.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace bitsmith::bench {

// What is run once per iteration, and how much it does: bytes it must at least move, floating point
// operations, or codes. Row and baseline use the same unit.
struct Work {
    double amount = 0;
    std::function<void()> run;
    std::string label = {}; // shown beside the times
};

// A ratio of 1 means: at the baseline's rate; above 1: faster.
inline void compare(const std::string& row, Work work, const std::string& baseline, Work other) {
    const auto add = [](const std::string& name, Work w) {
        benchmark::RegisterBenchmark(name.c_str(),
                                     [w](benchmark::State& state) {
                                         for (auto _ : state) w.run();
                                         state.SetLabel(w.label);
                                         state.counters["rate"] = benchmark::Counter(
                                             w.amount * static_cast<double>(state.iterations()),
                                             benchmark::Counter::kIsRate);
                                     })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
    };
    add(row, std::move(work));
    add(row + "/baseline:" + baseline, std::move(other));
}

// Each bench_*.cpp has one; bench_main calls them.
void addTensorBenches();
void addQuantBenches();
void addComputeBenches();
void addBlockBenches();
void addCodecBenches();
void addAllocateBenches();

} // namespace bitsmith::bench

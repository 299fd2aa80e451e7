// Registers a benchmark beside its baseline. Both run in the same program, one after the other, and
// bench_main prints how they compare: ratios survive a busy or a faster machine, seconds do not.
#pragma once

#include <benchmark/benchmark.h>

#include <functional>
#include <string>

namespace bitsmith::bench {

using Body = std::function<void()>; // one iteration

// bytes: what one iteration of the row must at least move; printed as GB/s for row and baseline.
// A ratio of 1 means: as fast as the baseline; above: faster.
inline void compare(const std::string& row, std::size_t bytes, Body body,
                    const std::string& baselineName, std::size_t baselineBytes, Body baseline) {
    const auto add = [](const std::string& name, std::size_t size, Body run) {
        benchmark::RegisterBenchmark(name.c_str(),
                                     [size, run](benchmark::State& state) {
                                         for (auto _ : state) run();
                                         state.SetBytesProcessed(
                                             static_cast<std::int64_t>(state.iterations() * size));
                                     })
            ->UseRealTime()
            ->Unit(benchmark::kMillisecond);
    };
    add(row, bytes, std::move(body));
    add(row + "/baseline:" + baselineName, baselineBytes, std::move(baseline));
}

// Each bench_*.cpp has one; bench_main calls them.
void addMemoryBenches();

} // namespace bitsmith::bench

// Short benchmarks for users' machines, each beside a baseline that runs in the same process and in
// turn with it: ratios survive a busy or a faster machine, seconds do not. The long ones for
// developers are in tests/bench.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"

#include <string>
#include <vector>

namespace bitsmith {

struct BenchmarkRow {
    std::string name; // "rans_decode_3bit"
    double value = 0;
    std::string unit; // "Mcodes/s", "MB/s", "bits/code", "ms"
    double baseline = 0;
    std::string baselineName; // "zstd -1 on packed nibbles"
    // How much better than the baseline: value / baseline, or its inverse where less is better
    // (bits/code, ms). Above 1: better.
    double ratio = 0;
    int threads = 1;
};

std::vector<std::string> benchmarkNames();

// Those whose name holds a match of the regular expression (empty: all), a second or so each, three
// for the slowest recipe. The fastest of several runs counts. Publishes each BenchmarkRow. Errors
// (Usage): no such expression; it matches nothing. Throws Cancelled.
Result<std::vector<BenchmarkRow>> runBenchmarks(const std::string& filter, RunContext& context);

} // namespace bitsmith

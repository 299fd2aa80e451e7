// Runs the benchmarks and ends with the table that matters: each row against its baseline, by
// what both do per second: bytes (G/s: GB/s), floating point operations (GFLOP/s) or codes.
#include "core/base/blas_kernels.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace {

class RatioReporter : public benchmark::ConsoleReporter {
public:
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs) {
            const auto rate = run.counters.find("rate");
            if (run.run_type != Run::RT_Iteration || run.error_occurred ||
                rate == run.counters.end())
                continue;
            std::string name = run.run_name.function_name;
            const std::size_t mark = name.find("/baseline:");
            Row& row = m_rows[name.substr(0, mark)];
            // Best of the repetitions: noise only ever slows down.
            double& best = mark == std::string::npos ? row.rate : row.baselineRate;
            best = std::max<double>(best, rate->second);
            if (mark != std::string::npos) row.baseline = name.substr(mark + 10);
        }
    }

    void Finalize() override {
        fmt::print("\n{:<32}{:>10}   {:<28}{:>10}{:>8}\n", "row", "G/s", "baseline", "G/s",
                   "ratio");
        for (const auto& [name, row] : m_rows)
            if (row.rate > 0 && row.baselineRate > 0)
                fmt::print("{:<32}{:>10.2f}   {:<28}{:>10.2f}{:>8.2f}\n", name, row.rate / 1e9,
                           row.baseline, row.baselineRate / 1e9, row.rate / row.baselineRate);
    }

private:
    struct Row {
        double rate = 0, baselineRate = 0; // per second
        std::string baseline;
    };
    std::map<std::string, Row> m_rows;
};

} // namespace

int main(int argc, char** argv) {
    bitsmith::chooseBlasKernels(argv);
    benchmark::Initialize(&argc, argv);
    if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
    bitsmith::bench::addTensorBenches();
    bitsmith::bench::addQuantBenches();
    bitsmith::bench::addComputeBenches();
    bitsmith::bench::addBlockBenches();
    bitsmith::bench::addCodecBenches();
    bitsmith::bench::addAllocateBenches();
    RatioReporter reporter;
    benchmark::RunSpecifiedBenchmarks(&reporter);
}

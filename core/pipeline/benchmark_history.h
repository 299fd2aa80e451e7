// Ratios of earlier benchmark runs on this machine, and which of today's are worse. Ratios, not
// times: both sides of one met the same load.
#pragma once

#include "core/pipeline/benchmarks.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

struct BenchmarkChange {
    std::string name;
    double ratio = 0;
    double usual = 0; // median of the earlier runs; 0: none
    std::size_t runs = 0;
    bool worse = false;
};

class BenchmarkHistory {
public:
    static constexpr double Tolerance = 0.1;       // of the usual ratio
    static constexpr std::size_t ComparedRuns = 7; // the last ones with this row

    // A missing file is an empty history. Errors (BadInput): not such a file.
    static Result<BenchmarkHistory> read(const std::filesystem::path& file);
    // Rows of `machine` (processor, vector units, threads) only: others are another story.
    std::vector<BenchmarkChange> compare(const std::string& machine,
                                         const std::vector<BenchmarkRow>& rows) const;
    void add(const std::string& machine, const std::vector<BenchmarkRow>& rows);
    // Written beside and moved, so that an interrupted run loses nothing.
    Status write(const std::filesystem::path& file) const;

    struct Run {
        std::string time, machine; // UTC
        std::vector<std::pair<std::string, double>> ratios;
    };
    const std::vector<Run>& runs() const { return m_runs; }

private:
    std::vector<Run> m_runs;
};

// The processor's name, the vector units in use and the threads: "AMD EPYC, AVX2, 2 threads".
std::string benchmarkMachine();

} // namespace bitsmith

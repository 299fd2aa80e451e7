// `bitsmith analyze` has a subject per --what, one file each. A subject reads the options that all
// share and declares those that it has alone.
#pragma once

#include "app/cli/session.h"
#include "core/analysis/salience_summary.h"
#include "core/calibration/calibrate.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith::cli {

// Options that more than one subject reads. Empty lists: the subject's own defaults.
struct AnalyzeOptions {
    std::string model;
    std::filesystem::path text; // calibration; empty: none
    CalibrationOptions calibration;
    std::vector<std::string> tensors;     // globs; empty: every quantizable one
    double outlierFactor = OutlierFactor; // channels beyond so many times the median stand out
    std::vector<int> bits;
    std::vector<std::string> groupSizes; // as typed: "64", "g64", "row", "tensor"
    std::vector<std::string> recipes;
    std::vector<std::string> metrics; // empty: the subject's own default
    std::uint64_t tokens = 0;         // that the model is run on; 0: all of the samples
    bool again = false;               // what the store has, too
    std::filesystem::path plot;       // an .svg file; empty: none
};

using AnalyzeAction = std::function<Status(Session&, const AnalyzeOptions&)>;

// Each declares its own options and returns what to do when its subject was chosen.
AnalyzeAction declareCompressibility(CLI::App& app);
AnalyzeAction declareSalience(CLI::App& app);
AnalyzeAction declareOutliers(CLI::App& app);
AnalyzeAction declareSpectrum(CLI::App& app);
AnalyzeAction declareSensitivity(CLI::App& app);
AnalyzeAction declareReport(CLI::App& app);
AnalyzeAction declareRecipeStudy(CLI::App& app);

} // namespace bitsmith::cli

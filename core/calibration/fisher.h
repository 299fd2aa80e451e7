// The diagonal of the empirical Fisher information of weight matrices: what the square of a
// weight's error costs the loss of the calibration text (LeCun, Denker, Solla 1989, Optimal Brain
// Damage; Kim et al. 2024, SqueezeLLM, arXiv 2306.07629, section 4.1). On disk beside LayerStats.
#pragma once

#include "core/calibration/calibrate.h"

namespace bitsmith {

// One file per matrix under folder/key/.
class FisherCache {
public:
    FisherCache(const std::filesystem::path& folder, const std::string& key)
        : m_folder(folder / key) {}
    bool contains(const std::string& tensor) const; // whole
    // (rows x cols), to 8 significant bits, up to a common factor. BadInput if missing or damaged.
    Result<Matrix> load(const std::string& tensor, std::size_t rows, std::size_t cols) const;
    Status save(const std::string& tensor, ConstMatrixView fisher) const;

private:
    std::filesystem::path path(const std::string& tensor) const;
    std::filesystem::path m_folder;
};

// Measures the matrices that the cache lacks, with one backward pass over the samples: the sum over
// sequences of the squared gradients of each one's own loss. tensors: weight matrices inside
// blocks. Errors: as GradientPass::run().
Status measureFisher(const ForwardPass& pass, const CalibrationSamples& samples,
                     std::vector<std::string> tensors, const FisherCache& cache,
                     RunContext& context);

} // namespace bitsmith

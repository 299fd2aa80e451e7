// Salience, outliers and spectra of a model's tensors as use cases. Kept in the store tensor by
// tensor; maps are not, they are drawn where they are looked at.
#pragma once

#include "core/analysis/salience_map.h"
#include "core/analysis/spectrum.h"
#include "core/pipeline/tensor_study.h"

namespace bitsmith {

// The numbers of a map that are worth keeping.
struct SalienceNumbers {
    std::string metric, input; // input: empty where none is known
    std::size_t rows = 0, cols = 0;
    double mean = 0, max = 0; // of a weight
    std::uint64_t nonFinite = 0;
    double kurtosis = 0; // of the weights themselves
    TopShares topWeights, topChannels, topRows;
    double channelRatio = 0;                    // the largest channel / the median one
    std::uint64_t outliers = 0;                 // channels beyond the factor asked for
    std::vector<std::uint32_t> outlierChannels; // the first of them, the largest first
    std::vector<double> groups;                 // mean salience of each group of columns
    double damping = 0;                         // 0: no Gram matrix
    std::vector<std::string> notes;
};
// At most so many outlier channels are listed; all are counted.
inline constexpr std::size_t ListedChannels = 16;

struct SalienceStudyOptions : TensorStudyOptions {
    std::vector<std::string> metrics; // empty: awq with a text, otherwise magnitude
    std::size_t groupSize = 128;
    double outlierFactor = OutlierFactor; // times the median, > 0
    double damping = 0.01;
};
struct SalienceTable {
    std::string metric;
    std::vector<std::pair<std::string, SalienceNumbers>> tensors; // by name
    std::vector<SkippedTensor> skipped;
};
// One table per metric. Errors (Usage): unknown metric; one that needs a text without one; those of
// TensorStudy; where every tensor fails, the first's error.
Result<std::vector<SalienceTable>> studySalience(const std::shared_ptr<const Model>& model,
                                                 const SalienceStudyOptions& options,
                                                 const Engine& engine, RunContext& context);

SalienceNumbers salienceNumbers(const SalienceMap& map, std::size_t groupSize,
                                double outlierFactor);

// How far single channels and weights stand out; of inputs only with a text.
struct OutlierNumbers {
    std::string input;
    std::size_t rows = 0, cols = 0;
    double kurtosis = 0;      // of the weights
    double largestWeight = 0; // max |w| / mean |w|
    double weightRatio = 0;   // columns by mean |w|: the largest / the median
    std::uint64_t weightOutliers = 0;
    std::vector<std::uint32_t> weightChannels; // the first, the largest first
    double inputRatio = 0;                     // channels by mean |x|; 0: not measured
    double inputPeak = 0;                      // max |x| of all channels / the median mean |x|
    std::uint64_t inputOutliers = 0;
    std::vector<std::uint32_t> inputChannels;
};
struct OutlierTable {
    std::vector<std::pair<std::string, OutlierNumbers>> tensors;
    std::vector<SkippedTensor> skipped;
};
Result<OutlierTable> studyOutliers(const std::shared_ptr<const Model>& model,
                                   const TensorStudyOptions& options, double factor,
                                   const Engine& engine, RunContext& context);

// A spectrum with its values at no more than `CurvePoints` ranks, the first and the last included.
struct SpectrumNumbers {
    static constexpr std::size_t CurvePoints = 64;
    std::size_t count = 0; // of singular values
    double energy = 0, largest = 0, effectiveRank = 0, stableRank = 0;
    std::size_t rank90 = 0, rank99 = 0, numericalRank = 0;
    std::vector<std::size_t> ranks; // from 0
    std::vector<double> values;
};
struct SpectrumTable {
    struct Row {
        std::string tensor, input;
        std::size_t rows = 0, cols = 0;
        SpectrumNumbers weights;
        std::optional<SpectrumNumbers> inputs; // of the layer's inputs; only with a text
    };
    std::vector<Row> tensors;
    std::vector<SkippedTensor> skipped;
};
Result<SpectrumTable> studySpectra(const std::shared_ptr<const Model>& model,
                                   const TensorStudyOptions& options, const Engine& engine,
                                   RunContext& context);

SpectrumNumbers spectrumNumbers(const Spectrum& spectrum);

} // namespace bitsmith

// The study of Mao et al. 2024 (On the Compressibility of Quantized Large Language Models, arXiv
// 2403.01384) on the user's own model: how many bits the codes are worth, and how far they are from
// the weights, for every width, granularity, symmetry and recipe, and for SmoothQuant's strength
// (Xiao et al. 2023, arXiv 2211.10438). A large lossless ratio is the mark of badly used levels:
// the bits after coding against the error is what counts.
#pragma once

#include "core/analysis/code_statistics.h"
#include "core/analysis/coder_sizes.h"
#include "core/calibration/calibrate.h"
#include "core/model/model.h"
#include "core/pipeline/engine.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

// ---- What a quantized model holds

struct QuantizedTensorCodes {
    std::string name;
    CodeStatistics statistics;
    CoderSizes coders;            // empty where not asked for
    std::uint64_t codedBytes = 0; // of the whole matrix, entropy-coded as containers store it
};
struct QuantizedModelCodes {
    std::vector<QuantizedTensorCodes> tensors;
    CodeStatistics total; // without histogram
    std::uint64_t codedBytes = 0;
    std::vector<std::string> skipped; // quantized tensors without codes of their own
};
// Publishes a shared_ptr<const QuantizedTensorCodes> per tensor. Errors (Usage): nothing in the
// model is quantized; those of the model's files.
Result<QuantizedModelCodes> quantizedCodes(const Model& model, const CoderOptions* coders,
                                           RunContext& context);

// ---- What a dense model would hold

struct StudySetting {
    std::string recipe;
    int bits = 0;
    std::string granularity;   // "tensor", "row", "g128"; "own": what the recipe has
    std::string zero;          // "symmetric", "asymmetric"; "own"
    double smoothing = -1;     // SmoothQuant's alpha; -1: none
    std::string label() const; // "rtn 4 bits g128 symmetric"
};

struct StudyNumbers {
    std::uint64_t weights = 0;
    double entropy = 0;           // order 0, bits per code
    double ratio = 0;             // bits of a code / entropy
    double paid = 0;              // bits per weight, packed, with scales and zeros
    double coded = 0;             // bits per weight of the entropy-coded matrix, everything counted
    double signal = 0, noise = 0; // ||W||^2 and ||W - Wq||^2; with smoothing of the scaled weights
    double sqnr = 0;              // 10 log10(signal / noise), dB
    double outputError = -1;      // on the calibration text, as LayerReport; -1: not measured
    double wasted = 0;            // mean log2(absmax / rms) of what shares a scale, bits
    void add(const StudyNumbers& other); // means weighted by weights; outputError is left out
};

struct StudyTensor {
    std::string name, input;
    std::size_t rows = 0, cols = 0;
    std::vector<StudyNumbers> values; // one per setting; weights == 0: not applicable here
};

// Codes of one block input quantized symmetrically at run time.
struct ActivationCodes {
    std::string input;     // "blocks.3.attn_in"; empty: all of them
    double smoothing = -1; // alpha; -1: none
    int bits = 8;
    std::uint64_t codes = 0;
    double entropyPerToken = 0, entropyPerTensor = 0; // a scale per token; one from calibration
};

struct StudyOptions {
    std::vector<int> bits = {2, 3, 4, 8};
    std::vector<std::string> granularities = {"tensor", "row", "g128", "g64", "g32"};
    std::vector<std::string> recipes = {"rtn"}; // those with the affine grid get every granularity
    std::vector<double> smoothing = {0, 0.25, 0.5, 0.75, 1}; // only with a text
    std::filesystem::path text;                              // calibration; empty: none
    CalibrationOptions calibration;
    std::uint64_t activationTokens = 4096; // at most so many are looked at
    std::vector<std::string> tensors;      // globs; empty: every quantizable one
};

struct StudyResult {
    std::vector<StudySetting> settings;
    std::vector<StudyTensor> tensors;
    std::vector<StudyNumbers> model; // one per setting, over all tensors
    std::vector<ActivationCodes> activations;
    // Where finer granularity does not mean more entropy and less noise (slack: 0.02 bits, 0.02
    // dB), sentences; empty: everywhere it does.
    std::vector<std::string> irregular;
};

// Publishes a shared_ptr<const StudyTensor> after each tensor. Deterministic. One matrix in memory
// at a time. Errors (Usage): unknown recipe, granularity or width; a recipe that needs a text
// without one; a model without dense matrices.
Result<StudyResult> studyCompressibility(const std::shared_ptr<const Model>& model,
                                         const StudyOptions& options, const Engine& engine,
                                         RunContext& context);

// The settings that options stand for, in order. Errors (Usage): as studyCompressibility.
Result<std::vector<StudySetting>> studySettings(const StudyOptions& options);
// tensor > row > g128 > ...: what `irregular` says, for any numbers.
std::vector<std::string> checkGranularities(const std::vector<StudySetting>& settings,
                                            const std::vector<StudyNumbers>& numbers);

} // namespace bitsmith

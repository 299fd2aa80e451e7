// Text through the full-precision model, block by block, into immutable LayerStats. Bounded memory:
// one block's weights, one batch of activations, the hidden states of the samples, one block's
// statistics. Results are cached on disk under a content key.
#pragma once

#include "core/base/run_context.h"
#include "core/calibration/layer_stats.h"
#include "core/model/forward.h"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

struct CalibrationOptions {
    std::size_t samples = 128;
    std::size_t context = 0; // tokens per sample; 0: the model's own, at most 2048
    std::uint64_t seed = 0;  // of the samples' positions
};

// Token sequences cut at seeded random positions from a text tokenized once.
// Errors (BadInput): text shorter than one sample (says how many tokens there are and are needed).
struct CalibrationSamples {
    std::vector<std::vector<TokenId>> sequences;
    std::string key; // content key of (text, tokenizer's result, options)
    std::uint64_t tokens() const;
    TokenBatch batch() const; // one after the other
};
Result<CalibrationSamples> drawSamples(const Model& model, std::string_view text,
                                       const CalibrationOptions& options);

// Disk cache of LayerStats: one file per block input under folder/key/.
class StatsCache {
public:
    // key: content key of (model, samples). The folder is made when first written to.
    StatsCache(const std::filesystem::path& folder, std::string key);
    static std::filesystem::path defaultFolder(); // $XDG_CACHE_HOME/bitsmith/calibration
    const std::string& key() const { return m_key; }
    bool contains(const std::string& input) const;
    // Without the Gram matrix only a few kilobytes are read. BadInput if damaged.
    Result<std::shared_ptr<const LayerStats>> load(const std::string& input,
                                                   bool withGram = true) const;
    Status save(const LayerStats& stats) const;

private:
    std::filesystem::path m_folder;
    std::string m_key;
};

std::string calibrationKey(const Model& model, const CalibrationSamples& samples);
std::string blockInputName(std::size_t block, std::string_view input); // "blocks.3.attn_in"

// Sums one input's statistics, batch by batch.
class StatsAccumulator {
public:
    StatsAccumulator(std::string input, std::size_t features, const Backend& backend);
    void add(ConstMatrixView x); // (tokens x features); non-finite values are an error at finish
    Result<std::shared_ptr<const LayerStats>> finish();

private:
    const Backend* m_backend;
    void keepSome(ConstMatrixView x);

    LayerStats m_stats;
    std::vector<double> m_sum, m_sumAbs;
    std::vector<float> m_sample; // rows of every m_stride-th token
    std::uint64_t m_stride = 1;
};

// The samples' hidden states, walked through the blocks one after the other.
class BlockWalk {
public:
    // Embeds the samples. batchTokens bounds the activations of one pass through a block.
    static Result<BlockWalk> start(const ForwardPass& pass, const CalibrationSamples& samples,
                                   std::size_t batchTokens = 8192);
    // Runs a block over all samples without moving the hidden states, up to `input`, and returns
    // that input's statistics.
    Result<std::shared_ptr<const LayerStats>> measure(const BlockWeights& weights,
                                                      std::size_t block, std::string_view input,
                                                      RunContext& context) const;
    // The same beside `full`, a walk of the same samples through the full-precision network, whose
    // block has `fullWeights`. drift: (in x in), sum over tokens of (x of full - x)^T x. Holds the
    // inputs of one batch of `full`.
    struct Drifted {
        std::shared_ptr<const LayerStats> stats;
        Matrix drift;
    };
    Result<Drifted> measureBeside(const BlockWalk& full, const BlockWeights& fullWeights,
                                  const BlockWeights& weights, std::size_t block,
                                  std::string_view input, RunContext& context) const;
    // Runs a block over all samples and moves on; taps every input on the way where wanted.
    Result<std::vector<std::shared_ptr<const LayerStats>>>
    advance(const BlockWeights& weights, std::size_t block, bool tap, RunContext& context);

private:
    BlockWalk(const ForwardPass& pass) : m_pass(&pass) {}
    const ForwardPass* m_pass;
    std::vector<TokenBatch> m_batches;
    std::vector<Matrix> m_hidden;
};

struct CalibrationResult {
    std::string key;
    std::uint64_t tokens = 0;
    std::uint64_t sequences = 0;
    struct Layer {
        std::string input;
        std::size_t features = 0;
        double meanAbs = 0, maxAbs = 0; // over all channels
        std::size_t deadChannels = 0;
    };
    std::vector<Layer> layers;
    bool cached = false; // everything was there already
};

// Captures all blocks that the cache lacks. Resumable: a block that is cached is not measured
// again.
Result<CalibrationResult> calibrate(const ForwardPass& pass, const CalibrationSamples& samples,
                                    const StatsCache& cache, RunContext& context);

} // namespace bitsmith

// One generic forward pass, a block at a time, so that calibration and evaluation of a model larger
// than memory need one block's weights at once. Works on batches of independent sequences.
#pragma once

#include "core/base/run_context.h"
#include "core/compute/backend.h"
#include "core/model/model.h"
#include "core/model/run_precision.h"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

// Sequences side by side: sequence s holds tokens [starts[s], starts[s+1]) of `tokens`.
struct TokenBatch {
    std::vector<TokenId> tokens;
    std::vector<std::size_t> starts{0};
    std::size_t sequences() const { return starts.size() - 1; }
    void append(std::span<const TokenId> sequence);
};

// Replaces matrices by name (quantized ones while GPTQ walks through the model).
using WeightOverrides = std::map<std::string, std::shared_ptr<const WeightMatrix>, std::less<>>;

// One block's weights, ready to multiply with.
struct BlockWeights;
struct BlockActivations;

// Called with a block's linear inputs as they are computed: `input` is TensorInfo::input.
// Return false to end the block there (later inputs are not needed; hidden is then not updated).
using InputTap = std::function<bool(std::string_view input, ConstMatrixView x)>;

// Keys and values of past tokens, per block; for one sequence (kv_cache.h).
class KvCache;

class ForwardPass {
public:
    // Errors: the model cannot be run (model->whyNotRunnable()).
    static Result<ForwardPass> create(std::shared_ptr<const Model> model,
                                      std::shared_ptr<const Backend> backend);

    const Model& model() const { return *m_model; }
    const Backend& backend() const { return *m_backend; }
    const Architecture& architecture() const { return *m_model->architecture(); }
    std::size_t blockCount() const { return architecture().blocks.size(); }

    // How the inputs of the products are formed from now on, in this pass and later copies of it:
    // nothing, in full precision, which a new pass begins with. ranges: of a static scheme.
    // Errors (Usage): a range is missing; a part of a product of q, k and v together.
    Status quantizeActivations(const std::optional<ActivationScheme>& scheme,
                               const ActivationRanges& ranges = {});
    // As the model's tensors say (TensorInfo::activations): attention's scores as its keys,
    // attention's sums as its values.
    Status useModelActivations();
    // A copy in full precision that lets `seen` grow to the largest magnitudes of all operands.
    ForwardPass observing(ActivationRanges& seen) const;
    // What was chosen, for people: "int8:token", "as in the model: bfp6:block16"; empty: nothing.
    const std::string& activationsText() const { return m_activationsText; }
    // Past keys and values in few bits, in run() as in step(); nothing: in full precision.
    void quantizeCache(const std::optional<KvScheme>& scheme) { m_kv = scheme; }
    const std::optional<KvScheme>& cacheScheme() const { return m_kv; }
    // All of that at once.
    Status setPrecision(const RunPrecision& precision, const ActivationRanges& ranges = {});

    // Errors (BadInput): an unreadable weight; a token outside the vocabulary; a sequence longer
    // than the learned positions.
    Result<Matrix> embed(const TokenBatch& batch) const; // (tokens x hidden)
    Result<std::shared_ptr<const BlockWeights>>
    loadBlock(std::size_t block, const WeightOverrides& overrides = {}) const;
    // hidden (tokens x hidden) is updated in place.
    void runBlock(const BlockWeights& weights, const TokenBatch& batch, MatrixView hidden,
                  const InputTap& tap = {}) const;
    // Final norm and output head of some rows of hidden: logits (rows x vocabulary).
    Result<Matrix> logits(ConstMatrixView hiddenRows) const;

    // All blocks in order, weights loaded one block at a time unless keepBlocks() was asked for.
    Result<Matrix> run(const TokenBatch& batch,
                       RunContext& context) const; // hidden before the final norm
    // Holds every block's weights from now on if they fit into `limitBytes`; copies of this pass
    // share them. Mapped weights stay mapped and count as their stored bytes.
    void keepBlocks(std::uint64_t limitBytes) const;
    // After a block that is not kept: its pages are not needed again soon. run() does this itself.
    void releaseBlock(std::size_t block) const;

    // Appends tokens to one cached sequence; returns the logits of the last token. Weights are read
    // block by block in every step: ask for keepBlocks() first where a model has to be transposed.
    // Errors: as embed(); more tokens than the cache's capacity. One caller per cache at a time.
    std::shared_ptr<KvCache> newCache(std::size_t capacity) const;
    Result<std::vector<float>> step(KvCache& cache, std::span<const TokenId> tokens) const;

private:
    ForwardPass(std::shared_ptr<const Model> model, std::shared_ptr<const Backend> backend);
    Status checkTokens(std::span<const TokenId> tokens) const;
    Status checkLength(std::size_t positions) const;
    Result<Matrix> embedAt(std::span<const TokenId> tokens, std::span<const std::size_t> starts,
                           std::size_t past) const;
    std::shared_ptr<const Model> m_model;
    std::shared_ptr<const Backend> m_backend;
    struct State;
    std::shared_ptr<State> m_state; // rotary tables, head, kept blocks
    std::shared_ptr<const std::vector<BlockActivations>> m_activations; // null: in full precision
    std::string m_activationsText;
    std::optional<KvScheme> m_kv;
};

} // namespace bitsmith

// What a network is, as data: enough for one generic forward pass to run every supported family.
// A family file (families/llama.cpp, ...) turns a config.json into this.
#pragma once

#include "core/base/result.h"
#include "core/compute/backend.h"

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

enum class NormKind { Rms, Layer };

// One linear layer: tensor names (empty bias: none) and the shape its weight must have.
struct LinearSpec {
    std::string weight, bias;
    std::size_t out = 0, in = 0;
    bool transposed = false; // stored (in, out), as GPT-2's Conv1D
    bool present() const { return !weight.empty(); }
};

struct NormSpec {
    std::string weight, bias; // empty: none (weight 1, bias 0)
    std::size_t size = 0;
    bool present() const { return size > 0; }
};

// Layout of a fused q/k/v product's output features.
enum class FusedLayout {
    None,
    Concatenated /* q | k | v */,
    PerHead /* (q,k,v) of head 0, of head 1, ... */
};

struct BlockSpec {
    NormSpec attentionNorm, mlpNorm;
    LinearSpec q, k, v, qkv; // either q, k, v or qkv
    FusedLayout fused = FusedLayout::None;
    NormSpec qNorm, kNorm; // per head, RMS (Qwen3); size 0: none
    LinearSpec attentionOut;
    LinearSpec gate, up, down; // gate absent: plain MLP up -> activation -> down
    std::size_t window = 0;    // sliding window: sees the last `window` keys; 0: all
    float attentionScale = 0;  // of q k^T; 0: 1/sqrt(headDim)
};

struct RotarySpec {
    std::size_t dims = 0; // rotated dimensions per head; 0: no rotary embedding
    double theta = 10000;
    // Scaling of inverse frequencies, resolved to factors by the family (linear, llama3, yarn...).
    std::vector<double> inverseFrequencies; // dims/2 entries
    double attentionFactor = 1;             // multiplies cos and sin (yarn)
    std::size_t longest = 0; // tokens of the longest sequence they hold for; 0: any (dynamic)
};

struct Architecture {
    std::string family; // registry id
    std::size_t hidden = 0, heads = 0, kvHeads = 0, headDim = 0, mlpHidden = 0, vocabulary = 0;
    std::size_t maxPositions = 0; // trained context
    NormKind norm = NormKind::Rms;
    float normEps = 1e-5f;
    Activation activation = Activation::Silu;
    bool parallelResidual = false; // x + attn(ln1 x) + mlp(ln2 x) (GPT-NeoX)
    bool normBeforeBlock = true;   // false: norms after the residual sums (OPT-350m)
    RotarySpec rotary;
    std::string embedding;            // (vocabulary, embeddingDim)
    std::string positions;            // learned positions; empty: none
    std::size_t positionOffset = 0;   // row of position 0 (OPT: 2)
    std::size_t embeddingDim = 0;     // == hidden, except with projections
    LinearSpec projectIn, projectOut; // OPT-350m
    NormSpec finalNorm;               // size 0: none
    LinearSpec head;                  // tied: weight == embedding
    std::vector<BlockSpec> blocks;
    bool tied() const { return head.weight == embedding; }
};

// A supported family.
struct Family {
    std::string_view id;                          // "llama"
    std::span<const std::string_view> modelTypes; // config.json model_type values
    // Tensor-name prefixes seen in the wild; describe() uses the first.
    std::span<const std::string_view> prefixes;
    Result<Architecture> (*describe)(const nlohmann::json& config);
};

std::span<const Family* const> allFamilies();
// Errors (Unsupported): unknown model_type, listing what is supported, or an unknown variant of a
// known one; BadInput: a broken config, naming the key.
Result<Architecture> describeArchitecture(const nlohmann::json& config);

} // namespace bitsmith

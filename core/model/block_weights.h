// One transformer block, ready to multiply with, and the arithmetic of running it. Internal to the
// forward pass; others hold a pointer to BlockWeights only.
#pragma once

#include "core/compute/backend.h"
#include "core/model/forward.h"
#include "core/model/kv_cache.h"

#include <memory>
#include <span>
#include <vector>

namespace bitsmith {

struct LinearWeights {
    std::shared_ptr<const WeightMatrix> matrix; // nullptr: the block has no such layer
    std::vector<float> bias;                    // empty: none
};

struct NormWeights {
    std::vector<float> weight, bias; // bias empty for RMS norms
};

struct BlockWeights {
    std::shared_ptr<const Model> model; // keeps spec alive
    const BlockSpec* spec = nullptr;
    std::size_t index = 0;
    NormWeights attentionNorm, mlpNorm, qNorm, kNorm;
    LinearWeights q, k, v, qkv, attentionOut, gate, up, down;
};

// Missing weight: ones; missing bias of a layer norm: zeros. size 0: empty.
Result<NormWeights> loadNorm(const Model& model, const NormSpec& spec, NormKind kind);
// Transposed weights are copied into rows; others stay where they are.
Result<LinearWeights> loadLinear(const Model& model, const LinearSpec& spec,
                                 const WeightOverrides& overrides);
void applyNorm(const Backend& backend, const Architecture& architecture, const NormWeights& norm,
               ConstMatrixView x, MatrixView y);

class DeviceBackend;
// Begins to copy a block's matrices to the device.
void prefetch(const DeviceBackend& device, const BlockWeights& block);

struct BlockTape;        // block_tape.h
struct BlockActivations; // block_activations.h

struct BlockRun {
    const Architecture& architecture;
    const Backend& backend;
    const BlockWeights& weights;
    const RotaryTable* rotary = nullptr; // nullptr: none
    std::span<const std::size_t> starts; // of the sequences; last: tokens
    const InputTap* tap = nullptr;
    BlockTape* tape = nullptr;       // filled where given; then no tap may end the block
    KvCache::Block* cache = nullptr; // for a single sequence that continues `past` tokens
    std::size_t past = 0;
    const BlockActivations* activations = nullptr; // null: in full precision
    const KvScheme* kv = nullptr; // null: keys and values in full precision, as in `cache`
};

// hidden: (tokens x hidden), replaced unless the tap ended the block.
void runBlockOn(const BlockRun& run, MatrixView hidden);

} // namespace bitsmith

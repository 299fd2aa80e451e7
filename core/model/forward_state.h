// What a forward pass holds beside the model: embedding and head, rotary tables, kept blocks.
// Internal to forward*.cpp.
#pragma once

#include "core/model/block_weights.h"

#include <memory>
#include <mutex>
#include <vector>

namespace bitsmith {

struct ForwardPass::State {
    std::shared_ptr<const WeightMatrix> embedding, positions; // positions: nullptr without
    LinearWeights projectIn, projectOut, head;
    NormWeights finalNorm;

    // A table of at least `positions` rows; nullptr without rotary embeddings.
    std::shared_ptr<const RotaryTable> rotaryFor(const Architecture& architecture,
                                                 std::size_t positions);
    std::shared_ptr<const BlockWeights> keptBlock(std::size_t block);
    bool keepsBlocks();
    void keep(std::vector<std::shared_ptr<const BlockWeights>> blocks);

private:
    std::mutex m_mutex;
    std::shared_ptr<const RotaryTable> m_rotary;
    std::vector<std::shared_ptr<const BlockWeights>> m_kept;
};

} // namespace bitsmith

// What one block's forward pass leaves behind for its backward pass, recomputed a block and a batch
// at a time: about (6 hidden + 2 query + key + value + 3 mlp) floats per token. Internal to the
// passes.
#pragma once

#include "core/tensor/matrix.h"

namespace bitsmith {

// Queries, keys and values as views into whichever buffer holds them.
struct BlockHeads {
    Matrix first, second, third;
    MatrixView q, k, v;
};

struct BlockTape {
    Matrix attentionInput; // after the norm; empty where attention reads the block's input itself
    Matrix rawQ, rawK;     // before their norms (Qwen3); empty without
    BlockHeads heads;      // after norms and rotation
    Matrix context;        // what attention gave
    Matrix attentionSum;   // input + attention, before a norm; empty in parallel blocks
    Matrix mlpInput;       // after the norm
    Matrix gate, up;       // before the activation; gate empty in plain MLPs
    Matrix mlpHidden;      // what `down` multiplies
    Matrix blockSum;       // before the last norm; only where norms follow the sums (OPT-350m)
};

} // namespace bitsmith

// Activations as a scheme's numbers: each value becomes the nearest one that the scheme has, and
// stays fp32 ("fake quantization"). Products of such values summed in fp32 are those of the integer
// or block units that the scheme stands for, up to the order of summation.
#pragma once

#include "core/compute/backend.h"
#include "core/tensor/activation_scheme.h"
#include "core/tensor/nearest_level.h"

#include <optional>

namespace bitsmith {

class ActivationQuantizer {
public:
    explicit ActivationQuantizer(const ActivationScheme& scheme);
    const ActivationScheme& scheme() const { return m_scheme; }

    // In place, in parallel. Every row of x falls into pieces of `width` columns (heads of the
    // attention) that have scales of their own; x.cols is a multiple of width. range: the largest
    // magnitude that a static scheme was measured with; values beyond it are cut off. A piece with
    // a NaN or infinity becomes NaN as a whole, so that nobody misses it. Ties to even.
    void apply(MatrixView x, std::size_t width, float range) const;

    // One row without threads; x: any length. Schemes by tensor take `range` for the largest
    // magnitude.
    void applyRow(std::span<float> x, float range) const;

private:
    // All with one scale, of the largest magnitude absmax.
    void roundWith(std::span<float> x, float absmax) const;
    void roundBlocks(std::span<float> x) const;

    ActivationScheme m_scheme;
    std::optional<NearestLevel> m_nearest; // of a table; nothing: whole numbers
    std::span<const float> m_levels;
    float m_most = 1; // largest level
};

// Attention whose operands are quantized: scale query keys^T -> softmax -> times values. scores:
// quantizes query and keys, head by head; weighted: the softmax and the values. Either may be null:
// in full precision. The values go head by head and token by token, as the cache holds them (along
// the tokens, the sum's own direction, blocks would mix in tokens that a query must not see). Rows
// of the softmax have blocks from key 0 on, and as many keys as the query sees.
struct AttentionQuantizers {
    const ActivationQuantizer* scores = nullptr;
    const ActivationQuantizer* weighted = nullptr;
    float queryRange = 0, keyRange = 0, valueRange = 0; // of static schemes
};
void quantizedAttention(const AttentionArgs& args, const AttentionQuantizers& quantizers);

} // namespace bitsmith

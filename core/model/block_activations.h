// Quantized activations of one block: what each product's operands are rounded with. Internal to
// the forward pass.
#pragma once

#include "core/compute/activation_quantizer.h"
#include "core/model/architecture.h"

#include <memory>
#include <span>
#include <vector>

namespace bitsmith {

struct BlockActivations {
    std::array<std::shared_ptr<const ActivationQuantizer>, ProductCount> quantizers; // null: none
    // Of static schemes: largest magnitudes of the linear layers' inputs, and of the attention's.
    std::array<float, ProductCount> ranges{};
    float query = 0, key = 0, value = 0;
    // Where given, operands are measured: "blocks.0.q" and so on grow to what was met.
    ActivationRanges* seen = nullptr;
    std::size_t block = 0;

    const ActivationQuantizer* of(Product product) const {
        return quantizers[static_cast<std::size_t>(product)].get();
    }
    bool attention() const { return of(Product::QK) || of(Product::PV); }
    // The input of a linear layer as its multipliers get it; empty: x as it is.
    Matrix formed(Product product, ConstMatrixView x, const WeightMatrix& weights) const;
    void runAttention(const Backend& backend, const AttentionArgs& args) const;

private:
    void note(std::string_view operand, ConstMatrixView x) const;
};

// Of every block. schemes: one for each of the architecture's blocks and products, null for none.
// Errors (Usage): a static scheme without its range; part of a fused q, k, v.
using ProductSchemes = std::array<std::shared_ptr<const ActivationScheme>, ProductCount>;
Result<std::shared_ptr<const std::vector<BlockActivations>>>
makeBlockActivations(const Architecture& architecture, std::span<const ProductSchemes> schemes,
                     const ActivationRanges& ranges);

} // namespace bitsmith

// Where factors of a linear layer's input features can go: into the layer before, exactly, so that
// the network computes the same with other weights. Sources: SmoothQuant (arXiv 2211.10438, section
// 4), AWQ (arXiv 2306.00978, section 3.2 and the authors' code), both for single families; here it
// follows from the architecture's parts.
#pragma once

#include "core/model/architecture.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bitsmith {

// One input of a block and what makes it. Exactly one of norm, rows and reason says something.
struct FoldSite {
    std::size_t block = 0;
    std::string input;                 // TensorInfo::input, "attn_in"
    std::vector<LinearSpec> consumers; // all that multiply it
    NormSpec norm;                     // makes it, and its output goes nowhere else
    // Or rows of this layer make it, perhaps with a function between that commutes with factors:
    // attention (of v), a product with the gate, ReLU. rowOf: a row per input feature; where
    // several features come from one row their factor must be the same.
    LinearSpec rows;
    std::vector<std::uint32_t> rowOf;
    std::vector<std::uint32_t> tied; // a class below the number of features each; empty: all differ
    std::string reason;              // why nothing can take the factors

    bool foldable() const { return reason.empty(); }
};

// Four a block, in order of computation.
std::vector<FoldSite> foldSites(const Architecture& architecture);

} // namespace bitsmith

// How dense a plan is, in the terms of Zhang et al. 2023 (arXiv 2310.05079, section 4): bits that
// the operands of a block's products take, and the area of the units that multiply them, both
// against fp32.
//
// Memory density is exact. Arithmetic density is an estimate of this program's own: full adders of
// a multiply-accumulate unit, no synthesis. Their published figures come from synthesised circuits.
//   product      significand bits of the one times those of the other
//   whole numbers and blocks: an adder of the product's width and log2(block) more; alignment and a
//                fp32 addition (264) once per block, or not at all with a scale per row
//   floats       an exponent adder, and a fp32 addition for every product
//   fp32         24 * 24 + 8 + 264
// A product with an operand in full precision needs the fp32 unit.
#pragma once

#include "core/model/model.h"
#include "core/plan/plan.h"

#include <optional>

namespace bitsmith {

struct Densities {
    std::size_t tokens = 0;      // of one sequence, for the activations
    double weightBits = 0;       // per weight of the blocks' linear layers, scales counted
    double activationBits = 0;   // per value of the products' other operands
    double weights = 1, all = 1; // memory densities: of the weights; of weights and activations
    double arithmetic = 1;       // estimate, mean over all multiplications
};

// Of the blocks' products (embedding and head left out, as in the paper). tokens: at least 1.
// Errors: the model cannot be run, so its products are not known.
Result<Densities> densitiesOf(const Model& model, const Plan& plan, std::size_t tokens);

} // namespace bitsmith

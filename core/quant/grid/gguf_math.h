// The definition of the gguf grid: which block format a width of a family is, and what a row too
// short for it falls back to.
#pragma once

#include "core/base/params.h"
#include "core/base/result.h"
#include "core/tensor/blocks/block_format.h"
#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <string>
#include <vector>

namespace bitsmith {

struct GgufParams {
    std::string family = "k";
    void describe(auto&& field) {
        field("family", family,
              {"Block family",
               "k: Q2_K to Q6_K and Q8_0; legacy: Q4_0, Q5_0, Q8_0; legacy_offset: Q4_1, Q5_1; "
               "iq4_nl, iq4_xs, mxfp4: 4 bits",
               0,
               0,
               {"k", "legacy", "legacy_offset", "iq4_nl", "iq4_xs", "mxfp4"}});
    }
};

// Errors (Usage): a width that the family does not have, naming the nearest that it has.
Result<const BlockFormat*> blockFormatOf(const std::string& family, int bits);

// The format itself where rows of `cols` weights hold whole blocks of it; else what llama.cpp
// stores: for super-blocks of 256 the next finer format of 32, for blocks of 32 half precision.
const BlockFormat& formatForWidth(const BlockFormat& format, std::size_t cols);

// Errors (Usage): as blockFormatOf; an empty matrix.
Result<MatrixLayout> ggufLayout(std::size_t rows, std::size_t cols, int bits,
                                const GgufParams& params);

// All values that weight `element` of this block can have, in code order; empty for numbers (F16).
std::vector<float> blockLevels(const BlockFormat& format, const std::byte* block,
                               std::size_t element);

} // namespace bitsmith

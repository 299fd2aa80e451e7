// One matrix on a floating-point grid: parameters, layout, scales, nearest levels. The formats are
// described in float.cpp.
#pragma once

#include "core/base/params.h"
#include "core/quant/grid.h"

#include <memory>
#include <string>

namespace bitsmith {

struct FloatParams {
    std::string format = "e4m3";
    std::string granularity = "channel";
    int groupSize = 128;
    std::string scaleType = "F32";
    int block = 0;
    std::string exponent = "rule";
    void describe(auto&& field) {
        field("format", format,
              {"Format",
               "e4m3, e5m2, e3m2, e2m3: floats of 8 and 6 bits with scales as chosen below; nvfp4: "
               "4 bits, a scale per 16 columns and one per tensor; mx...: a power of two per 32 "
               "columns; nf4, fp4: tables of bitsandbytes; bfp, block_minifloat, block_log: a "
               "power of two per block, elements of any width",
               0,
               0,
               {"e4m3", "e5m2", "e3m2", "e2m3", "nvfp4", "mxfp4", "mxfp6_e2m3", "mxfp6_e3m2",
                "mxfp8_e4m3", "mxfp8_e5m2", "mxint8", "nf4", "fp4", "bfp", "block_minifloat",
                "block_log"}});
        field("granularity", granularity,
              {"Granularity",
               "e4m3, e5m2, e3m2, e2m3: what shares a scale: a group of input columns, an output "
               "channel or the tensor",
               0,
               0,
               {"group", "channel", "tensor"}});
        field("group_size", groupSize,
              {"Group size", "e4m3, e5m2, e3m2, e2m3 in groups: input columns that share a scale",
               0, 1 << 20});
        field("scale_type", scaleType,
              {"Scale type",
               "All but those of nvfp4 and powers of two: how scales are stored; F8_E4M3, of nf4 "
               "and fp4 only, has one more number for the tensor",
               0,
               0,
               {"F16", "BF16", "F32", "F8_E4M3"}});
        field("block", block,
              {"Block",
               "nf4, fp4, bfp, block_minifloat, block_log: columns that share a scale; 0: 64 of "
               "nf4 and fp4, 16 of the others",
               0, 4096});
        field("exponent", exponent,
              {"Exponent",
               "Powers of two: from the largest weight by the format's rule, or the best of three "
               "(one less, the rule's, one more) by squared error",
               0,
               0,
               {"rule", "mse"}});
    }
};

// Errors (Usage): bits other than the format's, a scale type that it cannot have, an empty matrix.
// The last block of a row may be shorter; other programs then do not load it.
Result<MatrixLayout> floatLayout(std::size_t rows, std::size_t cols, int bits,
                                 const FloatParams& params);

// layout: of floatLayout(); searchExponents: FloatParams::exponent is "mse".
std::unique_ptr<GridFit> makeFloatFit(MatrixLayout layout, bool searchExponents);

} // namespace bitsmith

// One matrix on a floating-point grid: parameters, layout, scales, nearest levels. The formats are
// described in float.cpp.
#pragma once

#include "core/base/params.h"
#include "core/quant/grid.h"

#include <cstdint>
#include <memory>
#include <string>

namespace bitsmith {

struct FloatParams {
    std::string format = "e4m3";
    std::string granularity = "channel";
    int groupSize = 128;
    std::string scaleType = "F32";
    void describe(auto&& field) {
        field("format", format,
              {"Format",
               "e4m3: 8 bits; nvfp4: 4 bits, a scale per 16 columns and one per tensor; mxfp4: 4 "
               "bits, a power of two per 32 columns",
               0,
               0,
               {"e4m3", "nvfp4", "mxfp4"}});
        field("granularity", granularity,
              {"Granularity",
               "e4m3: what shares a scale: a group of input columns, an output channel or the "
               "tensor",
               0,
               0,
               {"group", "channel", "tensor"}});
        field("group_size", groupSize,
              {"Group size", "e4m3 in groups: input columns that share a scale", 0, 1 << 20});
        field("scale_type", scaleType,
              {"Scale type", "e4m3: how scales are stored", 0, 0, {"F16", "BF16", "F32"}});
    }
};

// Errors (Usage): bits other than the format's, an empty matrix. The last group of
// nvfp4 and mxfp4 may be shorter; other programs then load neither.
Result<MatrixLayout> floatLayout(std::size_t rows, std::size_t cols, int bits,
                                 const FloatParams& params);

std::unique_ptr<GridFit> makeFloatFit(MatrixLayout layout);

// The code of the level nearest to w, ties to the even code; beyond the largest, the largest. The
// levels' own rounding, without a table. w is finite.
std::uint8_t nearestE2m1(float w);
// floor(log2 absmax) - 2 as an E8M0 byte; 0 for absmax 0.
std::uint8_t mxfp4Exponent(float absmax);

} // namespace bitsmith

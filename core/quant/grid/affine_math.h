// The definition of the affine grid: its parameters, which weights share a scale, and the scale and
// zero of a range. The conventions are described in affine.cpp.
#pragma once

#include "core/base/params.h"
#include "core/base/result.h"
#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <string>

namespace bitsmith {

struct AffineParams {
    int groupSize = 128;
    std::string granularity = "group";
    bool symmetric = false;
    std::string search = "minmax";
    std::string ragged = "whole_row";
    void describe(auto&& field) {
        field("group_size", groupSize,
              {"Group size", "Input columns that share a scale; 0: the whole row", 0, 1 << 20});
        field("granularity", granularity,
              {"Granularity",
               "What shares a scale: a group of input columns, an output channel or the tensor",
               0,
               0,
               {"group", "channel", "tensor"}});
        field("symmetric", symmetric, {"Symmetric", "No stored zero point: range -absmax..absmax"});
        field("search", search,
              {"Range search",
               "minmax: the full range; mse: the best of 80 shrunken ranges (norm 2.4, or squares "
               "weighted by the calibration statistics); hqq: half-quadratic, norm 0.7, without "
               "statistics; least_squares: squares, so weighted, lowered by turns of codes and "
               "scale from 20 ranges (EasyQuant)",
               0,
               0,
               {"minmax", "mse", "hqq", "least_squares"}});
        field("ragged", ragged,
              {"Ragged rows",
               "A row whose length is no multiple of the group size: one group, or a short last "
               "group",
               0,
               0,
               {"whole_row", "short_last_group"}});
    }
};

// Errors (Usage): bits outside 2..8, an empty matrix.
Result<MatrixLayout> affineLayout(std::size_t rows, std::size_t cols, int bits,
                                  const AffineParams& params);

struct AffineGroup {
    std::uint16_t half = 0; // fp16 bits of the scale
    std::uint8_t zero = 0;
    bool clipped = false; // the range needs a scale beyond fp16
    bool coarse = false;  // the scale is so small that fp16 keeps less than 3 bits of it
    float scale = 0;
};

// The group of a scale, as it is stored, and a zero point.
AffineGroup affineGroupOf(double scale, int zero);
// The group that covers [low, high], low <= 0 <= high.
AffineGroup affineGroup(float low, float high, int bits, bool symmetric);
// The same for many ranges at once, to the last bit.
struct AffineGroups {
    std::span<const float> lows, highs;
    std::span<std::uint16_t> halves;
    std::span<float> scales;
    std::span<std::uint8_t> zeros;
    std::span<std::uint8_t> clipped, coarse; // 0 or 1
};
void affineGroups(const AffineGroups& groups, int bits, bool symmetric);

// GPTQ's search: 80 ranges from the full one down to 0.21 of it.
constexpr int SearchSteps = 80;

// error(group) -> total rounding error of the group's weights. Keeps the first best, so that the
// result is never worse than the full range.
template <class Error>
AffineGroup searchAffineGroup(float low, float high, int bits, bool symmetric, Error&& error) {
    AffineGroup best = affineGroup(low, high, bits, symmetric);
    if (low == 0 && high == 0) return best;
    double least = error(best);
    AffineGroup last = best;
    for (int step = 1; step < SearchSteps; ++step) {
        const float shrink = 1.0F - static_cast<float>(step) / 100.0F;
        const AffineGroup group = affineGroup(low * shrink, high * shrink, bits, symmetric);
        if (group.half == last.half && group.zero == last.zero) continue;
        last = group;
        if (const double e = error(group); e < least) {
            least = e;
            best = group;
        }
    }
    return best;
}

} // namespace bitsmith

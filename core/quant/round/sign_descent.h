// Learned rounding of a panel of rows against the layer's output error (after SignRound, Cheng et
// al. 2023, arXiv 2309.05516): each weight has an offset of at most half a step that is added
// before rounding to nearest, each group two factors that shrink the ends of its range; all move
// by the sign of their gradient, rounding itself counting as the identity, by steps that fall to
// 0.
//
//   f = tr((W - V) G (W - V)^T),  V = quantize(W + offset * step; range shrunk)
//
// Steps of fixed size in all directions at once raise f at times, so that each row keeps the best
// that it has met; the first is round to nearest.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid.h"
#include "core/quant/round/gptq_panel.h"

#include <vector>

namespace bitsmith {

struct SignDescentArgs {
    ConstMatrixView weights;  // of the panel, at most GptqPanelRows rows
    const Matrix& gram;       // (cols x cols)
    GridFit& fit;             // affine, full range; shared across rows: fitted
    std::size_t firstRow = 0; // of the panel
    int steps = 200;
    double rate = 0;        // of the first step; 0: 1 / steps, so that all together reach 0.5
    bool learnRange = true; // not where the grid is shared across rows
    int reported = 10;      // values of f after the first
};

struct SignDescent {
    std::vector<std::uint16_t> codes; // rows x cols; the fit holds their groups
    std::vector<double> descent;      // best f before the first step and after each tenth of them
};

SignDescent signDescend(const SignDescentArgs& args, const RunContext& context);

} // namespace bitsmith

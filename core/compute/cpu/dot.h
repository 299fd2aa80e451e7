// Products of few vectors: what generation needs, one token at a time. Bound by memory, so each
// weight is read once.
#pragma once

#include "core/tensor/matrix.h"

namespace bitsmith::cpu {

// y (tokens x count) = x (tokens x cols) rows^T; row r starts at rows + r * stride.
void dotRows(const float* rows, std::size_t stride, std::size_t count, ConstMatrixView x,
             MatrixView y);
// out[c] += sum_r weights[r] * rows[r][c]
void weightedSum(const float* rows, std::size_t stride, std::size_t count, std::size_t cols,
                 const float* weights, float* out);
// One step of a softmax that sees its scores block by block (Milakov & Gimelshein 2018):
// scores[i] = exp(scores[i] - m), m the new maximum; *top and *sum are brought up to date. Returns
// the factor for what was accumulated so far, exp(old top - m).
float softmaxStep(float* scores, std::size_t count, float* top, double* sum);
// x *= factor
void scaleRow(float* x, std::size_t count, float factor);

} // namespace bitsmith::cpu

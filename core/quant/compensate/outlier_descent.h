// Codes and outliers in turns (outlier-aware QuantEase, Behdin et al. 2023, arXiv 2309.01885):
//
//   f(V, H) = tr((W - V - H) G (W - V - H)^T),  V on the grid, H with as many entries as there are
//   codes:     one sweep of coordinate descent on V
//   outliers:  H <- the largest of H + (W - V - H) G / lambda, lambda at least G's largest
//              eigenvalue: a step of projected gradient descent, which moves entries to where they
//              save most
//
// Neither raises f.
#pragma once

#include "core/quant/layer_stage.h"

namespace bitsmith {

// At most `turns`, fewer where a turn lowers f by less than a ten-thousandth; then least squares
// over the outliers' values. Returns f before and after each turn, and as stored. No transform:
// codes and outliers share their columns. matrix: as for reround().
std::vector<double> descendOutliers(LayerWork& work, QuantizedMatrix& matrix, int turns);

// An upper bound of the largest eigenvalue of a positive semi-definite matrix, at most a few
// percent above it unless the start of the power iteration is unlucky.
double largestEigenvalue(const Matrix& gram);

} // namespace bitsmith

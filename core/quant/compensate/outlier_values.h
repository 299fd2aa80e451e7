// What the outliers of a rounded matrix hold, so that with the decoded codes they give the matrix.
#pragma once

#include "core/quant/layer_stage.h"

namespace bitsmith {

// As it is stored: F16, clipped to its largest.
float storedOutlier(double value);

// W less all that matrix and work.side stand for, in the basis of the task: (rows x cols). Outliers
// count with the values that they have.
Matrix residual(const LayerWork& work, const QuantizedMatrix& matrix);

// Values that make up for the decoded codes and the low rank: no error is left at their places but
// that of 16 bits. Beyond what these hold, the largest they do, with a note.
void restoreOutliers(LayerWork& work, const QuantizedMatrix& matrix);

// Values that make f = tr((W - V) G (W - V)^T) least, per row by least squares over its outliers;
// restored ones where that does not lower f. restoreOutliers() comes first. Needs the Gram matrix.
void fitOutliers(LayerWork& work, const QuantizedMatrix& matrix);

} // namespace bitsmith

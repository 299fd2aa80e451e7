#include "core/sensitivity/loss_change.h"

#include <cmath>

namespace bitsmith {

LossChange lossChange(ConstMatrixView gradient, ConstMatrixView fisher, ConstMatrixView error) {
    assert(gradient.rows == error.rows && gradient.cols == error.cols);
    assert(fisher.rows == 0 || (fisher.rows == error.rows && fisher.cols == error.cols));
    LossChange change;
    for (std::size_t r = 0; r < error.rows; ++r)
        for (std::size_t c = 0; c < error.cols; ++c) {
            const double e = error(r, c), term = gradient(r, c) * e;
            change.first += term;
            change.absolute += std::abs(term);
            if (fisher.rows > 0) change.second += 0.5 * e * e * fisher(r, c);
        }
    return change;
}

} // namespace bitsmith

#include "core/compute/reference/reference_ops.h"

#include <algorithm>

namespace bitsmith::reference {

void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias, MatrixView y) {
    assert(x.cols == w.cols() && y.rows == x.rows && y.cols == w.rows());
    assert(bias.empty() || bias.size() == w.rows());
    std::vector<float> row(w.cols());
    for (std::size_t o = 0; o < w.rows(); ++o) {
        w.decodeRows(o, 1, row.data());
        for (std::size_t t = 0; t < x.rows; ++t) {
            double sum = bias.empty() ? 0.0 : bias[o];
            for (std::size_t i = 0; i < row.size(); ++i) sum += double(x(t, i)) * row[i];
            y(t, o) = static_cast<float>(sum);
        }
    }
}

void embed(const WeightMatrix& table, std::span<const std::int32_t> ids, MatrixView out) {
    assert(out.rows == ids.size() && out.cols == table.cols());
    std::vector<float> row(table.cols());
    for (std::size_t t = 0; t < ids.size(); ++t) {
        table.decodeRows(static_cast<std::size_t>(ids[t]), 1, row.data());
        std::copy(row.begin(), row.end(), out.row(t).begin());
    }
}

} // namespace bitsmith::reference

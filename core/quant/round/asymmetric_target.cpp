#include "core/quant/round/asymmetric_target.h"

#include "core/base/parallel.h"
#include "core/quant/round/error_feedback.h"

#include <cblas.h>

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::size_t RowGrain = 64;

} // namespace

Result<Matrix> asymmetricTarget(ConstMatrixView weights, const Matrix& gram, const Matrix& drift,
                                const AsymmetricOptions& options, const RunContext& context) {
    const std::size_t n = weights.cols;
    Matrix target(weights.rows, n);
    for (std::size_t r = 0; r < weights.rows; ++r) std::ranges::copy(weights.row(r), &target(r, 0));
    if (options.share == 0) return target;
    BITSMITH_CHECK(checkGram(drift));
    BITSMITH_TRY(const ErrorFeedback feedback, errorFeedback(gram,
                                                             {.damping = options.damping,
                                                              .maxRetries = options.maxRetries,
                                                              .carry = false,
                                                              .spread = true},
                                                             context));
    if (!feedback.usable) return target;

    // (G + damping)^-1 = U^T U with U_jj = 1 / weight_j and U_jk = spread_jk U_jj.
    Matrix factor = feedback.spread;
    for (std::size_t j = 0; j < n; ++j) {
        factor(j, j) = 1;
        const auto scale = static_cast<float>(1 / feedback.weight[j]);
        for (std::size_t k = j; k < n; ++k) factor(j, k) *= scale;
    }
    const auto size = static_cast<blasint>(n);
    parallelFor(weights.rows, RowGrain, [&](std::size_t first, std::size_t last) {
        const auto rows = static_cast<blasint>(last - first);
        Matrix panel(last - first, n);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, size, size, 1.0F,
                    weights.data + first * weights.stride, static_cast<blasint>(weights.stride),
                    drift.data(), size, 0.0F, panel.data(), size);
        for (std::size_t r = 0; r < panel.rows(); ++r)
            for (std::size_t c = 0; c < n; ++c)
                if (feedback.dead[c]) panel(r, c) = 0;
        cblas_strmm(CblasRowMajor, CblasRight, CblasUpper, CblasTrans, CblasNonUnit, rows, size,
                    1.0F, factor.data(), size, panel.data(), size);
        cblas_strmm(CblasRowMajor, CblasRight, CblasUpper, CblasNoTrans, CblasNonUnit, rows, size,
                    static_cast<float>(options.share), factor.data(), size, panel.data(), size);
        for (std::size_t r = 0; r < panel.rows(); ++r)
            for (std::size_t c = 0; c < n; ++c)
                if (!feedback.dead[c]) target(first + r, c) += panel(r, c);
    });
    return target;
}

} // namespace bitsmith

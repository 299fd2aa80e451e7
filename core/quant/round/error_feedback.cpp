#include "core/quant/round/error_feedback.h"

#include "core/base/parallel.h"
#include "core/compute/accelerator.h"
#include "core/quant/linalg.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

constexpr std::size_t RowGrain = 64;

bool allFinite(const Matrix& matrix) {
    std::atomic<bool> finite = true;
    parallelFor(matrix.rows(), RowGrain, [&](std::size_t first, std::size_t last) {
        // x * 0 is 0 for finite x and NaN for all others.
        float sum = 0;
        for (std::size_t i = first * matrix.cols(); i < last * matrix.cols(); ++i)
            sum += matrix.data()[i] * 0.0F;
        if (!(sum == 0)) finite = false;
    });
    return finite;
}

// The damped Gram matrix in reverse step order; the lower triangle only.
void fillReversed(const Matrix& gram, const ErrorFeedback& feedback, double mean, double damping,
                  std::vector<double>& out) {
    const std::size_t n = gram.rows();
    parallelFor(n, RowGrain, [&](std::size_t first, std::size_t last) {
        for (std::size_t i = first; i < last; ++i) {
            const std::uint32_t row = feedback.order[n - 1 - i];
            const float* values = gram.data() + row * n;
            for (std::size_t j = 0; j < i; ++j)
                out[i * n + j] = static_cast<double>(values[feedback.order[n - 1 - j]]);
            // A dead column is rounded by itself; any positive value will do.
            const double own = feedback.dead[row] ? mean : static_cast<double>(values[row]);
            out[i * n + i] = own + damping * mean;
        }
    });
}

// spread and weight from the inverse of the reversed factor. False if a quotient is beyond fp32.
bool readFactor(const std::vector<double>& inverse, std::size_t n, ErrorFeedback& feedback) {
    feedback.weight.resize(n);
    feedback.spread = Matrix(n, n);
    parallelFor(n, RowGrain, [&](std::size_t first, std::size_t last) {
        for (std::size_t j = first; j < last; ++j) {
            const double* row = inverse.data() + (n - 1 - j) * n;
            feedback.weight[j] = 1.0 / row[n - 1 - j];
            for (std::size_t k = j + 1; k < n; ++k)
                feedback.spread(j, k) = static_cast<float>(row[n - 1 - k] * feedback.weight[j]);
        }
    });
    return allFinite(feedback.spread);
}

} // namespace

namespace {

// The inverse of the Cholesky factor in place; false where there is none.
bool invertFactor(std::vector<double>& work, std::size_t n, const FeedbackOptions& options,
                  const RunContext& context) {
    bool definite = false;
    if (options.accelerator && options.accelerator->invertedCholesky(work, n, &definite))
        return definite;
    if (!choleskyInPlace(work, n, context)) return false;
    invertLowerInPlace(work, n, context);
    return true;
}

} // namespace

Status checkGram(const Matrix& gram) {
    if (allFinite(gram)) return {};
    return fail(ErrorCode::Failed,
                "the calibration statistics contain NaN or infinity: activations overflowed on "
                "the calibration text. Use another text, or a recipe without calibration (rtn)");
}

Result<ErrorFeedback> errorFeedback(const Matrix& gram, const FeedbackOptions& options,
                                    const RunContext& context) {
    const std::size_t n = gram.rows();
    BITSMITH_CHECK(checkGram(gram));
    ErrorFeedback feedback;
    feedback.dead.resize(n);
    double sum = 0;
    for (std::size_t c = 0; c < n; ++c) {
        feedback.dead[c] = gram(c, c) <= 0;
        feedback.deadColumns += feedback.dead[c];
        if (!feedback.dead[c]) sum += static_cast<double>(gram(c, c));
    }
    feedback.order.resize(n);
    std::iota(feedback.order.begin(), feedback.order.end(), 0U);
    if (options.actOrder)
        std::ranges::stable_sort(feedback.order, std::greater(),
                                 [&](std::uint32_t c) { return gram(c, c); });
    if (feedback.deadColumns == n) return feedback; // nothing was ever seen: no second order
    const double mean = sum / static_cast<double>(n - feedback.deadColumns);

    std::vector<double> work(n * n);
    double damping = options.damping;
    for (int attempt = 0; attempt <= options.maxRetries; ++attempt) {
        feedback.retries = attempt;
        feedback.damping = damping;
        fillReversed(gram, feedback, mean, damping, work);
        if (invertFactor(work, n, options, context)) {
            feedback.usable = readFactor(work, n, feedback);
            if (feedback.usable) break;
        }
        damping = std::max(1e-4, 2 * damping);
    }
    return feedback;
}

// U_jk = spread_jk U_jj, and [H^-1]_kk = sum over j <= k of U_jk^2.
std::vector<double> inverseDiagonal(const ErrorFeedback& feedback) {
    const std::size_t n = feedback.weight.size();
    std::vector<double> out(n);
    parallelFor(n, RowGrain, [&](std::size_t first, std::size_t last) {
        for (std::size_t k = first; k < last; ++k)
            out[k] = 1 / (feedback.weight[k] * feedback.weight[k]);
        for (std::size_t j = 0; j + 1 < last; ++j)
            for (std::size_t k = std::max(first, j + 1); k < last; ++k) {
                const double u = static_cast<double>(feedback.spread(j, k)) / feedback.weight[j];
                out[k] += u * u;
            }
    });
    return out;
}

} // namespace bitsmith

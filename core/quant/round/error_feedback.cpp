#include "core/quant/round/error_feedback.h"

#include "core/base/large_allocator.h"
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
                  std::span<double> out) {
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

// carry and weight from the reversed factor. False if a quotient is beyond fp32.
bool readCarry(std::span<const double> factor, std::size_t n, ErrorFeedback& feedback) {
    feedback.weight.resize(n);
    std::vector<double> inverse(n); // of the diagonal, in the factor's order
    for (std::size_t i = 0; i < n; ++i) {
        feedback.weight[n - 1 - i] = factor[i * n + i];
        inverse[i] = 1 / factor[i * n + i];
    }
    feedback.carry = Matrix::unfilled(n, n);
    std::atomic<bool> finite = true;
    parallelFor(n, RowGrain, [&](std::size_t first, std::size_t last) {
        float sum = 0;
        for (std::size_t i = first; i < last; ++i) {
            const double* row = factor.data() + i * n;
            float* out = &feedback.carry(n - 1 - i, n - 1);
            for (std::size_t j = 0; j < i; ++j) {
                const auto value = static_cast<float>(row[j] * inverse[j]);
                *(out - j) = value;
                sum += value * 0.0F;
            }
        }
        if (!(sum == 0)) finite = false;
    });
    return finite;
}

// spread and weight from the inverse of the reversed factor. False if a quotient is beyond fp32.
bool readSpread(std::span<const double> inverse, std::size_t n, ErrorFeedback& feedback) {
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

// False where the filled `work` has no factor, or none that fp32 can hold.
bool factorise(std::span<double> work, std::size_t n, const FeedbackOptions& options,
               ErrorFeedback& feedback, const RunContext& context) {
    bool definite = false;
    if (options.accelerator && !options.carry &&
        options.accelerator->invertedCholesky(work, n, &definite))
        return definite && readSpread(work, n, feedback);
    if (!choleskyInPlace(work, n, context, options.spread ? Above::Zero : Above::Kept))
        return false;
    if (options.carry && !readCarry(work, n, feedback)) return false;
    if (!options.spread) return true;
    invertLowerInPlace(work, n, context);
    return readSpread(work, n, feedback);
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

    // The first to touch it is the thread that fills it.
    LargeVector<double> work;
    work.resize(n * n);
    double damping = options.damping;
    for (int attempt = 0; attempt <= options.maxRetries; ++attempt) {
        feedback.retries = attempt;
        feedback.damping = damping;
        fillReversed(gram, feedback, mean, damping, work);
        feedback.usable = factorise(work, n, options, feedback, context);
        if (feedback.usable) break;
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

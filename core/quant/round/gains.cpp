// With D = diag(step), K the codes and s the columns' factors, the gradient over s gives
//   (H o (K^T D^2 K)) s = diag(K^T D W H)      o: element by element
// which is positive semidefinite as a product of such matrices (Schur). Over the step of row r,
// with q = k_r * s, it is step_r = q H w_r^T / q H q^T; a step for all rows is the columns'
// business.
#include "core/quant/round/gains.h"

#include "core/base/parallel.h"
#include "core/quant/linalg.h"
#include "core/tensor/convert.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

using Numbers = std::vector<double>;
constexpr std::size_t Grain = 64; // rows of a product in one piece
constexpr double LeastChange = 3e-4, Ridge = 1e-8, LeastGain = 0.1, MostGain = 1.5;

double dot(const double* a, const double* b, std::size_t n) {
    return cblas_ddot(static_cast<int>(n), a, 1, b, 1);
}

// out = a b or a^T b; a^T: (m x k), b: (k x n), row-major.
Numbers product(bool transposed, const Numbers& a, const Numbers& b, std::size_t m, std::size_t k,
                std::size_t n) {
    Numbers out(m * n);
    parallelFor(m, Grain, [&](std::size_t first, std::size_t last) {
        cblas_dgemm(CblasRowMajor, transposed ? CblasTrans : CblasNoTrans, CblasNoTrans,
                    static_cast<int>(last - first), static_cast<int>(n), static_cast<int>(k), 1.0,
                    a.data() + (transposed ? first : first * k),
                    static_cast<int>(transposed ? m : k), b.data(), static_cast<int>(n), 0.0,
                    out.data() + first * n, static_cast<int>(n));
    });
    return out;
}

class Refit {
public:
    Refit(ConstMatrixView weights, const Matrix& gram, const GainsOptions& options,
          QuantizedMatrix& matrix, RunContext& context)
        : m_options(options), m_matrix(matrix), m_context(context), m_rows(weights.rows),
          m_cols(weights.cols), m_gram(gram.values().begin(), gram.values().end()),
          m_weights(m_rows * m_cols), m_codes(m_rows * m_cols) {
        double mean = 0;
        for (std::size_t c = 0; c < m_cols; ++c) mean += m_gram[c * m_cols + c];
        mean /= static_cast<double>(m_cols);
        for (std::size_t c = 0; c < m_cols; ++c) m_gram[c * m_cols + c] += options.damping * mean;
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c)
                m_weights[r * m_cols + c] = static_cast<double>(weights(r, c));
        m_targets = product(false, m_weights, m_gram, m_rows, m_cols, m_cols);
        m_energy = dot(m_weights.data(), m_targets.data(), m_weights.size());
        readMatrix();
    }

    Numbers run() {
        Numbers trace{error(m_steps, m_columns)};
        const Numbers first = m_columns;
        for (int turn = 0; turn < m_options.turns && trace.back() > 0; ++turn) {
            m_context.checkpoint();
            const double before = trace.back();
            trace.push_back(refitColumns(first, before));
            trace.push_back(refitRows(trace.back()));
            if (before - trace.back() < LeastChange * before) break;
        }
        store(trace);
        return trace;
    }

private:
    bool ownSteps() const { return m_matrix.parameterRows != 1; }

    void readMatrix() {
        QuantizedMatrix plain = m_matrix;
        plain.columnScaled = false;
        plain.columnScales.clear();
        const Matrix values = decode(plain); // step * k, exactly
        m_steps.resize(m_rows);
        for (std::size_t r = 0; r < m_rows; ++r) {
            m_steps[r] = static_cast<double>(m_matrix.scale(ownSteps() ? r : 0));
            for (std::size_t c = 0; c < m_cols; ++c)
                m_codes[r * m_cols + c] =
                    std::nearbyint(static_cast<double>(values(r, c)) / m_steps[r]);
        }
        std::vector<float> factors(m_cols);
        toFloat(DType::F16, m_matrix.columnScales, factors);
        m_columns.assign(factors.begin(), factors.end());
    }

    // codes * column factors: rows x cols.
    Numbers scaled(const Numbers& columns) const {
        Numbers out(m_codes.size());
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c)
                out[r * m_cols + c] = m_codes[r * m_cols + c] * columns[c];
        return out;
    }

    // Per row: q H w^T and q H q^T.
    struct RowTerms {
        Numbers linear, square;
    };
    RowTerms rowTerms(const Numbers& columns) const {
        const Numbers q = scaled(columns);
        const Numbers spread = product(false, q, m_gram, m_rows, m_cols, m_cols);
        RowTerms out{Numbers(m_rows), Numbers(m_rows)};
        for (std::size_t r = 0; r < m_rows; ++r) {
            out.linear[r] = dot(&q[r * m_cols], &m_targets[r * m_cols], m_cols);
            out.square[r] = dot(&q[r * m_cols], &spread[r * m_cols], m_cols);
        }
        return out;
    }
    double error(const Numbers& steps, const RowTerms& terms) const {
        double sum = m_energy;
        for (std::size_t r = 0; r < m_rows; ++r)
            sum += steps[r] * (steps[r] * terms.square[r] - 2 * terms.linear[r]);
        return sum;
    }
    double error(const Numbers& steps, const Numbers& columns) const {
        return error(steps, rowTerms(columns));
    }

    // left: the quadratic form over the columns' factors, lower triangle factored; right: the
    // linear one. Both with the ridge.
    struct System {
        Numbers factor, right;
        bool solved = false;
    };
    System columnSystem() const {
        Numbers d(m_codes.size());
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c)
                d[r * m_cols + c] = m_codes[r * m_cols + c] * m_steps[r];
        System s{product(true, d, d, m_cols, m_rows, m_cols), Numbers(m_cols)};
        for (std::size_t i = 0; i < s.factor.size(); ++i) s.factor[i] *= m_gram[i];
        double mean = 0;
        for (std::size_t c = 0; c < m_cols; ++c)
            mean += s.factor[c * m_cols + c] / static_cast<double>(m_cols);
        if (!(mean > 0)) return s;
        for (std::size_t r = 0; r < m_rows; ++r)
            for (std::size_t c = 0; c < m_cols; ++c)
                s.right[c] += d[r * m_cols + c] * m_targets[r * m_cols + c];
        // Towards what they are: serves columns without codes, and lets the error only fall.
        for (std::size_t c = 0; c < m_cols; ++c) {
            s.factor[c * m_cols + c] += Ridge * mean;
            s.right[c] += Ridge * mean * m_columns[c];
        }
        s.solved = choleskyInPlace(s.factor, m_cols, m_context);
        return s;
    }
    Numbers solution(const System& s) const {
        Numbers x = s.right;
        const auto n = static_cast<int>(m_cols);
        cblas_dtrsv(CblasRowMajor, CblasLower, CblasNoTrans, CblasNonUnit, n, s.factor.data(), n,
                    x.data(), 1);
        cblas_dtrsv(CblasRowMajor, CblasLower, CblasTrans, CblasNonUnit, n, s.factor.data(), n,
                    x.data(), 1);
        return x;
    }

    double refitColumns(const Numbers& first, double before) {
        const System system = columnSystem();
        if (!system.solved) return before;
        Numbers columns = solution(system);
        for (std::size_t c = 0; c < m_cols; ++c) {
            if (!std::isfinite(columns[c])) return before;
            columns[c] = std::clamp(columns[c], LeastGain * first[c], MostGain * first[c]);
        }
        const double after = error(m_steps, columns);
        if (!(after < before)) return before; // the bounds were in the way
        m_columns = std::move(columns);
        return after;
    }

    double refitRows(double before) {
        if (!ownSteps()) return before;
        const RowTerms terms = rowTerms(m_columns);
        Numbers steps = m_steps;
        for (std::size_t r = 0; r < m_rows; ++r)
            if (terms.square[r] > 0 && terms.linear[r] > 0)
                steps[r] = terms.linear[r] / terms.square[r];
        const double after = error(steps, terms);
        if (!(after < before)) return before;
        m_steps = std::move(steps);
        return after;
    }

    // Rounds the factors, the columns' one after another, each making up for those before.
    void store(Numbers& trace) {
        for (double& step : m_steps)
            step = ownSteps() ? storableFactor(step, m_options.grain) : step;
        const System system = columnSystem();
        if (system.solved) {
            const Numbers wanted = solution(system);
            const Numbers bounds = m_columns;
            for (std::size_t c = m_cols; c-- > 0;) {
                double sum = 0;
                for (std::size_t k = c + 1; k < m_cols; ++k)
                    sum += system.factor[k * m_cols + c] * (wanted[k] - m_columns[k]);
                const double best = wanted[c] + sum / system.factor[c * m_cols + c];
                m_columns[c] = storableFactor(
                    std::clamp(best, LeastGain * bounds[c], MostGain * bounds[c]), m_options.grain);
            }
        }
        const double after = error(m_steps, m_columns);
        if (!(after < trace.front())) {
            trace.push_back(trace.front());
            return;
        }
        trace.push_back(after);
        const std::vector<float> columns(m_columns.begin(), m_columns.end());
        fromFloat(DType::F16, columns, m_matrix.columnScales);
        if (!ownSteps()) return;
        const std::vector<float> steps(m_steps.begin(), m_steps.end());
        fromFloat(DType::F16, steps, m_matrix.scales);
    }

    const GainsOptions& m_options;
    QuantizedMatrix& m_matrix;
    RunContext& m_context;
    std::size_t m_rows, m_cols;
    Numbers m_gram;             // damped
    Numbers m_weights, m_codes; // rows x cols
    Numbers m_targets;          // rows x cols: W H
    double m_energy = 0;        // tr(W H W^T)
    Numbers m_steps, m_columns;
};

} // namespace

double storableFactor(double wanted, int grain) {
    constexpr double Least = 0x1p-24, Most = 65504; // of half-precision numbers
    const double bounded = std::clamp(wanted, Least, Most);
    const double snapped =
        grain > 0 ? std::exp2(std::round(std::log2(bounded) * grain) / grain) : bounded;
    return static_cast<double>(
        halfToFloat(floatToHalf(static_cast<float>(std::min(snapped, Most)))));
}

std::vector<double> refitGains(ConstMatrixView weights, const Matrix& gram,
                               const GainsOptions& options, QuantizedMatrix& matrix,
                               RunContext& context) {
    return Refit(weights, gram, options, matrix, context).run();
}

} // namespace bitsmith

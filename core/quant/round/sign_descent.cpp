// The grid is asked, not known: a range is fitted as the two weights at its ends, a step is the
// distance of the outermost levels over their number.
#include "core/quant/round/sign_descent.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

float signOf(double x) { return x > 0 ? 1.0F : x < 0 ? -1.0F : 0.0F; }

class Learner {
public:
    explicit Learner(const SignDescentArgs& args)
        : m_args(args), m_rows(args.weights.rows), m_cols(args.weights.cols),
          m_size(args.fit.groupSize()), m_groups(args.fit.groupCount()),
          m_learnRange(args.learnRange && !args.fit.sharedAcrossRows()), m_offset(m_rows, m_cols),
          m_error(m_rows, m_cols), m_slope(m_rows, m_cols), m_codes(m_rows * m_cols),
          m_low(m_groups * m_rows), m_high(m_groups * m_rows), m_step(m_groups * m_rows),
          m_bottom(m_groups * m_rows), m_shrinkLow(m_groups * m_rows, 1.0F),
          m_shrinkHigh(m_groups * m_rows, 1.0F), m_best(m_rows) {
        for (std::size_t g = 0; g < m_groups; ++g)
            for (std::size_t r = 0; r < m_rows; ++r)
                for (std::size_t c = g * m_size; c < end(g); ++c) {
                    const float w = args.weights(r, c);
                    m_low[at(g, r)] = std::min(m_low[at(g, r)], w);
                    m_high[at(g, r)] = std::max(m_high[at(g, r)], w);
                }
        m_out.codes.resize(m_rows * m_cols);
        m_bestLow = m_shrinkLow;
        m_bestHigh = m_shrinkHigh;
    }

    SignDescent run(const RunContext& context) {
        const int steps = m_args.steps;
        const double first = m_args.rate > 0 ? m_args.rate : 1.0 / std::max(1, steps);
        for (int t = 0; t <= steps; ++t) {
            context.checkpoint();
            if (t == 0 || m_learnRange) fitRanges(m_shrinkLow, m_shrinkHigh);
            quantize();
            measure();
            keepBest(t == 0);
            if (t * m_args.reported / std::max(1, steps) + 1 >
                static_cast<int>(m_out.descent.size()))
                m_out.descent.push_back(std::accumulate(m_best.begin(), m_best.end(), 0.0));
            if (t == steps) break;
            move(static_cast<float>(first * (1 - static_cast<double>(t) / steps)));
        }
        if (m_learnRange) fitRanges(m_bestLow, m_bestHigh);
        return std::move(m_out);
    }

private:
    std::size_t at(std::size_t g, std::size_t r) const { return g * m_rows + r; }
    std::size_t end(std::size_t g) const { return std::min(m_cols, (g + 1) * m_size); }

    void fitRanges(const std::vector<float>& low, const std::vector<float>& high) {
        Matrix ends(m_rows, 2);
        const std::vector<float> huge(m_rows, 1e30F), tiny(m_rows, -1e30F);
        std::vector<float> top(m_rows);
        std::vector<std::uint16_t> codes(m_rows);
        const auto levels = static_cast<float>((1 << m_args.fit.codeBits()) - 1);
        for (std::size_t g = 0; g < m_groups; ++g) {
            for (std::size_t r = 0; r < m_rows; ++r) {
                ends(r, 0) = m_low[at(g, r)] * low[at(g, r)];
                ends(r, 1) = m_high[at(g, r)] * high[at(g, r)];
            }
            if (!m_args.fit.sharedAcrossRows())
                m_args.fit.fitGroup(g, m_args.firstRow, ends.view(), {});
            const std::span bottom(&m_bottom[at(g, 0)], m_rows);
            m_args.fit.quantizeColumn(g, m_args.firstRow, huge, codes, top);
            m_args.fit.quantizeColumn(g, m_args.firstRow, tiny, codes, bottom);
            for (std::size_t r = 0; r < m_rows; ++r)
                m_step[at(g, r)] = (top[r] - bottom[r]) / levels;
        }
    }

    void quantize() {
        std::vector<float> column(m_rows), values(m_rows);
        std::vector<std::uint16_t> codes(m_rows);
        for (std::size_t g = 0; g < m_groups; ++g)
            for (std::size_t c = g * m_size; c < end(g); ++c) {
                for (std::size_t r = 0; r < m_rows; ++r)
                    column[r] = m_args.weights(r, c) + m_offset(r, c) * m_step[at(g, r)];
                m_args.fit.quantizeColumn(g, m_args.firstRow, column, codes, values);
                for (std::size_t r = 0; r < m_rows; ++r) {
                    m_codes[r * m_cols + c] = codes[r];
                    m_error(r, c) = m_args.weights(r, c) - values[r];
                }
            }
    }

    // (W - V) G
    void measure() {
        const auto rows = static_cast<int>(m_rows), n = static_cast<int>(m_cols);
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, rows, n, n, 1.0F, m_error.data(), n,
                    m_args.gram.data(), n, 0.0F, m_slope.data(), n);
    }

    void keepBest(bool first) {
        for (std::size_t r = 0; r < m_rows; ++r) {
            double f = 0;
            for (std::size_t c = 0; c < m_cols; ++c)
                f += static_cast<double>(m_error(r, c)) * static_cast<double>(m_slope(r, c));
            f = std::max(0.0, f);
            if (!first && !(f < m_best[r])) continue;
            m_best[r] = f;
            std::copy_n(&m_codes[r * m_cols], m_cols, &m_out.codes[r * m_cols]);
            for (std::size_t g = 0; g < m_groups; ++g) {
                m_bestLow[at(g, r)] = m_shrinkLow[at(g, r)];
                m_bestHigh[at(g, r)] = m_shrinkHigh[at(g, r)];
            }
        }
    }

    // Against the gradient -2 (W - V) G of V, by its sign. A weight inside the range follows its
    // offset, v = s (w / s + offset rounded), and with the step s = (high - low) / levels also the
    // ends; one beyond it follows the end alone.
    void move(float rate) {
        const auto levels = static_cast<double>((1 << m_args.fit.codeBits()) - 1);
        for (std::size_t g = 0; g < m_groups; ++g)
            for (std::size_t r = 0; r < m_rows; ++r) {
                const std::size_t i = at(g, r);
                const double step = static_cast<double>(m_step[i]);
                const float bottom = m_bottom[i],
                            top = bottom + m_step[i] * static_cast<float>(levels);
                double byStep = 0, byLow = 0, byHigh = 0;
                for (std::size_t c = g * m_size; c < end(g); ++c) {
                    const float w = m_args.weights(r, c), slope = m_slope(r, c);
                    const float wanted = w + m_offset(r, c) * m_step[i];
                    const double s = static_cast<double>(slope);
                    if (wanted > top + 0.5F * m_step[i]) {
                        byHigh += s;
                    } else if (wanted < bottom - 0.5F * m_step[i]) {
                        byLow += s;
                    } else {
                        byStep -= s * static_cast<double>(m_error(r, c)) / step;
                        m_offset(r, c) = std::clamp(m_offset(r, c) + rate * signOf(s), -0.5F, 0.5F);
                    }
                }
                if (!m_learnRange) continue;
                const double low = static_cast<double>(m_low[i]),
                             high = static_cast<double>(m_high[i]);
                m_shrinkHigh[i] = std::clamp(
                    m_shrinkHigh[i] + rate * signOf(high * (byHigh + byStep / levels)), 0.0F, 1.0F);
                m_shrinkLow[i] = std::clamp(
                    m_shrinkLow[i] + rate * signOf(low * (byLow - byStep / levels)), 0.0F, 1.0F);
            }
    }

    const SignDescentArgs& m_args;
    std::size_t m_rows, m_cols, m_size, m_groups;
    bool m_learnRange;
    Matrix m_offset, m_error, m_slope;
    std::vector<std::uint16_t> m_codes;
    // Group after group, a value per row: the full range, the step and lowest level of the present
    // one, and its ends as shares of the full range's.
    std::vector<float> m_low, m_high, m_step, m_bottom, m_shrinkLow, m_shrinkHigh, m_bestLow,
        m_bestHigh;
    std::vector<double> m_best; // f of each row
    SignDescent m_out;
};

} // namespace

SignDescent signDescend(const SignDescentArgs& args, const RunContext& context) {
    return Learner(args).run(context);
}

} // namespace bitsmith

// Codebooks of all groups as a product of low rank: C = S^T V - beta (LCQ: Cai et al. 2024, arXiv
// 2405.20973, section 3), fitted in turns to weighted squares of the weights' errors. The paper has
// the form, its storage in two levels and the objective; the fit is ours.
#pragma once

#include "core/base/run_context.h"
#include "core/quant/grid/book_fit.h"
#include "core/tensor/codebooks.h"

#include <cstdint>
#include <span>
#include <vector>

namespace bitsmith {

// What is fitted. Borrows.
struct LowRankProblem {
    const MatrixLayout& layout; // codebook of a rank
    ConstMatrixView weights;
    std::span<const float> importance; // of each column, or empty: all 1
};

class LowRankBook {
public:
    // S, V and beta as numbers. coefficients: of each group S_1 .. S_r and beta.
    std::vector<double> coefficients, templates; // templates: rank x size

    LowRankBook(std::size_t groups, std::size_t rank, std::size_t size)
        : coefficients(groups * (rank + 1)), templates(rank * size), m_rank(rank), m_size(size) {}
    std::size_t rank() const { return m_rank; }
    std::size_t size() const { return m_size; }
    std::size_t groups() const { return coefficients.size() / (m_rank + 1); }
    std::span<double> of(std::size_t group) {
        return std::span(coefficients).subspan(group * (m_rank + 1), m_rank + 1);
    }
    std::span<const double> of(std::size_t group) const {
        return std::span(coefficients).subspan(group * (m_rank + 1), m_rank + 1);
    }
    // A level is the product of the group's coefficients and these r + 1 features of the code.
    double feature(std::size_t q, std::size_t k) const {
        return q == m_rank ? -1 : templates[q * m_size + k];
    }
    double level(std::size_t group, std::size_t k) const;
    // Brings every template to 2^bits - 1 at its largest; levels stay.
    void normalise();

private:
    std::size_t m_rank, m_size;
};

// The affine range search's groups in the first template, Legendre polynomials of the code in the
// others, which no group uses yet.
LowRankBook uniformStart(const LowRankProblem& problem, RunContext& context);
// K-means of every group, its mean taken off, and the best product of this rank.
Result<LowRankBook> clusteredStart(const LowRankProblem& problem, RunContext& context);

// Nearest codes (rows x cols, original order) and the weighted error that is left.
double assignNearest(const LowRankProblem& problem, const LowRankBook& book,
                     std::vector<std::uint8_t>& codes, RunContext& context);
// Least squares for the coefficients of every group, and for every level of the templates, codes
// fixed. Neither raises the weighted error.
void fitCoefficients(const LowRankProblem& problem, std::span<const std::uint8_t> codes,
                     LowRankBook& book, RunContext& context);
// normalise: and brings the templates back to their size, which moves the coefficients.
void fitTemplates(const LowRankProblem& problem, std::span<const std::uint8_t> codes,
                  LowRankBook& book, RunContext& context, bool normalise = true);
double weightedError(const LowRankProblem& problem, std::span<const std::uint8_t> codes,
                     const LowRankBook& book);
// Sweeps of the three in turns. Returns the error that is left.
double alternate(const LowRankProblem& problem, LowRankBook& book, std::vector<std::uint8_t>& codes,
                 int sweeps, RunContext& context);

// The quadratic in one group's coefficients around their present values: 1/2 d^T curvature d +
// gradient^T d, (r + 1) x (r + 1) and r + 1.
struct GroupQuadratic {
    std::vector<double> curvature, gradient;
};
// Of the weighted error.
GroupQuadratic weightedQuadratic(const LowRankProblem& problem, std::span<const std::uint8_t> codes,
                                 const LowRankBook& book, std::size_t row, std::size_t g);
// The step to its least value; a ridge of 1e-9 of the mean curvature keeps it finite.
std::vector<double> leastStep(const GroupQuadratic& quadratic);

// The factors that stored coefficients count in, and their codes.
class CoefficientStore {
public:
    CoefficientStore(const MatrixLayout& layout, const LowRankBook& book);
    // The stored values nearest to the quadratic's least point: one after another, the later ones
    // making up for the earlier. values: the group's present ones; become the stored ones.
    void round(std::size_t group, GroupQuadratic quadratic, std::span<double> values);
    std::vector<std::byte> pack(const LowRankBook& book) const;

private:
    double keepNearest(std::size_t list, std::size_t group, double value);
    const MatrixLayout& m_layout;
    std::size_t m_rank;
    std::vector<GroupNumbers> m_numbers;
};

// Templates as F16 holds them.
void roundTemplates(LowRankBook& book);
// The same from what is stored: what decoding makes of it, to fp32.
LowRankBook unpackLowRank(const MatrixLayout& layout, std::span<const std::byte> books);
// As stored: coefficients rounded by the weighted error, then templates fitted to those.
std::vector<std::byte> storeByWeights(const LowRankProblem& problem, LowRankBook book,
                                      std::vector<std::uint8_t>& codes, RunContext& context);

} // namespace bitsmith

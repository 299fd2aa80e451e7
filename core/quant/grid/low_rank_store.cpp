// Low-rank codebooks as they are stored: coefficients in two levels, templates as halves.
#include "core/base/parallel.h"
#include "core/quant/grid/low_rank_book.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr double LargestHalf = 65504;

double halfOf(double value) {
    return static_cast<double>(
        halfToFloat(floatToHalf(static_cast<float>(std::clamp(value, -LargestHalf, LargestHalf)))));
}

} // namespace

CoefficientStore::CoefficientStore(const MatrixLayout& layout, const LowRankBook& book)
    : m_layout(layout), m_rank(book.rank()), m_numbers(book.rank() + 1) {
    const std::size_t groups = book.groups();
    for (std::size_t list = 0; list <= m_rank; ++list) {
        GroupNumbers& own = m_numbers[list];
        if (layout.book.width == 16) {
            own.factors.resize(groups);
            continue;
        }
        own.codes.resize(groups);
        for (std::size_t first = 0; first < groups; first += layout.book.block) {
            double most = 0;
            for (std::size_t i = first; i < std::min(groups, first + layout.book.block); ++i)
                most = std::max(most, std::abs(book.of(i)[list]));
            const double steps = (1 << (layout.book.width - 1)) - 1;
            own.factors.push_back(static_cast<float>(halfOf(most / steps)));
        }
    }
}

double CoefficientStore::keepNearest(std::size_t list, std::size_t group, double value) {
    GroupNumbers& own = m_numbers[list];
    if (m_layout.book.width == 16) {
        const double stored = halfOf(value);
        own.factors[group] = static_cast<float>(stored);
        return stored;
    }
    const float factor = own.factors[group / m_layout.book.block];
    const int middle = 1 << (m_layout.book.width - 1);
    const double steps = factor > 0 ? std::nearbyint(value / static_cast<double>(factor)) : 0;
    const int code = static_cast<int>(
        std::clamp(steps, 1.0 - static_cast<double>(middle), static_cast<double>(middle) - 1));
    own.codes[group] = static_cast<std::uint8_t>(code + middle);
    return static_cast<double>(factor * static_cast<float>(code));
}

void CoefficientStore::round(std::size_t group, GroupQuadratic quadratic,
                             std::span<double> values) {
    const std::size_t n = values.size();
    for (std::size_t c = 0; c < n; ++c) {
        const std::size_t left = n - c; // the ones before are settled
        GroupQuadratic rest{std::vector<double>(left * left), std::vector<double>(left)};
        for (std::size_t i = 0; i < left; ++i) {
            rest.gradient[i] = quadratic.gradient[c + i];
            for (std::size_t j = 0; j < left; ++j)
                rest.curvature[i * left + j] = quadratic.curvature[(c + i) * n + c + j];
        }
        const double stored = keepNearest(c, group, values[c] + leastStep(rest)[0]);
        const double moved = stored - values[c];
        for (std::size_t i = 0; i < n; ++i)
            quadratic.gradient[i] += quadratic.curvature[i * n + c] * moved;
        values[c] = stored;
    }
}

std::vector<std::byte> CoefficientStore::pack(const LowRankBook& book) const {
    const std::vector<float> templates(book.templates.begin(), book.templates.end());
    return packBooks(m_layout, {.levels = templates, .numbers = m_numbers});
}

void roundTemplates(LowRankBook& book) {
    for (double& v : book.templates) v = halfOf(v);
}

LowRankBook unpackLowRank(const MatrixLayout& layout, std::span<const std::byte> books) {
    const Codebooks stored(layout, books);
    LowRankBook book(layout.parameters(), layout.book.rank, std::size_t{1} << layout.bits);
    book.templates.assign(stored.templates().begin(), stored.templates().end());
    for (std::size_t i = 0; i < book.groups(); ++i)
        for (std::size_t q = 0; q <= book.rank(); ++q)
            book.of(i)[q] = static_cast<double>(stored.number(q, i));
    return book;
}

std::vector<std::byte> storeByWeights(const LowRankProblem& p, LowRankBook book,
                                      std::vector<std::uint8_t>& codes, RunContext& context) {
    roundTemplates(book);
    CoefficientStore store(p.layout, book);
    parallelFor(p.layout.rows, 64, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t g = 0; g < p.layout.groupsPerRow; ++g) {
                const std::size_t group = r * p.layout.groupsPerRow + g;
                store.round(group, weightedQuadratic(p, codes, book, r, g), book.of(group));
            }
    });
    double error = assignNearest(p, book, codes, context);
    // Templates make up for what rounding moved.
    LowRankBook fitted = book;
    std::vector<std::uint8_t> others;
    fitTemplates(p, codes, fitted, context, false);
    roundTemplates(fitted);
    if (assignNearest(p, fitted, others, context) < error) {
        book = std::move(fitted);
        codes = std::move(others);
    }
    return store.pack(book);
}

} // namespace bitsmith

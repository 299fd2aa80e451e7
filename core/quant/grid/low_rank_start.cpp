// Where low-rank codebooks start from.
#include "core/base/parallel.h"
#include "core/quant/grid/affine_fit.h"
#include "core/quant/grid/k_means.h"
#include "core/quant/grid/low_rank_book.h"
#include "core/quant/round/nearest.h"

#include <lapacke.h>

#include <algorithm>

namespace bitsmith {

LowRankBook uniformStart(const LowRankProblem& p, RunContext& context) {
    MatrixLayout layout = p.layout;
    layout.grid = "affine";
    layout.book = {};
    AffineParams params;
    params.search = "mse";
    const auto fit = makeAffineFit(params, layout);
    const QuantizedMatrix uniform = roundNearest(p.weights, p.importance, *fit, context);
    LowRankBook book(p.layout.parameters(), p.layout.book.rank, std::size_t{1} << p.layout.bits);
    for (std::size_t i = 0; i < book.groups(); ++i) {
        const double scale = uniform.scale(i);
        book.of(i)[0] = scale;
        book.of(i)[book.rank()] = scale * uniform.zero(i);
    }
    const std::size_t size = book.size();
    for (std::size_t k = 0; k < size; ++k) {
        book.templates[k] = static_cast<double>(k);
        const double x = 2 * static_cast<double>(k) / static_cast<double>(size - 1) - 1;
        double before = 1, now = x;
        for (std::size_t q = 1; q < book.rank(); ++q) {
            const double n = static_cast<double>(q);
            const double next = ((2 * n + 1) * x * now - n * before) / (n + 1);
            before = now;
            now = next;
            book.templates[q * size + k] = next;
        }
    }
    book.normalise();
    return book;
}

Result<LowRankBook> clusteredStart(const LowRankProblem& p, RunContext& context) {
    LowRankBook book(p.layout.parameters(), p.layout.book.rank, std::size_t{1} << p.layout.bits);
    const std::size_t size = book.size(), rank = book.rank(), cols = p.layout.cols;
    std::vector<double> centred(book.groups() * size);
    parallelFor(p.layout.rows, 16, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t g = 0; g < p.layout.groupsPerRow; ++g) {
                const std::size_t from = g * p.layout.groupSize;
                const std::size_t width = std::min(p.layout.groupSize, cols - from);
                const std::vector<double> centres = kMeans(
                    p.weights.row(r).subspan(from, width),
                    p.importance.empty() ? p.importance : p.importance.subspan(from, width), size);
                const std::size_t group = r * p.layout.groupsPerRow + g;
                double mean = 0;
                for (const double c : centres) mean += c / static_cast<double>(size);
                for (std::size_t k = 0; k < size; ++k)
                    centred[group * size + k] = centres[k] - mean;
                book.of(group)[rank] = -mean;
            }
    });
    std::vector<double> moments(size * size), values(size);
    for (std::size_t i = 0; i < book.groups(); ++i)
        for (std::size_t a = 0; a < size; ++a)
            for (std::size_t b = 0; b < size; ++b)
                moments[a * size + b] += centred[i * size + a] * centred[i * size + b];
    const auto n = static_cast<lapack_int>(size);
    // Row-major and symmetric: what comes back are the vectors as columns, values rising.
    if (LAPACKE_dsyev(LAPACK_ROW_MAJOR, 'V', 'U', n, moments.data(), n, values.data()) != 0)
        return fail(ErrorCode::Failed, "the codebooks of its groups could not be factorised");
    for (std::size_t q = 0; q < rank; ++q)
        for (std::size_t k = 0; k < size; ++k)
            book.templates[q * size + k] = moments[k * size + (size - 1 - q)];
    for (std::size_t i = 0; i < book.groups(); ++i)
        for (std::size_t q = 0; q < rank; ++q) {
            double sum = 0;
            for (std::size_t k = 0; k < size; ++k)
                sum += centred[i * size + k] * book.templates[q * size + k];
            book.of(i)[q] = sum;
        }
    book.normalise();
    return book;
}

} // namespace bitsmith

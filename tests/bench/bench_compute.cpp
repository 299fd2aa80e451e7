// The CPU backend's products against one bare sgemm of the same shape on one thread: above 1 is
// what our own tiles win from further cores, below 1 is what they cost.
#include "core/compute/backend.h"
#include "tests/bench/compare.h"

#include <cblas.h>
#include <fmt/format.h>

#include <memory>

namespace bitsmith::bench {
namespace {

std::shared_ptr<Matrix> filled(std::size_t rows, std::size_t cols) {
    auto matrix = std::make_shared<Matrix>(rows, cols);
    for (std::size_t i = 0; i < matrix->values().size(); ++i)
        matrix->values()[i] = static_cast<float>(int(i * 2654435761u % 201) - 100) / 100;
    return matrix;
}

// c (m x n) = a (m x k) b^T, b: (n x k).
Work sgemm(std::size_t m, std::size_t n, std::size_t k) {
    const auto a = filled(m, k), b = filled(n, k), c = filled(m, n);
    return {2.0 * double(m) * double(n) * double(k), [=] {
                cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasTrans, blasint(m), blasint(n),
                            blasint(k), 1, a->data(), blasint(k), b->data(), blasint(k), 0,
                            c->data(), blasint(n));
            }};
}

} // namespace

void addComputeBenches() {
    const std::shared_ptr<const Backend> backend = makeCpuBackend();
    constexpr std::size_t In = 1024, Out = 1024;
    for (const std::size_t tokens : {std::size_t{1}, std::size_t{512}}) {
        const auto x = filled(tokens, In), y = filled(tokens, Out);
        const auto w = denseWeights(*filled(Out, In));
        compare(fmt::format("linear_{}x1024x1024", tokens),
                {2.0 * double(tokens * In * Out),
                 [=] { backend->linear(x->view(), *w, {}, y->view()); }},
                "sgemm, one thread", sgemm(tokens, Out, In));
    }
    const auto x = filled(2048, In);
    const auto gram = filled(In, In);
    compare("gram_2048x1024",
            {double(2048 * In * In), // one triangle is enough
             [=] { backend->gram(x->view(), gram->view()); }},
            "sgemm, one thread", sgemm(In, In, 2048));
}

} // namespace bitsmith::bench

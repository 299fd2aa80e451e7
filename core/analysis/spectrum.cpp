#include "core/analysis/spectrum.h"

#include "core/analysis/eigenvalues.h"
#include "core/base/parallel.h"

#include <cblas.h>

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr std::size_t Tile = 256, Depth = 256;
constexpr double Multiplied = 0.4; // of the time, when W^T W is there

Status checkSide(std::size_t side) {
    if (side <= SpectrumLimit) return {};
    return fail(ErrorCode::Unsupported,
                "the spectrum of a matrix whose shorter side is {} would take too long; at most {} "
                "is done. Choose a narrower tensor",
                side, SpectrumLimit);
}

tl::unexpected<Error> notFinite(std::string_view what) {
    return fail(ErrorCode::Failed,
                "{} holds NaN or infinity: it has no spectrum. `bitsmith inspect --tensor` counts "
                "such values",
                what);
}

// g += p^T p on the upper triangle. p: (depth x n).
void addPanel(std::span<double> g, std::size_t n, const double* p, std::size_t depth) {
    std::vector<std::pair<std::size_t, std::size_t>> upper;
    for (std::size_t i = 0; i < n; i += Tile)
        for (std::size_t j = i; j < n; j += Tile) upper.emplace_back(i, j);
    const auto ld = static_cast<int>(n);
    parallelFor(upper.size(), 1, [&](std::size_t first, std::size_t) {
        const auto [i, j] = upper[first];
        cblas_dgemm(CblasRowMajor, CblasTrans, CblasNoTrans,
                    static_cast<int>(std::min(Tile, n - i)),
                    static_cast<int>(std::min(Tile, n - j)), static_cast<int>(depth), 1.0, p + i,
                    ld, p + j, ld, 1.0, g.data() + i * n + j, ld);
    });
}

std::vector<double> rootsOf(std::vector<double> eigenvalues) {
    for (double& v : eigenvalues) v = v > 0 ? std::sqrt(v) : 0; // rounding leaves some below 0
    return eigenvalues;
}

double roundingNoise(std::size_t longer) { return static_cast<double>(longer) * 0x1p-24; }

bool allFinite(std::span<const double> g) {
    return std::ranges::all_of(g, [](double v) { return std::isfinite(v); });
}

} // namespace

Spectrum summarizeSpectrum(std::vector<double> values, double noise) {
    Spectrum out;
    out.values = std::move(values);
    double sum = 0;
    for (const double v : out.values) {
        sum += v;
        out.energy += v * v;
    }
    if (!(out.energy > 0)) return out;
    double entropy = 0, seen = 0;
    const double least = out.values.front() * noise;
    for (const double v : out.values) {
        const double p = v / sum;
        if (p > 0) entropy -= p * std::log(p);
        // Rounding of the sums must not ask for one value more than holds it all.
        out.rank90 += seen < 0.90 * out.energy;
        out.rank99 += seen < 0.99 * out.energy;
        out.numericalRank += v > least;
        seen += v * v;
    }
    out.effectiveRank = std::exp(entropy);
    out.stableRank = out.energy / (out.values.front() * out.values.front());
    return out;
}

std::vector<double> cumulativeEnergy(const Spectrum& spectrum) {
    std::vector<double> out;
    out.reserve(spectrum.values.size());
    double seen = 0;
    for (const double v : spectrum.values) {
        seen += v * v;
        out.push_back(spectrum.energy > 0 ? seen / spectrum.energy : 0);
    }
    return out;
}

Result<Spectrum> singularValues(const WeightMatrix& weights, RunContext& context) {
    const std::size_t rows = weights.rows(), cols = weights.cols(), n = std::min(rows, cols);
    BITSMITH_CHECK(checkSide(n));
    std::vector<double> g(n * n), panel(Depth * n);
    if (cols <= rows) {
        std::vector<float> decoded(Depth * cols);
        for (std::size_t r = 0; r < rows; r += Depth) {
            context.checkpoint(Multiplied * static_cast<double>(r) / static_cast<double>(rows));
            const std::size_t some = std::min(Depth, rows - r);
            weights.decodeRows(r, some, decoded.data());
            std::copy_n(decoded.data(), some * cols, panel.data());
            addPanel(g, n, panel.data(), some);
        }
    } else {
        const Matrix all = decodeAll(weights);
        for (std::size_t c = 0; c < cols; c += Depth) {
            context.checkpoint(Multiplied * static_cast<double>(c) / static_cast<double>(cols));
            const std::size_t some = std::min(Depth, cols - c);
            for (std::size_t r = 0; r < rows; ++r)
                for (std::size_t i = 0; i < some; ++i)
                    panel[i * n + r] = static_cast<double>(all(r, c + i));
            addPanel(g, n, panel.data(), some);
        }
    }
    if (!allFinite(g)) return notFinite("the matrix");
    return summarizeSpectrum(rootsOf(symmetricEigenvalues(g, n, Multiplied, context)),
                             roundingNoise(std::max(rows, cols)));
}

Result<Spectrum> inputSpectrum(const Matrix& gram, std::size_t tokens, RunContext& context) {
    const std::size_t n = gram.cols();
    BITSMITH_CHECK(checkSide(n));
    std::vector<double> g(gram.values().begin(), gram.values().end());
    if (!allFinite(g)) return notFinite("the Gram matrix of the inputs");
    auto values = rootsOf(symmetricEigenvalues(g, n, 0, context));
    // Of fewer tokens than channels the rest is rounding.
    if (tokens < n)
        std::fill(values.begin() + static_cast<std::ptrdiff_t>(tokens), values.end(), 0);
    return summarizeSpectrum(std::move(values), std::sqrt(roundingNoise(std::max(n, tokens))));
}

} // namespace bitsmith

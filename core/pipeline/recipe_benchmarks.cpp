// What each recipe costs: one matrix through all its stages with its default width, the error
// measured as always, beside rounding the same matrix to nearest. Statistics of the inputs are
// there before: calibration is not part of it.
#include "core/compute/backend.h"
#include "core/pipeline/benchmark_tools.h"
#include "core/quant/recipe.h"

#include <cmath>

namespace bitsmith::bench {
namespace {

constexpr std::size_t Side = 512, Tokens = 1024;

// Inputs whose neighbours resemble each other, some of them larger, as those of language models.
LayerStats makeStats() {
    Matrix inputs = randomMatrix(Tokens, Side, 1);
    for (std::size_t t = 0; t < Tokens; ++t)
        for (std::size_t c = 1; c < Side; ++c) inputs(t, c) += 0.7F * inputs(t, c - 1);
    for (std::size_t t = 0; t < Tokens; ++t)
        for (std::size_t c = 0; c < Side; c += 61) inputs(t, c) *= 8;
    LayerStats stats;
    stats.input = "benchmark";
    stats.tokens = Tokens;
    stats.gram = Matrix(Side, Side);
    makeCpuBackend()->gram(inputs.view(), stats.gram.view());
    stats.sumSquares.resize(Side);
    stats.meanAbs.resize(Side);
    stats.maxAbs.resize(Side);
    stats.mean.resize(Side);
    constexpr auto Share = 1.0F / static_cast<float>(Tokens);
    for (std::size_t c = 0; c < Side; ++c) {
        stats.sumSquares[c] = stats.gram(c, c);
        for (std::size_t t = 0; t < Tokens; ++t) {
            stats.mean[c] += Share * inputs(t, c);
            stats.meanAbs[c] += Share * std::abs(inputs(t, c));
            stats.maxAbs[c] = std::max(stats.maxAbs[c], std::abs(inputs(t, c)));
        }
    }
    constexpr std::size_t Step = Tokens / LayerStats::LargestSample;
    stats.sample = Matrix(LayerStats::LargestSample, Side);
    for (std::size_t r = 0; r < stats.sample.rows(); ++r)
        for (std::size_t c = 0; c < Side; ++c) stats.sample(r, c) = inputs(r * Step, c);
    return stats;
}

Result<BenchmarkRow> recipeCost(const Recipe& recipe, RunContext& context) {
    static const LayerStats stats = makeStats();
    const Matrix weights = randomMatrix(Side, Side, 0.02F);
    BITSMITH_TRY(const auto plain, findRecipe("rtn"));
    Status status;
    const auto run = [&](const Recipe& which) {
        const LayerTask task{.name = "benchmark",
                             .weights = weights.view(),
                             .stats = &stats,
                             .bits = which.bits,
                             .seed = 1};
        if (const auto done = quantizeLayer(task, which, nullptr, context); !done)
            status = fail(done.error());
    };
    const Pair pair = inTurn(
        context, [&] { run(recipe); }, [&] { run(*plain); }, 1);
    BITSMITH_CHECK(status);
    const double count = static_cast<double>(Side * Side) / 1e9;
    return BenchmarkRow{.name = "recipe_" + recipe.id,
                        .value = pair.seconds / count,
                        .unit = "ns/weight",
                        .baseline = pair.baseline / count,
                        .baselineName = "rtn",
                        .ratio = pair.baseline / pair.seconds,
                        .threads = threads()};
}

} // namespace

std::vector<Benchmark> recipeBenchmarks() {
    std::vector<Benchmark> out;
    for (const auto& recipe : builtinRecipes())
        out.push_back({"recipe_" + recipe->id,
                       [recipe](RunContext& context) { return recipeCost(*recipe, context); }});
    return out;
}

} // namespace bitsmith::bench

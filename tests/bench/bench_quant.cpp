// Quantizing and decoding one 4096 x 4096 matrix, against what memory allows: nobody can quantize
// faster than the weights can be read, or decode faster than floats can be written.
#include "core/base/parallel.h"
#include "core/base/random.h"
#include "core/quant/recipe.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdint>
#include <cstring>
#include <memory>
#include <stdexcept>

namespace bitsmith::bench {
namespace {

constexpr std::size_t Side = 4096, Grain = 16; // rows per piece

// Work that fails is a broken benchmark, not a fast one.
template <class T>
T orThrow(Result<T> result) {
    if (!result) throw std::runtime_error(result.error().message);
    return *std::move(result);
}

Work readAll(std::shared_ptr<const Matrix> matrix) { // all threads
    return {double(matrix->values().size_bytes()), [matrix] {
                parallelFor(Side, Grain, [&](std::size_t first, std::size_t last) {
                    std::uint64_t sum = 0;
                    const auto* words =
                        reinterpret_cast<const std::uint32_t*>(matrix->data() + first * Side);
                    for (std::size_t i = 0; i < (last - first) * Side; ++i) sum += words[i];
                    benchmark::DoNotOptimize(sum);
                });
            }};
}

Work fillAll(std::shared_ptr<Matrix> matrix) {
    return {double(matrix->values().size_bytes()), [matrix] {
                std::memset(matrix->data(), 1, matrix->values().size_bytes());
                benchmark::ClobberMemory();
            }};
}

} // namespace

void addQuantBenches() {
    const auto weights = std::make_shared<Matrix>(Side, Side);
    std::uint64_t state = 1;
    for (float& w : weights->values()) { // bell-shaped: a sum of four uniforms
        float sum = 0;
        for (int i = 0; i < 4; ++i) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            sum += static_cast<float>(state >> 40) / float(1 << 24) - 0.5f;
        }
        w = 0.02f * sum;
    }
    const auto recipe = orThrow(withParameters(
        *orThrow(findRecipe("rtn")), nlohmann::ordered_json{{"grid", {{"group_size", 128}}}}));
    const auto quantize = [weights, recipe](int bits) {
        // The stages alone; measuring the error is not part of this row.
        const Grid& grid = *findGrid(recipe->stage("grid")->id);
        const auto fit = orThrow(grid.begin(Side, Side, bits, *recipe->stage("grid")->params));
        const LayerTask task{.name = "bench", .weights = weights->view(), .bits = bits};
        LayerReport report;
        RunContext context;
        return orThrow(findRounder(recipe->stage("round")->id)
                           ->round(task, *fit, *recipe->stage("round")->params, report, context));
    };
    const auto decoded = std::make_shared<Matrix>(Side, Side);
    for (const int bits : {3, 4, 8}) {
        const double bytes = double(Side) * Side * 4;
        compare(fmt::format("quantize_rtn_g128_{}bit", bits),
                {bytes, [=] { benchmark::DoNotOptimize(quantize(bits).codes.data()); }},
                "read, all threads", readAll(weights));
        const auto matrix = std::make_shared<const QuantizedMatrix>(quantize(bits));
        compare(fmt::format("decode_g128_{}bit", bits),
                {bytes, [=] { matrix->decodeRows(0, Side, decoded->data()); }}, "memset",
                fillAll(decoded));
    }
}

} // namespace bitsmith::bench

// One matrix through a recipe with some settings: what the tests of single rounders share.
#pragma once

#include "core/quant/recipe.h"
#include "core/quant/round/coordinate_descent.h"
#include "core/tensor/bit_packing.h"
#include "tests/core/quant/samples.h"

#include <QtGlobal>
#include <nlohmann/json.hpp>

namespace bitsmith::test {

using Json = nlohmann::ordered_json;

inline std::shared_ptr<const Recipe> recipeWith(const char* id, const Json& settings) {
    auto recipe = *findRecipe(id);
    for (const auto& [name, value] : settings.items()) {
        auto changed =
            withSetting(*recipe, name, value.is_string() ? value.get<std::string>() : value.dump());
        if (!changed) qFatal("%s", changed.error().message.c_str());
        recipe = *changed;
    }
    return recipe;
}

struct Quantized : LayerResult {
    std::vector<double> descent; // published; empty: nothing
};

inline Quantized quantized(const Matrix& w, const LayerStats* stats, int bits,
                           const Recipe& recipe) {
    RunContext context;
    auto result =
        quantizeLayer({.name = "layer", .weights = w.view(), .stats = stats, .bits = bits}, recipe,
                      stats, context);
    if (!result) qFatal("%s", result.error().message.c_str());
    Quantized out{*std::move(result), {}};
    for (const std::any& published : context.resultsSince(0))
        if (const auto* descent = std::any_cast<ErrorDescent>(&published))
            if (descent->name == "layer") out.descent = descent->outputErrors;
    return out;
}

inline std::vector<std::uint8_t> codesOf(const QuantizedMatrix& m) {
    std::vector<std::uint8_t> codes(m.rows * m.cols);
    const std::size_t bytes = packedBytes(m.cols, m.bits);
    for (std::size_t r = 0; r < m.rows; ++r)
        unpackBits(std::span(m.codes).subspan(r * bytes, bytes), m.bits,
                   std::span(codes).subspan(r * m.cols, m.cols));
    return codes;
}

// Of a finished matrix, computed from scratch.
inline double relativeError(const Matrix& w, const QuantizedMatrix& m, const LayerStats& stats) {
    return outputError(w, decode(m), stats.gram) /
           outputError(w, Matrix(w.rows(), w.cols()), stats.gram);
}

} // namespace bitsmith::test

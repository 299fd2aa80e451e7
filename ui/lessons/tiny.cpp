#include "ui/lessons/tiny.h"

#include "core/analysis/matrix_codes.h"
#include "core/base/random.h"
#include "ui/bridge/text.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bitsmith::ui {

std::vector<std::uint16_t> Tiny::codes() const {
    std::vector<std::uint16_t> out(matrix->rows * matrix->cols);
    if (codeForm(*matrix)) readCodes(*matrix, 0, matrix->rows, out.data());
    return out;
}

std::vector<float> Tiny::levels(std::size_t row, std::size_t group) const {
    const Grid* grid = findGrid(matrix->grid);
    return grid ? grid->levels(*matrix, row, group) : std::vector<float>();
}

Result<Tiny> quantizeTiny(ConstMatrixView weights, std::string_view recipeId, int bits,
                          RecipeSettings settings, const LayerStats* stats) {
    BITSMITH_TRY(auto recipe, findRecipe(recipeId));
    for (const auto& [name, value] : settings) {
        BITSMITH_TRY(recipe, withSetting(*recipe, name, value));
    }
    RunContext context;
    const LayerTask task{.name = "lesson", .weights = weights, .stats = stats, .bits = bits};
    BITSMITH_TRY(LayerResult result, quantizeLayer(task, *recipe, stats, context));
    Tiny out{.matrix = result.matrix, .values = decode(*result.matrix), .report = {}};
    out.report = std::move(result.report);
    return out;
}

double meanSquare(ConstMatrixView a, ConstMatrixView b) {
    double sum = 0;
    for (std::size_t r = 0; r < a.rows; ++r)
        for (std::size_t c = 0; c < a.cols; ++c) {
            const double d = static_cast<double>(a(r, c)) - b(r, c);
            sum += d * d;
        }
    return a.rows && a.cols ? sum / static_cast<double>(a.rows * a.cols) : 0;
}

double meanSquare(ConstMatrixView a) {
    double sum = 0;
    for (std::size_t r = 0; r < a.rows; ++r)
        for (const float value : a.row(r)) sum += static_cast<double>(value) * value;
    return a.rows && a.cols ? sum / static_cast<double>(a.rows * a.cols) : 0;
}

double kurtosis(std::span<const float> values) {
    if (values.empty()) return 0;
    const auto n = static_cast<double>(values.size());
    double mean = 0, second = 0, fourth = 0;
    for (const float value : values) mean += value / n;
    for (const float value : values) {
        const double d = (value - mean) * (value - mean);
        second += d / n;
        fourth += d * d / n;
    }
    return second > 0 ? fourth / (second * second) : 0;
}

Matrix normalMatrix(std::size_t rows, std::size_t cols, std::string_view name, double scale) {
    Matrix out(rows, cols);
    Rng rng(1, name, "lesson");
    for (float& value : out.values()) value = static_cast<float>(scale * rng.normal());
    return out;
}

Matrix cornerOf(const PictureWeights* weights, std::size_t rows, std::size_t cols,
                std::string_view name, double scale) {
    if (!weights || weights->values.empty()) return normalMatrix(rows, cols, name, scale);
    rows = std::min(rows, weights->values.rows());
    cols = std::min(cols, weights->values.cols());
    Matrix out(rows, cols);
    for (std::size_t r = 0; r < rows; ++r)
        std::copy_n(weights->values.view().row(r).data(), cols, &out(r, 0));
    return out;
}

LayerStats madeUpStats(std::size_t cols, double rho, std::span<const double> deviations) {
    LayerStats out;
    out.input = "made up";
    out.tokens = MadeUpTokens;
    out.gram = Matrix(cols, cols);
    const auto deviation = [&](std::size_t i) { return deviations.empty() ? 1.0 : deviations[i]; };
    for (std::size_t i = 0; i < cols; ++i) {
        for (std::size_t j = 0; j < cols; ++j) {
            const auto apart = static_cast<int>(i > j ? i - j : j - i);
            out.gram(i, j) = static_cast<float>(MadeUpTokens * deviation(i) * deviation(j) *
                                                std::pow(rho, apart));
        }
        const double d = deviation(i);
        out.sumSquares.push_back(static_cast<float>(MadeUpTokens * d * d));
        out.meanAbs.push_back(static_cast<float>(d * std::sqrt(2 / std::numbers::pi)));
        out.maxAbs.push_back(static_cast<float>(3.2 * d));
    }
    return out;
}

LayerStats firstInputs(const LayerStats& stats, std::size_t cols) {
    LayerStats out;
    out.input = stats.input;
    out.tokens = stats.tokens;
    const auto cut = [cols](const std::vector<float>& all) {
        return std::vector<float>(
            all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(cols, all.size())));
    };
    out.sumSquares = cut(stats.sumSquares);
    out.meanAbs = cut(stats.meanAbs);
    out.maxAbs = cut(stats.maxAbs);
    if (stats.gram.cols() >= cols) {
        out.gram = Matrix(cols, cols);
        for (std::size_t r = 0; r < cols; ++r)
            std::copy_n(stats.gram.view().row(r).data(), cols, &out.gram(r, 0));
    }
    return out;
}

QString weightsNote(const PictureWeights& weights, std::size_t rows, std::size_t cols) {
    return Said::tr("%1: %2 × %3 of %4 × %5 weights")
        .arg(weights.tensor)
        .arg(rows)
        .arg(cols)
        .arg(weights.rows)
        .arg(weights.cols);
}

QString decibels(double error, double signal) {
    if (!(error > 0) || !(signal > 0)) return Said::tr("exact");
    return Said::tr("%1 dB").arg(10 * std::log10(signal / error), 0, 'f', 1);
}

QString relative(double error, double signal) {
    return percentText(signal > 0 ? error / signal : 0);
}

} // namespace bitsmith::ui

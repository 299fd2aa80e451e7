// Small matrices through the engine's own pipeline, and examples to put in.
#pragma once

#include "core/quant/recipe.h"
#include "ui/lessons/picture.h"

#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace bitsmith::ui {

// A matrix that went through quantizeLayer().
struct Tiny {
    std::shared_ptr<const QuantizedMatrix> matrix;
    Matrix values; // decoded
    LayerReport report;
    std::vector<std::uint16_t> codes() const; // rows x cols
    std::vector<float> levels(std::size_t row, std::size_t group) const;
    double bitsPerWeight() const { return report.bitsPerWeight; }
};
using RecipeSettings = std::initializer_list<std::pair<std::string_view, std::string>>;
// A built-in recipe with some parameters. stats: what the rounder sees and the output error is
// measured with; null: data-free. Errors: as quantizeLayer's.
Result<Tiny> quantizeTiny(ConstMatrixView weights, std::string_view recipe, int bits,
                          RecipeSettings settings = {}, const LayerStats* stats = nullptr);

// The mean square of a - b, and of a.
double meanSquare(ConstMatrixView a, ConstMatrixView b);
double meanSquare(ConstMatrixView a);
double kurtosis(std::span<const float> values); // 3 for a normal distribution

// Standard normal weights times `scale`; the same for the same name.
Matrix normalMatrix(std::size_t rows, std::size_t cols, std::string_view name, double scale = 1);
// Some corner of the user's weights, or null input: an example of the same size.
Matrix cornerOf(const PictureWeights* weights, std::size_t rows, std::size_t cols,
                std::string_view name, double scale = 1);

// Statistics of inputs with correlation rho between neighbours (rho^|i-j| between any two) and the
// given standard deviations, as if over `Tokens` Gaussian tokens.
inline constexpr std::size_t MadeUpTokens = 1024;
LayerStats madeUpStats(std::size_t cols, double rho, std::span<const double> deviations = {});
// Of the first columns.
LayerStats firstInputs(const LayerStats& stats, std::size_t cols);

QString weightsNote(const PictureWeights& weights, std::size_t rows, std::size_t cols);
QString decibels(double error, double signal); // signal to noise: "21.3 dB"
QString relative(double error, double signal); // "0.74 %"

} // namespace bitsmith::ui

#include "core/pipeline/densities.h"

#include "core/tensor/levels.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

constexpr double FloatAdd = 264; // 24-bit adder and two shifters of five stages
constexpr double FullUnit = 24 * 24 + 8 + FloatAdd;
constexpr double FullBits = 32;

// One operand as a multiplier sees it.
struct Operand {
    double bits = FullBits; // stored, scales counted
    int significand = 24;   // of the multiplier
    int exponent = 8;       // of each value; 0: none
    double block = 0;       // values that share an exponent; 0: a whole row
    bool full = true;       // fp32, or a table that no multiplier takes
};

// Significand and exponent bits of a table's values.
void describe(const LevelFormat& format, Operand& operand) {
    operand.full = format.kind == LevelKind::Listed;
    if (operand.full) return;
    const bool fixed = format.kind == LevelKind::Integer || format.fraction == format.bits - 1;
    operand.significand = format.kind == LevelKind::Logarithm ? 1
                          : fixed                             ? format.bits - 1
                                                              : format.fraction + 1;
    operand.exponent = fixed ? 0 : format.bits - 1 - format.fraction;
}

Operand activation(const std::shared_ptr<const Recipe>& recipe, Product product,
                   std::size_t width) {
    Operand out;
    if (!recipe || !recipe->activations || !recipe->activations->covers(product)) return out;
    const ActivationScheme& scheme = *recipe->activations;
    out.bits = scheme.bitsPerValue(width);
    out.block = scheme.shared == ScaleShared::Group ? static_cast<double>(scheme.group) : 0;
    if (const LevelFormat* levels = scheme.levels()) {
        describe(*levels, out);
    } else {
        out.full = false;
        out.significand = scheme.integerBits() - 1;
        out.exponent = 0;
    }
    return out;
}

Operand weight(const TensorPlan& row, const PlanTensor& tensor) {
    Operand out;
    if (!row.recipe) return out;
    out.bits = 8 * static_cast<double>(row.bytes) /
               (static_cast<double>(tensor.rows) * static_cast<double>(tensor.cols));
    const auto layout = predictLayout(tensor.rows, tensor.cols, row.bits, *row.recipe);
    if (!layout || layout->side.outliers > 0 || layout->side.rank > 0) return out;
    out.block = layout->groupSize < layout->cols ? static_cast<double>(layout->groupSize) : 0;
    if (layout->grid == "float") {
        describe(*findLevelFormat(layout->format), out);
    } else if (layout->grid == "affine" && layout->bits <= 8) {
        out.full = false;
        out.significand = layout->symmetric ? layout->bits - 1 : layout->bits;
        out.exponent = 0;
    }
    return out;
}

double areaOf(const Operand& a, const Operand& b) {
    if (a.full || b.full) return FullUnit;
    const double product = double(a.significand) * b.significand;
    if (a.exponent > 0 || b.exponent > 0)
        return product + std::max(a.exponent, b.exponent) + 1 + FloatAdd;
    const double block = a.block == 0   ? b.block
                         : b.block == 0 ? a.block
                                        : std::min(a.block, b.block);
    const double sum = a.significand + b.significand + 1;
    if (block == 0) return product + sum + 16; // sums of a whole row
    return product + sum + std::log2(block) + (8 + FloatAdd) / block;
}

// Sums over all products.
class Totals {
public:
    // `first` and `second`: values of the operands; weights count once, activations per sequence.
    void add(const Operand& a, double aValues, const Operand& b, double bValues, bool bIsWeight,
             double multiplications) {
        m_activations += aValues;
        m_activationBits += aValues * a.bits;
        (bIsWeight ? m_weights : m_activations) += bValues;
        (bIsWeight ? m_weightBits : m_activationBits) += bValues * b.bits;
        m_multiplications += multiplications;
        m_area += multiplications * areaOf(a, b);
    }
    Densities densities() const {
        Densities out;
        if (m_multiplications == 0) return out;
        out.weightBits = m_weightBits / m_weights;
        out.activationBits = m_activationBits / m_activations;
        out.weights = FullBits / out.weightBits;
        out.all = FullBits * (m_weights + m_activations) / (m_weightBits + m_activationBits);
        out.arithmetic = FullUnit * m_multiplications / m_area;
        return out;
    }

private:
    double m_weights = 0, m_weightBits = 0, m_activations = 0, m_activationBits = 0;
    double m_multiplications = 0, m_area = 0;
};

} // namespace

Result<Densities> densitiesOf(const Model& model, const Plan& plan, std::size_t tokens) {
    if (!model.architecture()) return fail(model.whyNotRunnable());
    const Architecture& a = *model.architecture();
    std::map<std::string_view, std::size_t> rows;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) rows[plan.tensors[i]->tensor] = i;
    const auto n = static_cast<double>(tokens);
    Totals totals;
    for (const BlockSpec& block : a.blocks) {
        const auto recipeOf = [&](const LinearSpec& linear) -> std::shared_ptr<const Recipe> {
            const auto at = rows.find(linear.weight);
            return at == rows.end() ? nullptr : plan.tensors[at->second]->recipe;
        };
        const auto linear = [&](Product product, const LinearSpec& spec) {
            const auto at = spec.present() ? rows.find(spec.weight) : rows.end();
            if (at == rows.end()) return;
            const PlanTensor& tensor = plan.model_tensors[at->second];
            const double weights = static_cast<double>(tensor.rows) * double(tensor.cols);
            totals.add(activation(recipeOf(spec), product, tensor.cols), n * double(tensor.cols),
                       weight(*plan.tensors[at->second], tensor), weights, true, n * weights);
        };
        const bool fused = block.fused != FusedLayout::None;
        linear(Product::Q, fused ? block.qkv : block.q);
        linear(Product::K, fused ? LinearSpec() : block.k);
        linear(Product::V, fused ? LinearSpec() : block.v);
        const double width = double(a.headDim), queries = n * double(a.heads) * width;
        const double keys = n * double(a.kvHeads) * width;
        const double pairs = double(a.heads) * n * (n + 1) / 2; // causal
        const Operand scores =
            activation(recipeOf(fused ? block.qkv : block.k), Product::QK, a.headDim);
        const auto valueRecipe = recipeOf(fused ? block.qkv : block.v);
        totals.add(scores, queries, scores, keys, false, pairs * width);
        totals.add(activation(valueRecipe, Product::PV, tokens), pairs,
                   activation(valueRecipe, Product::PV, a.headDim), keys, false, pairs * width);
        linear(Product::Out, block.attentionOut);
        linear(Product::Gate, block.gate);
        linear(Product::Up, block.up);
        linear(Product::Down, block.down);
    }
    Densities out = totals.densities();
    out.tokens = tokens;
    return out;
}

} // namespace bitsmith

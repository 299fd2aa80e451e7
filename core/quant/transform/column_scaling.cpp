#include "core/quant/transform/column_scaling.h"

#include "core/base/parallel.h"
#include "core/tensor/convert.h"

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 64;
constexpr float LeastFactor = 0x1p-14F, LargestFactor = 65504.0F; // normal F16 numbers

template <class Merge>
void tie(std::span<float> values, std::span<const std::uint32_t> tied, Merge&& merge) {
    if (tied.empty()) return;
    std::vector<float> merged(values.size());
    std::vector<std::size_t> members(values.size());
    for (std::size_t c = 0; c < values.size(); ++c)
        merge(merged[tied[c]], values[c], ++members[tied[c]]);
    for (std::size_t c = 0; c < values.size(); ++c) values[c] = merged[tied[c]];
}

} // namespace

float storedFactor(float s) {
    return halfToFloat(floatToHalf(std::clamp(1.0F / s, LeastFactor, LargestFactor)));
}

void tieMeans(std::span<float> values, std::span<const std::uint32_t> tied) {
    tie(values, tied, [](float& mean, float value, std::size_t count) {
        mean += (value - mean) / static_cast<float>(count);
    });
}

void tieLargest(std::span<float> values, std::span<const std::uint32_t> tied) {
    tie(values, tied, [](float& most, float value, std::size_t count) {
        most = count == 1 ? value : std::max(most, value);
    });
}

void divideStats(const LayerStats& stats, std::span<const float> s, LayerStats& out) {
    const std::size_t n = s.size();
    out = stats;
    parallelFor(n, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        for (std::size_t c = first; c < last; ++c) {
            const float divisor = 1 / s[c];
            for (std::vector<float>* values : {&out.meanAbs, &out.maxAbs})
                if (!values->empty()) (*values)[c] *= divisor;
            if (!out.sumSquares.empty()) out.sumSquares[c] *= divisor * divisor;
            if (out.gram.empty()) continue;
            for (std::size_t j = 0; j < n; ++j) out.gram(c, j) *= divisor * (1 / s[j]);
        }
    });
    for (std::size_t r = 0; r < out.sample.rows(); ++r)
        for (std::size_t c = 0; c < n; ++c) out.sample(r, c) /= s[c];
}

Matrix dividedFisher(ConstMatrixView fisher, std::span<const float> s) {
    Matrix out = Matrix::unfilled(fisher.rows, fisher.cols);
    parallelFor(fisher.rows, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t c = 0; c < fisher.cols; ++c) out(r, c) = fisher(r, c) / (s[c] * s[c]);
    });
    return out;
}

void scaleColumns(LayerWork& work, std::span<const float> s) {
    const std::size_t n = work.weights.cols();
    auto& factors = work.side.columnFactors;
    if (factors.empty()) factors.assign(n, 1.0F);
    std::vector<float> gain(n);
    for (std::size_t c = 0; c < n; ++c) {
        const float next = storedFactor(s[c] / factors[c]);
        gain[c] = factors[c] / next;
        factors[c] = next;
    }
    parallelFor(work.weights.rows(), RowsAtOnce, [&](std::size_t first, std::size_t last) {
        for (std::size_t r = first; r < last; ++r)
            for (std::size_t c = 0; c < n; ++c) work.weights(r, c) *= gain[c];
    });
    if (work.fisher.data) {
        work.ownFisher = dividedFisher(work.fisher, gain);
        work.fisher = std::as_const(work.ownFisher).view();
    }
    if (!work.stats) return;
    auto stats = std::make_shared<LayerStats>();
    divideStats(*work.stats, gain, *stats);
    work.stats = std::move(stats);
}

Status ColumnScaling::accepts(const Recipe& recipe, const Params&) const {
    for (const StageChoice& choice : recipe.stages) {
        if (choice.stage != "transform") continue;
        if (choice.id == info().id) return {};
        if (!dynamic_cast<const ColumnScaling*>(findTransform(choice.id)))
            return fail(ErrorCode::Usage,
                        "'{}' scales input features, which are mixed after '{}'. Name them the "
                        "other way round: {}+{}",
                        info().id, choice.id, info().id, choice.id);
    }
    return {};
}

Status ColumnScaling::predict(SideLayout& side, std::size_t, std::size_t,
                              const Params& params) const {
    side.columnFactors = side.columnFactors || !folded(params);
    return {};
}

Status ColumnScaling::before(LayerWork& work, const Params& params) const {
    if (folded(params)) return {};
    const LayerTask task = work.inner();
    BITSMITH_TRY(const std::vector<float> s,
                 choose({&task, 1}, work.recipe, params, {}, work.context));
    scaleColumns(work, s);
    return {};
}

} // namespace bitsmith

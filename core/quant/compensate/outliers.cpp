// Sparse outliers: the weights that cost most are taken out before the grid is fitted and kept in
// 16 bits with their column.
// Sources: SpQR (arXiv 2306.03078, section 3), EasyQuant (arXiv 2403.02775, section 3).
#include "core/quant/layer_stage.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace bitsmith {
namespace {

struct OutlierParams {
    double fraction = 0.005;
    void describe(auto&& field) {
        field("outlier_fraction", fraction,
              {"Outliers", "Fraction of the weights that stay in 16 bits", 0.0, 0.25});
    }
};

std::size_t countOf(std::size_t rows, std::size_t cols, const Params& params) {
    const auto& own = dynamic_cast<const ParamsOf<OutlierParams>&>(params).value;
    return static_cast<std::size_t>(
        std::llround(own.fraction * static_cast<double>(rows) * static_cast<double>(cols)));
}

class Outliers final : public LayerStage {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "outliers",
            .title = "Sparse outliers",
            .summary = "The weights that cost most stay in 16 bits, beside the codes",
            .paper = "Dettmers et al. 2023, SpQR, arXiv 2306.03078"};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<OutlierParams>>();
    }
    Status predict(SideLayout& side, std::size_t rows, std::size_t cols,
                   const Params& params) const override {
        side.outliers += countOf(rows, cols, params);
        return {};
    }
    Status before(LayerWork& work, const Params& params) const override {
        const auto values = work.weights.values();
        std::vector<std::size_t> order(values.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        const std::size_t count = countOf(work.weights.rows(), work.weights.cols(), params);
        // Ties: the first in the matrix.
        const auto larger = [&](std::size_t a, std::size_t b) {
            const float x = std::abs(values[a]), y = std::abs(values[b]);
            return x != y ? x > y : a < b;
        };
        std::nth_element(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count),
                         order.end(), larger);
        order.resize(count);
        std::ranges::sort(order);
        for (const std::size_t i : order) {
            const float kept = halfToFloat(floatToHalf(values[i]));
            work.side.outliers.push_back({static_cast<std::uint32_t>(i / work.weights.cols()),
                                          static_cast<std::uint32_t>(i % work.weights.cols()),
                                          kept});
            work.weights.values()[i] = 0;
        }
        return {};
    }
};

} // namespace

const LayerStage& compensators_outliers() {
    static const Outliers Instance;
    return Instance;
}

} // namespace bitsmith

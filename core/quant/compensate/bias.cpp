// Bias correction: what rounding took from the mean output on the calibration text, (W - Wq) E[x],
// is added again, one number per output (Nagel et al. 2019, Data-Free Quantization Through Weight
// Equalization and Bias Correction, arXiv 1906.04721, section 4.2, with the mean measured).
#include "core/quant/compensate/outlier_values.h"

namespace bitsmith {
namespace {

struct BiasParams {
    void describe(auto&&) {}
};

class Bias final : public LayerStage {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "bias",
            .title = "Bias correction",
            .summary = "A number per output gives back what rounding took from the mean output",
            .paper = "Nagel et al. 2019, arXiv 1906.04721",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<BiasParams>>();
    }
    Status predict(SideLayout& side, std::size_t, std::size_t, const Params&) const override {
        side.shifted = true;
        return {};
    }
    Status after(LayerWork& work, QuantizedMatrix& matrix, const Params&) const override {
        const std::vector<float>& mean = work.task.stats->mean;
        if (mean.size() != matrix.cols)
            return fail(ErrorCode::Usage,
                        "the statistics hold no mean input, which bias correction needs; measure "
                        "them with a calibration text");
        const Matrix errors = residual(work, matrix);
        work.side.shift.resize(matrix.rows);
        for (std::size_t r = 0; r < matrix.rows; ++r) {
            double sum = 0;
            for (std::size_t c = 0; c < matrix.cols; ++c)
                sum += static_cast<double>(errors(r, c)) * static_cast<double>(mean[c]);
            const double stored = static_cast<double>(storedOutlier(sum));
            // The error falls by stored * (2 sum - stored) a token.
            if (stored * (2 * sum - stored) > 0) work.side.shift[r] = static_cast<float>(stored);
        }
        return {};
    }
};

} // namespace

// ---- Accessor

const LayerStage& compensators_bias() {
    static const Bias Instance;
    return Instance;
}

} // namespace bitsmith

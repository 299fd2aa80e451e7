// Column steps by water-filling (WaterSIC, arXiv 2603.04956): GPTQ rounds column j with an error
// that the later columns cannot take back, and which costs weight_j^2 of it. With one step for all
// columns the total is dominated by the columns of large weight; with steps proportional to 1 /
// weight_j every column contributes alike, which is the least total at a given rate.
//
// A step per column is a scaling of the input features: W' = W / s, H' = s H s. GPTQ runs on these
// with the lattice as it is, and the factors s are kept beside the codes: W ~ step * k * s. Each is
// corrected by least squares as soon as its column is rounded, and all of them once more together
// with the steps of the rows, in turns, in the norm of H.
#include "core/quant/round/gained_columns.h"
#include "core/quant/round/gains.h"
#include "core/quant/round/gptq_panel.h"
#include "core/quant/round/lattice_rounder.h"
#include "core/quant/round/nearest.h"
#include "core/quant/round/prepared_feedback.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

// ---- Parameters

struct WatersicParams {
    double strength = 1;
    bool gains = true;
    bool refit = false;
    int turns = 10;
    int grain = 8;
    FeedbackParams feedback;
    void describe(auto&& field) {
        field("strength", strength,
              {"Strength", "Column steps are 1 / weight to this power; 0: all alike", 0, 1});
        field("gains", gains,
              {"Gains", "A column's factor by least squares once it is rounded, so that later "
                        "columns make up for less"});
        field("refit", refit,
              {"Refit", "Factors of columns and rows once more by least squares, in turns, when "
                        "all is rounded"});
        field("turns", turns, {"Turns", "Of the refit, at most", 1, 100});
        field("grain", grain,
              {"Grain", "So many different factors per doubling, which code to few bits; 0: any", 0,
               64});
        feedback.describe(field);
    }
};

// ---- Mathematics

// Factors of the columns, 1 in geometric mean, as F16 holds them. Columns without an input, or with
// hardly any (a thousandth of the median: means are useless, inputs of SwiGLU's second matrix are
// heavy-tailed), get the largest factor of the others.
std::vector<float> columnFactors(const ErrorFeedback& feedback, const Matrix& gram,
                                 double strength) {
    const std::size_t n = feedback.order.size();
    std::vector<float> diagonal;
    for (std::size_t c = 0; c < n; ++c)
        if (!feedback.dead[c]) diagonal.push_back(gram(c, c));
    std::ranges::nth_element(diagonal, diagonal.begin() + std::ptrdiff_t(diagonal.size() / 2));
    const float faint = 1e-3F * diagonal[diagonal.size() / 2];
    const auto counts = [&](std::uint32_t c) { return !feedback.dead[c] && gram(c, c) > faint; };
    std::vector<double> logs(n);
    double sum = 0, most = -1e300;
    std::size_t live = 0;
    for (std::size_t j = 0; j < n; ++j) {
        if (!counts(feedback.order[j])) continue;
        logs[j] = -strength * std::log2(feedback.weight[j]);
        sum += logs[j];
        most = std::max(most, logs[j]);
        ++live;
    }
    const double mean = live > 0 ? sum / static_cast<double>(live) : 0;
    std::vector<float> factors(n, 1.0F);
    for (std::size_t j = 0; j < n; ++j) {
        const double wanted = (counts(feedback.order[j]) ? logs[j] : most) - mean;
        // Eighths of an octave: few different ones, which code to a few bits each.
        const double snapped = std::clamp(std::round(8 * wanted) / 8, -12.0, 12.0);
        factors[feedback.order[j]] =
            halfToFloat(floatToHalf(static_cast<float>(std::exp2(snapped))));
    }
    return factors;
}

// Feedback of the scaled problem: R' = s R.
void scale(ErrorFeedback& feedback, const std::vector<float>& factors) {
    const std::size_t n = factors.size();
    for (std::size_t j = 0; j < n; ++j) {
        const float own = factors[feedback.order[j]];
        feedback.weight[j] *= static_cast<double>(own);
        for (std::size_t k = j + 1; k < n; ++k)
            feedback.carry(j, k) *= own / factors[feedback.order[k]];
    }
}

class PreparedWatersic final : public PreparedRound {
public:
    PreparedWatersic(const WatersicParams& params, ErrorFeedback feedback, const Matrix& gram)
        : m_own(params), m_feedback(std::move(feedback)), m_gram(gram),
          m_factors(columnFactors(m_feedback, gram, params.strength)) {
        scale(m_feedback, m_factors);
    }

    Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                  RunContext& context) const override {
        if (fit.codeBits() != 16)
            return fail(ErrorCode::Usage, "watersic wants the grid 'lattice': others have steps "
                                          "of their own for groups of columns");
        Matrix scaled = withoutDead(weights, m_feedback);
        for (std::size_t r = 0; r < scaled.rows(); ++r)
            for (std::size_t c = 0; c < scaled.cols(); ++c) scaled(r, c) /= m_factors[c];
        fit.fitGroup(0, 0, scaled.view(), {});
        const auto blockSize = static_cast<std::size_t>(m_own.feedback.blockSize);
        std::vector<float> factors = m_factors;
        std::vector<std::byte> packed;
        if (m_own.gains) {
            const auto storable = [&](std::size_t c, double wanted) {
                const auto own = static_cast<double>(m_factors[c]);
                return storableFactor(own * wanted, m_own.grain) / own;
            };
            GainedColumns done = gainedColumns({.weights = scaled.view(),
                                                .feedback = m_feedback,
                                                .fit = fit,
                                                .blockSize = blockSize,
                                                .storable = storable},
                                               context);
            for (std::size_t c = 0; c < factors.size(); ++c)
                factors[c] = static_cast<float>(static_cast<double>(factors[c]) * done.gains[c]);
            packed = std::move(done.packed);
        } else {
            packed = gptqRows({.weights = scaled.view(),
                               .feedback = m_feedback,
                               .fit = fit,
                               .importance = {},
                               .blockSize = blockSize},
                              context);
        }
        QuantizedMatrix out = fit.finish(std::move(packed), {});
        out.columnScaled = true;
        out.columnScales.resize(2 * factors.size());
        fromFloat(DType::F16, factors, out.columnScales);
        if (m_own.refit)
            (void)refitGains(
                weights, m_gram,
                {.damping = m_feedback.damping, .turns = m_own.turns, .grain = m_own.grain}, out,
                context);
        return out;
    }

private:
    WatersicParams m_own;
    ErrorFeedback m_feedback;
    const Matrix& m_gram;
    std::vector<float> m_factors;
};

// ---- Adapter

class WatersicRounder final : public LatticeRounder {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "watersic",
            .title = "Water-filled columns",
            .summary = "As GPTQ, with a step per column so that each adds the same error",
            .paper = "WaterSIC, arXiv 2603.04956",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<WatersicParams>>();
    }
    bool columnByColumn() const override { return true; }
    bool columnScaled() const override { return true; }

    Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task, const Params& params,
                                                   LayerReport& report,
                                                   RunContext& context) const override {
        const auto& own = dynamic_cast<const ParamsOf<WatersicParams>&>(params).value;
        BITSMITH_TRY(auto feedback, preparedFeedback(task, own.feedback, report, context));
        if (!feedback) return preparedNearest(task);
        return std::make_unique<PreparedWatersic>(own, *std::move(feedback), task.stats->gram);
    }
};

} // namespace

// ---- Accessor

const Rounder& rounders_watersic() {
    static const WatersicRounder Instance;
    return Instance;
}

} // namespace bitsmith

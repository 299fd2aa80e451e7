// Rounding that weighs error against rate: a weight goes to a code that occurs more often where the
// error that this adds costs less than the bits that it saves (entropy-constrained quantization,
// Chou, Lookabaugh, Gray 1989; as DeepCABAC does for networks, Wiedemann et al. 2020, arXiv
// 1907.11900). With GPTQ's feedback, which spreads also these errors over the columns to come.
//
// Codes and their histogram are made in turns; at a fixed step each turn lowers
//   J = sum of weight_j (x - k)^2 + lambda * bits(k)      x: the weight in steps
// without feedback. weight_j: what an error of column j costs after feedback, 1 on average.
#include "core/quant/round/gptq_panel.h"
#include "core/quant/round/lattice_rounder.h"
#include "core/quant/round/nearest.h"
#include "core/quant/round/prepared_feedback.h"
#include "core/tensor/bit_packing.h"

#include <cmath>

namespace bitsmith {
namespace {

// ---- Parameters

struct RdoqParams {
    double lambda = 0.1;
    int rounds = 2;
    FeedbackParams feedback;
    void describe(auto&& field) {
        field("lambda", lambda,
              {"Lambda",
               "Squared steps that a bit is worth; 0: to nearest. 0.1 suits 2 bits; above 3 bits a "
               "coarser step does as well",
               0, 4});
        field("rounds", rounds,
              {"Rounds", "Turns of rounding with the histogram of the turn before", 1, 8});
        feedback.describe(field);
    }
};

// ---- Mathematics

// Geometric: a step common to all columns makes errors of all of them alike, and the rate of a
// column falls with the logarithm of its own.
double meanWeight(const ErrorFeedback& feedback) {
    double sum = 0;
    for (const double w : feedback.weight) sum += std::log(w);
    return std::exp(2 * sum / static_cast<double>(feedback.weight.size()));
}

CodeCounts counted(std::span<const std::byte> packed) {
    CodeCounts counts{};
    std::array<std::uint16_t, 512> codes;
    while (!packed.empty()) {
        const auto piece = packed.first(std::min(packed.size(), sizeof codes));
        const auto part = std::span(codes).first(piece.size() / 2);
        unpackBits(piece, 16, part);
        countCodes(part, counts);
        packed = packed.subspan(piece.size());
    }
    return counts;
}

class PreparedRdoq final : public PreparedRound {
public:
    PreparedRdoq(const RdoqParams& params, ErrorFeedback feedback)
        : m_own(params), m_feedback(std::move(feedback)), m_meanWeight(meanWeight(m_feedback)) {}

    Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                  RunContext& context) const override {
        if (!(fit.stepOf(0) >= 0) || fit.codeBits() != 16)
            return fail(ErrorCode::Usage, "rdoq wants the grid 'lattice': the codes of others all "
                                          "take the same bits");
        if (m_feedback.deadColumns > 0) {
            const Matrix live = withoutDead(weights, m_feedback);
            fit.fitGroup(0, 0, live.view(), {});
        } else {
            fit.fitGroup(0, 0, weights, {});
        }
        GptqPanelArgs args{.weights = weights,
                           .feedback = m_feedback,
                           .fit = fit,
                           .importance = {},
                           .blockSize = static_cast<std::size_t>(m_own.feedback.blockSize),
                           .lambda = static_cast<float>(m_own.lambda),
                           .meanWeight = m_meanWeight};
        auto packed = gptqRows(args, context);
        for (int i = 0; i < m_own.rounds && m_own.lambda > 0; ++i) {
            const RateCost cost(counted(packed));
            args.cost = &cost;
            packed = gptqRows(args, context);
        }
        return fit.finish(std::move(packed), {});
    }

private:
    RdoqParams m_own;
    ErrorFeedback m_feedback;
    double m_meanWeight;
};

// ---- Adapter

class RdoqRounder final : public LatticeRounder {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "rdoq",
            .title = "Error against rate",
            .summary = "As GPTQ, but a weight takes a more frequent code where that saves more "
                       "bits than its error is worth",
            .paper = "Chou, Lookabaugh, Gray 1989; Wiedemann et al. 2020, arXiv 1907.11900",
            .needsStats = true};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<RdoqParams>>();
    }
    bool columnByColumn() const override { return true; }

    Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task, const Params& params,
                                                   LayerReport& report,
                                                   RunContext& context) const override {
        const auto& own = dynamic_cast<const ParamsOf<RdoqParams>&>(params).value;
        BITSMITH_TRY(auto feedback, preparedFeedback(task, own.feedback, report, context));
        if (!feedback) return preparedNearest(task);
        return std::make_unique<PreparedRdoq>(own, *std::move(feedback));
    }
};

} // namespace

// ---- Accessor

const Rounder& rounders_rdoq() {
    static const RdoqRounder Instance;
    return Instance;
}

} // namespace bitsmith

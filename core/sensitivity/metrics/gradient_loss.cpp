#include "core/sensitivity/metrics/gradient_loss.h"

#include "core/model/backward.h"

#include <algorithm>
#include <chrono>

namespace bitsmith {
namespace {

using Clock = std::chrono::steady_clock;

// e = Wq - W
Result<Matrix> roundingError(const SensitivityInput& input, std::size_t tensor, int bits,
                             const Matrix& weights, RunContext& context) {
    BITSMITH_TRY(const LayerResult quantized,
                 quantizedAt(input, tensor, bits, weights.view(), context));
    Matrix error = decodeAll(*packedWeights(quantized.matrix));
    for (std::size_t i = 0; i < error.values().size(); ++i)
        error.values()[i] -= weights.values()[i];
    return error;
}

} // namespace

Status measureGradientLoss(const SensitivityInput& input, const SensitivitySink& sink,
                           const GradientLoss& loss, RunContext& context) {
    const TokenBatch sequences = input.samples->batch();
    std::size_t predicting = 0, predicted = 0;
    for (const std::vector<TokenId>& sequence : input.samples->sequences)
        if (sequence.size() > 1) {
            ++predicting;
            predicted += sequence.size() - 1;
        }
    GradientRequest request;
    request.squares = loss.fisher;
    request.gradientBytes = std::max<std::uint64_t>(input.memoryBytes / 2, 1);
    std::map<std::string, std::size_t, std::less<>> wanted;
    for (std::size_t t = 0; t < input.tensors.size(); ++t)
        if (std::ranges::any_of(input.widths, [&](int bits) { return sink.wanted(t, bits); })) {
            wanted[input.tensors[t]->name] = t;
            request.tensors.push_back(input.tensors[t]->name);
        }
    if (wanted.empty()) return {};
    input.pass->keepBlocks(input.memoryBytes / 2);
    BITSMITH_TRY(const GradientPass pass, GradientPass::create(*input.pass));

    auto last = Clock::now(); // the first value's time has the pass in it
    const auto measure = [&](const TensorGradient& g) -> Status {
        const std::size_t t = wanted.find(g.tensor)->second;
        BITSMITH_TRY(const Matrix weights, denseMatrix(input, t));
        Matrix fisher;
        if (loss.fisher) {
            // Sum of squares to F: sequences of equal length, as samples are cut; otherwise each
            // weighs as the mean one does.
            const double n = static_cast<double>(predicting);
            const double factor = static_cast<double>(predicted) / n / n;
            fisher = Matrix(g.squares.rows, g.squares.cols);
            for (std::size_t i = 0; i < fisher.values().size(); ++i)
                fisher.values()[i] = static_cast<float>(g.squares.data[i] * factor);
        }
        for (const int bits : input.widths) {
            if (!sink.wanted(t, bits)) continue;
            BITSMITH_TRY(const Matrix error, roundingError(input, t, bits, weights, context));
            const LossChange change = lossChange(g.gradient, fisher.view(), error.view());
            SensitivityValue value{.tensor = t, .bits = bits, .value = loss.value(change)};
            value.details = {{"first_order", change.first}, {"sum_abs", change.absolute}};
            if (loss.fisher) value.details["second_order"] = change.second;
            value.seconds = std::chrono::duration<double>(Clock::now() - last).count();
            last = Clock::now();
            BITSMITH_CHECK(sink.put(std::move(value)));
        }
        return {};
    };
    BITSMITH_TRY([[maybe_unused]] const GradientSummary summary,
                 pass.run(sequences, request, measure, context));
    return {};
}

} // namespace bitsmith

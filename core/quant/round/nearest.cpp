// Round to nearest: each weight by itself. One pass over the matrix; needs no data.
#include "core/quant/round/nearest.h"

#include "core/base/parallel.h"
#include "core/compute/accelerator.h"
#include "core/quant/rounder.h"
#include "core/quant/stored_rows.h"
#include "core/tensor/bit_packing.h"

#include <atomic>
#include <cassert>

namespace bitsmith {

std::vector<float> gramDiagonal(const LayerTask& task) {
    std::vector<float> diagonal;
    if (!task.stats) return diagonal;
    if (task.stats->gram.empty()) return task.stats->sumSquares;
    diagonal.resize(task.weights.cols);
    for (std::size_t c = 0; c < diagonal.size(); ++c) diagonal[c] = task.stats->gram(c, c);
    return diagonal;
}

QuantizedMatrix roundNearest(ConstMatrixView weights, std::span<const float> importance,
                             GridFit& fit, RunContext& context, const Accelerator* accelerator) {
    if (const auto range = accelerator ? fit.rangeFit() : std::nullopt;
        range && range->layout.rows == weights.rows) {
        AffineCodes made;
        if (accelerator->roundNearest({.weights = weights,
                                       .layout = range->layout,
                                       .searched = range->searched,
                                       .importance = importance},
                                      &made))
            return fit.finishWith(std::move(made), {});
    }
    if (fit.sharedAcrossRows()) fit.fitGroup(0, 0, weights, importance);
    const std::size_t rowBytes = fit.rowBytes();
    std::vector<std::byte> packed(weights.rows * rowBytes);
    // About 64 Ki weights per panel: short enough to notice a stop request at once.
    const std::size_t grain = std::max<std::size_t>(1, (1 << 16) / weights.cols);
    parallelFor(weights.rows, grain, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        fit.quantizeRows(first, weights.rowRange(first, last - first), importance,
                         std::span(packed).subspan(first * rowBytes, (last - first) * rowBytes));
    });
    return fit.finish(std::move(packed), {});
}

bool roundBfloats(std::span<const std::byte> weights, std::size_t rows, StoredRows& fit,
                  std::span<std::byte> packed, RunContext& context) {
    const std::size_t stored = weights.size() / rows, made = packed.size() / rows; // bytes of a row
    // About 256 KiB of them, enough to be worth a task.
    const std::size_t grain = std::max<std::size_t>(1, (1 << 18) / stored);
    std::atomic<bool> finite = true;
    parallelFor(rows, grain, [&](std::size_t first, std::size_t last) {
        context.checkpoint();
        if (!fit.quantizeBfloats(first, weights.subspan(first * stored, (last - first) * stored),
                                 packed.subspan(first * made, (last - first) * made)))
            finite = false;
    });
    return finite;
}

namespace {

class PreparedNearest final : public PreparedRound {
public:
    PreparedNearest(std::vector<float> importance, const Accelerator* accelerator)
        : m_importance(std::move(importance)), m_accelerator(accelerator) {}
    Result<QuantizedMatrix> round(ConstMatrixView weights, GridFit& fit,
                                  RunContext& context) const override {
        return roundNearest(weights, m_importance, fit, context, m_accelerator);
    }

private:
    std::vector<float> m_importance;
    const Accelerator* m_accelerator;
};

struct NearestParams {
    void describe(auto&&) {}
};

class NearestRounder final : public Rounder {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{.id = "nearest",
                                     .title = "Round to nearest",
                                     .summary = "Each weight to the nearest representable value",
                                     .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<NearestParams>>();
    }
    Result<std::unique_ptr<PreparedRound>> prepare(const LayerTask& task, const Params&,
                                                   LayerReport&, RunContext&) const override {
        return preparedNearest(task);
    }
};

} // namespace

std::unique_ptr<PreparedRound> preparedNearest(const LayerTask& task) {
    return std::make_unique<PreparedNearest>(gramDiagonal(task), task.accelerator);
}

bool isNearest(const Rounder& rounder) {
    return dynamic_cast<const NearestRounder*>(&rounder) != nullptr;
}

const Rounder& rounders_nearest() {
    static const NearestRounder Instance;
    return Instance;
}

} // namespace bitsmith

#include "core/compute/reference/reference_ops.h"

namespace bitsmith {
namespace {

class ReferenceBackend final : public Backend {
public:
    std::string_view name() const override { return "reference"; }
    void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                MatrixView y) const override {
        reference::linear(x, w, bias, y);
    }
    void embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
               MatrixView out) const override {
        reference::embed(table, ids, out);
    }
    void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                 MatrixView y) const override {
        reference::rmsNorm(x, weight, eps, y);
    }
    void layerNorm(ConstMatrixView x, std::span<const float> weight, std::span<const float> bias,
                   float eps, MatrixView y) const override {
        reference::layerNorm(x, weight, bias, eps, y);
    }
    void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                std::size_t first) const override {
        reference::rotary(x, headDim, table, first);
    }
    void attention(const AttentionArgs& args) const override { reference::attention(args); }
    void activate(Activation kind, MatrixView x) const override { reference::activate(kind, x); }
    void gate(Activation kind, MatrixView gate, ConstMatrixView up) const override {
        reference::gate(kind, gate, up);
    }
    void add(MatrixView x, ConstMatrixView y) const override { reference::add(x, y); }
    void gram(ConstMatrixView x, MatrixView gram) const override { reference::gram(x, gram); }
    void channelStats(ConstMatrixView x, std::span<double> sumAbs,
                      std::span<float> maxAbs) const override {
        reference::channelStats(x, sumAbs, maxAbs);
    }
    void logSoftmax(MatrixView x) const override { reference::logSoftmax(x); }
};

} // namespace

std::shared_ptr<const Backend> makeReferenceBackend() {
    return std::make_shared<ReferenceBackend>();
}

} // namespace bitsmith

#include "core/compute/cpu/cpu_ops.h"

namespace bitsmith {
namespace {

class CpuBackend final : public Backend {
public:
    std::string_view name() const override { return "cpu"; }
    void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                MatrixView y) const override {
        cpu::linear(x, w, bias, y);
    }
    void linears(ConstMatrixView x, std::span<const LinearPart> parts) const override {
        cpu::linears(x, parts);
    }
    void embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
               MatrixView out) const override {
        cpu::embed(table, ids, out);
    }
    void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                 MatrixView y) const override {
        cpu::rmsNorm(x, weight, eps, y);
    }
    void layerNorm(ConstMatrixView x, std::span<const float> weight, std::span<const float> bias,
                   float eps, MatrixView y) const override {
        cpu::layerNorm(x, weight, bias, eps, y);
    }
    void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                std::size_t first) const override {
        cpu::rotary(x, headDim, table, first);
    }
    void attention(const AttentionArgs& args) const override { cpu::attention(args); }
    void activate(Activation kind, MatrixView x) const override { cpu::activate(kind, x); }
    void gate(Activation kind, MatrixView gate, ConstMatrixView up) const override {
        cpu::gate(kind, gate, up);
    }
    void add(MatrixView x, ConstMatrixView y) const override { cpu::add(x, y); }
    void gram(ConstMatrixView x, MatrixView gram) const override { cpu::gram(x, gram); }
    void channelStats(ConstMatrixView x, std::span<double> sumAbs,
                      std::span<float> maxAbs) const override {
        cpu::channelStats(x, sumAbs, maxAbs);
    }
    void logSoftmax(MatrixView x) const override { cpu::logSoftmax(x); }
};

} // namespace

std::shared_ptr<const Backend> makeCpuBackend() { return std::make_shared<CpuBackend>(); }

} // namespace bitsmith

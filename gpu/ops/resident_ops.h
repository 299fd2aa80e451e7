// The operations of a backend on matrices in the device's memory. Work is queued; nothing waits
// but what must read results on the host.
#pragma once

#include "core/compute/backend.h"
#include "gpu/runtime/weight_cache.h"

namespace bitsmith::gpu {

class ResidentOps final : public Backend {
public:
    ResidentOps(const Device& device, WeightCache& weights)
        : m_device(device), m_weights(weights), m_name("cuda, resident") {}

    std::string_view name() const override { return m_name; }
    void linear(ConstMatrixView x, const WeightMatrix& w, std::span<const float> bias,
                MatrixView y) const override;
    void embed(const WeightMatrix& table, std::span<const std::int32_t> ids,
               MatrixView out) const override;
    void rmsNorm(ConstMatrixView x, std::span<const float> weight, float eps,
                 MatrixView y) const override;
    void layerNorm(ConstMatrixView x, std::span<const float> weight, std::span<const float> bias,
                   float eps, MatrixView y) const override;
    void rotary(MatrixView x, std::size_t headDim, const RotaryTable& table,
                std::size_t first) const override;
    void attention(const AttentionArgs& args) const override;
    void activate(Activation kind, MatrixView x) const override;
    void gate(Activation kind, MatrixView gate, ConstMatrixView up) const override;
    void add(MatrixView x, ConstMatrixView y) const override;
    void gram(ConstMatrixView x, MatrixView gram) const override;
    // sumAbs and maxAbs: on the host.
    void channelStats(ConstMatrixView x, std::span<double> sumAbs,
                      std::span<float> maxAbs) const override;
    void logSoftmax(MatrixView x) const override;

private:
    void linearByProducts(ConstMatrixView x, const WeightsOnDevice& w, const float* bias,
                          MatrixView y) const;
    void attendChunk(const AttentionArgs& args, std::size_t first, std::size_t count,
                     float* scores) const;
    // The arguments of a product in the chosen precision.
    cublasComputeType_t computeType() const;
    cudaDataType factorType() const;

    const Device& m_device;
    WeightCache& m_weights;
    std::string m_name;
};

} // namespace bitsmith::gpu

// One device as a backend: host matrices are copied to it and back around the resident operations.
// Operations for which the copies take longer than the processor would, and those that find no
// memory, run on the processor; the latter are told once. Internal to gpu/.
#pragma once

#include "core/compute/device_backend.h"
#include "gpu/ops/resident_ops.h"
#include "gpu/quant/cuda_accelerator.h"

#include <map>
#include <mutex>
#include <set>

namespace bitsmith::gpu {

class CudaBackend final : public DeviceBackend {
public:
    CudaBackend(int ordinal, const CudaOptions& options);
    ~CudaBackend() override;

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
    void channelStats(ConstMatrixView x, std::span<double> sumAbs,
                      std::span<float> maxAbs) const override;
    void logSoftmax(MatrixView x) const override;

    const Backend& resident() const override { return m_resident; }
    std::shared_ptr<float> allocate(std::size_t floats) const override;
    void upload(ConstMatrixView host, MatrixView device) const override;
    void download(ConstMatrixView device, MatrixView host) const override;
    void copy(ConstMatrixView from, MatrixView to) const override;
    void sortHeads(MatrixView qkv, std::size_t heads, std::size_t headDim) const override;
    void prefetch(std::shared_ptr<const WeightMatrix> weights) const override;
    std::shared_ptr<void> mirror(ConstMatrixView host, ConstMatrixView device) const override;

    const Accelerator* accelerator() const override { return &m_accelerator; }

    const Device& device() const { return *m_device; }
    const WeightCache& weights() const { return m_weights; }

private:
    struct Input { // on the device: a copy, or a mirror
        DeviceMatrix copy;
        ConstMatrixView view;
    };
    Input input(ConstMatrixView host) const;
    bool mirrored(ConstMatrixView host) const;
    // Tries the device; out of memory there, the processor does it, and `operation` is told.
    template <class There, class Here>
    void run(const char* operation, const There& there, const Here& here) const;
    bool everything() const { return m_device->options().everything; }

    std::string m_name;
    std::shared_ptr<Device> m_device;
    mutable WeightCache m_weights;
    ResidentOps m_resident;
    CudaAccelerator m_accelerator;
    std::shared_ptr<const Backend> m_cpu;
    struct Mirror {
        ConstMatrixView host, device;
    };
    mutable std::mutex m_mutex; // of what follows
    mutable std::map<int, Mirror> m_mirrors;
    mutable int m_lastMirror = 0;
    mutable std::set<std::string> m_told;
};

} // namespace bitsmith::gpu

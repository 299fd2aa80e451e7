// What one device does for quantizers. Internal to gpu/.
#pragma once

#include "core/compute/accelerator.h"
#include "gpu/runtime/weight_cache.h"

namespace bitsmith::gpu {

class CudaAccelerator final : public Accelerator {
public:
    CudaAccelerator(const Device& device, WeightCache& weights)
        : m_device(device), m_weights(weights) {}

    bool invertedCholesky(std::span<double> a, std::size_t n, bool* definite) const override;
    bool roundNearest(const AffineJob& job, AffineCodes* out) const override;
    bool gptq(const GptqJob& job, AffineCodes* out) const override;
    bool descend(const DescentJob& job, std::vector<std::byte>* codes,
                 std::vector<double>* errors) const override;
    bool decode(const QuantizedMatrix& matrix, std::span<float> out) const override;
    bool hadamard(MatrixView x, std::size_t size) const override;
    bool histogram(std::span<const float> values, float low, float high,
                   std::span<std::uint64_t> counts) const override;
    bool largest(std::span<const float> values, std::size_t count,
                 std::vector<std::uint32_t>* indices) const override;
    bool kMeans(std::span<const float> values, std::span<const float> weights,
                std::span<float> centroids, int rounds) const override;
    bool decodeRans(std::span<const RansJob> jobs, std::span<std::uint8_t> ok) const override;

private:
    const Device& m_device;
    WeightCache& m_weights;
};

// Runs work on the device; false where it found no memory.
template <class Work>
bool attempt(const Device& device, const Work& work) {
    try {
        const Device::Use use(device);
        work();
        return true;
    } catch (const OutOfDeviceMemory&) {
        return false;
    }
}

} // namespace bitsmith::gpu

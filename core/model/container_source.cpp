// Tensors of a Bitsmith container: quantized ones stay packed, the others are as their source had
// them.
#include "core/io/container_file.h"
#include "core/model/tensor_source.h"
#include "core/tensor/convert.h"

#include <algorithm>

namespace bitsmith {
namespace {

class PackedSource final : public TensorSource {
public:
    explicit PackedSource(std::shared_ptr<const Container> container)
        : m_container(std::move(container)) {
        for (const ContainerTensor& tensor : m_container->quantized())
            m_tensors.push_back({tensor.name, tensor.shape, tensor.layout.name(), true,
                                 tensor.storedBytes(), tensor.layout, tensor.activations});
        for (const ContainerCopy& copy : m_container->copied()) {
            m_tensors.push_back({copy.name,
                                 copy.shape,
                                 std::string(dtypeName(copy.dtype)),
                                 isFloating(copy.dtype),
                                 copy.bytes,
                                 {}});
        }
        std::ranges::sort(m_tensors, {}, &SourceTensor::name);
    }

    std::string contentKey() const override { return m_container->contentKey(); }

    Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                       bool transposed) const override {
        if (const ContainerCopy* copy = m_container->findCopied(tensor.name)) {
            BITSMITH_TRY(StoredTensor stored, m_container->stored(*copy));
            return transposed ? transposedWeights(stored, stored.owner)
                              : storedWeights(stored, stored.owner);
        }
        BITSMITH_TRY(auto packed, m_container->load(tensor.name));
        return packedWeights(std::move(packed));
    }

    Result<std::vector<float>> values(const SourceTensor& tensor, bool transposed) const override {
        if (const ContainerCopy* copy = m_container->findCopied(tensor.name)) {
            BITSMITH_TRY(const StoredTensor view, m_container->stored(*copy));
            std::vector<float> out(view.bytes.size() / byteSize(view.dtype));
            toFloat(view.dtype, view.bytes, out);
            return out;
        }
        BITSMITH_TRY(const auto packed, m_container->load(tensor.name));
        const Matrix matrix = decode(*packed);
        std::vector<float> out(matrix.values().begin(), matrix.values().end());
        if (!transposed) return out;
        for (std::size_t r = 0; r < matrix.rows(); ++r)
            for (std::size_t c = 0; c < matrix.cols(); ++c)
                out[c * matrix.rows() + r] = matrix(r, c);
        return out;
    }

    Result<StoredTensor> stored(const SourceTensor& tensor) const override {
        const ContainerCopy* copy = m_container->findCopied(tensor.name);
        if (!copy)
            return fail(ErrorCode::Unsupported,
                        "tensor '{}' is quantized ({}); its bytes are no tensor of numbers",
                        tensor.name, tensor.dtype);
        return m_container->stored(*copy);
    }

    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const SourceTensor& tensor) const override {
        if (m_container->findCopied(tensor.name)) return std::shared_ptr<const QuantizedMatrix>();
        return m_container->load(tensor.name);
    }

    const ActivationRanges& activationRanges() const override {
        return m_container->activationRanges();
    }
    std::string_view format() const override { return "bitsmith"; }

    void release(const SourceTensor& tensor) const override { m_container->release(tensor.name); }

private:
    std::shared_ptr<const Container> m_container;
};

} // namespace

Result<std::shared_ptr<const TensorSource>> openContainerSource(const std::filesystem::path& path) {
    BITSMITH_TRY(auto container, openContainer(path));
    return std::make_shared<const PackedSource>(std::move(container));
}

} // namespace bitsmith

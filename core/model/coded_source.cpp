// Tensors of safetensors files that `bitsmith compress` has coded: each is decoded when it is asked
// for and lives as long as somebody holds it.
#include "core/model/coded_source.h"
#include "core/io/coded_tensors.h"
#include "core/tensor/convert.h"

namespace bitsmith {
namespace {

class CodedSource final : public TensorSource {
public:
    explicit CodedSource(std::shared_ptr<const CodedTensors> tensors)
        : m_coded(std::move(tensors)) {
        for (const auto& entry : m_coded->entries())
            m_tensors.push_back({entry.name,
                                 entry.shape,
                                 std::string(dtypeName(entry.dtype)),
                                 isFloating(entry.dtype),
                                 entry.size,
                                 {}});
    }

    std::string contentKey() const override { return m_coded->contentKey(); }
    std::string_view format() const override { return "safetensors"; }

    Result<StoredTensor> stored(const SourceTensor& tensor) const override {
        return m_coded->load(entryOf(tensor));
    }

    Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                       bool transposed) const override {
        BITSMITH_TRY(const StoredTensor found, stored(tensor));
        return transposed ? transposedWeights(found, found.owner)
                          : storedWeights(found, found.owner);
    }

    Result<std::vector<float>> values(const SourceTensor& tensor, bool) const override {
        BITSMITH_TRY(const StoredTensor found, stored(tensor));
        std::vector<float> out(found.bytes.size() / byteSize(found.dtype));
        toFloat(found.dtype, found.bytes, out);
        return out;
    }

    void release(const SourceTensor& tensor) const override { m_coded->release(entryOf(tensor)); }

private:
    const CodedTensors::Entry& entryOf(const SourceTensor& tensor) const {
        // Both lists are in the same order.
        return m_coded->entries()[static_cast<std::size_t>(&tensor - m_tensors.data())];
    }

    std::shared_ptr<const CodedTensors> m_coded;
};

} // namespace

Result<std::shared_ptr<const TensorSource>> openCodedSource(const std::filesystem::path& path) {
    BITSMITH_TRY(auto tensors, CodedTensors::open(path));
    return std::make_shared<const CodedSource>(std::move(tensors));
}

} // namespace bitsmith

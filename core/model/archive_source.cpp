// Tensors as a safetensors or PyTorch file or its shards hold them.
#include "core/io/tensor_archive.h"
#include "core/model/tensor_source.h"
#include "core/tensor/convert.h"

#include <algorithm>

namespace bitsmith {
namespace {

class ArchiveSource final : public TensorSource {
public:
    explicit ArchiveSource(std::shared_ptr<const TensorArchive> archive)
        : m_archive(std::move(archive)) {
        for (const auto& entry : m_archive->entries())
            m_tensors.push_back({entry.name,
                                 entry.view.shape,
                                 std::string(dtypeName(entry.view.dtype)),
                                 isFloating(entry.view.dtype),
                                 entry.view.bytes.size(),
                                 {}});
    }

    std::string contentKey() const override { return m_archive->contentKey(); }

    Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                       bool transposed) const override {
        const TensorView& view = entryOf(tensor).view;
        return transposed ? transposedWeights(view, m_archive) : storedWeights(view, m_archive);
    }

    Result<std::vector<float>> values(const SourceTensor& tensor, bool) const override {
        const TensorView& view = entryOf(tensor).view;
        std::vector<float> out(view.bytes.size() / byteSize(view.dtype));
        toFloat(view.dtype, view.bytes, out);
        return out;
    }

    Result<StoredTensor> stored(const SourceTensor& tensor) const override {
        return StoredTensor{entryOf(tensor).view, m_archive};
    }
    std::string_view format() const override { return m_archive->format(); }

    void release(const SourceTensor& tensor) const override { m_archive->release(entryOf(tensor)); }

private:
    const TensorArchive::Entry& entryOf(const SourceTensor& tensor) const {
        // Both lists are in the archive's order.
        return m_archive->entries()[static_cast<std::size_t>(&tensor - m_tensors.data())];
    }

    std::shared_ptr<const TensorArchive> m_archive;
};

} // namespace

const SourceTensor* TensorSource::find(std::string_view name) const {
    const auto it = std::ranges::lower_bound(
        m_tensors, name, {}, [](const SourceTensor& t) { return std::string_view(t.name); });
    return it != m_tensors.end() && it->name == name ? &*it : nullptr;
}

Result<std::shared_ptr<const TensorSource>> openArchiveSource(const std::filesystem::path& path) {
    BITSMITH_TRY(auto archive, openTensorArchive(path));
    return std::make_shared<const ArchiveSource>(std::move(archive));
}

} // namespace bitsmith

// Where a model's tensors come from: a tensor archive, or a container of quantized ones. The model
// above knows what the tensors mean; a source knows how they are stored.
#pragma once

#include "core/base/result.h"
#include "core/tensor/tensor_view.h"
#include "core/tensor/weight_matrix.h"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct SourceTensor {
    std::string name;
    Shape shape;             // as in the original file, where quantized
    std::string dtype;       // "BF16"; "affine3" where quantized
    bool floating = false;   // holds real numbers (quantized ones do)
    std::uint64_t bytes = 0; // stored, all parts
};

class TensorSource {
public:
    virtual ~TensorSource() = default;
    const std::vector<SourceTensor>& tensors() const { return m_tensors; } // sorted by name
    const SourceTensor* find(std::string_view name) const;
    virtual std::string contentKey() const = 0;

    // `tensor` is one of tensors(). matrix(): a 2-D floating one; transposed: stored (in, out).
    virtual Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                               bool transposed) const = 0;
    virtual Result<std::vector<float>> values(const SourceTensor& tensor,
                                              bool transposed) const = 0; // in file order
    virtual Result<TensorView> stored(const SourceTensor& tensor) const = 0;
    virtual void release(const SourceTensor& tensor) const = 0;

protected:
    std::vector<SourceTensor> m_tensors;
};

// path: as openTensorArchive. Errors: its errors.
Result<std::shared_ptr<const TensorSource>> openArchiveSource(const std::filesystem::path& path);
// path: a folder with a bitsmith.json. Errors: as openContainer.
Result<std::shared_ptr<const TensorSource>> openContainerSource(const std::filesystem::path& path);

} // namespace bitsmith

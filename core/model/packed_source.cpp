// Tensors of a checkpoint that another program quantized (GPTQ, AWQ, compressed-tensors, fp8):
// under the names of the unquantized model, packed as they are; the stored parts are hidden.
#include "core/io/packed/checkpoint.h"
#include "core/model/tensor_source.h"
#include "core/tensor/convert.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>

namespace bitsmith {
namespace {

// Modules that such a model stores as (in, out) where they are not quantized.
bool isConv1d(const nlohmann::json& config, std::string_view tensor) {
    const auto type = config.find("model_type");
    if (type == config.end() || (*type != "gpt2" && *type != "openai-gpt")) return false;
    constexpr std::array<std::string_view, 4> Names{".c_attn.weight", ".c_proj.weight",
                                                    ".c_fc.weight", ".q_attn.weight"};
    return std::ranges::any_of(Names,
                               [&](std::string_view name) { return tensor.ends_with(name); });
}

class PackedSource final : public TensorSource {
public:
    PackedSource(std::shared_ptr<const TensorArchive> archive, PackedCheckpoint checkpoint,
                 const nlohmann::json& config)
        : m_archive(std::move(archive)), m_checkpoint(std::move(checkpoint)) {
        std::set<const TensorArchive::Entry*> parts;
        for (const PackedTensor& tensor : m_checkpoint.tensors) {
            SourceTensor& out = m_tensors.emplace_back();
            const MatrixLayout& layout = tensor.layout;
            out.name = tensor.name;
            out.shape = {static_cast<std::int64_t>(layout.rows),
                         static_cast<std::int64_t>(layout.cols)};
            if (isConv1d(config, tensor.name)) std::swap(out.shape[0], out.shape[1]);
            out.dtype = layout.name();
            out.floating = true;
            out.layout = layout;
            for (const auto* part : tensor.parts) {
                parts.insert(part);
                out.bytes += part->view.bytes.size();
            }
        }
        for (const auto& entry : m_archive->entries()) {
            if (parts.contains(&entry)) continue;
            const TensorView& view = entry.view;
            m_tensors.push_back({entry.name,
                                 view.shape,
                                 std::string(dtypeName(view.dtype)),
                                 isFloating(view.dtype),
                                 view.bytes.size(),
                                 {}});
        }
        std::ranges::sort(m_tensors, {}, &SourceTensor::name);
    }

    std::string contentKey() const override { return m_archive->contentKey(); }

    Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                       bool transposed) const override {
        if (!tensor.layout) {
            const TensorView& view = m_archive->find(tensor.name)->view;
            return transposed ? transposedWeights(view, m_archive) : storedWeights(view, m_archive);
        }
        BITSMITH_TRY(auto packed, quantized(tensor));
        return packedWeights(std::move(packed));
    }

    Result<std::vector<float>> values(const SourceTensor& tensor, bool transposed) const override {
        if (!tensor.layout) {
            const TensorView& view = m_archive->find(tensor.name)->view;
            std::vector<float> out(view.bytes.size() / byteSize(view.dtype));
            toFloat(view.dtype, view.bytes, out);
            return out;
        }
        BITSMITH_TRY(const auto packed, quantized(tensor));
        const Matrix matrix = decode(*packed);
        std::vector<float> out(matrix.values().begin(), matrix.values().end());
        if (!transposed) return out;
        for (std::size_t r = 0; r < matrix.rows(); ++r)
            for (std::size_t c = 0; c < matrix.cols(); ++c)
                out[c * matrix.rows() + r] = matrix(r, c);
        return out;
    }

    Result<StoredTensor> stored(const SourceTensor& tensor) const override {
        if (tensor.layout)
            return fail(ErrorCode::Unsupported,
                        "tensor '{}' is quantized ({}); its bytes are no tensor of numbers",
                        tensor.name, tensor.dtype);
        return StoredTensor{m_archive->find(tensor.name)->view, m_archive};
    }

    // Unpacked once as long as somebody holds it; the mapped pages are not needed afterwards.
    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const SourceTensor& tensor) const override {
        if (!tensor.layout) return std::shared_ptr<const QuantizedMatrix>();
        {
            const std::lock_guard lock(m_mutex);
            if (auto held = m_loaded[tensor.name].lock()) return held;
        }
        const PackedTensor& packed =
            *std::ranges::lower_bound(m_checkpoint.tensors, tensor.name, {}, &PackedTensor::name);
        BITSMITH_TRY(auto matrix, packed.load());
        release(tensor);
        auto shared = std::make_shared<const QuantizedMatrix>(std::move(matrix));
        const std::lock_guard lock(m_mutex);
        m_loaded[tensor.name] = shared;
        return shared;
    }

    std::string_view format() const override { return m_checkpoint.format; }

    void release(const SourceTensor& tensor) const override {
        if (!tensor.layout) return m_archive->release(*m_archive->find(tensor.name));
        const PackedTensor& packed =
            *std::ranges::lower_bound(m_checkpoint.tensors, tensor.name, {}, &PackedTensor::name);
        for (const auto* part : packed.parts) m_archive->release(*part);
    }

private:
    std::shared_ptr<const TensorArchive> m_archive;
    PackedCheckpoint m_checkpoint;
    mutable std::mutex m_mutex;
    mutable std::map<std::string, std::weak_ptr<const QuantizedMatrix>, std::less<>> m_loaded;
};

} // namespace

Result<std::shared_ptr<const TensorSource>> openPackedSource(const std::filesystem::path& path,
                                                             const nlohmann::json& config) {
    BITSMITH_TRY(auto archive, openTensorArchive(path));
    std::error_code error;
    const bool folder = std::filesystem::is_directory(path, error);
    BITSMITH_TRY(const auto how, packedConfig(folder ? path : path.parent_path(), config));
    auto found = findPackedTensors(*archive, how);
    if (!found) return fail(found.error().code, "'{}': {}", path.string(), found.error().message);
    return std::make_shared<const PackedSource>(std::move(archive), *std::move(found), config);
}

} // namespace bitsmith

// A GGUF as the folder that it was made from: the same tensor names, the same order of rows, the
// same small files beside the weights. Of an architecture that is not known the tensors keep their
// own names.
#include "core/io/compressed_file.h"
#include "core/io/gguf_file.h"
#include "core/model/gguf/gguf_config.h"
#include "core/model/gguf/gguf_keys.h"
#include "core/model/gguf/gguf_names.h"
#include "core/model/tensor_source.h"
#include "core/tensor/convert.h"
#include "core/tensor/direct_blocks.h"

#include <algorithm>
#include <cstring>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

std::optional<DType> denseType(const BlockFormat& format) {
    return format.blockSize == 1 ? dtypeFromName(format.name) : std::nullopt;
}

// One tensor of the folder: where it lies in the file, and how its rows are to be read.
struct Placed {
    const GgufTensor* tensor = nullptr;
    std::size_t rows = 1, cols = 0; // as the file has them, (out, in); a vector is one row
    bool isVector = false, transposed = false;
    RowOrder order;
};

// Rows decoded straight from the tensor's bytes, in the model's order.
class GgufWeights final : public WeightMatrix, public DirectBlocks {
public:
    GgufWeights(GgufBytes bytes, const Placed& placed)
        : WeightMatrix(placed.rows, placed.cols), m_owner(std::move(bytes.owner)),
          m_format(placed.tensor->format), m_bytes(bytes.bytes),
          m_fileRows(placed.order.fileRows()) {}

    std::uint64_t storedBytes() const override { return m_bytes.size(); }
    PackedBlocks blocks() const override { return {m_format, m_bytes.data(), m_fileRows}; }

    void decodeRows(std::size_t first, std::size_t count, float* out) const override {
        const std::size_t rowBytes = m_format->rowBytes(m_cols);
        const std::size_t blocks = m_cols / m_format->blockSize;
        if (m_fileRows.empty()) {
            m_format->decode(m_bytes.data() + first * rowBytes, count * blocks, out);
            return;
        }
        for (std::size_t i = 0; i < count; ++i)
            m_format->decode(m_bytes.data() + m_fileRows[first + i] * rowBytes, blocks,
                             out + i * m_cols);
    }

private:
    std::shared_ptr<const void> m_owner;
    const BlockFormat* m_format;
    std::span<const std::byte> m_bytes;
    std::vector<std::uint32_t> m_fileRows;
};

// (rows, cols) elements of `size` bytes as (cols, rows).
std::vector<std::byte> transposedBytes(std::span<const std::byte> bytes, std::size_t rows,
                                       std::size_t cols, std::size_t size) {
    std::vector<std::byte> out(bytes.size());
    for (std::size_t r = 0; r < rows; ++r)
        for (std::size_t c = 0; c < cols; ++c)
            std::memcpy(out.data() + (c * rows + r) * size, bytes.data() + (r * cols + c) * size,
                        size);
    return out;
}

class GgufSource final : public TensorSource {
public:
    explicit GgufSource(std::shared_ptr<const GgufFile> file) : m_file(std::move(file)) {}

    // Errors (BadInput): metadata or tensors that contradict each other.
    Status build() {
        std::vector<GgufTensorUse> uses;
        auto config = ggufConfig(*m_file);
        if (config) {
            auto architecture = describeArchitecture(*config);
            if (architecture) {
                uses = ggufTensors(*architecture);
                m_sideFiles.push_back({"config.json", {}, config->dump(1)});
            } else if (architecture.error().code == ErrorCode::Unsupported) {
                m_notRunnable = architecture.error();
            } else {
                return fail(architecture.error());
            }
        } else if (config.error().code == ErrorCode::Unsupported) {
            m_notRunnable = config.error();
        } else {
            return fail(config.error());
        }
        BITSMITH_CHECK(placeKnown(uses));
        placeOthers(uses);
        addVocabulary();
        return {};
    }

    std::string contentKey() const override { return m_file->contentKey(); }
    std::string_view format() const override { return "gguf"; }
    const std::vector<SideFile>& sideFiles() const override { return m_sideFiles; }
    std::optional<Error> notRunnable() const override { return m_notRunnable; }
    std::optional<Error> noTokenizer() const override { return m_noTokenizer; }

    Result<std::shared_ptr<const WeightMatrix>> matrix(const SourceTensor& tensor,
                                                       bool transposed) const override {
        const Placed& placed = placedOf(tensor);
        BITSMITH_CHECK(checkDecoded(placed));
        BITSMITH_TRY(GgufBytes bytes, m_file->load(*placed.tensor));
        std::shared_ptr<const WeightMatrix> weights;
        const auto dense = denseType(*placed.tensor->format);
        if (dense && placed.order.isSame() && isStorable(*dense)) {
            const Shape shape{static_cast<std::int64_t>(placed.rows),
                              static_cast<std::int64_t>(placed.cols)};
            weights = storedWeights({*dense, shape, bytes.bytes}, bytes.owner);
        } else {
            weights = std::make_shared<const GgufWeights>(std::move(bytes), placed);
        }
        if (transposed == placed.transposed) return weights;
        // Only where a model that cannot be run is inspected.
        const Matrix values = decodeAll(*weights);
        Matrix turned(values.cols(), values.rows());
        for (std::size_t r = 0; r < values.rows(); ++r)
            for (std::size_t c = 0; c < values.cols(); ++c) turned(c, r) = values(r, c);
        return denseWeights(std::move(turned));
    }

    Result<std::vector<float>> values(const SourceTensor& tensor, bool) const override {
        const Placed& placed = placedOf(tensor);
        BITSMITH_CHECK(checkDecoded(placed));
        if (placed.tensor->format->decode == nullptr) { // whole numbers
            BITSMITH_TRY(const StoredTensor bytes, stored(tensor));
            std::vector<float> out(placed.rows * placed.cols);
            toFloat(bytes.dtype, bytes.bytes, out);
            return out;
        }
        BITSMITH_TRY(GgufBytes bytes, m_file->load(*placed.tensor));
        std::vector<float> out(placed.rows * placed.cols);
        if (placed.isVector) {
            std::vector<float> inFile(out.size());
            placed.tensor->format->decode(
                bytes.bytes.data(), out.size() / placed.tensor->format->blockSize, inFile.data());
            const auto order = placed.order.fileRows();
            for (std::size_t i = 0; i < out.size(); ++i)
                out[i] = inFile[order.empty() ? i : order[i]];
            return out;
        }
        const GgufWeights weights(std::move(bytes), placed);
        if (!placed.transposed) {
            weights.decodeRows(0, placed.rows, out.data());
            return out;
        }
        std::vector<float> row(placed.cols);
        for (std::size_t r = 0; r < placed.rows; ++r) {
            weights.decodeRows(r, 1, row.data());
            for (std::size_t c = 0; c < placed.cols; ++c) out[c * placed.rows + r] = row[c];
        }
        return out;
    }

    Result<StoredTensor> stored(const SourceTensor& tensor) const override {
        const Placed& placed = placedOf(tensor);
        const auto dense = denseType(*placed.tensor->format);
        if (!dense)
            return fail(ErrorCode::Unsupported,
                        "tensor '{}' is quantized ({}); its bytes are no tensor of numbers",
                        tensor.name, tensor.dtype);
        BITSMITH_TRY(const GgufBytes found, m_file->load(*placed.tensor));
        const auto bytes = found.bytes;
        if (placed.order.isSame() && !placed.transposed)
            return StoredTensor{{*dense, tensor.shape, bytes}, found.owner};
        auto copy = std::make_shared<std::vector<std::byte>>(
            placed.transposed ? transposedBytes(bytes, placed.rows, placed.cols, byteSize(*dense))
                              : reordered(placed, bytes));
        return StoredTensor{{*dense, tensor.shape, *copy}, copy};
    }

    Result<std::shared_ptr<const QuantizedMatrix>>
    quantized(const SourceTensor& tensor) const override {
        const Placed& placed = placedOf(tensor);
        if (!tensor.layout) {
            BITSMITH_CHECK(checkDecoded(placed));
            return std::shared_ptr<const QuantizedMatrix>();
        }
        QuantizedMatrix out;
        static_cast<MatrixLayout&>(out) = *tensor.layout;
        BITSMITH_TRY(const GgufBytes found, m_file->load(*placed.tensor));
        const auto bytes = found.bytes;
        if (placed.order.isSame())
            out.codes.assign(bytes.begin(), bytes.end());
        else
            out.codes = reordered(placed, bytes);
        return std::make_shared<const QuantizedMatrix>(std::move(out));
    }

    void release(const SourceTensor& tensor) const override {
        m_file->release(*placedOf(tensor).tensor);
    }

private:
    // What storedWeights() reads.
    static bool isStorable(DType type) {
        return type == DType::F32 || type == DType::F16 || type == DType::BF16;
    }

    const Placed& placedOf(const SourceTensor& tensor) const {
        return m_placed[static_cast<std::size_t>(&tensor - m_tensors.data())];
    }

    static Status checkDecoded(const Placed& placed) {
        const BlockFormat& format = *placed.tensor->format;
        if (format.decode || denseType(format)) return {};
        return fail(ErrorCode::Unsupported,
                    "tensor '{}' is of type {}, which this version does not decode",
                    placed.tensor->name, format.name);
    }

    static std::vector<std::byte> reordered(const Placed& placed,
                                            std::span<const std::byte> bytes) {
        const auto order = placed.order.fileRows();
        const std::size_t rowBytes = bytes.size() / order.size();
        std::vector<std::byte> out(bytes.size());
        for (std::size_t r = 0; r < order.size(); ++r)
            std::memcpy(out.data() + r * rowBytes, bytes.data() + order[r] * rowBytes, rowBytes);
        return out;
    }

    void add(std::string name, const Placed& placed, Shape shape) {
        const BlockFormat& format = *placed.tensor->format;
        SourceTensor tensor;
        tensor.name = std::move(name);
        tensor.shape = std::move(shape);
        tensor.dtype = std::string(format.name);
        tensor.bytes = m_file->size(*placed.tensor);
        const auto dense = denseType(format);
        tensor.floating = dense ? isFloating(*dense) : format.decode != nullptr;
        if (!dense && format.decode && !placed.isVector) {
            MatrixLayout layout;
            layout.grid = "gguf";
            layout.format = tensor.dtype;
            layout.rows = placed.rows;
            layout.cols = placed.cols;
            layout.bits = format.bits;
            layout.groupSize = format.blockSize;
            layout.groupsPerRow = placed.cols / format.blockSize;
            tensor.layout = layout;
        }
        m_tensors.push_back(std::move(tensor));
        m_placed.push_back(placed);
    }

    Status placeKnown(const std::vector<GgufTensorUse>& uses) {
        for (const GgufTensorUse& use : uses) {
            const GgufTensor* tensor = m_file->find(use.file);
            if (!tensor)
                return fail(ErrorCode::BadInput,
                            "tensor '{}' is missing, which its metadata ask for. The file is "
                            "incomplete",
                            use.file);
            const std::vector<std::uint64_t> wanted =
                use.isVector ? std::vector<std::uint64_t>{use.cols}
                             : std::vector<std::uint64_t>{use.cols, use.rows};
            if (tensor->dims != wanted)
                return fail(ErrorCode::BadInput,
                            "tensor '{}' has dimensions {}; its metadata ask for {}", use.file,
                            fmt::join(tensor->dims, " x "), fmt::join(wanted, " x "));
            Shape shape{static_cast<std::int64_t>(use.rows), static_cast<std::int64_t>(use.cols)};
            if (use.transposed) std::swap(shape[0], shape[1]);
            if (use.isVector) shape.erase(shape.begin());
            add(use.model, {tensor, use.rows, use.cols, use.isVector, use.transposed, use.order},
                std::move(shape));
        }
        return {};
    }

    // What the architecture does not name, under its own name.
    void placeOthers(const std::vector<GgufTensorUse>& uses) {
        for (const GgufTensor& tensor : m_file->tensors()) {
            // With a known architecture, a head that is not asked for is a copy of the embedding.
            const bool isKnown =
                std::ranges::find(uses, tensor.name, &GgufTensorUse::file) != uses.end() ||
                (!uses.empty() && tensor.name == GgufHead);
            if (isKnown) continue;
            Placed placed{&tensor, 1, static_cast<std::size_t>(tensor.dims[0])};
            Shape shape;
            for (auto dim = tensor.dims.rbegin(); dim != tensor.dims.rend(); ++dim)
                shape.push_back(static_cast<std::int64_t>(*dim));
            for (std::size_t i = 1; i < tensor.dims.size(); ++i)
                placed.rows *= static_cast<std::size_t>(tensor.dims[i]);
            placed.isVector = tensor.dims.size() == 1;
            add(tensor.name, placed, std::move(shape));
        }
        std::vector<std::size_t> order(m_tensors.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::sort(order, {}, [&](std::size_t i) { return m_tensors[i].name; });
        std::vector<SourceTensor> tensors;
        std::vector<Placed> placed;
        for (const std::size_t i : order) {
            tensors.push_back(std::move(m_tensors[i]));
            placed.push_back(m_placed[i]);
        }
        m_tensors = std::move(tensors);
        m_placed = std::move(placed);
    }

    // A vocabulary that cannot be used leaves a model without tokenizer, as in a folder.
    void addVocabulary() {
        const auto files = readGgufVocabulary(m_file->metadata()).and_then(tokenizerFiles);
        if (!files) {
            m_noTokenizer = files.error();
            return;
        }
        for (const TokenizerFile& file : *files)
            m_sideFiles.push_back({file.name, {}, file.content});
    }

    std::shared_ptr<const GgufFile> m_file;
    std::vector<Placed> m_placed; // as m_tensors
    std::vector<SideFile> m_sideFiles;
    std::optional<Error> m_notRunnable, m_noTokenizer;
};

} // namespace

Result<std::shared_ptr<const TensorSource>> openGgufSource(const fs::path& path) {
    BITSMITH_TRY(auto file,
                 CompressedFile::isOne(path) ? GgufFile::openCoded(path) : GgufFile::open(path));
    auto source = std::make_shared<GgufSource>(std::move(file));
    if (const Status built = source->build(); !built)
        return fail(built.error().code, "'{}': {}", path.string(), built.error().message);
    return source;
}

} // namespace bitsmith

#include "core/io/pytorch_file.h"

#include "core/base/mapped_file.h"
#include "core/io/pytorch_parts.h"
#include "core/io/safetensors_header.h"
#include "core/io/text_checks.h"

#include <algorithm>
#include <cstring>

namespace bitsmith {
namespace {

constexpr std::size_t LongestName = 65535;

class PytorchArchive final : public TensorArchive {
public:
    PytorchArchive(std::shared_ptr<const MappedFile> file, std::vector<Entry> entries,
                   std::vector<std::vector<std::byte>> copies)
        : m_file(std::move(file)), m_entries(std::move(entries)), m_copies(std::move(copies)) {}

    const std::vector<Entry>& entries() const override { return m_entries; }
    // A file ignores ranges that are not its own: copies stay.
    void release(const Entry& entry) const override { m_file->release(entry.view.bytes); }
    std::string_view format() const override { return "pytorch"; }

private:
    std::shared_ptr<const MappedFile> m_file;
    std::vector<Entry> m_entries;
    std::vector<std::vector<std::byte>> m_copies; // of tensors that do not lie in C order
};

const char* otherFormat(std::span<const std::byte> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (text.starts_with("GGUF")) return "It is a GGUF file; give it the ending .gguf";
    if (text.starts_with("version https://git-lfs"))
        return "It is a Git LFS pointer, not the file itself; fetch it with 'git lfs pull'";
    if (text.starts_with("<!DOCTYPE") || text.starts_with("<html"))
        return "It is a web page, probably saved instead of the file; download it again";
    if (text.size() > 262 && text.substr(257, 5) == "ustar")
        return "It is of the form that torch wrote before version 0.2; load and save it with torch";
    return "It is neither a ZIP file nor of the older form of torch.save";
}

// Copies elements from strided places to C order.
std::vector<std::byte> gathered(std::span<const std::byte> data, std::size_t elementBytes,
                                const PickledTensor& tensor, std::uint64_t begin,
                                std::uint64_t elements) {
    std::vector<std::byte> out(elements * elementBytes);
    std::vector<std::uint64_t> index(tensor.shape.size(), 0);
    std::uint64_t from = begin;
    for (std::uint64_t i = 0; i < elements; ++i) {
        std::memcpy(out.data() + i * elementBytes, data.data() + from * elementBytes, elementBytes);
        for (std::size_t d = index.size(); d-- > 0;) {
            from += tensor.strides[d];
            if (++index[d] < tensor.shape[d]) break;
            from -= tensor.strides[d] * tensor.shape[d];
            index[d] = 0;
        }
    }
    return out;
}

bool isContiguous(const PickledTensor& tensor) {
    std::uint64_t expected = 1;
    for (std::size_t d = tensor.shape.size(); d-- > 0;) {
        if (tensor.shape[d] == 1) continue;
        if (tensor.strides[d] != expected) return false;
        expected *= tensor.shape[d];
    }
    return true;
}

// The place after the last element that a tensor touches, from its first one; nothing on overflow.
std::optional<std::uint64_t> extent(const PickledTensor& tensor) {
    std::uint64_t end = 1;
    for (std::size_t d = 0; d < tensor.shape.size(); ++d) {
        std::uint64_t step = 0;
        if (__builtin_mul_overflow(tensor.shape[d] - 1, tensor.strides[d], &step) ||
            __builtin_add_overflow(end, step, &end))
            return std::nullopt;
    }
    return end;
}

class ArchiveMaker {
public:
    ArchiveMaker(std::shared_ptr<const MappedFile> file, PytorchParts parts, std::string where)
        : m_file(std::move(file)), m_parts(std::move(parts)), m_where(std::move(where)) {}

    Result<std::shared_ptr<const TensorArchive>> make() {
        const Pickle& pickle = m_parts.pickle;
        const PickleValue* dict = dictOfTensors();
        if (!dict)
            return fail(ErrorCode::BadInput,
                        "{}: it holds no dictionary of tensors, neither at the top nor under "
                        "'state_dict' or 'model'. Save the model's state_dict() with torch",
                        m_where);
        for (std::size_t i = 0; i + 1 < dict->items.size(); i += 2) {
            const PickleValue &key = pickle[dict->items[i]], &value = pickle[dict->items[i + 1]];
            if (value.kind != PickleKind::Tensor) continue;
            if (key.kind != PickleKind::Text || key.text.size() > LongestName || !isUtf8(key.text))
                return fail(ErrorCode::BadInput, "{}: a tensor's name is no text in UTF-8",
                            m_where);
            BITSMITH_TRY(TensorView view,
                         viewOf(pickle.tensors[static_cast<std::size_t>(value.number)],
                                quotedName(key.text)));
            m_entries.push_back({std::string(key.text), std::move(view)});
        }
        std::ranges::sort(m_entries, {}, &TensorArchive::Entry::name);
        for (std::size_t i = 1; i < m_entries.size(); ++i)
            if (m_entries[i].name == m_entries[i - 1].name)
                return fail(ErrorCode::BadInput, "{}: the tensor {} is there twice", m_where,
                            quotedName(m_entries[i].name));
        return std::make_shared<PytorchArchive>(std::move(m_file), std::move(m_entries),
                                                std::move(m_copies));
    }

private:
    bool holdsTensors(const PickleValue* dict) const {
        if (!dict || dict->kind != PickleKind::Dict) return false;
        for (std::size_t i = 1; i < dict->items.size(); i += 2)
            if (m_parts.pickle[dict->items[i]].kind == PickleKind::Tensor) return true;
        return false;
    }
    const PickleValue* dictOfTensors() const {
        const Pickle& pickle = m_parts.pickle;
        const PickleValue& root = pickle[pickle.root];
        for (const char* key : {"state_dict", "model_state_dict", "model", "module", "net"})
            if (const PickleValue* inner = pickle.find(root, key); holdsTensors(inner))
                return inner;
        return holdsTensors(&root) ? &root : nullptr;
    }

    Result<TensorView> viewOf(const PickledTensor& tensor, const std::string& name) {
        const PickledStorage& storage = m_parts.pickle.storages[tensor.storage];
        const auto data = m_parts.data.find(storage.key);
        if (data == m_parts.data.end())
            return fail(ErrorCode::BadInput,
                        "{}: the data of {} (storage {}) is missing. The file is damaged or "
                        "incomplete; get it again",
                        m_where, name, quotedName(storage.key));
        const std::size_t elementBytes = byteSize(storage.dtype);
        if (storage.elements > data->second.size() / elementBytes)
            return fail(ErrorCode::BadInput,
                        "{}: the storage {} of {} should have {} elements of {}, but has {} bytes",
                        m_where, quotedName(storage.key), name, storage.elements,
                        dtypeName(storage.dtype), data->second.size());
        TensorView view;
        view.dtype = storage.dtype;
        for (const std::uint64_t size : tensor.shape)
            view.shape.push_back(static_cast<std::int64_t>(size)); // a count: fits
        const auto bytes = checkedTensorBytes(view.shape, view.dtype);
        if (!bytes)
            return fail(ErrorCode::BadInput, "{}: {} has the impossible shape {}", m_where, name,
                        shapeText(view.shape));
        if (*bytes == 0) return view;
        const std::uint64_t elements = *bytes / elementBytes;
        const auto end = extent(tensor);
        if (!end || tensor.offset > storage.viewElements ||
            *end > storage.viewElements - tensor.offset)
            return fail(ErrorCode::BadInput,
                        "{}: {} of shape {} with strides {} from element {} leaves its storage of "
                        "{} elements. The file is damaged",
                        m_where, name, shapeText(view.shape), fmt::join(tensor.strides, ","),
                        tensor.offset, storage.viewElements);
        const std::uint64_t begin = storage.begin + tensor.offset;
        if (isContiguous(tensor)) {
            view.bytes = data->second.subspan(begin * elementBytes, *bytes);
            return view;
        }
        // A few stored elements could stand for any number of others.
        if (elements > storage.elements || *bytes > m_file->bytes().size() - m_copiedBytes)
            return fail(ErrorCode::BadInput,
                        "{}: {} of shape {} repeats the same stored elements. Save it with torch "
                        "as .contiguous()",
                        m_where, name, shapeText(view.shape));
        m_copiedBytes += *bytes;
        m_copies.push_back(gathered(data->second, elementBytes, tensor, begin, elements));
        view.bytes = m_copies.back();
        return view;
    }

    std::shared_ptr<const MappedFile> m_file;
    PytorchParts m_parts;
    std::string m_where;
    std::vector<TensorArchive::Entry> m_entries;
    std::vector<std::vector<std::byte>> m_copies;
    std::uint64_t m_copiedBytes = 0;
};

} // namespace

bool looksLikePytorch(std::span<const std::byte> bytes) {
    return isLegacyPytorch(bytes) ||
           (bytes.size() >= 4 && std::memcmp(bytes.data(), "PK\3\4", 4) == 0);
}

Result<std::shared_ptr<const TensorArchive>> openPytorchFile(const std::filesystem::path& path) {
    BITSMITH_TRY(auto file, MappedFile::open(path));
    const std::string where = fmt::format("PyTorch file '{}'", path.string());
    if (!looksLikePytorch(file->bytes()))
        return fail(ErrorCode::BadInput, "{}: this is no checkpoint of torch. {}", where,
                    otherFormat(file->bytes()));
    BITSMITH_TRY(auto parts, isLegacyPytorch(file->bytes())
                                 ? readLegacyPytorch(file->bytes(), where)
                                 : readPytorchZip(file->bytes(), where));
    return ArchiveMaker(std::move(file), std::move(parts), where).make();
}

} // namespace bitsmith

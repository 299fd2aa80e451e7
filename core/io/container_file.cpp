#include "core/io/container_file.h"

#include "core/base/hash.h"
#include "core/base/memory.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/coded_stream.h"
#include "core/io/container_parts.h"
#include "core/io/json_fields.h"
#include "core/io/safetensors_header.h"
#include "core/io/strict_json.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>

namespace bitsmith {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

// Adds where a problem is to an error that only says what it is.
tl::unexpected<Error> at(const fs::path& place, const std::string& tensor, const Error& error) {
    return fail(error.code, "container '{}'{}: {}", place.string(),
                tensor.empty() ? std::string() : fmt::format(", tensor {}", tensor), error.message);
}

Result<json> readManifest(const fs::path& folder) {
    const fs::path path = folder / ContainerManifest;
    BITSMITH_TRY(json manifest, readStrictJson(path));
    const auto format = textField(manifest, "format");
    if (!format || *format != ContainerFormat)
        return fail(ErrorCode::BadInput,
                    "'{}' is not the manifest of a Bitsmith container (its \"format\" is not "
                    "\"{}\")",
                    path.string(), ContainerFormat);
    const auto version = countField(manifest, "version", 1, UINT64_MAX);
    if (!version) return at(folder, "", version.error());
    if (*version > static_cast<std::uint64_t>(ContainerVersion))
        return fail(ErrorCode::Unsupported,
                    "container '{}' has version {}, written by a newer Bitsmith; this one reads up "
                    "to {}. Update Bitsmith to open it",
                    folder.string(), *version, ContainerVersion);
    return manifest;
}

Result<const json*> listField(const json& manifest, const char* key) {
    if (!manifest.contains(key) || !manifest[key].is_array())
        return fail(ErrorCode::BadInput, "\"{}\" is not a list", key);
    return &manifest[key];
}

std::string directoryKey(const BitsmithFile& file) {
    return Hasher().add(file.directory().dump()).hex();
}

const TensorView* storedView(const TensorArchive& archive, const std::string& name) {
    const TensorArchive::Entry* entry = archive.find(name);
    return entry ? &entry->view : nullptr;
}

} // namespace

class ContainerReader {
public:
    explicit ContainerReader(const fs::path& folder) : m_folder(folder) {
        m_container->m_folder = folder;
    }

    Result<std::shared_ptr<const Container>> read() {
        BITSMITH_TRY(const json manifest, readManifest(m_folder));
        Container& c = *m_container;
        const bool coded = manifest["version"] != 1;
        if (coded) {
            BITSMITH_TRY(c.m_file, BitsmithFile::open(m_folder / CodedContainerWeights));
        } else {
            BITSMITH_TRY(c.m_archive, openTensorArchive(m_folder / ContainerWeights));
        }
        const json& rows = coded ? c.m_file->directory() : manifest;
        Status status = readHead(manifest);
        if (status && coded) status = checkTogether(manifest);
        if (status) status = readQuantized(rows);
        if (status) status = readCopied(rows);
        if (status) status = checkComplete();
        if (!status) return at(m_folder, m_tensor, status.error());
        return std::shared_ptr<const Container>(std::move(m_container));
    }

private:
    Status readHead(const json& manifest) {
        Container& c = *m_container;
        BITSMITH_TRY(c.m_sourceName, textField(manifest, "source"));
        BITSMITH_TRY(c.m_engineVersion, textField(manifest, "engine"));
        BITSMITH_TRY(c.m_tensorBytes, countField(manifest, "bytes", 0, UINT64_MAX));
        if (const auto ranges = manifest.find("activation_ranges"); ranges != manifest.end()) {
            const auto wrong =
                fail(ErrorCode::BadInput, "\"activation_ranges\" is no object of finite numbers");
            if (!ranges->is_object()) return wrong;
            for (const auto& [name, value] : ranges->items()) {
                if (!value.is_number() || !(value.get<float>() >= 0) ||
                    !std::isfinite(value.get<float>()))
                    return wrong;
                c.m_activationRanges[name] = value.get<float>();
            }
        }
        return {};
    }

    // The manifest of a coded container only points to the directory of the weights.
    Status checkTogether(const json& manifest) {
        BITSMITH_TRY(const std::string weights, textField(manifest, "weights"));
        BITSMITH_TRY(const std::string key, textField(manifest, "directory"));
        if (weights != CodedContainerWeights || key != directoryKey(*m_container->m_file))
            return fail(ErrorCode::BadInput, "{} and {} do not belong together", ContainerManifest,
                        CodedContainerWeights);
        return {};
    }

    Status readQuantized(const json& manifest) {
        Container& c = *m_container;
        BITSMITH_TRY(const json* const rows, listField(manifest, "tensors"));
        c.m_quantized.reserve(rows->size());
        for (std::size_t i = 0; i < rows->size(); ++i) {
            const auto name = textField((*rows)[i], "name");
            m_tensor = name ? quotedName(*name) : fmt::format("number {}", i + 1);
            BITSMITH_TRY(ContainerTensor tensor, tensorFromJson((*rows)[i]));
            BITSMITH_CHECK(checkPlace(tensor.coded));
            if (!c.coded()) {
                BITSMITH_CHECK(findParts(tensor, [&](const std::string& name) {
                    return storedView(*c.m_archive, name);
                }));
                for (const auto& part : partDeclarations(tensor)) BITSMITH_CHECK(claim(part.name));
            }
            m_sum += tensor.storedBytes();
            c.m_quantized.push_back(std::move(tensor));
            if (!c.m_quantizedByName.emplace(c.m_quantized.back().name, i).second)
                return fail(ErrorCode::BadInput, "it is listed twice");
        }
        m_tensor.clear();
        return {};
    }

    Status readCopied(const json& manifest) {
        Container& c = *m_container;
        BITSMITH_TRY(const json* const rows, listField(manifest, "copied"));
        c.m_copied.reserve(rows->size());
        for (std::size_t i = 0; i < rows->size(); ++i) {
            m_tensor = fmt::format("number {} of \"copied\"", i + 1);
            const json& row = (*rows)[i];
            BITSMITH_TRY(const std::string name, textField(row, "name"));
            m_tensor = quotedName(name);
            ContainerCopy copy;
            copy.name = name;
            BITSMITH_TRY(copy.hash, textField(row, "hash"));
            BITSMITH_CHECK(c.coded() ? readCodedCopy(row, copy) : readPackedCopy(row, copy));
            if (c.m_quantizedByName.contains(name))
                return fail(ErrorCode::BadInput, "it is listed as quantized and as copied");
            m_sum += copy.bytes;
            c.m_copied.push_back(std::move(copy));
            if (!c.m_copiedByName.emplace(c.m_copied.back().name, i).second)
                return fail(ErrorCode::BadInput, "it is listed twice");
        }
        m_tensor.clear();
        return {};
    }

    Status readPackedCopy(const json& row, ContainerCopy& copy) {
        BITSMITH_TRY(copy.bytes, countField(row, "bytes", 0, UINT64_MAX));
        const TensorArchive::Entry* entry = m_container->m_archive->find(copy.name);
        if (!entry || entry->view.bytes.size() != copy.bytes)
            return fail(ErrorCode::BadInput, "{} does not hold it with {} bytes", ContainerWeights,
                        copy.bytes);
        copy.dtype = entry->view.dtype;
        copy.shape = entry->view.shape;
        return claim(copy.name);
    }

    Status readCodedCopy(const json& row, ContainerCopy& copy) {
        BITSMITH_TRY(const std::string dtype, textField(row, "dtype"));
        const auto known = dtypeFromName(dtype);
        if (!known)
            return fail(ErrorCode::Unsupported, "numbers of type {} are not known",
                        quotedName(dtype));
        copy.dtype = *known;
        BITSMITH_TRY(copy.shape, shapeField(row));
        if (!checkedTensorBytes(copy.shape, copy.dtype))
            return fail(ErrorCode::BadInput, "the shape {} is impossible", shapeText(copy.shape));
        BITSMITH_TRY(copy.coded, placeField(row));
        BITSMITH_CHECK(checkPlace(copy.coded));
        copy.bytes = copy.coded->size;
        return {};
    }

    // Coded containers have a place for every tensor, others for none.
    Status checkPlace(const std::optional<BitsmithBlob>& place) const {
        if (place.has_value() != m_container->coded())
            return fail(ErrorCode::BadInput, "it is {}coded, but the container is {}",
                        place ? "" : "not ", place ? "packed" : "coded");
        if (!place) return {};
        BITSMITH_TRY(const auto unused, m_container->m_file->bytes(*place));
        (void)unused;
        return {};
    }

    Status claim(const std::string& stored) {
        if (!m_claimed.insert(stored).second)
            return fail(ErrorCode::BadInput, "the stored tensor {} belongs to two tensors",
                        quotedName(stored));
        return {};
    }

    Status checkComplete() {
        if (m_container->coded()) return checkSum();
        for (const auto& entry : m_container->m_archive->entries())
            if (!m_claimed.contains(entry.name))
                return fail(ErrorCode::BadInput,
                            "{} holds {}, which {} does not mention. The two files do not belong "
                            "together",
                            ContainerWeights, quotedName(entry.name), ContainerManifest);
        return checkSum();
    }

    Status checkSum() const {
        if (m_sum != m_container->m_tensorBytes)
            return fail(ErrorCode::BadInput, "\"bytes\" is {}, but the tensors have {}",
                        m_container->m_tensorBytes, m_sum);
        return {};
    }

    fs::path m_folder;
    std::shared_ptr<Container> m_container = std::make_shared<Container>();
    std::string m_tensor; // where we are, for messages
    std::set<std::string> m_claimed;
    std::uint64_t m_sum = 0;
};

const ContainerTensor* Container::find(std::string_view name) const {
    const auto at = m_quantizedByName.find(name);
    return at == m_quantizedByName.end() ? nullptr : &m_quantized[at->second];
}

const ContainerCopy* Container::findCopied(std::string_view name) const {
    const auto at = m_copiedByName.find(name);
    return at == m_copiedByName.end() ? nullptr : &m_copied[at->second];
}

Result<std::shared_ptr<const QuantizedMatrix>> Container::load(std::string_view name) const {
    const ContainerTensor* tensor = find(name);
    if (!tensor)
        return fail(ErrorCode::BadInput, "container '{}' has no quantized tensor {}",
                    m_folder.string(), quotedName(name));
    const std::lock_guard lock(m_mutex);
    auto& loaded = m_loaded[tensor->name];
    if (auto alive = loaded.lock()) return alive;
    auto matrix = loadParts(*tensor);
    if (!matrix)
        return fail(matrix.error().code, "container '{}', tensor {}: {}", m_folder.string(),
                    quotedName(name), matrix.error().message);
    loaded = *matrix;
    release(name); // the bytes are in memory twice until then
    return *matrix;
}

Result<std::shared_ptr<const QuantizedMatrix>>
Container::loadParts(const ContainerTensor& tensor) const {
    if (tensor.coded) {
        BITSMITH_TRY(const auto bytes, m_file->bytes(*tensor.coded));
        return decodeMatrix(bytes, tensor.layout, tensor.tensorScale);
    }
    BITSMITH_TRY(const ContainerParts parts, findParts(tensor, [&](const std::string& stored) {
                     return storedView(*m_archive, stored);
                 }));
    return matrixFromParts(tensor, parts);
}

Result<StoredTensor> Container::stored(const ContainerCopy& copy) const {
    StoredTensor out;
    if (!copy.coded) {
        static_cast<TensorView&>(out) = m_archive->find(copy.name)->view;
        out.owner = m_archive;
        return out;
    }
    const std::lock_guard lock(m_mutex);
    auto& decoded = m_decoded[copy.name];
    auto bytes = decoded.lock();
    if (!bytes) {
        auto fresh = decodeCopy(copy);
        if (!fresh)
            return fail(fresh.error().code, "container '{}', tensor {}: {}", m_folder.string(),
                        quotedName(copy.name), fresh.error().message);
        bytes = std::make_shared<const std::vector<std::byte>>(*std::move(fresh));
        decoded = bytes;
        release(copy.name);
    }
    out.dtype = copy.dtype;
    out.shape = copy.shape;
    out.bytes = *bytes;
    out.owner = std::move(bytes);
    return out;
}

Result<std::vector<std::byte>> Container::decodeCopy(const ContainerCopy& copy) const {
    const std::uint64_t size = *checkedTensorBytes(copy.shape, copy.dtype);
    if (const std::uint64_t memory = availableMemoryBytes(); memory > 0 && size > memory)
        return fail(ErrorCode::Resources,
                    "decoded it would take {} MB; this machine has {} MB of "
                    "memory left",
                    size / 1'000'000, memory / 1'000'000);
    BITSMITH_TRY(const auto coded, m_file->bytes(*copy.coded));
    BITSMITH_TRY(const CodedStream stream, CodedStream::open(coded, size));
    if (stream.rawSize() != size)
        return fail(ErrorCode::BadInput, "it has {} bytes; a tensor of this shape has {}",
                    stream.rawSize(), size);
    std::vector<std::byte> out(size);
    BITSMITH_CHECK(stream.decode(0, out));
    return out;
}

void Container::release(std::string_view name) const {
    const ContainerCopy* copy = findCopied(name);
    const ContainerTensor* tensor = find(name);
    if (coded()) {
        const auto* place = copy ? &copy->coded : tensor ? &tensor->coded : nullptr;
        if (place && *place) m_file->release(*m_file->bytes(**place));
        return;
    }
    if (copy) m_archive->release(*m_archive->find(copy->name));
    if (tensor)
        for (const auto& part : partDeclarations(*tensor))
            if (const auto* entry = m_archive->find(part.name)) m_archive->release(*entry);
}

std::string Container::contentKey() const {
    return coded() ? directoryKey(*m_file) : m_archive->contentKey();
}

Status Container::verify(std::string_view name) const {
    const ContainerCopy* copy = findCopied(name);
    const ContainerTensor* tensor = find(name);
    if (!copy && !tensor)
        return fail(ErrorCode::BadInput, "container '{}' has no tensor {}", m_folder.string(),
                    quotedName(name));
    std::vector<std::span<const std::byte>> bytes;
    if (coded())
        bytes.push_back(*m_file->bytes(copy ? *copy->coded : *tensor->coded));
    else if (copy)
        bytes.push_back(m_archive->find(copy->name)->view.bytes);
    else
        for (const auto& part : partDeclarations(*tensor))
            bytes.push_back(storedView(*m_archive, part.name)->bytes);
    const std::string hash = coded() ? codedHash(bytes[0]) : storedHash(bytes);
    if (hash != (copy ? copy->hash : tensor->hash))
        return fail(ErrorCode::BadInput,
                    "container '{}': the bytes of {} do not match their checksum. The file is "
                    "damaged; quantize again or restore it from a backup",
                    m_folder.string(), quotedName(name));
    // The blocks have checksums of what they decode to.
    if (!coded()) return {};
    if (copy) {
        BITSMITH_TRY(const auto unused, stored(*copy));
        (void)unused;
    } else {
        BITSMITH_TRY(const auto unused, load(name));
        (void)unused;
    }
    return {};
}

bool isContainer(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path / ContainerManifest, ignored);
}

Result<std::shared_ptr<const Container>> openContainer(const fs::path& folder) {
    return ContainerReader(folder).read();
}

Result<std::vector<std::string>> containerFileNames(const fs::path& folder) {
    BITSMITH_TRY(const json manifest, readManifest(folder));
    const auto files = listField(manifest, "files");
    if (!files) return at(folder, "", files.error());
    std::vector<std::string> names{ContainerManifest};
    for (const json& file : **files) {
        if (!file.is_string() || !isPlainFileName(file.get_ref<const std::string&>()))
            return fail(ErrorCode::BadInput, "container '{}': \"files\" is not a list of names",
                        folder.string());
        names.push_back(file.get<std::string>());
    }
    return names;
}

} // namespace bitsmith

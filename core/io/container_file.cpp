#include "core/io/container_file.h"

#include "core/io/container_parts.h"
#include "core/io/json_fields.h"
#include "core/io/strict_json.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

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
        BITSMITH_TRY(m_container->m_archive, openTensorArchive(m_folder / ContainerWeights));
        Status status = readHead(manifest);
        if (status) status = readQuantized(manifest);
        if (status) status = readCopied(manifest);
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
            BITSMITH_CHECK(findParts(
                tensor, [&](const std::string& name) { return storedView(c.archive(), name); }));
            for (const auto& part : partDeclarations(tensor)) BITSMITH_CHECK(claim(part.name));
            m_sum += tensor.layout.storedBytes();
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
            BITSMITH_TRY(const std::uint64_t bytes, countField(row, "bytes", 0, UINT64_MAX));
            BITSMITH_TRY(const std::string hash, textField(row, "hash"));
            const TensorArchive::Entry* entry = c.archive().find(name);
            if (!entry || entry->view.bytes.size() != bytes)
                return fail(ErrorCode::BadInput, "{} does not hold it with {} bytes",
                            ContainerWeights, bytes);
            BITSMITH_CHECK(claim(name));
            if (c.m_quantizedByName.contains(name))
                return fail(ErrorCode::BadInput, "it is listed as quantized and as copied");
            m_sum += bytes;
            c.m_copied.push_back({*entry, hash});
            c.m_copiedByName.emplace(c.m_copied.back().entry.name, i);
        }
        m_tensor.clear();
        return {};
    }

    Status claim(const std::string& stored) {
        if (!m_claimed.insert(stored).second)
            return fail(ErrorCode::BadInput, "the stored tensor {} belongs to two tensors",
                        quotedName(stored));
        return {};
    }

    Status checkComplete() {
        for (const auto& entry : m_container->archive().entries())
            if (!m_claimed.contains(entry.name))
                return fail(ErrorCode::BadInput,
                            "{} holds {}, which {} does not mention. The two files do not belong "
                            "together",
                            ContainerWeights, quotedName(entry.name), ContainerManifest);
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
    BITSMITH_TRY(const ContainerParts parts, findParts(*tensor, [&](const std::string& stored) {
                     return storedView(*m_archive, stored);
                 }));
    auto matrix = matrixFromParts(*tensor, parts);
    if (!matrix) return bitsmith::at(m_folder, "", matrix.error());
    loaded = *matrix;
    release(name); // the bytes are in memory twice until then
    return *matrix;
}

void Container::release(std::string_view name) const {
    if (const ContainerCopy* copy = findCopied(name)) m_archive->release(copy->entry);
    if (const ContainerTensor* tensor = find(name))
        for (const auto& part : partDeclarations(*tensor))
            if (const auto* entry = m_archive->find(part.name)) m_archive->release(*entry);
}

Status Container::verify(std::string_view name) const {
    const ContainerCopy* copy = findCopied(name);
    const ContainerTensor* tensor = find(name);
    std::vector<std::span<const std::byte>> bytes;
    if (copy) bytes.push_back(copy->entry.view.bytes);
    if (tensor)
        for (const auto& part : partDeclarations(*tensor))
            bytes.push_back(storedView(*m_archive, part.name)->bytes);
    if (bytes.empty())
        return fail(ErrorCode::BadInput, "container '{}' has no tensor {}", m_folder.string(),
                    quotedName(name));
    if (storedHash(bytes) == (copy ? copy->hash : tensor->hash)) return {};
    return fail(ErrorCode::BadInput,
                "container '{}': the bytes of {} do not match their checksum. The file is damaged; "
                "quantize again or restore it from a backup",
                m_folder.string(), quotedName(name));
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

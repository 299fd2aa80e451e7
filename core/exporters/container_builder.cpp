#include "core/exporters/container_builder.h"

#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/codec/coded_matrix.h"
#include "core/codec/coded_stream.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t WriteAtOnce = std::size_t{8} << 20; // bytes between two checkpoints
constexpr const char* KeptRecipe = "kept"; // of a tensor that the source had quantized already
constexpr std::size_t HashDigits = 32;

std::map<std::string, std::string> metadata() { return {{"format", ContainerFormat}}; }

} // namespace

ContainerBuilder::ContainerBuilder(std::vector<std::string> names, std::vector<bool> journaled,
                                   const QuantizationJournal* journal,
                                   const ContainerSource& source, RunContext& context, bool coded)
    : m_journal(journal), m_source(source), m_context(context), m_coded(coded),
      m_tensors(names.size()) {
    for (std::size_t i = 0; i < names.size(); ++i) {
        m_tensors[i].name = std::move(names[i]);
        m_tensors[i].fromJournal = journaled.at(i);
        // Placeholders of the right length, for the size of the manifest.
        m_tensors[i].hash.assign(HashDigits, '0');
    }
}

void ContainerBuilder::setActivations(std::map<std::string, std::string> schemes,
                                      const ActivationRanges& ranges) {
    m_schemes = std::move(schemes);
    m_ranges = ranges;
}

Status ContainerBuilder::collect() {
    for (const auto& [operand, range] : m_source.activationRanges())
        m_ranges.try_emplace(operand, range);
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        m_context.checkpoint(0.4 * static_cast<double>(i) / static_cast<double>(m_tensors.size()));
        Tensor& tensor = m_tensors[i];
        BITSMITH_CHECK(tensor.fromJournal ? collectQuantized(tensor) : collectKept(tensor));
    }
    for (const Tensor& tensor : m_tensors)
        m_coded = m_coded || (tensor.quantized && tensor.quantized->tensor.coded);
    for (Tensor& tensor : m_tensors) declare(tensor);
    m_declared = inReferenceOrder(std::move(m_declared));
    m_sideFiles = m_source.sideFiles();
    std::ranges::sort(m_sideFiles, {}, &SideFile::name);
    return {};
}

Status ContainerBuilder::collectQuantized(Tensor& tensor) const {
    if (!m_journal->contains(tensor.name))
        return fail(ErrorCode::Failed, "the journal in '{}' lacks the tensor {}",
                    m_journal->folder().string(), quotedName(tensor.name));
    BITSMITH_TRY(JournalEntry entry,
                 readJournalEntry(m_journal->entryPath(tensor.name), tensor.name));
    // The matrix is (output x input); some models store it the other way round. Which way a
    // square one lies does not matter to a reader of the container.
    BITSMITH_TRY(const Shape shape, m_source.shape(tensor.name));
    const bool transposed = entry.tensor.shape != shape;
    if (shape.size() != 2 ||
        (transposed && entry.tensor.shape != Shape{shape.rbegin(), shape.rend()}))
        return fail(ErrorCode::Failed,
                    "the quantized {} is {}, but the model's tensor is {}. The journal is of "
                    "another model; run without resuming",
                    quotedName(tensor.name), shapeText(entry.tensor.shape), shapeText(shape));
    entry.tensor.shape = shape;
    entry.tensor.transposed = transposed;
    if (const auto found = m_schemes.find(tensor.name); found != m_schemes.end())
        entry.tensor.activations = found->second;
    tensor.quantized = std::move(entry);
    return {};
}

Status ContainerBuilder::collectKept(Tensor& tensor) const {
    BITSMITH_TRY(const auto matrix, m_source.quantized(tensor.name));
    if (!matrix) {
        BITSMITH_TRY(const StoredTensor stored, m_source.stored(tensor.name));
        tensor.dtype = stored.dtype;
        tensor.shape = stored.shape;
        tensor.copiedBytes = stored.bytes.size();
        return {};
    }
    ContainerTensor kept = describeMatrix(*matrix);
    kept.name = tensor.name;
    kept.recipe = KeptRecipe;
    kept.activations = m_source.activations(tensor.name);
    BITSMITH_TRY(const Shape shape, m_source.shape(tensor.name));
    kept.transposed = kept.shape != shape;
    kept.shape = shape;
    kept.hash = tensor.hash;
    tensor.kept = std::move(kept);
    m_source.release(tensor.name);
    return {};
}

void ContainerBuilder::declare(Tensor& tensor) {
    std::vector<SafetensorsWriter::Declaration> declared;
    if (const ContainerTensor* described = tensor.description())
        declared = partDeclarations(*described);
    else
        declared = {{tensor.name, tensor.dtype, tensor.shape}};
    for (std::size_t i = 0; i < declared.size(); ++i) {
        m_stored[declared[i].name] = {&tensor, i};
        m_declared.push_back(std::move(declared[i]));
    }
}

Status ContainerBuilder::checkSpace(const fs::path& folder) const {
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    const std::uint64_t needed = safetensorsFileBytes(m_declared, metadata());
    if (error || space.available >= needed) return {};
    return fail(ErrorCode::Resources,
                "the container needs {} MB, but '{}' has {} MB left. Free some space and resume; "
                "what is finished stays in the journal",
                needed / 1'000'000 + 1, folder.string(), space.available / 1'000'000);
}

Status ContainerBuilder::writeWeights(const fs::path& folder) {
    m_written = 0;
    return m_coded ? writeCoded(folder) : writePacked(folder);
}

Status ContainerBuilder::writePacked(const fs::path& folder) {
    BITSMITH_TRY(SafetensorsWriter writer,
                 SafetensorsWriter::create(folder / ContainerWeights, m_declared, metadata()));
    for (const auto& declared : m_declared)
        BITSMITH_CHECK(writePart(m_stored.at(declared.name), writer));
    BITSMITH_CHECK(writer.finish());
    m_files.push_back(ContainerWeights);
    return {};
}

Status ContainerBuilder::writeCoded(const fs::path& folder) {
    BITSMITH_TRY(BitsmithFileWriter writer,
                 BitsmithFileWriter::create(folder / CodedContainerWeights));
    for (std::size_t i = 0; i < m_tensors.size(); ++i) {
        m_context.checkpoint(0.4 +
                             0.5 * static_cast<double>(i) / static_cast<double>(m_tensors.size()));
        Tensor& tensor = m_tensors[i];
        BITSMITH_TRY(const auto bytes, encoded(tensor));
        const BitsmithBlob place{writer.offset(), bytes.size()};
        BITSMITH_CHECK(writer.write(bytes));
        tensor.hash = codedHash(bytes);
        if (ContainerTensor* described = tensor.quantized ? &tensor.quantized->tensor
                                         : tensor.kept    ? &*tensor.kept
                                                          : nullptr) {
            described->coded = place;
            described->hash = tensor.hash;
        } else {
            tensor.placed = place;
        }
    }
    nlohmann::ordered_json directory{{"kind", "container"}};
    directory.update(rows());
    BITSMITH_TRY(const std::uint64_t unused, writer.finish(directory));
    (void)unused;
    m_directoryKey = Hasher().add(nlohmann::json(directory).dump()).hex();
    m_files.push_back(CodedContainerWeights);
    return {};
}

// The journal may have a tensor packed although the container is coded.
Result<std::vector<std::byte>> ContainerBuilder::encoded(Tensor& tensor) const {
    if (tensor.quantized) {
        const JournalEntry& entry = *tensor.quantized;
        const auto coded = entry.parts.codes.bytes;
        std::vector<std::byte> bytes(coded.begin(), coded.end());
        if (!entry.tensor.coded) {
            BITSMITH_TRY(const auto matrix, matrixFromParts(entry.tensor, entry.parts));
            bytes = encodeMatrix(*matrix);
        }
        entry.release();
        return bytes;
    }
    std::vector<std::byte> bytes;
    if (tensor.kept) {
        BITSMITH_TRY(const auto matrix, m_source.quantized(tensor.name));
        bytes = encodeMatrix(*matrix);
    } else {
        BITSMITH_TRY(const StoredTensor stored, m_source.stored(tensor.name));
        bytes = encodeStream(stored.bytes, stored.dtype);
    }
    m_source.release(tensor.name);
    return bytes;
}

Status ContainerBuilder::writePart(const Part& part, SafetensorsWriter& writer) {
    Tensor& owner = *part.owner;
    std::shared_ptr<const QuantizedMatrix> matrix;
    std::vector<std::byte> packedZeros;
    StoredTensor stored;
    std::span<const std::byte> bytes;
    if (owner.quantized) {
        bytes = owner.quantized->parts.inOrder().at(part.index);
    } else if (owner.kept) {
        BITSMITH_TRY(matrix, m_source.quantized(owner.name));
        const auto parts = partsOf(*matrix, packedZeros).inOrder();
        bytes = parts.at(part.index);
        if (part.index == 0) owner.kept->hash = storedHash(parts);
    } else {
        BITSMITH_TRY(stored, m_source.stored(owner.name));
        bytes = stored.bytes;
        owner.hash = storedHash({&bytes, 1});
    }
    for (std::size_t at = 0; at < bytes.size(); at += WriteAtOnce) {
        const auto piece = bytes.subspan(at, std::min(WriteAtOnce, bytes.size() - at));
        BITSMITH_CHECK(writer.write(piece));
        m_written += piece.size();
        m_context.checkpoint(0.4 + 0.5 * static_cast<double>(m_written) /
                                       static_cast<double>(writer.fileBytes()));
    }
    if (owner.quantized)
        owner.quantized->release();
    else
        m_source.release(owner.name);
    return {};
}

Status ContainerBuilder::copySideFiles(const fs::path& folder) {
    for (const SideFile& from : m_sideFiles) {
        m_context.checkpoint(0.95);
        const bool taken = from.name == ContainerManifest ||
                           std::ranges::find(m_files, from.name) != m_files.end();
        if (!isPlainFileName(from.name) || taken)
            return fail(ErrorCode::Failed,
                        "cannot copy '{}' into the container: the name {} is taken or cannot be "
                        "kept",
                        from.path.string(), quotedName(from.name));
        BITSMITH_CHECK(writeSideFile(from, folder / from.name));
        m_files.push_back(from.name);
    }
    return {};
}

nlohmann::ordered_json ContainerBuilder::rows() const {
    auto quantized = nlohmann::ordered_json::array(), copied = quantized;
    for (const Tensor& tensor : m_tensors) {
        if (const ContainerTensor* described = tensor.description())
            quantized.push_back(tensorToJson(*described));
        else if (tensor.placed)
            copied.push_back({{"name", tensor.name},
                              {"dtype", dtypeName(tensor.dtype)},
                              {"shape", tensor.shape},
                              {"at", toJson(*tensor.placed)},
                              {"hash", tensor.hash}});
        else
            copied.push_back(
                {{"name", tensor.name}, {"bytes", tensor.bytes()}, {"hash", tensor.hash}});
    }
    return {{"tensors", std::move(quantized)}, {"copied", std::move(copied)}};
}

Result<std::string> ContainerBuilder::manifest(const std::string& sourceName,
                                               const std::vector<std::string>& files) const {
    nlohmann::ordered_json manifest{{"format", ContainerFormat},
                                    {"version", m_coded ? ContainerVersion : 1},
                                    {"engine", version()},
                                    {"source", sourceName}};
    std::uint64_t bytes = 0;
    for (const Tensor& tensor : m_tensors) bytes += tensor.bytes();
    manifest["bytes"] = bytes;
    manifest["files"] = files;
    if (!m_ranges.empty()) manifest["activation_ranges"] = m_ranges;
    if (m_coded) {
        manifest["weights"] = CodedContainerWeights;
        manifest["directory"] = m_directoryKey;
    } else {
        manifest.update(rows());
    }
    try {
        return manifest.dump(1) + "\n";
    } catch (const nlohmann::json::exception&) {
        return fail(ErrorCode::Failed, "the model's name is not UTF-8 text");
    }
}

Result<std::uint64_t> ContainerBuilder::predictedBytes(const std::string& sourceName) const {
    std::vector<std::string> files{m_coded ? CodedContainerWeights : ContainerWeights};
    std::uint64_t bytes = safetensorsFileBytes(m_declared, metadata());
    for (const SideFile& file : m_sideFiles) {
        files.push_back(file.name);
        std::error_code error;
        bytes += file.path.empty() ? file.content.size() : fs::file_size(file.path, error);
        if (error) return fail(ErrorCode::BadInput, "cannot read '{}'", file.path.string());
    }
    BITSMITH_TRY(const std::string text, manifest(sourceName, files));
    return bytes + text.size();
}

Status ContainerBuilder::writeManifest(const fs::path& folder, const std::string& sourceName) {
    auto text = manifest(sourceName, m_files);
    if (!text)
        return fail(text.error().code, "cannot write '{}': {}",
                    (folder / ContainerManifest).string(), text.error().message);
    BITSMITH_CHECK(writeFileAtomically(folder / ContainerManifest, *text));
    m_files.push_back(ContainerManifest);
    return {};
}

} // namespace bitsmith

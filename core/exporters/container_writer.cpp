// Builds the container in OUT.partial and puts it in place: collect and check everything, stream
// the weights, copy the side files, write the manifest, rename.
#include "core/base/hash.h"
#include "core/base/version.h"
#include "core/exporters/container.h"
#include "core/exporters/journal_entry.h"
#include "core/exporters/output_folder.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t WriteAtOnce = std::size_t{8} << 20; // bytes between two checkpoints

// Removes the half-written container on every way out but success.
class Workplace {
public:
    explicit Workplace(fs::path folder) : m_folder(std::move(folder)) {}
    ~Workplace() {
        std::error_code ignored;
        fs::remove_all(m_folder, ignored);
    }
    Workplace(const Workplace&) = delete;
    const fs::path& folder() const { return m_folder; }

private:
    fs::path m_folder;
};

constexpr const char* KeptRecipe = "kept"; // of a tensor that the source had quantized already

// One tensor of the plan: from the journal, kept as the quantized matrix that it is, or copied.
struct PlannedTensor {
    std::string name;
    std::optional<JournalEntry> quantized;
    std::optional<ContainerTensor> kept;
    StoredTensor source; // where it is copied
    std::string hash;
    const ContainerTensor* description() const {
        return quantized ? &quantized->tensor : kept ? &*kept : nullptr;
    }
    std::uint64_t bytes() const {
        const ContainerTensor* described = description();
        return described ? described->layout.storedBytes() : source.bytes.size();
    }
};

// A stored tensor of model.safetensors and where its bytes come from.
struct StoredPart {
    PlannedTensor* owner = nullptr;
    std::size_t index = 0; // among the owner's parts
};

class ContainerBuilder {
public:
    ContainerBuilder(const Plan& plan, const QuantizationJournal& journal,
                     const ContainerSource& source, RunContext& context)
        : m_plan(plan), m_journal(journal), m_source(source), m_context(context) {}

    Status collect() {
        m_tensors.reserve(m_plan.model_tensors.size());
        for (std::size_t i = 0; i < m_plan.model_tensors.size(); ++i) {
            m_context.checkpoint(0.4 * static_cast<double>(i) /
                                 static_cast<double>(m_plan.model_tensors.size()));
            PlannedTensor tensor;
            tensor.name = m_plan.model_tensors[i].name;
            if (m_plan.tensors.at(i)->recipe)
                BITSMITH_CHECK(collectQuantized(tensor));
            else
                BITSMITH_CHECK(collectKept(tensor));
            m_tensors.push_back(std::move(tensor));
        }
        for (PlannedTensor& tensor : m_tensors) declare(tensor);
        m_declared = inReferenceOrder(std::move(m_declared));
        m_sideFiles = m_source.sideFiles();
        std::ranges::sort(m_sideFiles, {}, &SideFile::name);
        return {};
    }

    Status checkSpace(const fs::path& folder) const {
        std::error_code error;
        const fs::space_info space = fs::space(folder, error);
        const std::uint64_t needed = safetensorsFileBytes(m_declared, metadata());
        if (error || space.available >= needed) return {};
        return fail(
            ErrorCode::Resources,
            "the container needs {} MB, but '{}' has {} MB left. Free some space and resume; "
            "what is finished stays in the journal",
            needed / 1'000'000 + 1, folder.string(), space.available / 1'000'000);
    }

    Status writeWeights(const fs::path& folder) {
        BITSMITH_TRY(SafetensorsWriter writer,
                     SafetensorsWriter::create(folder / ContainerWeights, m_declared, metadata()));
        std::uint64_t written = 0;
        for (const auto& declared : m_declared) {
            const StoredPart& part = m_stored.at(declared.name);
            PlannedTensor& owner = *part.owner;
            std::shared_ptr<const QuantizedMatrix> matrix;
            std::vector<std::byte> packedZeros;
            std::span<const std::byte> bytes = owner.source.bytes;
            if (owner.quantized) {
                bytes = owner.quantized->parts.inOrder().at(part.index);
            } else if (owner.kept) {
                BITSMITH_TRY(matrix, m_source.quantized(owner.name));
                bytes = partsOf(*matrix, packedZeros).inOrder().at(part.index);
            } else {
                owner.hash = storedHash({&bytes, 1});
            }
            for (std::size_t at = 0; at < bytes.size(); at += WriteAtOnce) {
                const auto piece = bytes.subspan(at, std::min(WriteAtOnce, bytes.size() - at));
                BITSMITH_CHECK(writer.write(piece));
                written += piece.size();
                m_context.checkpoint(0.4 + 0.5 * static_cast<double>(written) /
                                               static_cast<double>(writer.fileBytes()));
            }
            if (owner.quantized)
                owner.quantized->release();
            else
                m_source.release(owner.name);
        }
        BITSMITH_CHECK(writer.finish());
        m_files.push_back(ContainerWeights);
        return {};
    }

    Status copySideFiles(const fs::path& folder) {
        for (const SideFile& from : m_sideFiles) {
            m_context.checkpoint(0.95);
            const std::string& name = from.name;
            const bool taken = name == ContainerManifest ||
                               std::find(m_files.begin(), m_files.end(), name) != m_files.end();
            if (!isPlainFileName(name) || taken)
                return fail(
                    ErrorCode::Failed,
                    "cannot copy '{}' into the container: the name {} is taken or cannot be "
                    "kept",
                    from.path.string(), quotedName(name));
            BITSMITH_CHECK(writeSideFile(from, folder / name));
            m_files.push_back(name);
        }
        return {};
    }

    Status writeManifest(const fs::path& folder, const std::string& sourceName) {
        nlohmann::ordered_json manifest{{"format", ContainerFormat},
                                        {"version", ContainerVersion},
                                        {"engine", version()},
                                        {"source", sourceName}};
        auto quantized = nlohmann::ordered_json::array(), copied = quantized;
        std::uint64_t bytes = 0;
        for (const PlannedTensor& tensor : m_tensors) {
            bytes += tensor.bytes();
            if (const ContainerTensor* described = tensor.description())
                quantized.push_back(tensorToJson(*described));
            else
                copied.push_back(
                    {{"name", tensor.name}, {"bytes", tensor.bytes()}, {"hash", tensor.hash}});
        }
        manifest["bytes"] = bytes;
        manifest["files"] = m_files;
        manifest["tensors"] = std::move(quantized);
        manifest["copied"] = std::move(copied);
        try {
            BITSMITH_CHECK(
                writeFileAtomically(folder / ContainerManifest, manifest.dump(1) + "\n"));
        } catch (const nlohmann::json::exception&) {
            return fail(ErrorCode::Failed, "cannot write '{}': the model's name is not UTF-8 text",
                        (folder / ContainerManifest).string());
        }
        m_files.push_back(ContainerManifest);
        return {};
    }

    const std::vector<std::string>& files() const { return m_files; }

private:
    static std::map<std::string, std::string> metadata() { return {{"format", ContainerFormat}}; }

    Status collectQuantized(PlannedTensor& tensor) {
        if (!m_journal.contains(tensor.name))
            return fail(ErrorCode::Failed, "the journal in '{}' lacks the tensor {}",
                        m_journal.folder().string(), quotedName(tensor.name));
        BITSMITH_TRY(JournalEntry entry,
                     readJournalEntry(m_journal.entryPath(tensor.name), tensor.name));
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
        tensor.quantized = std::move(entry);
        return {};
    }

    Status collectKept(PlannedTensor& tensor) {
        BITSMITH_TRY(const auto matrix, m_source.quantized(tensor.name));
        if (!matrix) {
            BITSMITH_TRY(tensor.source, m_source.stored(tensor.name));
            return {};
        }
        ContainerTensor kept = describeMatrix(*matrix);
        kept.name = tensor.name;
        kept.recipe = KeptRecipe;
        BITSMITH_TRY(const Shape shape, m_source.shape(tensor.name));
        kept.transposed = kept.shape != shape;
        kept.shape = shape;
        std::vector<std::byte> packedZeros;
        kept.hash = storedHash(partsOf(*matrix, packedZeros).inOrder());
        tensor.kept = std::move(kept);
        m_source.release(tensor.name);
        return {};
    }

    // The address of `tensor` must stay.
    void declare(PlannedTensor& tensor) {
        std::vector<SafetensorsWriter::Declaration> declared;
        if (const ContainerTensor* described = tensor.description())
            declared = partDeclarations(*described);
        else
            declared = {{tensor.name, tensor.source.dtype, tensor.source.shape}};
        for (std::size_t i = 0; i < declared.size(); ++i) {
            m_stored[declared[i].name] = {&tensor, i};
            m_declared.push_back(std::move(declared[i]));
        }
    }

    const Plan& m_plan;
    const QuantizationJournal& m_journal;
    const ContainerSource& m_source;
    RunContext& m_context;
    std::vector<PlannedTensor> m_tensors;
    std::map<std::string, StoredPart> m_stored; // by name in model.safetensors
    std::vector<SafetensorsWriter::Declaration> m_declared;
    std::vector<SideFile> m_sideFiles;
    std::vector<std::string> m_files; // written so far
};

} // namespace

Result<ContainerFiles> writeContainer(const fs::path& output, const Plan& plan,
                                      const QuantizationJournal& journal,
                                      const ContainerSource& source, const std::string& sourceName,
                                      RunContext& context) {
    const fs::path target = normalizedOutput(output);
    if (target != journal.output())
        return fail(ErrorCode::Failed, "the journal in '{}' does not belong to the output '{}'",
                    journal.folder().string(), target.string());
    BITSMITH_CHECK(checkReplaceable(target));
    ContainerBuilder builder(plan, journal, source, context);
    BITSMITH_CHECK(builder.collect());

    const Workplace workplace(journal.folder() / "container");
    BITSMITH_CHECK(removeFolder(workplace.folder()));
    BITSMITH_CHECK(makeFolder(workplace.folder()));
    BITSMITH_CHECK(builder.checkSpace(workplace.folder()));
    BITSMITH_CHECK(builder.writeWeights(workplace.folder()));
    BITSMITH_CHECK(builder.copySideFiles(workplace.folder()));
    BITSMITH_CHECK(builder.writeManifest(workplace.folder(), sourceName));
    context.checkpoint(1.0);

    BITSMITH_CHECK(checkReplaceable(target)); // things may have happened since
    BITSMITH_CHECK(replaceFolder(workplace.folder(), target));
    ContainerFiles result;
    for (const std::string& name : builder.files()) {
        std::error_code ignored;
        result.files.push_back(target / name);
        result.bytes += fs::file_size(result.files.back(), ignored);
    }
    // The container is in place: a journal that cannot be deleted is no failure.
    if (const Status removed = removeFolder(journal.folder()); !removed)
        context.warn(removed.error().message);
    return result;
}

} // namespace bitsmith

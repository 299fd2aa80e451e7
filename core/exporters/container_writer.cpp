// The end of a quantization run: builds the container in OUT.partial and puts it in place.
#include "core/exporters/container.h"
#include "core/exporters/container_builder.h"
#include "core/exporters/output_folder.h"

namespace bitsmith {
namespace {

namespace fs = std::filesystem;

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

} // namespace

Result<Shape> ModelSource::shape(const std::string& tensor) const {
    const TensorInfo* info = m_model.find(tensor);
    if (!info) return fail(ErrorCode::BadInput, "the model has no tensor '{}'", tensor);
    return info->shape;
}

Result<ContainerFiles> writeContainer(const fs::path& output, const Plan& plan,
                                      const QuantizationJournal& journal,
                                      const ContainerSource& source, const std::string& sourceName,
                                      RunContext& context, const ActivationRanges& ranges) {
    const fs::path target = normalizedOutput(output);
    if (target != journal.output())
        return fail(ErrorCode::Failed, "the journal in '{}' does not belong to the output '{}'",
                    journal.folder().string(), target.string());
    BITSMITH_CHECK(checkReplaceable(target));
    std::vector<std::string> names;
    std::vector<bool> journaled;
    std::map<std::string, std::string> schemes;
    for (std::size_t i = 0; i < plan.model_tensors.size(); ++i) {
        names.push_back(plan.model_tensors[i].name);
        const auto& recipe = plan.tensors.at(i)->recipe;
        journaled.push_back(recipe != nullptr);
        if (recipe && recipe->activations) schemes[names.back()] = recipe->activations->text();
    }
    ContainerBuilder builder(std::move(names), std::move(journaled), &journal, source, context);
    builder.setActivations(std::move(schemes), ranges);
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

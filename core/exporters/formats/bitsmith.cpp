// Bitsmith's own container from a model that is quantized already, wherever that was done: codes
// and parameters as they are, nothing is rounded again.
#include "core/exporters/container_builder.h"
#include "core/exporters/exporter.h"

namespace bitsmith {
namespace {

struct ContainerParams {
    bool coded = true;
    void describe(auto&& field) {
        field("coded", coded,
              {"Entropy-coded", "All tensors as few bits as they need; decoded when loaded"});
    }
};

ContainerBuilder builderFor(const Model& model, const ContainerSource& source, const Params& params,
                            RunContext& context) {
    std::vector<std::string> names;
    for (const TensorInfo& tensor : model.tensors()) names.push_back(tensor.name);
    std::vector<bool> journaled(names.size(), false);
    const bool coded = dynamic_cast<const ParamsOf<ContainerParams>&>(params).value.coded;
    return {std::move(names), std::move(journaled), nullptr, source, context, coded};
}

class ContainerExporter final : public Exporter {
public:
    const ExporterInfo& info() const override {
        static const ExporterInfo Info{.id = "bitsmith",
                                       .title = "Bitsmith container",
                                       .summary = "Bitsmith's own folder, which holds any "
                                                  "quantized matrix",
                                       .extension = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<ContainerParams>>();
    }
    Result<ExportPreview> preview(const Model& model, const Params& params) const override {
        ExportPreview preview;
        for (const TensorInfo& t : model.tensors())
            preview.rows.push_back({t.name, t.dtype, t.dtype, t.bytes, {}});
        const ModelSource source(model);
        RunContext context;
        ContainerBuilder builder = builderFor(model, source, params, context);
        BITSMITH_CHECK(builder.collect());
        BITSMITH_TRY(preview.bytes, builder.predictedBytes(model.name()));
        preview.exact = !dynamic_cast<const ParamsOf<ContainerParams>&>(params).value.coded;
        return preview;
    }
    Result<std::vector<ExportedFile>> write(const Model& model, const Params& params,
                                            const std::filesystem::path& target,
                                            RunContext& context) const override {
        const ModelSource source(model);
        ContainerBuilder builder = builderFor(model, source, params, context);
        BITSMITH_CHECK(builder.collect());
        BITSMITH_CHECK(builder.writeWeights(target));
        BITSMITH_CHECK(builder.copySideFiles(target));
        BITSMITH_CHECK(builder.writeManifest(target, model.name()));
        std::vector<ExportedFile> files;
        for (const std::string& name : builder.files()) {
            std::error_code ignored;
            files.push_back({name, std::filesystem::file_size(target / name, ignored)});
        }
        return files;
    }
};

} // namespace

const Exporter& exporters_bitsmith() {
    static const ContainerExporter Instance;
    return Instance;
}

} // namespace bitsmith

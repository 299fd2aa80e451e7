// AWQ checkpoints in the "gemm" layout, as AutoAWQ writes them and transformers, vLLM and SGLang
// load them. Byte layout: core/io/packed/awq.h. One width and one group size for the whole model.
#include "core/io/packed/awq.h"
#include "core/base/message.h"
#include "core/exporters/packed_export.h"
#include "core/io/packed/gptq.h"

#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

struct AwqParams {
    int shardSize = 5000;
    void describe(auto&& field) { FolderParams::describeShards(field, shardSize); }
};

// -1: one group per row.
std::int64_t groupSizeOf(const MatrixLayout& layout) {
    return layout.groupsPerRow <= 1 ? -1 : static_cast<std::int64_t>(layout.groupSize);
}

bool checkMatrix(FolderExport& out, const Model& model, const TensorInfo& info,
                 std::optional<std::int64_t>& groupSize) {
    if (!checkAffineLinear(out, info, "AWQ")) return false;
    const MatrixLayout& layout = *info.layout;
    const auto refuse = [&](std::string message, std::string remedy) {
        out.problem(info.name, std::move(message), std::move(remedy));
        return false;
    };
    if (layout.bits != 4)
        return refuse(
            "AWQ holds 4 bits, not {}"_message(layout.bits),
            "Quantize this tensor with 4 bits, or export to gptq or compressed-tensors."_message());
    if (layout.columnGroups)
        return refuse(
            "AWQ has no activation order; the groups of this matrix are not contiguous"_message(),
            "Export to gptq, or quantize without activation order or with "
            "static groups."_message());
    if (liesTransposed(model, info))
        return refuse(
            "no program loads AWQ weights of this architecture (they lie as in x out)"_message(),
            "Export to gptq or gguf."_message());
    if (layout.rows % 8 != 0 || layout.cols % 8 != 0 || layout.cols % layout.groupSize != 0)
        return refuse(
            "AWQ packs 8 rows at a time and whole groups; this is {} x {} in groups of {}"_message(
                layout.rows, layout.cols, layout.groupSize),
            "Keep this tensor as it is, or export to compressed-tensors."_message());
    if (!groupSize) groupSize = groupSizeOf(layout);
    // A row that is one group of the common size is both.
    const bool same = *groupSize == groupSizeOf(layout) ||
                      *groupSize == static_cast<std::int64_t>(layout.groupSize);
    if (!same)
        return refuse(
            "AWQ has one group size for the model, {} here; this tensor has {}"_message(
                *groupSize, groupSizeOf(layout)),
            "Quantize all tensors with the same group size, or export to gptq."_message());
    return true;
}

OutputTensor packedTensor(const TensorInfo& info) {
    const MatrixLayout& layout = *info.layout;
    const auto in = static_cast<std::int64_t>(layout.cols),
               out = static_cast<std::int64_t>(layout.rows),
               groups = static_cast<std::int64_t>(layout.groupsPerRow);
    const std::string module = moduleName(info.name);
    OutputTensor tensor;
    tensor.tensor = info.name;
    tensor.parts = {{module + ".qweight", DType::I32, {in, out / 8}},
                    {module + ".qzeros", DType::I32, {groups, out / 8}},
                    {module + ".scales", layout.scaleType, {groups, out}}};
    tensor.write = [](const Model&, const QuantizedMatrix* matrix, std::size_t part,
                      const EmitBytes& emit) {
        if (part == 0) return emit(packed::awqQWeight(*matrix));
        if (part == 1) return emit(packed::awqQZeros(*matrix));
        return emit(packed::gptqScales(*matrix));
    };
    return tensor;
}

class AwqExporter final : public FolderExporter<AwqParams> {
public:
    const ExporterInfo& info() const override {
        static const ExporterInfo Info{
            .id = "awq",
            .title = "AWQ",
            .summary = "4-bit integers with one group size for transformers, vLLM and SGLang",
            .extension = ""};
        return Info;
    }

private:
    Status build(const Model& model, const AwqParams&, FolderExport& out) const override {
        BITSMITH_TRY(auto config, plainConfig(model));
        out.requireQuantized(model);
        std::optional<std::int64_t> groupSize;
        for (const TensorInfo& info : model.tensors()) {
            if (!info.layout)
                out.addCopy(info);
            else if (checkMatrix(out, model, info, groupSize))
                out.add(packedTensor(info), info,
                        *groupSize < 0 ? "int4 per row"_message()
                                       : fmt::format("int4 g{}", *groupSize),
                        info.layout->symmetric ? "symmetric: all zero points are 8"_message()
                                               : std::string());
        }
        if (!needsConfig(out, config, "AWQ") || !out.preview.problems.empty()) return {};
        if (const char* type = commonScaleType(model)) setConfigType(config, type);
        nlohmann::ordered_json quantization{{"quant_method", "awq"},
                                            {"version", "gemm"},
                                            {"bits", 4},
                                            {"group_size", *groupSize},
                                            {"zero_point", true}};
        const auto kept = keptModules(model);
        quantization["modules_to_not_convert"] =
            kept.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(kept);
        config["quantization_config"] = std::move(quantization);
        out.content.files = sideFilesWith(model, config, {});
        BITSMITH_CHECK(out.finish());
        return {};
    }
};

} // namespace

const Exporter& exporters_awq() {
    static const AwqExporter Instance;
    return Instance;
}

} // namespace bitsmith

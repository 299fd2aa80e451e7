// GPTQ checkpoints, as AutoGPTQ and GPTQModel write them and transformers, vLLM and SGLang load
// them. Byte layout: core/io/packed/gptq.h.
#include "core/io/packed/gptq.h"
#include "core/base/message.h"
#include "core/base/version.h"
#include "core/exporters/packed_export.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <tuple>

namespace bitsmith {
namespace {

struct GptqParams {
    std::string checkpointFormat = "auto";
    int shardSize = 5000;
    void describe(auto&& field) {
        field("checkpoint_format", checkpointFormat,
              {"Zero points",
               "gptq stores them minus 1, which every program reads; gptq_v2 as they are, which "
               "asymmetric weights need for safety; auto chooses by symmetry",
               0,
               0,
               {"auto", "gptq", "gptq_v2"}});
        FolderParams::describeShards(field, shardSize);
    }
};

// What the configuration says of a module.
struct Scheme {
    int bits = 4;
    std::int64_t groupSize = -1;
    bool symmetric = true;
    auto operator<=>(const Scheme&) const = default;
};

Scheme schemeOf(const MatrixLayout& layout) {
    const bool whole = layout.groupsPerRow <= 1;
    return {layout.bits, whole ? -1 : static_cast<std::int64_t>(layout.groupSize),
            layout.symmetric};
}

// "int4 g128 sym"
std::string named(const Scheme& scheme) {
    if (scheme.groupSize >= 0)
        return fmt::format("int{} g{}{}", scheme.bits, scheme.groupSize,
                           scheme.symmetric ? " sym" : "");
    return scheme.symmetric ? "int{} per row sym"_message(scheme.bits)
                            : "int{} per row"_message(scheme.bits);
}

std::string escaped(const std::string& module) {
    std::string out;
    for (const char c : module) {
        if (std::string_view(".\\+*?()[]{}^$|").find(c) != std::string_view::npos) out += '\\';
        out += c;
    }
    return out;
}

bool checkMatrix(FolderExport& out, const TensorInfo& info) {
    if (!checkAffineLinear(out, info, "GPTQ")) return false;
    const MatrixLayout& layout = *info.layout;
    if (layout.bits != 2 && layout.bits != 3 && layout.bits != 4 && layout.bits != 8) {
        out.problem(
            info.name, "GPTQ holds 2, 3, 4 and 8 bits, not {}"_message(layout.bits),
            "Quantize this tensor with one of these, or export to compressed-tensors."_message());
        return false;
    }
    if (layout.rows % 32 != 0 || layout.cols % 32 != 0) {
        out.problem(
            info.name,
            "GPTQ packs 32 rows and columns at a time; this is {} x {}"_message(layout.rows,
                                                                                layout.cols),
            "Keep this tensor as it is, or export to compressed-tensors or gguf."_message());
        return false;
    }
    return true;
}

OutputTensor packedTensor(const TensorInfo& info, bool v2) {
    const MatrixLayout& layout = *info.layout;
    const auto in = static_cast<std::int64_t>(layout.cols),
               out = static_cast<std::int64_t>(layout.rows),
               groups = static_cast<std::int64_t>(layout.groupsPerRow);
    const std::string module = moduleName(info.name);
    OutputTensor tensor;
    tensor.tensor = info.name;
    tensor.parts = {{module + ".qweight", DType::I32, {in / 32 * layout.bits, out}},
                    {module + ".qzeros", DType::I32, {groups, out / 32 * layout.bits}},
                    {module + ".scales", layout.scaleType, {groups, out}},
                    {module + ".g_idx", DType::I32, {in}}};
    tensor.write = [v2](const Model&, const QuantizedMatrix* matrix, std::size_t part,
                        const EmitBytes& emit) {
        switch (part) {
        case 0:
            return emit(packed::gptqQWeight(*matrix));
        case 1:
            return emit(packed::gptqQZeros(*matrix, v2));
        case 2:
            return emit(packed::gptqScales(*matrix));
        default:
            return emit(packed::gptqGroupIndices(*matrix));
        }
    };
    return tensor;
}

// vLLM runs these layers as one and asks for the rule of the joint name.
void addJointNames(const std::map<std::string, Scheme>& schemes, const Scheme& base,
                   nlohmann::ordered_json& dynamic, const auto& valueOf) {
    struct Joint {
        const char* name;
        std::vector<const char*> members;
    };
    static const std::array<Joint, 2> Known{
        {{"qkv_proj", {"q_proj", "k_proj", "v_proj"}}, {"gate_up_proj", {"gate_proj", "up_proj"}}}};
    for (const auto& [module, scheme] : schemes)
        for (const Joint& joint : Known) {
            const std::string first = joint.members.front();
            if (!module.ends_with("." + first)) continue;
            const std::string parent = module.substr(0, module.size() - first.size());
            const bool same = std::ranges::all_of(joint.members, [&](const char* member) {
                const auto at = schemes.find(parent + member);
                return at != schemes.end() && at->second == scheme;
            });
            if (same && scheme != base)
                dynamic["+:^" + escaped(parent + joint.name) + "$"] = valueOf(scheme);
        }
}

nlohmann::ordered_json quantizationConfig(const Model& model, bool v2) {
    std::map<std::string, Scheme> schemes;
    std::map<Scheme, std::uint64_t> weights;
    bool actOrder = false, head = false;
    for (const TensorInfo* info : quantizedTensors(model)) {
        const Scheme scheme = schemeOf(*info->layout);
        schemes[moduleName(info->name)] = scheme;
        weights[scheme] += info->layout->rows * info->layout->cols;
        actOrder |= info->layout->columnGroups;
        head |= info->role == "head";
    }
    const Scheme base = std::ranges::max_element(weights, {}, [](const auto& entry) {
                            return entry.second;
                        })->first;
    const auto valueOf = [](const Scheme& scheme) {
        return nlohmann::ordered_json{
            {"bits", scheme.bits}, {"group_size", scheme.groupSize}, {"sym", scheme.symmetric}};
    };
    auto dynamic = nlohmann::ordered_json::object();
    for (const std::string& module : keptModules(model))
        if (!module.ends_with("lm_head")) // "lm_head": false says so already
            dynamic["-:^" + escaped(module) + "$"] = nlohmann::ordered_json::object();
    for (const auto& [module, scheme] : schemes)
        if (scheme != base) dynamic["+:^" + escaped(module) + "$"] = valueOf(scheme);
    addJointNames(schemes, base, dynamic, valueOf);
    nlohmann::ordered_json config{
        {"quant_method", "gptq"}, {"checkpoint_format", v2 ? "gptq_v2" : "gptq"},
        {"bits", base.bits},      {"group_size", base.groupSize},
        {"desc_act", actOrder},   {"static_groups", false},
        {"sym", base.symmetric},  {"lm_head", head},
        {"damp_percent", 0.01},   {"true_sequential", true}};
    if (!dynamic.empty()) config["dynamic"] = std::move(dynamic);
    config["meta"] = {{"quantizer", {fmt::format("bitsmith:{}", version())}}};
    return config;
}

class GptqExporter final : public FolderExporter<GptqParams> {
public:
    const ExporterInfo& info() const override {
        static const ExporterInfo Info{
            .id = "gptq",
            .title = "GPTQ",
            .summary = "Integers of 2, 3, 4 or 8 bits for transformers, vLLM, SGLang and GPTQModel",
            .extension = ""};
        return Info;
    }

private:
    Status build(const Model& model, const GptqParams& own, FolderExport& out) const override {
        BITSMITH_TRY(auto config, plainConfig(model));
        const auto quantized = quantizedTensors(model);
        const bool allSymmetric = std::ranges::all_of(
            quantized, [](const TensorInfo* info) { return info->layout->symmetric; });
        const bool v2 =
            own.checkpointFormat == "auto" ? !allSymmetric : own.checkpointFormat == "gptq_v2";
        out.requireQuantized(model);
        for (const TensorInfo& info : model.tensors()) {
            if (!info.layout) {
                out.addCopy(info);
            } else if (checkMatrix(out, info)) {
                const Scheme scheme = schemeOf(*info.layout);
                out.add(packedTensor(info, v2), info, named(scheme),
                        info.layout->parameterRows == 1 && info.layout->rows > 1
                            ? "one scale for the tensor, written once per row"_message()
                            : std::string());
            }
        }
        if (!needsConfig(out, config, "GPTQ") || !out.preview.problems.empty()) return {};
        const auto quantization = quantizationConfig(model, v2);
        if (const char* type = commonScaleType(model)) setConfigType(config, type);
        config["quantization_config"] = quantization;
        out.content.files =
            sideFilesWith(model, config, {{"quantize_config.json", quantization.dump(2) + "\n"}});
        if (v2)
            out.preview.notes.emplace_back(
                "Stored as gptq_v2, which GPTQModel, transformers and vLLM since October 2025 "
                "load; older programs know only gptq."_message());
        else if (!allSymmetric)
            out.preview.notes.emplace_back(
                "Zero points are stored minus 1; some programs misread those that are 0. gptq_v2 "
                "is safe."_message());
        BITSMITH_CHECK(out.finish());
        return {};
    }
};

} // namespace

const Exporter& exporters_gptq() {
    static const GptqExporter Instance;
    return Instance;
}

} // namespace bitsmith

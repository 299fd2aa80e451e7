// compressed-tensors checkpoints, as llm-compressor writes them and vLLM and transformers load
// them. Byte layout: core/io/packed/compressed_tensors.h; the format of each matrix follows from
// what it is, and modules of one scheme share a config group.
#include "core/io/packed/compressed_tensors.h"
#include "core/base/message.h"
#include "core/exporters/packed_export.h"
#include "core/tensor/bit_packing.h"
#include "core/tensor/codebooks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <set>

namespace bitsmith {
namespace {

struct CompressedParams {
    std::string eightBits = "packed";
    std::string packing = "dense";
    int shardSize = 5000;
    void describe(auto&& field) {
        field("eight_bits", eightBits,
              {"8-bit integers",
               "packed: weights alone; w8a8: plain bytes, and programs round activations to 8 bits "
               "as well, which is faster and less exact",
               0,
               0,
               {"packed", "w8a8"}});
        field("packing", packing,
              {"Packing of odd widths",
               "How 3, 5, 6 and 7 bits fill words; dense: compressed-tensors 0.18 and later; "
               "padded: before",
               0,
               0,
               {"dense", "padded"}});
        FolderParams::describeShards(field, shardSize);
    }
};

// One config group: what all its modules share.
struct Scheme {
    std::string format, type = "int", strategy, scaleDtype;
    int bits = 8;
    std::size_t groupSize = 0;
    bool symmetric = true, columnGroups = false, activations = false;
    auto operator<=>(const Scheme&) const = default;
};

Scheme schemeOf(const MatrixLayout& layout, const CompressedParams& params) {
    Scheme scheme;
    scheme.bits = layout.bits;
    scheme.columnGroups = layout.columnGroups;
    const bool tensor = layout.parameterRows == 1 && layout.rows > 1;
    scheme.strategy = tensor ? "tensor" : layout.groupsPerRow == 1 ? "channel" : "group";
    if (layout.grid == "affine") {
        scheme.symmetric = layout.symmetric;
        scheme.activations = layout.bits == 8 && params.eightBits == "w8a8" &&
                             scheme.strategy != "group" && layout.symmetric;
        scheme.format = scheme.activations ? "int-quantized" : "pack-quantized";
    } else {
        scheme.type = "float";
        const bool mx = layout.scaleType == DType::F8E8M0;
        if (layout.format == "e4m3") {
            scheme.format = mx ? "mxfp8-quantized" : "float-quantized";
        } else {
            scheme.format = mx ? "mxfp4-pack-quantized" : "nvfp4-pack-quantized";
            scheme.strategy = mx ? "group" : "tensor_group";
        }
        if (mx) {
            scheme.strategy = "group";
            scheme.scaleDtype = "torch.uint8";
        }
    }
    if (scheme.strategy == "group" || scheme.strategy == "tensor_group")
        scheme.groupSize = layout.groupSize;
    return scheme;
}

// "pack-quantized int4 g128"
std::string named(const Scheme& scheme) {
    const std::string kind = fmt::format("{} {}{}", scheme.format, scheme.type, scheme.bits);
    if (scheme.groupSize > 0) return fmt::format("{} g{}", kind, scheme.groupSize);
    return scheme.strategy == "tensor" ? "{} per tensor"_message(kind)
                                       : "{} per channel"_message(kind);
}

bool checkMatrix(FolderExport& out, const Model& model, const TensorInfo& info) {
    const MatrixLayout& layout = *info.layout;
    const auto refuse = [&](std::string message, std::string remedy) {
        out.problem(info.name, std::move(message), std::move(remedy));
        return false;
    };
    if (layout.side.any())
        return refuse(
            "compressed-tensors has no place for {}, which this tensor keeps "
            "beside its codes"_message(layout.side.names()),
            "Export densely (safetensors), or keep it as a Bitsmith container."_message());
    if (layout.grid == "mixed")
        return refuse(
            "compressed-tensors has one width for a whole tensor; groups of this one have their "
            "own, {} bits on average"_message(layout.bits),
            "Quantize again with the recipe gptq, export densely (safetensors), or keep it as a "
            "Bitsmith container."_message());
    if (layout.hasBooks())
        return refuse(
            "compressed-tensors holds integers with a scale of 16 bits; levels of this tensor are "
            "{}"_message(describeLevels(layout)),
            "Quantize again with the recipe gptq, export densely (safetensors), or keep it as a "
            "Bitsmith container."_message());
    const bool small = layout.grid == "float" && layout.format == "e2m1";
    const bool known =
        layout.grid == "affine" || small || (layout.grid == "float" && layout.format == "e4m3");
    if (!known && layout.grid == "float")
        return refuse(
            "compressed-tensors has no {}; of the floating-point formats it "
            "has e4m3 and e2m1"_message(layout.name()),
            layout.bits > 4
                ? "Quantize again as fp8 or mxfp8, or export densely (safetensors)."_message()
                : "Quantize again as nvfp4 or mxfp4, or export densely (safetensors)."_message());
    if (!known)
        return refuse("compressed-tensors has no {}"_message(layout.name()),
                      "Export to gguf, or densely (safetensors)."_message());
    if (layout.bits > 8)
        return refuse(
            "compressed-tensors holds at most 8 bits; codes of this tensor "
            "reach beyond -128 to 127"_message(),
            "Export densely (safetensors), or keep it as a Bitsmith container."_message());
    if (layout.columnScaled)
        return refuse(
            "compressed-tensors has no factors of columns, which this tensor "
            "keeps beside its codes"_message(),
            "Export densely (safetensors), or keep it as a Bitsmith container."_message());
    if (moduleName(info.name).empty() || info.role == "embedding" || info.role == "positions")
        return refuse("programs load quantized weights of linear layers only"_message(),
                      "Quantize again and keep this tensor as it is."_message());
    if (liesTransposed(model, info))
        return refuse(
            "programs load linear layers only, not weights that lie as in x out"_message(),
            "Export to gptq or gguf."_message());
    if (layout.groupsPerRow > 1 && layout.cols % layout.groupSize != 0)
        return refuse(
            "{} columns are no whole number of groups of {}"_message(layout.cols, layout.groupSize),
            "Quantize again with a group size that divides the columns."_message());
    const std::size_t needed = layout.scaleType == DType::F8E8M0 ? 32
                               : small                           ? 16
                                                                 : layout.groupSize;
    if (layout.groupSize != needed || layout.cols % layout.groupSize != 0 ||
        (small && layout.scaleType != DType::F8E8M0 && layout.scaleType != DType::F8E4M3))
        return refuse(
            "a 4-bit float needs a scale of F8_E4M3 per 16 columns or of F8_E8M0 per 32; this has "
            "{} per {}"_message(dtypeName(layout.scaleType), layout.groupSize),
            "Quantize again as nvfp4 or mxfp4."_message());
    if (layout.grid == "float" && layout.columnGroups)
        return refuse("floating-point formats have no activation order"_message(),
                      "Quantize again without activation order or with static groups."_message());
    return true;
}

// ---- The stored tensors

std::vector<std::uint8_t> unpackedCodes(const QuantizedMatrix& m) {
    std::vector<std::uint8_t> codes(m.rows * m.cols);
    for (std::size_t r = 0; r < m.rows; ++r)
        unpackBits(std::span(m.codes).subspan(r * m.rowBytes(), m.rowBytes()), m.bits,
                   std::span(codes).subspan(r * m.cols, m.cols));
    return codes;
}

template <class T>
Status emitNumbers(const EmitBytes& emit, const std::vector<T>& numbers) {
    return emit(std::as_bytes(std::span(numbers)));
}

using Emitter = std::function<Status(const QuantizedMatrix&, const EmitBytes&)>;

class PartList {
public:
    explicit PartList(const TensorInfo& info) : m_module(moduleName(info.name)) {
        m_tensor.tensor = info.name;
    }
    void add(const char* suffix, DType dtype, Shape shape, Emitter emitter) {
        m_tensor.parts.push_back({m_module + suffix, dtype, std::move(shape)});
        m_emitters.push_back(std::move(emitter));
    }
    OutputTensor finish() && {
        m_tensor.write = [emitters = std::move(m_emitters)](
                             const Model&, const QuantizedMatrix* matrix, std::size_t part,
                             const EmitBytes& emit) { return emitters[part](*matrix, emit); };
        return std::move(m_tensor);
    }

private:
    std::string m_module;
    OutputTensor m_tensor;
    std::vector<Emitter> m_emitters;
};

void addIntegers(PartList& parts, const MatrixLayout& layout, const Scheme& scheme,
                 const Shape& scales, bool padded) {
    const auto rows = static_cast<std::int64_t>(layout.rows),
               cols = static_cast<std::int64_t>(layout.cols);
    const auto words = [&](std::int64_t count) {
        const std::int64_t each = 32 / layout.bits;
        return padded ? (count + each - 1) / each : (count * layout.bits + 31) / 32;
    };
    if (scheme.activations) {
        parts.add(".weight", DType::I8, {rows, cols}, [](const auto& m, const auto& emit) {
            return emit(packed::signedOfCodes(unpackedCodes(m), m.bits));
        });
        return;
    }
    parts.add(".weight_packed", DType::I32, {rows, words(cols)},
              [padded](const auto& m, const auto& emit) {
                  return emit(packed::compressedWords(m.codes, m.rows, m.cols, m.bits, padded));
              });
    parts.add(".weight_shape", DType::I64, {2}, [](const auto& m, const auto& emit) {
        return emitNumbers<std::int64_t>(
            emit, {static_cast<std::int64_t>(m.rows), static_cast<std::int64_t>(m.cols)});
    });
    if (!layout.symmetric && scheme.strategy == "tensor")
        parts.add(".weight_zero_point", DType::I8, scales, [](const auto& m, const auto& emit) {
            return emit(packed::signedOfCodes(m.zeros, m.bits));
        });
    else if (!layout.symmetric)
        parts.add(".weight_zero_point", DType::I32, {words(rows), scales[1]},
                  [padded](const auto& m, const auto& emit) {
                      return emit(packed::compressedZeroWords(m.zeros, m.rows, m.groupsPerRow,
                                                              m.bits, padded));
                  });
    if (layout.columnGroups)
        parts.add(".weight_g_idx", DType::I32, {cols}, [](const auto& m, const auto& emit) {
            return emitNumbers(emit, m.groupOfColumn);
        });
}

Status emitGlobalScale(const QuantizedMatrix& matrix, const EmitBytes& emit) {
    const auto global = packed::exactReciprocal(matrix.tensorScale);
    if (!global)
        return fail(ErrorCode::Failed,
                    "the tensor scale {} has no exact reciprocal, which is what this format stores",
                    matrix.tensorScale);
    return emitNumbers<float>(emit, {*global});
}

OutputTensor packedTensor(const TensorInfo& info, const Scheme& scheme, bool padded) {
    const MatrixLayout& layout = *info.layout;
    const auto rows = static_cast<std::int64_t>(layout.rows),
               cols = static_cast<std::int64_t>(layout.cols),
               groups = static_cast<std::int64_t>(layout.groupsPerRow);
    const Shape scales = scheme.strategy == "tensor" ? Shape{1} : Shape{rows, groups};
    const auto codes = [](const QuantizedMatrix& m, const EmitBytes& emit) {
        return emit(m.codes);
    };
    PartList parts(info);
    if (scheme.type == "int")
        addIntegers(parts, layout, scheme, scales, padded);
    else if (layout.format == "e4m3")
        parts.add(".weight", DType::F8E4M3, {rows, cols}, codes);
    else
        parts.add(".weight_packed", DType::U8, {rows, cols / 2}, codes);
    const bool mx = layout.scaleType == DType::F8E8M0;
    parts.add(".weight_scale", mx ? DType::U8 : layout.scaleType, scales,
              [](const QuantizedMatrix& m, const EmitBytes& emit) { return emit(m.scales); });
    if (scheme.strategy == "tensor_group")
        parts.add(".weight_global_scale", DType::F32, {1}, emitGlobalScale);
    return std::move(parts).finish();
}

// ---- The configuration

nlohmann::ordered_json groupJson(const Scheme& scheme, nlohmann::ordered_json targets) {
    nlohmann::ordered_json weights{{"num_bits", scheme.bits},       {"type", scheme.type},
                                   {"symmetric", scheme.symmetric}, {"strategy", scheme.strategy},
                                   {"group_size", nullptr},         {"dynamic", false}};
    if (scheme.groupSize > 0) weights["group_size"] = scheme.groupSize;
    if (scheme.columnGroups) weights["actorder"] = "group";
    if (!scheme.scaleDtype.empty()) weights["scale_dtype"] = scheme.scaleDtype;
    nlohmann::ordered_json activations;
    if (scheme.activations)
        activations = {{"num_bits", 8},       {"type", "int"},         {"symmetric", true},
                       {"strategy", "token"}, {"group_size", nullptr}, {"dynamic", true}};
    return {{"targets", std::move(targets)},
            {"weights", std::move(weights)},
            {"input_activations", std::move(activations)},
            {"output_activations", nullptr},
            {"format", scheme.format}};
}

nlohmann::ordered_json quantizationConfig(const Model& model, const CompressedParams& params) {
    std::map<Scheme, std::vector<std::string>> modules;
    bool head = false;
    for (const TensorInfo* info : quantizedTensors(model)) {
        modules[schemeOf(*info->layout, params)].push_back(moduleName(info->name));
        head |= info->role == "head";
    }
    std::vector<std::string> ignore = keptModules(model);
    if (!head && std::ranges::find(ignore, "lm_head") == ignore.end())
        ignore.emplace_back("lm_head");
    auto groups = nlohmann::ordered_json::object();
    std::set<std::string> formats;
    for (const auto& [scheme, names] : modules) {
        // The class where all is alike; otherwise every module by its name.
        nlohmann::ordered_json targets = names;
        if (modules.size() == 1) targets = nlohmann::ordered_json::array({"Linear"});
        groups[fmt::format("group_{}", groups.size())] = groupJson(scheme, std::move(targets));
        formats.insert(scheme.format);
    }
    return {{"quant_method", "compressed-tensors"},
            {"format", formats.size() == 1 ? *formats.begin() : std::string("mixed-precision")},
            {"quantization_status", "compressed"},
            {"global_compression_ratio", nullptr},
            {"kv_cache_scheme", nullptr},
            {"ignore", std::move(ignore)},
            {"config_groups", std::move(groups)}};
}

class CompressedExporter final : public FolderExporter<CompressedParams> {
public:
    const ExporterInfo& info() const override {
        static const ExporterInfo Info{
            .id = "compressed-tensors",
            .title = "compressed-tensors",
            .summary = "Integers of 2 to 8 bits, FP8, NVFP4 and MXFP4 for vLLM and transformers",
            .extension = ""};
        return Info;
    }

private:
    Status build(const Model& model, const CompressedParams& own,
                 FolderExport& out) const override {
        BITSMITH_TRY(auto config, plainConfig(model));
        out.requireQuantized(model);
        bool columnGroups = false, activations = false;
        for (const TensorInfo& info : model.tensors()) {
            if (!info.layout) {
                out.addCopy(info);
            } else if (checkMatrix(out, model, info)) {
                const Scheme scheme = schemeOf(*info.layout, own);
                columnGroups |= scheme.columnGroups;
                activations |= scheme.activations;
                out.add(packedTensor(info, scheme, own.packing == "padded"), info, named(scheme));
            }
        }
        if (!needsConfig(out, config, "compressed-tensors") || !out.preview.problems.empty())
            return {};
        if (const char* type = commonScaleType(model)) setConfigType(config, type);
        config["quantization_config"] = quantizationConfig(model, own);
        out.content.files = sideFilesWith(model, config, {});
        if (columnGroups)
            out.preview.notes.emplace_back(
                "Some matrices have an activation order, which vLLM loads and compressed-tensors "
                "since 0.19 refuses."_message());
        if (activations)
            out.preview.notes.emplace_back(
                "Programs will round activations to 8 bits as well."_message());
        BITSMITH_CHECK(out.finish());
        return {};
    }
};

} // namespace

const Exporter& exporters_compressed_tensors() {
    static const CompressedExporter Instance;
    return Instance;
}

} // namespace bitsmith

#include "core/exporters/packed_export.h"

#include "core/base/message.h"
#include "core/tensor/codebooks.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {

void FolderExport::add(OutputTensor tensor, const TensorInfo& info, std::string to,
                       std::string note) {
    preview.rows.push_back({info.name, info.dtype, std::move(to), tensor.bytes(), std::move(note)});
    content.tensors.push_back(std::move(tensor));
}

void FolderExport::addCopy(const TensorInfo& info) {
    auto copy = copiedTensor(info);
    if (copy)
        add(*std::move(copy), info, info.dtype);
    else
        problem(info.name, copy.error().message,
                "Export the model densely (safetensors)."_message());
}

void FolderExport::requireQuantized(const Model& model) {
    if (quantizedTensors(model).empty())
        problem("", "nothing in this model is quantized"_message(),
                "Quantize it first, or export it densely (safetensors)."_message());
}

Status FolderExport::finish() {
    BITSMITH_TRY(const auto files, predictFolder(content));
    preview.bytes = 0;
    for (const ExportedFile& file : files) preview.bytes += file.bytes;
    return {};
}

std::string moduleName(const std::string& tensor) {
    constexpr std::string_view Suffix = ".weight";
    return tensor.size() > Suffix.size() && tensor.ends_with(Suffix)
               ? tensor.substr(0, tensor.size() - Suffix.size())
               : std::string();
}

bool liesTransposed(const Model& model, const TensorInfo& info) {
    if (info.shape.size() != 2) return false;
    // A square weight does not tell; all linear layers of these models lie so.
    if (model.family() == "gpt2") return info.block >= 0;
    return static_cast<std::size_t>(info.shape[0]) == info.cols && info.rows != info.cols;
}

std::vector<std::string> keptModules(const Model& model) {
    std::vector<std::string> out;
    for (const TensorInfo& info : model.tensors()) {
        const bool linear = info.quantizable || info.role == "head" || info.role == "other";
        if (info.layout || !linear || info.rows == 0 || info.cols == 0) continue;
        if (std::string module = moduleName(info.name); !module.empty())
            out.push_back(std::move(module));
    }
    return out;
}

bool checkAffineLinear(FolderExport& out, const TensorInfo& info, const char* format) {
    const MatrixLayout& layout = *info.layout;
    if (info.role == "embedding" || info.role == "positions" || moduleName(info.name).empty()) {
        out.problem(info.name, "{} holds weights of linear layers only"_message(format),
                    "Quantize again and keep this tensor as it is."_message());
        return false;
    }
    if (layout.side.any()) {
        out.problem(info.name,
                    "{} has no place for {}, which this tensor keeps beside its codes"_message(
                        format, layout.side.names()),
                    "Export densely (safetensors), or keep it as a Bitsmith container."_message());
        return false;
    }
    if (layout.grid == "mixed") {
        out.problem(
            info.name,
            "{} has one width for a whole tensor; groups of this one have their own, {} bits on "
            "average"_message(format, layout.bits),
            "Quantize again with the recipe gptq, export densely (safetensors), or keep it as a "
            "Bitsmith container."_message());
        return false;
    }
    if (layout.hasBooks()) {
        out.problem(
            info.name,
            "{} holds integers with a scale of 16 bits; levels of this tensor are {}"_message(
                format, describeLevels(layout)),
            "Quantize again with the recipe gptq, export densely (safetensors), or keep it as a "
            "Bitsmith container."_message());
        return false;
    }
    if (layout.grid != "affine") {
        out.problem(info.name,
                    "{} holds integers with a scale; this is {}"_message(format, layout.name()),
                    "Quantize again on the affine grid, or export to a format that has it (gguf, "
                    "compressed-tensors, safetensors)."_message());
        return false;
    }
    if (layout.bits > 8 || layout.columnScaled) {
        out.problem(
            info.name,
            layout.columnScaled
                ? "{} has no factors of columns, which this tensor keeps beside its codes"_message(
                      format)
                : "{} holds at most 8 bits; codes of this tensor reach beyond -128 to 127"_message(
                      format),
            "Export densely (safetensors), or keep it as a Bitsmith container."_message());
        return false;
    }
    if (layout.scaleType != DType::F16 && layout.scaleType != DType::BF16) {
        out.problem(
            info.name,
            "{} holds scales in 16 bits; these are {}, and rounding them would "
            "change every weight"_message(format, dtypeName(layout.scaleType)),
            "Quantize again with 16-bit scales, or export to compressed-tensors."_message());
        return false;
    }
    return true;
}

bool needsConfig(FolderExport& out, const nlohmann::ordered_json& config, const char* format) {
    if (config.is_object()) return true;
    out.problem("",
                "{} says in config.json how the weights are packed, and this model has "
                "no config.json"_message(format),
                "Open the model's folder instead of a single file."_message());
    return false;
}

const char* commonScaleType(const Model& model) {
    const char* type = nullptr;
    for (const TensorInfo* info : quantizedTensors(model)) {
        const DType scale = info->layout->scaleType;
        const char* name = scale == DType::F16    ? "float16"
                           : scale == DType::BF16 ? "bfloat16"
                                                  : nullptr;
        if (!name || (type && std::string_view(type) != name)) return nullptr;
        type = name;
    }
    return type;
}

std::vector<const TensorInfo*> quantizedTensors(const Model& model) {
    std::vector<const TensorInfo*> out;
    for (const TensorInfo& info : model.tensors())
        if (info.layout) out.push_back(&info);
    return out;
}

} // namespace bitsmith

#include "core/io/packed/checkpoint.h"

#include "core/io/packed/parts.h"
#include "core/io/strict_json.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith {
namespace {

// Methods whose tensors are not read here, and what else can be done with such a model.
const char* remedyFor(std::string_view method) {
    if (method == "bitsandbytes")
        return "Its codes depend on the program that wrote them; use the model it was made from";
    if (method == "exl2" || method == "exl3")
        return "Only ExLlama reads it; use the model it was made from";
    if (method == "mxfp4")
        return "Its experts are stored in one tensor each; use a GGUF or compressed-tensors "
               "version of the model";
    return "Use the model it was made from, or a GPTQ, AWQ, compressed-tensors or GGUF version";
}

tl::unexpected<Error> unknownMethod(std::string_view method) {
    return fail(ErrorCode::Unsupported,
                "the model is quantized with {}, which this version does not read. {}",
                quotedName(method), remedyFor(method));
}

Result<PackedCheckpoint> findByMethod(const TensorArchive& archive, const nlohmann::json& config) {
    BITSMITH_TRY(const auto named, packed::textMember(config, "quant_method"));
    // Old files beside config.json do not name themselves, but their members do.
    std::string method = named.value_or(config.contains("w_bit")           ? "awq"
                                        : config.contains("config_groups") ? "compressed-tensors"
                                                                           : "gptq");
    BITSMITH_TRY(const auto packing, packed::textMember(config, "packing_format"));
    if (method == "auto-round" || method == "intel/auto-round") {
        const std::string_view as = packing ? std::string_view(*packing) : std::string_view();
        if (as.find("gptq") != as.npos)
            method = "gptq";
        else if (as.find("awq") != as.npos)
            method = "awq";
        else
            return fail(ErrorCode::Unsupported,
                        "the model is quantized with auto-round and packed as {}; known are "
                        "auto_round:auto_gptq and auto_round:auto_awq. Export it again in one of "
                        "these",
                        quotedName(as));
    }
    // GPTQModel calls AWQ weights a variant of its own format.
    BITSMITH_TRY(const auto form, packed::textMember(config, "checkpoint_format"));
    if (method == "gptq" && form && (*form == "gemm" || *form == "gemv")) method = "awq";
    if (method == "gptq") return packed::findGptqTensors(archive, config);
    if (method == "awq") return packed::findAwqTensors(archive, config);
    if (method == "compressed-tensors") return packed::findCompressedTensors(archive, config);
    if (method == "fp8") return packed::findFp8Tensors(archive, config);
    return unknownMethod(method);
}

} // namespace

Result<PackedCheckpoint> findPackedTensors(const TensorArchive& archive,
                                           const nlohmann::json& config) {
    if (!config.is_object())
        return fail(ErrorCode::BadInput, "the \"quantization_config\" is not an object");
    BITSMITH_TRY(PackedCheckpoint found, findByMethod(archive, config));
    if (found.tensors.empty())
        return fail(ErrorCode::BadInput,
                    "the configuration says that the model is quantized ({}), but no stored tensor "
                    "is. If it is not, remove \"quantization_config\" from config.json",
                    found.format);
    std::ranges::sort(found.tensors, {}, &PackedTensor::name);
    for (const PackedTensor& tensor : found.tensors) {
        const auto* dense = archive.find(tensor.name);
        if (dense && std::ranges::find(tensor.parts, dense) == tensor.parts.end())
            return fail(ErrorCode::BadInput,
                        "{} is stored twice, quantized ({}) and as it is. Which one is meant "
                        "cannot be told; remove one of them",
                        quotedName(tensor.name), quotedName(tensor.parts.front()->name));
    }
    return found;
}

Result<nlohmann::json> packedConfig(const std::filesystem::path& folder,
                                    const nlohmann::json& config) {
    nlohmann::json found;
    if (config.is_object())
        for (const char* key : {"quantization_config", "compression_config"})
            if (config.contains(key) && !config[key].is_null() && found.is_null())
                found = config[key];
    std::error_code error;
    for (const char* name : {"quantize_config.json", "quant_config.json"})
        if (found.is_null() && std::filesystem::is_regular_file(folder / name, error)) {
            BITSMITH_TRY(found, readStrictJson(folder / name));
        }
    if (!found.is_null() && !found.is_object())
        return fail(ErrorCode::BadInput, "the \"quantization_config\" in '{}' is not an object",
                    folder.string());
    return found;
}

} // namespace bitsmith

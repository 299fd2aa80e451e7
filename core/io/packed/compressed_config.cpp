#include "core/io/packed/compressed_config.h"

#include "core/io/packed/parts.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace bitsmith::packed {
namespace {

constexpr std::array<std::string_view, 8> KnownFormats{
    "pack-quantized",       "int-quantized",        "float-quantized", "naive-quantized",
    "nvfp4-pack-quantized", "mxfp4-pack-quantized", "mxfp8-quantized", "mixed-precision"};

Status checkFormat(const nlohmann::json& object) {
    BITSMITH_TRY(const auto format, textMember(object, "format"));
    if (!format || std::ranges::find(KnownFormats, *format) != KnownFormats.end()) return {};
    return fail(ErrorCode::Unsupported,
                "weights compressed as {}, which this version does not read. Known are "
                "pack-quantized, int-quantized, float-quantized, nvfp4-pack-quantized and "
                "mxfp4-pack-quantized; decompress the model with compressed-tensors",
                quotedName(*format));
}

// Parts of the configuration that change the network and are not read here.
Status checkExtras(const nlohmann::json& config) {
    const auto present = [&](const char* key) {
        const auto at = config.find(key);
        return at != config.end() && !at->is_null() && !at->empty();
    };
    if (present("kv_cache_scheme"))
        return fail(ErrorCode::Unsupported,
                    "the checkpoint quantizes the key-value cache (\"kv_cache_scheme\"), which "
                    "this version does not. Remove it from config.json to open the weights alone");
    if (present("transform_config"))
        return fail(ErrorCode::Unsupported,
                    "the checkpoint rotates activations while running (\"transform_config\"), "
                    "which this version does not. Use a version of the model without transforms");
    if (present("sparsity_config")) {
        const auto& sparsity = config["sparsity_config"];
        const auto format =
            sparsity.is_object() ? sparsity.value("format", nlohmann::json()) : nlohmann::json();
        if (format != "dense")
            return fail(ErrorCode::Unsupported,
                        "sparse weights ({}), which this version does not read. Decompress the "
                        "model with compressed-tensors",
                        quotedName(format.dump(-1, ' ', true)));
    }
    return {};
}

Status readBlock(const nlohmann::json& json, WeightScheme& scheme) {
    const auto at = json.find("block_structure");
    if (at != json.end() && at->is_array() && at->size() == 2)
        for (std::size_t i = 0; i < 2; ++i)
            if ((*at)[i].is_number_unsigned() && (*at)[i].get<std::uint64_t>() >= 1 &&
                (*at)[i].get<std::uint64_t>() <= (1U << 30))
                (i == 0 ? scheme.blockRows : scheme.blockCols) = (*at)[i].get<std::size_t>();
    if (scheme.blockRows == 0 || scheme.blockCols == 0)
        return fail(ErrorCode::BadInput, "\"block_structure\" is not a list of two whole numbers");
    return {};
}

Result<WeightScheme> readScheme(const nlohmann::json& json) {
    WeightScheme scheme;
    BITSMITH_TRY(const auto bits, wholeMember(json, "num_bits", 1, 64));
    scheme.bits = static_cast<int>(bits.value_or(8));
    BITSMITH_TRY(const auto type, textMember(json, "type"));
    scheme.floating = type == "float";
    if (type && *type != "float" && *type != "int")
        return fail(ErrorCode::Unsupported, "weights of the type {}; known are int and float",
                    quotedName(*type));
    if (scheme.bits < 2 || scheme.bits > 8 ||
        (scheme.floating && scheme.bits != 4 && scheme.bits != 8))
        return fail(ErrorCode::Unsupported,
                    "{} weights of {} bits; known are int of 2 to 8 bits and float of 4 or 8",
                    scheme.floating ? "float" : "int", scheme.bits);
    BITSMITH_TRY(const auto symmetric, flagMember(json, "symmetric"));
    scheme.symmetric = symmetric.value_or(true);
    BITSMITH_TRY(const auto size, wholeMember(json, "group_size", -1, 1 << 30));
    BITSMITH_TRY(const auto strategy, textMember(json, "strategy"));
    const std::int64_t group = size.value_or(0);
    scheme.strategy = strategy.value_or(!size ? "tensor" : group > 0 ? "group" : "channel");
    if (scheme.strategy == "group" || scheme.strategy == "tensor_group") {
        if (group <= 0)
            return fail(ErrorCode::BadInput, "the strategy {} needs a \"group_size\"",
                        scheme.strategy);
        scheme.groupSize = static_cast<std::size_t>(group);
    } else if (scheme.strategy == "block") {
        BITSMITH_CHECK(readBlock(json, scheme));
    } else if (scheme.strategy != "tensor" && scheme.strategy != "channel") {
        return fail(ErrorCode::Unsupported,
                    "weights with the strategy {}; known are tensor, "
                    "channel, group, tensor_group and block",
                    quotedName(scheme.strategy));
    }
    if (const auto order = json.find("actorder"); order != json.end()) {
        scheme.columnGroups = *order == "group" || *order == "dynamic" || *order == true;
        const bool known = scheme.columnGroups || order->is_null() || *order == false ||
                           *order == "weight" || *order == "static";
        if (!known)
            return fail(ErrorCode::Unsupported, "the activation order {}",
                        quotedName(order->dump(-1, ' ', true)));
    }
    return scheme;
}

Result<CompressedConfig::Group> readGroup(const std::string& name, const nlohmann::json& json) {
    CompressedConfig::Group group;
    group.name = name;
    if (!json.is_object())
        return fail(ErrorCode::Unsupported,
                    "the scheme is named, not written out. Open and save the model with a newer "
                    "compressed-tensors");
    BITSMITH_CHECK(checkFormat(json));
    const auto targets = json.find("targets");
    if (targets == json.end() || !targets->is_array())
        return fail(ErrorCode::BadInput, "\"targets\" is not a list");
    for (const auto& target : *targets) {
        if (!target.is_string()) return fail(ErrorCode::BadInput, "a target is not a text");
        const auto text = target.get<std::string>();
        if (!text.starts_with("re:")) {
            group.names.push_back(text);
            continue;
        }
        BITSMITH_TRY(auto pattern, NamePattern::parse(std::string_view(text).substr(3)));
        group.patterns.push_back(std::move(pattern));
    }
    std::ranges::sort(group.names);
    const auto weights = json.find("weights");
    if (weights == json.end() || !weights->is_object())
        return fail(ErrorCode::BadInput, "\"weights\" is not an object");
    BITSMITH_TRY(group.scheme, readScheme(*weights));
    return group;
}

} // namespace

const WeightScheme* CompressedConfig::schemeOf(std::string_view module) const {
    const auto named = [&](std::string_view name) -> const WeightScheme* {
        for (const Group& group : groups)
            if (std::ranges::binary_search(group.names, name, std::less<>())) return &group.scheme;
        return nullptr;
    };
    if (const WeightScheme* scheme = named(module)) return scheme;
    for (const Group& group : groups)
        for (const NamePattern& pattern : group.patterns)
            if (pattern.matches(module)) return &group.scheme;
    return named("Linear");
}

Result<CompressedConfig> readCompressedConfig(const nlohmann::json& config) {
    BITSMITH_CHECK(checkFormat(config));
    BITSMITH_CHECK(checkExtras(config));
    CompressedConfig out;
    BITSMITH_TRY(const auto version, textMember(config, "version"));
    int major = 0, minor = 0;
    if (version && std::sscanf(version->c_str(), "%9d.%9d", &major, &minor) == 2)
        out.paddedWords = major == 0 && minor < 18;
    const auto groups = config.find("config_groups");
    if (groups == config.end() || !groups->is_object() || groups->empty())
        return fail(ErrorCode::BadInput, "the quantization's \"config_groups\" is missing");
    for (const auto& [name, json] : groups->items()) {
        auto group = readGroup(name, json);
        if (!group)
            return fail(group.error().code, "config group {}: {}", quotedName(name),
                        group.error().message);
        out.groups.push_back(*std::move(group));
    }
    return out;
}

} // namespace bitsmith::packed

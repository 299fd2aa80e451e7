// GPTQ checkpoints, the reading side: configuration, `dynamic` overrides per module, and the
// stored tensors of each weight.
#include "core/io/packed/gptq.h"
#include "core/io/packed/name_pattern.h"
#include "core/io/packed/parts.h"
#include "core/io/packed/words.h"
#include "core/io/text_checks.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace bitsmith::packed {
namespace {

struct Scheme {
    int bits = 4;
    std::int64_t groupSize = 128; // -1: a row
    bool symmetric = true, actOrder = false;
};

// A rule of "dynamic": the first whose pattern matches decides.
struct Override {
    NamePattern pattern;
    bool skip = false; // "-:": not quantized
    Scheme scheme;
};

struct Config {
    Scheme base;
    bool v2 = false; // as labelled
    std::vector<Override> overrides;
};

Result<Scheme> readScheme(const nlohmann::json& json, Scheme scheme) {
    BITSMITH_TRY(const auto bits, wholeMember(json, "bits", 1, 64));
    if (bits) scheme.bits = static_cast<int>(*bits);
    if (scheme.bits != 2 && scheme.bits != 3 && scheme.bits != 4 && scheme.bits != 8)
        return fail(ErrorCode::Unsupported,
                    "a GPTQ checkpoint with {} bits; 2, 3, 4 and 8 are known", scheme.bits);
    BITSMITH_TRY(const auto size, wholeMember(json, "group_size", -1, std::int64_t{1} << 31));
    if (size) scheme.groupSize = *size == 0 ? -1 : *size;
    BITSMITH_TRY(const auto symmetric, flagMember(json, "sym"));
    scheme.symmetric = symmetric.value_or(scheme.symmetric);
    BITSMITH_TRY(const auto order, flagMember(json, "desc_act"));
    scheme.actOrder = order.value_or(scheme.actOrder);
    return scheme;
}

// checkpoint_format of AutoGPTQ, "format" of newer GPTQModel.
Result<bool> readVersion(const nlohmann::json& json, int bits) {
    BITSMITH_TRY(auto format, textMember(json, "checkpoint_format"));
    if (!format) {
        BITSMITH_TRY(format, textMember(json, "format"));
    }
    BITSMITH_TRY(const auto packing, textMember(json, "packing_format"));
    const bool autoRound = packing && !format;
    const std::string name = autoRound ? "gptq" : format.value_or("gptq");
    if (name == "gptq") return false;
    if (name == "gptq_v2") return true;
    // Planes of bits; for these widths the same as gptq_v2.
    if (name == "gptq_p" && bits != 3) return true;
    return fail(ErrorCode::Unsupported,
                "a GPTQ checkpoint stored as {}, which was repacked for one kernel; known are "
                "gptq and gptq_v2. Use the checkpoint it was made from",
                quotedName(name));
}

Result<Config> readConfig(const nlohmann::json& json) {
    Config config;
    BITSMITH_TRY(const auto bits, wholeMember(json, "bits", 1, 64));
    if (!bits) return fail(ErrorCode::BadInput, "the quantization's \"bits\" is missing");
    BITSMITH_TRY(config.base, readScheme(json, {}));
    BITSMITH_TRY(config.v2, readVersion(json, config.base.bits));
    const auto dynamic = json.find("dynamic");
    if (dynamic == json.end() || dynamic->is_null()) return config;
    if (!dynamic->is_object())
        return fail(ErrorCode::BadInput, "the quantization's \"dynamic\" is not an object");
    for (const auto& [key, value] : dynamic->items()) {
        Override rule;
        rule.skip = key.starts_with("-:");
        const bool signedKey = rule.skip || key.starts_with("+:");
        BITSMITH_TRY(rule.pattern,
                     NamePattern::parse(std::string_view(key).substr(signedKey ? 2 : 0)));
        rule.scheme = config.base;
        if (value.is_object()) {
            BITSMITH_TRY(rule.scheme, readScheme(value, config.base));
        } else if (!value.is_null()) {
            return fail(ErrorCode::BadInput, "the rule {} of \"dynamic\" is not an object",
                        quotedName(key));
        }
        config.overrides.push_back(std::move(rule));
    }
    return config;
}

Scheme schemeOf(const Config& config, const std::string& module) {
    for (const Override& rule : config.overrides)
        if (rule.pattern.matches(module)) return rule.skip ? config.base : rule.scheme;
    return config.base;
}

struct Stored {
    const Entry *qweight = nullptr, *qzeros = nullptr, *scales = nullptr, *groups = nullptr;
};

struct Found {
    PackedTensor tensor;
    Stored stored;
};

Result<QuantizedMatrix> load(const MatrixLayout& layout, const Stored& stored, bool v2) {
    QuantizedMatrix out;
    static_cast<MatrixLayout&>(out) = layout;
    const std::size_t groups = layout.groupsPerRow;
    out.codes.resize(layout.rows * layout.rowBytes());
    gptqCodes(stored.qweight->view.bytes, layout.rows, layout.cols, layout.bits, out.codes);
    out.scales.resize(layout.rows * groups * byteSize(layout.scaleType));
    transpose(stored.scales->view.bytes, groups, layout.rows, byteSize(layout.scaleType),
              out.scales);
    const auto qzeros = stored.qzeros->view.bytes;
    if (layout.symmetric) {
        // Published files are mislabelled; the value itself tells whether 1 was subtracted.
        const int middle = 1 << (layout.bits - 1);
        const auto uniform = gptqUniformZero(qzeros, layout.bits);
        if (!uniform || (*uniform != middle && *uniform != middle - 1))
            return fail(ErrorCode::BadInput,
                        "the stored tensor {} holds zero points other than {}, but the "
                        "configuration says that the quantization is symmetric. Set \"sym\" to "
                        "false there",
                        quotedName(stored.qzeros->name), middle);
    } else {
        out.zeros = gptqZeros(qzeros, layout.rows, groups, layout.bits, !v2);
    }
    if (stored.groups) {
        BITSMITH_TRY(auto indices, columnGroupsOf(*stored.groups, groups));
        if (layout.columnGroups)
            out.groupOfColumn = std::move(indices);
        else if (!regularGroups(indices, layout.groupSize))
            return fail(ErrorCode::BadInput,
                        "the stored tensor {} has columns in another order, but the configuration "
                        "says that there is no activation order. Set \"desc_act\" to true there",
                        quotedName(stored.groups->name));
    }
    return out;
}

Result<PackedTensor> describe(Parts& parts, const Scheme& scheme, bool v2) {
    Stored stored;
    BITSMITH_TRY(stored.qweight, parts.need(".qweight", {DType::I32}, 2));
    BITSMITH_TRY(stored.qzeros, parts.need(".qzeros", {DType::I32}, 2));
    BITSMITH_TRY(stored.scales, parts.need(".scales", {DType::F16, DType::BF16, DType::F32}, 2));
    const auto bits = static_cast<std::size_t>(scheme.bits);
    MatrixLayout layout;
    layout.bits = scheme.bits;
    layout.symmetric = scheme.symmetric;
    layout.scaleType = stored.scales->view.dtype;
    const std::size_t words = extentOf(*stored.qweight, 0);
    layout.rows = layout.parameterRows = extentOf(*stored.qweight, 1);
    if (words % bits != 0 || layout.rows % 32 != 0)
        return parts.wrong(*stored.qweight,
                           fmt::format("that is no matrix of {}-bit codes: the rows must be a "
                                       "multiple of {}, the columns of 32",
                                       bits, bits));
    layout.cols = words / bits * 32;
    const bool whole = scheme.groupSize < 0;
    layout.groupSize =
        whole ? layout.cols : std::min(layout.cols, static_cast<std::size_t>(scheme.groupSize));
    layout.groupsPerRow = (layout.cols + layout.groupSize - 1) / layout.groupSize;
    const std::string why = fmt::format("{} holds {} x {} codes of {} bits in groups of {}",
                                        quotedName(stored.qweight->name), layout.rows, layout.cols,
                                        bits, layout.groupSize);
    BITSMITH_CHECK(
        needShape(parts, *stored.scales, shapeOf(layout.groupsPerRow, layout.rows), why));
    BITSMITH_CHECK(needShape(parts, *stored.qzeros,
                             shapeOf(layout.groupsPerRow, layout.rows / 32 * bits), why));
    if (parts.find(".g_idx")) {
        BITSMITH_TRY(stored.groups, parts.need(".g_idx", {DType::I32}, 1));
        BITSMITH_CHECK(needShape(parts, *stored.groups, {static_cast<std::int64_t>(layout.cols)},
                                 "one entry a column"));
        if (scheme.actOrder) {
            BITSMITH_TRY(const auto indices, columnGroupsOf(*stored.groups, layout.groupsPerRow));
            layout.columnGroups = !regularGroups(indices, layout.groupSize);
        }
    }
    return PackedTensor{.name = parts.weightName(),
                        .layout = layout,
                        .parts = parts.all(),
                        .load = [layout, stored, v2] { return load(layout, stored, v2); }};
}

} // namespace

Result<PackedCheckpoint> findGptqTensors(const TensorArchive& archive, const nlohmann::json& json) {
    BITSMITH_TRY(const Config config, readConfig(json));
    PackedCheckpoint out;
    out.format = "gptq";
    for (const Entry& entry : archive.entries()) {
        const std::string module = moduleOf(entry.name, ".qweight");
        if (module.empty()) continue;
        Parts parts(archive, module);
        BITSMITH_TRY(PackedTensor tensor, describe(parts, schemeOf(config, module), config.v2));
        out.tensors.push_back(std::move(tensor));
    }
    return out;
}

} // namespace bitsmith::packed

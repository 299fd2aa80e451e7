#include "core/plan/presets.h"

#include <algorithm>
#include <array>
#include <map>
#include <nlohmann/json.hpp>

namespace bitsmith {
namespace {

using namespace std::string_view_literals;

// What the rules ask about the model.
struct ModelShape {
    int blocks = 0;
    std::size_t queriesPerKey = 1; // query heads that share a key head
    bool tied = true;              // no output head of its own
};

struct Place {
    int block;
    std::string_view role;
};

// Blocks of which quality depends most: the first and last eighth and every third between.
bool wantsMoreBits(int block, int blocks) {
    return block < blocks / 8 || block >= 7 * blocks / 8 || (block - blocks / 8) % 3 == 2;
}

// The block type of a tensor where it is not the preset's own; empty: that one.
using Rule = std::string_view (*)(const Place& at, const ModelShape& model);

std::string_view sameEverywhere(const Place&, const ModelShape&) { return {}; }

std::string_view ruleQ2K(const Place& at, const ModelShape& model) {
    if (at.role == "attn.v") return model.queriesPerKey >= 4 ? "Q4_K"sv : "Q3_K"sv;
    if (at.role == "mlp.down" || at.role == "attn.out") return "Q3_K";
    return {};
}

std::string_view ruleQ3KM(const Place& at, const ModelShape& model) {
    if (at.role == "attn.v") return at.block < 2 ? "Q5_K"sv : "Q4_K"sv;
    if (at.role == "mlp.down") return at.block < model.blocks / 16 ? "Q5_K"sv : "Q4_K"sv;
    if (at.role == "attn.out" || at.role == "attn.qkv") return "Q4_K";
    return {};
}

std::string_view ruleQ3KL(const Place& at, const ModelShape&) {
    if (at.role == "attn.v" || at.role == "mlp.down" || at.role == "attn.out") return "Q5_K";
    if (at.role == "attn.qkv") return "Q4_K";
    return {};
}

std::string_view ruleQ4KS(const Place& at, const ModelShape& model) {
    if (at.role == "attn.v" && at.block < 4) return "Q5_K";
    if (at.role == "mlp.down" && at.block < model.blocks / 8) return "Q5_K";
    return {};
}

std::string_view ruleQ4KM(const Place& at, const ModelShape& model) {
    if (at.role == "attn.qkv") return "Q5_K";
    const bool sensitive = at.role == "attn.v" || at.role == "mlp.down";
    return sensitive && wantsMoreBits(at.block, model.blocks) ? "Q6_K"sv : ""sv;
}

std::string_view ruleQ5KM(const Place& at, const ModelShape& model) {
    if (at.role == "attn.qkv") return "Q6_K";
    return ruleQ4KM(at, model);
}

std::string_view ruleIQ4(const Place& at, const ModelShape& model) {
    if (at.role == "attn.v" && model.queriesPerKey >= 4) return "Q5_K";
    if (at.role == "mlp.down" && at.block < model.blocks / 8) return "Q5_K";
    return {};
}

struct Preset {
    PresetInfo info;
    std::string_view base; // the block type of most tensors
    Rule rule;
};
constexpr auto Presets = std::to_array<Preset>({
    {{"Q2_K", "2 bits, more for values and outputs: the smallest, with visible losses"},
     "Q2_K",
     ruleQ2K},
    {{"Q3_K_S", "3 bits throughout"}, "Q3_K", sameEverywhere},
    {{"Q3_K_M", "3 bits, 4 to 5 for values and outputs"}, "Q3_K", ruleQ3KM},
    {{"Q3_K_L", "3 bits, 5 for values and outputs"}, "Q3_K", ruleQ3KL},
    {{"IQ4_XS", "4 bits on uneven levels: the smallest 4-bit mix"}, "IQ4_XS", ruleIQ4},
    {{"MXFP4", "4-bit floating point with a power of two per 32 weights"}, "MXFP4", sameEverywhere},
    {{"Q4_0", "4 bits in plain blocks of 32: fast everywhere"}, "Q4_0", sameEverywhere},
    {{"IQ4_NL", "4 bits on uneven levels in blocks of 32"}, "IQ4_NL", ruleIQ4},
    {{"Q4_K_S", "4 bits, 5 for the first blocks' most sensitive tensors"}, "Q4_K", ruleQ4KS},
    {{"Q4_K_M", "4 bits, 6 for half of the sensitive tensors: the usual choice"}, "Q4_K", ruleQ4KM},
    {{"Q4_1", "4 bits with an offset per block of 32"}, "Q4_1", sameEverywhere},
    {{"Q5_0", "5 bits in plain blocks of 32"}, "Q5_0", sameEverywhere},
    {{"Q5_K_S", "5 bits throughout"}, "Q5_K", sameEverywhere},
    {{"Q5_K_M", "5 bits, 6 for half of the sensitive tensors"}, "Q5_K", ruleQ5KM},
    {{"Q5_1", "5 bits with an offset per block of 32"}, "Q5_1", sameEverywhere},
    {{"Q6_K", "6 bits: hardly told from the original"}, "Q6_K", sameEverywhere},
    {{"Q8_0", "8 bits: as good as the original"}, "Q8_0", sameEverywhere},
});

constexpr auto Infos = [] {
    std::array<PresetInfo, Presets.size()> infos;
    std::ranges::transform(Presets, infos.begin(), &Preset::info);
    return infos;
}();

// The rules for what lies outside the blocks, and for models of the size that has 80 of them.
std::string_view formatAt(const Preset& preset, const PlanTensor& tensor, const ModelShape& model) {
    if (tensor.role == "head" || tensor.role == "embedding") {
        if (preset.base == "MXFP4" || preset.base == "Q8_0") return "Q8_0";
        if (tensor.role == "embedding" && !model.tied) return preset.base;
        return tensor.cols % 256 == 0 ? "Q6_K" : "Q8_0"; // makes the logits
    }
    const std::string_view special = preset.rule({tensor.block, tensor.role}, model);
    const std::string_view format = special.empty() ? preset.base : special;
    // So many query heads share the values that these are small and matter much.
    if (tensor.role == "attn.v" && model.blocks == 80 && model.queriesPerKey > 1 &&
        (format == "Q3_K" || format == "Q4_K"))
        return "Q5_K";
    return format;
}

ModelShape shapeOf(const Plan& plan) {
    ModelShape model;
    std::size_t queries = 0, keys = 0;
    for (const PlanTensor& tensor : plan.model_tensors) {
        model.blocks = std::max(model.blocks, tensor.block + 1);
        if (tensor.role == "head") model.tied = false;
        if (tensor.role == "attn.q" && queries == 0) queries = tensor.rows;
        if (tensor.role == "attn.k" && keys == 0) keys = tensor.rows;
    }
    if (keys > 0) model.queriesPerKey = std::max<std::size_t>(1, queries / keys);
    return model;
}

// Recipe and bits that write a block type.
struct Choice {
    std::shared_ptr<const Recipe> recipe;
    int bits = 0;
};
Result<Choice> choiceFor(std::string_view format) {
    const int bits = format.find('_') == 2 ? format[1] - '0' : 4; // "Q5_K", "Q8_0"; IQ4_NL, MXFP4
    if (format.ends_with("_1")) {
        BITSMITH_TRY(const auto legacy, findRecipe("gguf_legacy"));
        BITSMITH_TRY(auto offset,
                     withParameters(*legacy, {{"grid", {{"family", "legacy_offset"}}}}));
        return Choice{std::move(offset), bits};
    }
    const std::string_view id = format == "IQ4_NL"       ? "gguf_iq4_nl"sv
                                : format == "IQ4_XS"     ? "gguf_iq4_xs"sv
                                : format == "MXFP4"      ? "gguf_mxfp4"sv
                                : format.ends_with("_K") ? "gguf_k"sv
                                                         : "gguf_legacy"sv;
    BITSMITH_TRY(auto recipe, findRecipe(id));
    return Choice{std::move(recipe), bits};
}

bool sameWord(std::string_view a, std::string_view b) {
    const auto upper = [](char c) { return c >= 'a' && c <= 'z' ? char(c - 'a' + 'A') : c; };
    return std::ranges::equal(a, b, {}, upper, upper);
}

} // namespace

std::span<const PresetInfo> allPresets() { return Infos; }

Result<std::shared_ptr<const Plan>> withPreset(const Plan& plan, std::string_view id) {
    const auto preset = std::ranges::find_if(
        Presets, [&](const Preset& candidate) { return sameWord(candidate.info.id, id); });
    if (preset == Presets.end()) {
        std::string known;
        for (const PresetInfo& info : Infos)
            known += fmt::format("{}{}", known.empty() ? "" : ", ", info.id);
        return fail(ErrorCode::Usage, "there is no preset '{}'; known: {}", id, known);
    }
    const ModelShape model = shapeOf(plan);
    std::map<std::string_view, std::vector<std::size_t>> rowsOf;
    bool any = false;
    for (std::size_t i = 0; i < plan.tensors.size(); ++i) {
        const PlanTensor& tensor = plan.model_tensors[i];
        if (!tensor.canQuantize()) continue;
        any = true;
        if (!plan.tensors[i]->locked) rowsOf[formatAt(*preset, tensor, model)].push_back(i);
    }
    if (!any)
        return fail(ErrorCode::Usage, "the model has no tensor that the preset {} could quantize",
                    preset->info.id);
    auto next = std::make_shared<const Plan>(plan);
    for (const auto& [format, rows] : rowsOf) {
        BITSMITH_TRY(const Choice choice, choiceFor(format));
        BITSMITH_TRY(next, edited(*next, rows, {.recipe = choice.recipe, .bits = choice.bits}));
    }
    return next;
}

} // namespace bitsmith

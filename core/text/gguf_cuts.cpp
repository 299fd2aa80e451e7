#include "core/text/gguf_cuts.h"

#include "core/text/pre_tokenizers.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace bitsmith {

namespace {

using nlohmann::json;

constexpr std::string_view Llama3Regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view Qwen35Regex =
    R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view TekkenRegex =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";
constexpr std::string_view Gpt4oRegex =
    R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)";

// The first name of each kind is the one that is written.
const std::vector<GgufCut>& cuts() {
    static const std::vector<GgufCut> Cuts = [] {
        std::vector<GgufCut> all;
        const auto add = [&](std::initializer_list<std::string_view> names, GgufCut cut) {
            for (const std::string_view name : names) {
                cut.name = name;
                all.push_back(cut);
            }
        };
        add(
            {
                "gpt-2",
                "",
                "phi-2",
                "mpt",
                "olmo",
                "jais",
                "trillion",
            },
            {});
        add({"llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "midm-2.0",
             "lfm2"},
            {.patterns = {Llama3Regex}, .ignoreMerges = true, .addBegin = true});
        add({"dbrx", "smaug-bpe"}, {.patterns = {Llama3Regex}});
        add({"qwen2", "deepseek-r1-qwen"}, {.patterns = {Qwen2Regex}, .composed = true});
        add({"stablelm2"}, {.patterns = {Qwen2Regex}});
        add({"qwen35"}, {.patterns = {Qwen35Regex}, .composed = true});
        add({"tekken"}, {.patterns = {TekkenRegex}, .ignoreMerges = true, .addBegin = true});
        add({"gpt-4o"}, {.patterns = {Gpt4oRegex}});
        add({"starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"},
            {.digitsFirst = true});
        // What llama.cpp does where a vocabulary is of no known kind.
        add({"default"},
            {.patterns = {R"([\p{P}\$\+<=>\^~\|]+)", Gpt2Regex, R"(\p{N}+)", "[0-9][0-9][0-9]"}});
        return all;
    }();
    return Cuts;
}

json byteLevel(bool useRegex) {
    return {{"type", "ByteLevel"},
            {"add_prefix_space", false},
            {"trim_offsets", true},
            {"use_regex", useRegex}};
}

// A pre-tokenizer's steps as patterns; nothing where it has a step of another kind.
struct Steps {
    bool digitsFirst = false, bytes = false, known = true;
    std::vector<std::string> patterns;
};

void collect(const json& step, Steps& out) {
    if (!step.is_object()) {
        out.known = false;
        return;
    }
    const std::string type = step.value("type", json()).is_string() ? step["type"] : json("");
    if (type == "Sequence" && step.contains("pretokenizers") && step["pretokenizers"].is_array()) {
        for (const json& inner : step["pretokenizers"]) collect(inner, out);
    } else if (type == "ByteLevel" && !out.bytes) {
        out.bytes = true;
        // Absent members are true in the reference.
        if (step.value("add_prefix_space", json(true)) != json(false)) out.known = false;
        if (step.value("use_regex", json(true)) != json(false))
            out.patterns.emplace_back(Gpt2Regex);
    } else if (type == "Digits" && out.patterns.empty() && !out.bytes &&
               step.value("individual_digits", json(false)) == json(true)) {
        out.digitsFirst = true;
    } else if (type == "Split" && !out.bytes && step.contains("pattern") &&
               step["pattern"].is_object() && step["pattern"].contains("Regex") &&
               step["pattern"]["Regex"].is_string() &&
               step.value("behavior", json("Isolated")) == json("Isolated") &&
               step.value("invert", json(false)) == json(false)) {
        out.patterns.push_back(step["pattern"]["Regex"].get<std::string>());
    } else {
        out.known = false;
    }
}

} // namespace

const GgufCut* findGgufCut(std::string_view name) {
    const auto place = std::ranges::find(cuts(), name, &GgufCut::name);
    return place == cuts().end() ? nullptr : &*place;
}

json normalizerOf(const GgufCut& cut) { return cut.composed ? json{{"type", "NFC"}} : json(); }

json preTokenizerOf(const GgufCut& cut) {
    json steps = json::array();
    if (cut.digitsFirst) steps.push_back({{"type", "Digits"}, {"individual_digits", true}});
    for (const std::string_view pattern : cut.patterns)
        steps.push_back({{"type", "Split"},
                         {"pattern", {{"Regex", pattern}}},
                         {"behavior", "Isolated"},
                         {"invert", false}});
    steps.push_back(byteLevel(cut.patterns.empty()));
    if (steps.size() == 1) return steps[0];
    return {{"type", "Sequence"}, {"pretokenizers", steps}};
}

const GgufCut* recognizeCut(const json& preTokenizer, bool ignoreMerges) {
    Steps steps;
    collect(preTokenizer, steps);
    if (!steps.known || !steps.bytes) return nullptr;
    for (const GgufCut& cut : cuts()) {
        const bool isGpt2 = cut.patterns.empty();
        const bool same = isGpt2
                              ? steps.patterns == std::vector<std::string>{std::string(Gpt2Regex)}
                              : std::ranges::equal(steps.patterns, cut.patterns);
        if (same && cut.digitsFirst == steps.digitsFirst && cut.ignoreMerges == ignoreMerges)
            return &cut;
    }
    return nullptr;
}

} // namespace bitsmith

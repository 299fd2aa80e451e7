#include "core/pipeline/registered_texts.h"

#include "core/allocate/allocator.h"
#include "core/analysis/salience/salience.h"
#include "core/base/message.h"
#include "core/eval/evaluate.h"
#include "core/exporters/exporter.h"
#include "core/plan/presets.h"
#include "core/plan/target.h"
#include "core/quant/recipe.h"
#include "core/quant/stages.h"
#include "core/sensitivity/metric.h"

#include <array>
#include <set>

namespace bitsmith {
namespace {

// What core gives RunContext::beginStep; a test compares them.
constexpr auto Steps = std::to_array<std::string_view>({
    "preparing",
    "preparing files",
    "tokenizing",
    "predicting",
    "calibrating",
    "measuring gradients",
    "choosing",
    "choosing scales",
    "quantizing",
    "quantizing in all ways",
    "activations",
    "counting codes",
    "sizes of what is kept",
    "running the full-precision model",
    "measuring",
    "checking",
    "checking what was written",
    "compressing",
    "decompressing",
    "writing",
    "reading",
    "reading back",
    "loading",
    "decoding from memory",
    "verifying",
});

// Of measureCoders (core/analysis/coder_sizes.h).
constexpr std::string_view Coders[] = {
    "packed, by group", // and packed, 1 to 16 bits
    "canonical Huffman",          "rANS, one table",
    "zstd -1, two codes a byte",  "zstd -3, two codes a byte",
    "zstd -19, two codes a byte", "zstd -1, a code a byte",
    "zstd -3, a code a byte",     "zstd -19, a code a byte",
    "zstd -1, 16-bit words",      "zstd -3, 16-bit words",
    "zstd -19, 16-bit words",
};

// Of LoadStudy and TimedRead.
constexpr std::string_view Readings[] = {"made: bfloat16 weights, normal", "O_DIRECT", "page cache",
                                         "read after posix_fadvise(DONTNEED)"};

constexpr std::string_view States[] = {"running", "done", "failed", "cancelled"}; // store.h

class Collection {
public:
    void add(std::string_view text, std::string where) {
        if (!text.empty() && m_known.emplace(text).second)
            m_texts.push_back({std::string(text), std::move(where)});
    }
    void add(const Params& params, const std::string& where) {
        for (const Field& field : params.fields()) {
            const std::string place = fmt::format("{}, parameter {}", where, field.id);
            add(field.info.title, place);
            add(field.info.help, place);
        }
    }
    // What has id, title, summary and parameters.
    template <class Registered>
    void addAll(std::string_view kind, const Registered& all) {
        for (const auto* one : all) {
            const std::string where = fmt::format("{} {}", kind, one->info().id);
            add(one->info().title, where);
            add(one->info().summary, where);
            if constexpr (requires { one->defaults(); }) add(*one->defaults(), where);
        }
    }
    std::vector<RegisteredText> take() { return std::move(m_texts); }

private:
    std::vector<RegisteredText> m_texts;
    std::set<std::string, std::less<>> m_known;
};

void addStages(Collection& out) {
    for (const StageInfo& stage : allStages()) {
        out.add(stage.title, fmt::format("stage {}", stage.id));
        out.add(stage.question, fmt::format("stage {}", stage.id));
        for (const ChoiceInfo* choice : stageChoices(stage.id)) {
            const std::string where = fmt::format("{} {}", stage.id, choice->id);
            out.add(choice->title, where);
            out.add(choice->summary, where);
            if (const auto params = stageDefaults(stage.id, choice->id)) out.add(**params, where);
        }
    }
}

} // namespace

std::span<const std::string_view> stepNames() { return Steps; }

std::vector<RegisteredText> registeredTexts() {
    Collection out;
    addStages(out);
    for (const auto& recipe : builtinRecipes()) {
        out.add(recipe->title, fmt::format("recipe {}", recipe->id));
        out.add(recipe->summary, fmt::format("recipe {}", recipe->id));
    }
    for (const PresetInfo& preset : allPresets())
        out.add(preset.summary, fmt::format("preset {}", preset.id));
    out.addAll("target", allTargets());
    out.addAll("format", allExporters());
    out.addAll("allocator", allAllocators());
    out.addAll("sensitivity", allSensitivityMetrics());
    out.addAll("salience", allSaliences());
    for (const Salience* metric : allSaliences())
        out.add(metric->info().formula, fmt::format("salience {}", metric->info().id));
    for (const Protocol protocol :
         {Protocol::Windows, Protocol::Documents, Protocol::Strided, Protocol::LlamaCpp})
        out.add(protocolName(protocol), "how a text is cut for an evaluation");
    for (const std::string_view title : Coders) out.add(title, "coder");
    for (int bits = 1; bits <= 16; ++bits) out.add(fmt::format("packed, {} bits", bits), "coder");
    for (const std::string_view reading : Readings) out.add(reading, "of a study of loading");
    for (const std::string_view state : States) out.add(state, "state of an experiment");
    for (const std::string_view step : Steps) out.add(step, "what a run is doing");
    for (const std::string_view pattern : messagePatterns())
        out.add(pattern, "message; {} are its numbers and names, {0} the first of them");
    return out.take();
}

} // namespace bitsmith

// transformers loads a checkpoint with one library per method: GPTQModel for GPTQ (2, 3, 4, 8 bits,
// any group, packed by 32), compressed-tensors (whole groups, any width; knows Linear layers only,
// not GPT-2's Conv1D), and GGUF files, which it decodes to full precision. One checkpoint has one
// method, so all layers must fit into the same.
#include "core/base/message.h"
#include "core/plan/targets/findings.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

constexpr std::array Bits = {2, 3, 4, 8};
constexpr std::array<std::size_t, 3> Groups = {32, 64, 128};
constexpr std::string_view GgufFamilies[] = {"llama", "qwen2", "qwen3", "gpt2"};

bool packs(const TargetTensor& tensor) { return tensor.rows % 32 == 0 && tensor.cols % 32 == 0; }

bool fitsGptq(const TargetTensor& tensor, const Form& form) {
    return form.kept ||
           (form.affine() && packs(tensor) && std::ranges::find(Bits, form.bits) != Bits.end());
}

bool fitsCompressedTensors(const TargetTensor& tensor, const Form& form, std::string_view family) {
    if (form.kept) return true;
    if (family == "gpt2" || form.gguf()) return false;
    const bool whole = form.group == 0 || tensor.cols % form.group == 0;
    if (form.affine()) return whole;
    return whole &&
           ((form.format == "e4m3" && form.group == 0 && form.scaleType != DType::F8E8M0) ||
            (form.nvfp4() && form.scaleType == DType::F8E4M3) ||
            (form.mxfp4() && form.scaleType == DType::F8E8M0));
}

template <class Rule>
bool every(const Findings& findings, Rule&& rule) {
    for (std::size_t i = 0; i < findings.size(); ++i)
        if (!rule(i)) return false;
    return true;
}

void toGptq(Findings& findings, std::size_t i) {
    const TargetTensor& tensor = findings.tensor(i);
    const Form& form = findings.form(i);
    if (!packs(tensor))
        return findings.keep(
            i,
            "a matrix of {} x {}; GPTQ packs multiples of 32 on both sides, and compressed-tensors "
            "does not fit all layers"_message(tensor.rows, tensor.cols));
    if (form.affine()) {
        Form wanted = form;
        wanted.bits = 8;
        return findings.mend(i, wanted,
                             {.message =
                                  "{} bits; GPTQ has 2, 3, 4 or 8, and compressed-tensors does "
                                  "not fit all layers"_message(form.bits),
                              .remedy = "Use 8 bits."_message()});
    }
    findings.mend(
        i, replacement(tensor, form, Bits, Groups),
        {.message =
             "{}; GPTQ has integers only, and compressed-tensors does not fit all layers"_message(
                 describe(form)),
         .remedy = "Use symmetric integers."_message()});
}

class TransformersTarget final : public Target {
public:
    const TargetInfo& info() const override {
        static const TargetInfo Info{
            .id = "transformers",
            .title = "transformers",
            .summary = "The Python library; GPTQ, AWQ and compressed-tensors by their packages",
            .format = "gptq"};
        return Info;
    }
    std::vector<TargetProblem> check(const TargetModel& model) const override {
        Findings findings(model);
        for (std::size_t i = 0; i < findings.size(); ++i)
            if (!findings.form(i).gguf()) findings.keepsEmbedding(i, "transformers");
        checkGguf(findings);
        const bool gguf = !every(findings, [&](std::size_t i) { return !findings.form(i).gguf(); });
        const auto gptq = [&](std::size_t i) {
            return fitsGptq(findings.tensor(i), findings.form(i));
        };
        const auto compressed = [&](std::size_t i) {
            return fitsCompressedTensors(findings.tensor(i), findings.form(i), model.family);
        };
        if (gguf || every(findings, compressed)) return findings.take();
        for (std::size_t i = 0; i < findings.size(); ++i)
            if (!gptq(i)) toGptq(findings, i);
        if (model.family == "gpt2" &&
            !every(findings, [&](std::size_t i) { return findings.form(i).kept; }))
            findings.ofModel(
                {.message =
                     "GPT-2's layers are Conv1D, which only the GPTQ loader replaces by quantized "
                     "ones"_message(),
                 .remedy = "Export as GPTQ."_message(),
                 .blocks = false});
        return findings.take();
    }

private:
    // Blocks of GGUF go into a GGUF file and nowhere else; such a file has nothing else.
    static void checkGguf(Findings& findings) {
        const auto gguf = [&](std::size_t i) { return findings.form(i).gguf(); };
        if (every(findings, [&](std::size_t i) { return !gguf(i); })) return;
        const std::string& family = findings.model().family;
        const bool known = std::ranges::find(GgufFamilies, family) != std::end(GgufFamilies);
        if (known &&
            every(findings, [&](std::size_t i) { return gguf(i) || findings.form(i).kept; }))
            return findings.ofModel(
                {.message = "transformers decodes a GGUF file to full precision when "
                            "it loads it"_message(),
                 .remedy = "Use integers of 2, 3, 4 or 8 bits if memory matters."_message(),
                 .blocks = false});
        for (std::size_t i = 0; i < findings.size(); ++i) {
            if (!gguf(i)) continue;
            const Form& form = findings.form(i);
            findings.mend(
                i, replacement(findings.tensor(i), form, Bits, Groups),
                {.message =
                     known ? "{} beside layers of other kinds; only a GGUF file holds it, and one "
                             "file has one method"_message(describe(form))
                           : "{}; transformers reads no GGUF file of the architecture '{}'"_message(
                                 describe(form), family),
                 .remedy = "Use symmetric integers."_message()});
        }
    }
};

} // namespace

const Target& targets_transformers() {
    static const TransformersTarget Instance;
    return Instance;
}

} // namespace bitsmith

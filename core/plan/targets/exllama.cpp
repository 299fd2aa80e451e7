// ExLlamaV2 (turboderp/exllamav2) loads GPTQ checkpoints of LLaMA-shaped models. Its matrix finds
// the group size as the smallest power of two that covers the row with the groups stored, steps
// through 32 rows at a time, and adds 1 to stored zero points without masking them
// (exllamav2_ext/cuda/q_matrix.cu), so that a true zero point of 0 decodes as 16. Each layer is
// loaded by itself: nothing is fused, and layers may stay in 16 bits.
#include "core/base/message.h"
#include "core/plan/targets/findings.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

constexpr std::array<std::size_t, 7> Groups = {32, 64, 128, 256, 512, 1024, 2048};
constexpr std::array Bits = {4};

void checkTensor(Findings& findings, std::size_t i) {
    const TargetTensor& tensor = findings.tensor(i);
    if (findings.form(i).kept || findings.keepsEmbedding(i, "ExLlama")) return;
    if (tensor.rows % 32 != 0 || tensor.cols % 32 != 0)
        return findings.keep(
            i, "a matrix of {} x {}; ExLlama needs multiples of 32 on both sides"_message(
                   tensor.rows, tensor.cols));
    if (!findings.form(i).affine()) {
        const Form& form = findings.form(i);
        return findings.mend(
            i, replacement(tensor, form, Bits, Groups),
            {.message = "{}; of our formats ExLlama loads GPTQ's integers of 4 bits"_message(
                 describe(form)),
             .remedy = "Quantize it to symmetric integers of 4 bits."_message()});
    }
    Form wanted = findings.form(i);
    if (wanted.bits != 4) {
        const int bits = wanted.bits;
        wanted.bits = 4;
        findings.mend(i, wanted,
                      {.message = "{} bits; ExLlama loads GPTQ with 4 bits"_message(bits),
                       .remedy = "Use 4 bits, or keep the tensor as stored."_message()});
    }
    if (!wanted.symmetric) {
        wanted.symmetric = true;
        findings.mend(
            i, wanted,
            {.message =
                 "zero points; ExLlama misreads a zero point of 0, which a group without negative "
                 "weights has"_message(),
             .remedy = "Use a symmetric grid."_message()});
    }
    if (wanted.group != 0 && (std::ranges::find(Groups, wanted.group) == Groups.end() ||
                              tensor.cols % wanted.group != 0)) {
        const std::size_t group = wanted.group;
        wanted.group = nearestGroup(tensor.cols, group, Groups);
        if (wanted.group == 0) wanted.columnGroups = false;
        findings.mend(
            i, wanted,
            {.message =
                 "groups of {} in rows of {}; ExLlama needs a power of two from 32 that divides "
                 "the row, or one scale per row"_message(group, tensor.cols),
             .remedy = "Use {}."_message(groupText(wanted.group))});
    }
}

class ExllamaTarget final : public Target {
public:
    const TargetInfo& info() const override {
        static const TargetInfo Info{.id = "exllama",
                                     .title = "ExLlamaV2",
                                     .summary =
                                         "Fast inference on one consumer GPU; GPTQ with 4 bits",
                                     .format = "gptq"};
        return Info;
    }
    std::vector<TargetProblem> check(const TargetModel& model) const override {
        Findings findings(model);
        if (model.family != "llama" && model.family != "qwen2" && model.family != "qwen3")
            findings.ofModel(
                {.message =
                     "the architecture '{}'; ExLlama runs LLaMA, Mistral, Qwen2 and Qwen3"_message(
                         model.family),
                 .remedy = "Choose vLLM or transformers as the target."_message()});
        for (std::size_t i = 0; i < findings.size(); ++i) checkTensor(findings, i);
        return findings.take();
    }
};

} // namespace

const Target& targets_exllama() {
    static const ExllamaTarget Instance;
    return Instance;
}

} // namespace bitsmith

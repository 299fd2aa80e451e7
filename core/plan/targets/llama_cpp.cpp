// llama.cpp loads GGUF: any block type for any tensor, rows of whole blocks. An affine matrix is
// held exactly where scale * (code - zero) is a block of 32 whole numbers of 8 bits and an F16
// scale: groups of whole blocks in natural order, and differences that fit into a signed byte.
#include "core/base/message.h"
#include "core/plan/targets/findings.h"
#include "core/tensor/blocks/block_format.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

constexpr std::size_t Block = 32;
constexpr std::array Bits = {2, 3, 4, 5, 6, 7, 8};
constexpr std::array<std::size_t, 3> Groups = {32, 64, 128};
// Families of ours that convert_hf_to_gguf.py and llama.cpp know.
constexpr std::string_view Families[] = {"llama", "qwen2", "qwen3", "gpt2", "gpt_neox"};
// In ggml since 2025: older builds refuse the file.
constexpr std::string_view Recent[] = {"NVFP4", "Q1_0", "Q2_0"};

void checkBlocks(Findings& findings, std::size_t i) {
    const Form& form = findings.form(i);
    const TargetTensor& tensor = findings.tensor(i);
    // Without a plan there is nothing to fall back from: a file holds whole blocks.
    if (const BlockFormat* wanted = findBlockFormat(tensor.wantedFormat))
        findings.of(i, {.message = "rows of {}; {} has blocks of {}, so it becomes {}"_message(
                            tensor.cols, wanted->name, wanted->blockSize, form.format),
                        .remedy = "Nothing to do, but look at its size; llama.cpp's own tools "
                                  "choose the same."_message(),
                        .blocks = false});
    if (std::ranges::find(Recent, form.format) != std::end(Recent))
        findings.of(
            i, {.message = "{} is known to recent builds of llama.cpp only"_message(form.format),
                .remedy = "Use a build of the last months."_message(),
                .blocks = false});
}

void checkAffine(Findings& findings, std::size_t i) {
    Form wanted = findings.form(i);
    if (wanted.scaleType != DType::F16)
        return findings.of(
            i, {.message = "scales of type {}; GGUF's blocks have F16 scales"_message(
                    dtypeName(wanted.scaleType)),
                .remedy = "Quantize the original model again, with F16 scales."_message()});
    if (wanted.columnGroups) {
        wanted.columnGroups = false;
        findings.mend(
            i, wanted,
            {.message =
                 "groups that follow the activation order; GGUF has no group index, its blocks are "
                 "32 neighbouring columns"_message(),
             .remedy = "Use static groups."_message()});
    }
    if (wanted.group % Block != 0) {
        const std::size_t group = wanted.group;
        wanted.group = std::max<std::size_t>(1, (group + Block / 2) / Block) * Block;
        findings.mend(i, wanted,
                      {.message = "groups of {}; GGUF's blocks have {} columns, and a group "
                                  "must hold whole blocks"_message(group, Block),
                       .remedy = "Use {}."_message(groupText(wanted.group))});
    }
    if (wanted.bits == 8 && !wanted.symmetric) {
        wanted.symmetric = true;
        findings.mend(
            i, wanted,
            {.message =
                 "8 bits with zero points; code minus zero goes beyond the signed byte that Q8_0 "
                 "stores"_message(),
             .remedy = "Use a symmetric grid, or at most 7 bits."_message()});
    }
}

void checkTensor(Findings& findings, std::size_t i) {
    const Form& form = findings.form(i);
    const TargetTensor& tensor = findings.tensor(i);
    if (form.kept) return;
    if (form.gguf()) return checkBlocks(findings, i);
    if (tensor.cols % Block != 0)
        return findings.keep(
            i, "rows of {}; no block type of GGUF has a row that is no multiple of {}"_message(
                   tensor.cols, Block));
    if (form.affine()) return checkAffine(findings, i);
    if (form.mxfp4() && form.scaleType == DType::F8E8M0) return; // is MXFP4 of GGUF, bit by bit
    findings.mend(i, replacement(tensor, form, Bits, Groups),
                  {.message = "{} is none of GGUF's block types"_message(describe(form)),
                   .remedy = "Use integers of {} bits, or a GGUF type."_message(form.bits)});
}

class LlamaCppTarget final : public Target {
public:
    const TargetInfo& info() const override {
        static const TargetInfo Info{
            .id = "llama.cpp",
            .title = "llama.cpp",
            .summary = "GGUF files on CPUs and GPUs; also Ollama, LM Studio and koboldcpp",
            .format = "gguf"};
        return Info;
    }
    std::vector<TargetProblem> check(const TargetModel& model) const override {
        Findings findings(model);
        if (std::ranges::find(Families, model.family) == std::end(Families))
            findings.ofModel(
                {.message =
                     "the architecture '{}'; llama.cpp has none of that name"_message(model.family),
                 .remedy = "Choose vLLM or transformers as the target, which load GPTQ and "
                           "compressed-tensors."_message()});
        for (std::size_t i = 0; i < findings.size(); ++i) checkTensor(findings, i);
        return findings.take();
    }
};

} // namespace

const Target& targets_llama_cpp() {
    static const LlamaCppTarget Instance;
    return Instance;
}

} // namespace bitsmith

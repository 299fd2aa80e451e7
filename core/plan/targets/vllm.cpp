// vLLM loads GPTQ, AWQ and compressed-tensors. It joins q, k, v and gate, up into one matrix each,
// whose members must therefore have one form. Its fast kernel, Marlin, takes symmetric 4 and 8 bits
// and 4 bits with zero points, groups of 32, 64, 128 or a row, at least 64 outputs and 128 inputs
// at a time (vllm/model_executor/layers/quantization/utils/marlin_utils.py); other integers run on
// an ExLlama kernel in float16, from a GPTQ checkpoint that has nothing else.
#include "core/base/message.h"
#include "core/plan/targets/findings.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

constexpr std::array<std::size_t, 3> Groups = {32, 64, 128};
constexpr std::array Bits = {4, 8};

// ---- Rules of one tensor

void checkFloat(Findings& findings, std::size_t i) {
    const Form& form = findings.form(i);
    // A short row's only group of mxfp8 has another scale.
    if (form.format == "e4m3" && form.group == 0 && form.scaleType != DType::F8E8M0) return;
    const std::size_t cols = findings.tensor(i).cols;
    if (form.nvfp4() && form.scaleType == DType::F8E4M3 && cols % 16 == 0) return;
    if (form.mxfp4() && form.scaleType == DType::F8E8M0 && cols % 32 == 0) return;
    findings.mend(
        i, replacement(findings.tensor(i), form, Bits, Groups),
        {.message =
             "{}; vLLM loads e4m3 with a scale per row or tensor, NVFP4 (groups of 16) and MXFP4 "
             "(groups of 32)"_message(describe(form)),
         .remedy = "Use one of these, or symmetric integers of 4 or 8 bits."_message()});
}

void checkAffine(Findings& findings, std::size_t i) {
    const TargetTensor& tensor = findings.tensor(i);
    Form wanted = findings.form(i);
    if (wanted.bits > 4 && wanted.bits < 8) {
        const int bits = wanted.bits;
        wanted.bits = 8;
        findings.mend(
            i, wanted,
            {.message =
                 "{} bits; vLLM loads integers of 4 and 8 bits, and of 2 and 3 bits where the "
                 "whole model has them"_message(bits),
             .remedy = "Use 8 bits, or 4."_message()});
    }
    if (wanted.group != 0 &&
        (std::ranges::find(Groups, wanted.group) == Groups.end() || tensor.cols % wanted.group)) {
        const std::size_t group = wanted.group;
        wanted.group = nearestGroup(tensor.cols, group, Groups);
        if (wanted.group == 0) wanted.columnGroups = false;
        findings.mend(
            i, wanted,
            {.message =
                 "groups of {} in rows of {}; vLLM takes groups of 32, 64 or 128 that divide the "
                 "row, or one scale per row"_message(group, tensor.cols),
             .remedy = "Use {}."_message(groupText(wanted.group))});
    }
    if (!wanted.symmetric && wanted.bits >= 4) {
        wanted.symmetric = true;
        findings.mend(
            i, wanted,
            {.message =
                 wanted.bits == 4
                     ? "4 bits with zero points; fast from AWQ and compressed-tensors files, on a "
                       "slower kernel and in float16 only from GPTQ files"_message()
                     : "8 bits with zero points; only kernels of the newest GPUs have them, a GPTQ "
                       "file runs on a slower one in float16"_message(),
             .remedy = "Use a symmetric grid for speed from every format."_message(),
             .blocks = false});
    }
}

void checkTensor(Findings& findings, std::size_t i) {
    const TargetTensor& tensor = findings.tensor(i);
    const Form& form = findings.form(i);
    if (form.kept || findings.keepsEmbedding(i, "vLLM")) return;
    if (form.floating()) return checkFloat(findings, i);
    if (form.affine() && (tensor.rows % 32 != 0 || tensor.cols % 32 != 0))
        return findings.keep(
            i,
            "a matrix of {} x {}; the packed integers that vLLM loads need multiples of 32 on both "
            "sides"_message(tensor.rows, tensor.cols));
    if (form.affine()) return checkAffine(findings, i);
    if (form.grid == "codebook" || form.grid == "nested")
        return findings.mend(
            i, replacement(tensor, form, Bits, Groups),
            {.message = "{}; vLLM loads integers with a scale of 16 bits"_message(describe(form)),
             .remedy = "Use symmetric integers of 4 or 8 bits."_message()});
    if (form.grid == "mixed")
        return findings.mend(
            i, replacement(tensor, form, Bits, Groups),
            {.message = "{}; vLLM loads one width per tensor"_message(describe(form)),
             .remedy = "Use symmetric integers of 4 or 8 bits."_message()});
    findings.mend(
        i, replacement(tensor, form, Bits, Groups),
        {.message =
             "{}; vLLM reads GGUF files experimentally and slowly, and no other file holds such "
             "blocks"_message(describe(form)),
         .remedy = "Use symmetric integers of 4 or 8 bits."_message()});
}

// ---- Rules of the whole model

// 2 and 3 bits: from a GPTQ checkpoint whose every layer has them.
void checkNarrow(Findings& findings) {
    std::vector<std::size_t> narrow;
    bool others = false;
    int bits = 0;
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const Form& form = findings.form(i);
        if (form.kept) continue;
        if (form.affine() && form.bits < 4) narrow.push_back(i);
        others = others || !form.affine() || (bits != 0 && form.bits != bits);
        bits = form.bits;
    }
    for (const std::size_t i : narrow) {
        Form wanted = findings.form(i);
        const int own = wanted.bits;
        wanted.bits = 4;
        findings.mend(
            i, wanted,
            {.message =
                 others
                     ? "{} bits beside other widths; vLLM loads 2 and 3 bits only from a GPTQ file "
                       "where all layers have the same"_message(own)
                     : "{} bits; vLLM loads them from GPTQ files only, on a slow kernel and in "
                       "float16"_message(own),
             .remedy = "Use 4 bits."_message(),
             .blocks = others});
    }
}

// desc_act is one flag of the whole checkpoint.
void checkActOrder(Findings& findings) {
    bool natural = false;
    for (std::size_t i = 0; i < findings.size(); ++i)
        natural = natural || (findings.form(i).affine() && findings.form(i).group != 0 &&
                              !findings.form(i).columnGroups);
    for (std::size_t i = 0; natural && i < findings.size(); ++i) {
        Form wanted = findings.form(i);
        if (!wanted.affine() || !wanted.columnGroups) continue;
        wanted.columnGroups = false;
        findings.mend(
            i, wanted,
            {.message =
                 "groups in activation order beside layers with natural groups; vLLM has one flag, "
                 "desc_act, for the whole model"_message(),
             .remedy = "Use static groups, which need no group index."_message()});
    }
}

// ---- Fused sets

// The widest form that all members can have.
Form common(const Findings& findings, const FusedSet& set) {
    Form wanted;
    for (const std::size_t i : set) {
        const Form& form = findings.form(i);
        if (form.kept) return Form{};
        if (!form.affine()) continue;
        if (wanted.kept) {
            wanted = form;
            continue;
        }
        wanted.bits = std::max(wanted.bits, form.bits);
        if (wanted.group == 0 || (form.group != 0 && form.group < wanted.group))
            wanted.group = form.group;
        wanted.symmetric = wanted.symmetric || form.symmetric;
        wanted.columnGroups = wanted.columnGroups && form.columnGroups;
    }
    return wanted; // kept where all are small floats of different kinds
}

void checkFusedSet(Findings& findings, const FusedSet& set) {
    if (std::ranges::all_of(
            set, [&](std::size_t i) { return findings.form(i) == findings.form(set[0]); }))
        return;
    const Form wanted = common(findings, set);
    const bool mlp = findings.tensor(set[0]).role.starts_with("mlp.");
    for (const std::size_t i : set) {
        if (findings.form(i) == wanted) continue;
        const auto other = std::ranges::find_if(
            set, [&](std::size_t k) { return findings.form(k) != findings.form(i); });
        findings.mend(
            i, wanted,
            {.message = "{}, but '{}' has {}; vLLM joins {} of a block into one matrix"_message(
                 describe(findings.form(i)), findings.tensor(*other).name,
                 describe(findings.form(*other)),
                 mlp ? "gate and up"_message() : "q, k and v"_message()),
             .remedy = wanted.kept
                           ? "Keep all of them as stored, or quantize all of them alike."_message()
                           : "Give all of them {}."_message(describe(wanted))});
    }
}

// Marlin's shapes, of joined matrices where there are such.
void checkShapes(Findings& findings, const std::vector<FusedSet>& sets) {
    std::vector<std::size_t> joined(findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) joined[i] = findings.tensor(i).rows;
    for (const FusedSet& set : sets) {
        std::size_t rows = 0;
        for (const std::size_t i : set) rows += findings.tensor(i).rows;
        for (const std::size_t i : set) joined[i] = rows;
    }
    for (std::size_t i = 0; i < findings.size(); ++i) {
        if (!findings.form(i).affine() ||
            (joined[i] % 64 == 0 && findings.tensor(i).cols % 128 == 0))
            continue;
        findings.of(
            i,
            {.message =
                 "{} outputs and {} inputs; the fast kernel needs multiples of 64 and 128"_message(
                     joined[i], findings.tensor(i).cols),
             .remedy = "It runs on a slower kernel, in float16; keep it as stored if "
                       "that matters."_message(),
             .blocks = false});
    }
}

class VllmTarget final : public Target {
public:
    const TargetInfo& info() const override {
        static const TargetInfo Info{
            .id = "vllm",
            .title = "vLLM",
            .summary = "Serving on GPUs; GPTQ, AWQ and compressed-tensors. SGLang loads the same",
            .format = "compressed-tensors"};
        return Info;
    }
    bool fuses() const override { return true; }
    std::vector<TargetProblem> check(const TargetModel& model) const override {
        Findings findings(model);
        if (model.family == "unknown")
            findings.ofModel(
                {.message =
                     "the architecture is unknown, and with it which layers vLLM joins"_message(),
                 .remedy = "Give q, k, v and gate, up of a block the same form."_message(),
                 .blocks = false});
        for (std::size_t i = 0; i < findings.size(); ++i) checkTensor(findings, i);
        checkNarrow(findings);
        checkActOrder(findings);
        const std::vector<FusedSet> sets = fusedSets(model);
        for (const FusedSet& set : sets) checkFusedSet(findings, set);
        checkShapes(findings, sets);
        return findings.take();
    }
};

} // namespace

const Target& targets_vllm() {
    static const VllmTarget Instance;
    return Instance;
}

} // namespace bitsmith

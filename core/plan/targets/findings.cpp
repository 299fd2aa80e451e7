#include "core/plan/targets/findings.h"

#include "core/base/message.h"

#include <algorithm>
#include <map>

namespace bitsmith {

Findings::Findings(const TargetModel& model) : m_model(model) {
    m_forms.reserve(model.tensors.size());
    for (const TargetTensor& tensor : model.tensors) m_forms.push_back(formOf(tensor));
}

void Findings::ofModel(FindingText text) {
    m_problems.push_back({.tensor = "",
                          .message = std::move(text.message),
                          .remedy = std::move(text.remedy),
                          .fix = {},
                          .blocks = text.blocks});
}

void Findings::of(std::size_t i, FindingText text) {
    m_problems.push_back({.tensor = tensor(i).name,
                          .message = std::move(text.message),
                          .remedy = std::move(text.remedy),
                          .fix = {},
                          .blocks = text.blocks});
}

void Findings::mend(std::size_t i, Form wanted, FindingText text) {
    const std::string values = changes(m_forms[i], wanted);
    if (values.empty()) return;
    of(i, std::move(text));
    if (tensor(i).quantizable)
        m_problems.back().fix.push_back(fmt::format("{}:{}", tensor(i).name, values));
    m_forms[i] = std::move(wanted);
}

void Findings::keep(std::size_t i, const std::string& message) {
    mend(i, Form{}, {.message = message, .remedy = "Keep it as stored."_message()});
}

bool Findings::keepsEmbedding(std::size_t i, std::string_view title) {
    if (tensor(i).role != "embedding" || m_forms[i].kept) return false;
    keep(i, "a quantized embedding; {} looks tokens up in 16 bits"_message(title));
    return true;
}

std::vector<FusedSet> fusedSets(const TargetModel& model) {
    constexpr std::string_view Sets[][3] = {{"attn.q", "attn.k", "attn.v"}, {"mlp.gate", "mlp.up"}};
    std::map<std::pair<int, std::size_t>, FusedSet> found;
    for (std::size_t i = 0; i < model.tensors.size(); ++i) {
        const TargetTensor& tensor = model.tensors[i];
        if (tensor.block < 0 || tensor.rows == 0) continue;
        for (std::size_t s = 0; s < std::size(Sets); ++s)
            if (!tensor.role.empty() &&
                std::ranges::find(Sets[s], tensor.role) != std::end(Sets[s]))
                found[{tensor.block, s}].push_back(i);
    }
    std::vector<FusedSet> sets;
    for (auto& [place, members] : found)
        if (members.size() > 1) sets.push_back(std::move(members));
    return sets;
}

Form replacement(const TargetTensor& tensor, const Form& form, std::span<const int> bits,
                 std::span<const std::size_t> groups) {
    Form wanted;
    wanted.kept = false;
    wanted.grid = "affine";
    const auto wider = std::ranges::find_if(bits, [&](int b) { return b >= form.bits; });
    wanted.bits = wider == bits.end() ? bits.back() : *wider;
    // A block format's own groups are not known here; 32 is the commonest.
    wanted.group = nearestGroup(tensor.cols, form.group > 0 ? form.group : 32, groups);
    wanted.symmetric = true;
    return wanted;
}

} // namespace bitsmith

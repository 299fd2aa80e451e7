// What a target finds while it goes through a model: problems in the order in which their fixes
// must be applied, and beside them the form that each tensor will have afterwards, which later
// rules (fused sets, uniform models) start from. Private to core/plan/targets.
#pragma once

#include "core/plan/targets/form.h"

namespace bitsmith {

struct FindingText {
    std::string message, remedy;
    bool blocks = true;
};

class Findings {
public:
    explicit Findings(const TargetModel& model);

    const TargetModel& model() const { return m_model; }
    std::size_t size() const { return m_forms.size(); }
    const TargetTensor& tensor(std::size_t i) const { return m_model.tensors[i]; }
    const Form& form(std::size_t i) const { return m_forms[i]; } // with all fixes so far

    void ofModel(FindingText text);
    // Something that no setting mends.
    void of(std::size_t i, FindingText text);
    // Something that is mended by giving tensor i another form. Nothing is noted where it has that
    // form already.
    void mend(std::size_t i, Form wanted, FindingText text);
    // "Keep it as stored" as the way out.
    void keep(std::size_t i, const std::string& message);
    // Runtimes that look embeddings up in 16 bits. True where there was one, which is then kept.
    bool keepsEmbedding(std::size_t i, std::string_view title);

    std::vector<TargetProblem> take() { return std::move(m_problems); }

private:
    const TargetModel& m_model;
    std::vector<Form> m_forms;
    std::vector<TargetProblem> m_problems;
};

// The tensors of one block that a runtime joins into one matrix, as indices.
using FusedSet = std::vector<std::size_t>;
// q, k and v; gate and up.
std::vector<FusedSet> fusedSets(const TargetModel& model);

// A form that the target takes, for a tensor on a grid that it does not know: affine, symmetric,
// with the nearest of `bits` (rising) that is not smaller, and the nearest group.
Form replacement(const TargetTensor& tensor, const Form& form, std::span<const int> bits,
                 std::span<const std::size_t> groups);

} // namespace bitsmith

#include "core/quant/stages.h"

#include "core/quant/layer_stage.h"
#include "core/quant/rounder.h"

#include <algorithm>

namespace bitsmith {
namespace {

constexpr StageInfo Stages[] = {
    {"transform", "Transform", "Into which equivalent network do we rewrite first?", false, true},
    {"grid", "Grid", "Which numbers can be represented?", true},
    {"round", "Round", "Which representable number does each weight get?", true},
    {"compensate", "Compensate", "What is kept beside the codes?", false, true},
    {"tune", "Tune", "Which parameters are refined by gradient afterwards?", false},
    {"encode", "Encode", "How are the codes stored, losslessly?", false},
};

const ChoiceInfo Packed{.id = "packed",
                        .title = "Packed",
                        .summary = "Codes of `bits` bits, side by side",
                        .paper = ""};
const ChoiceInfo Rans{.id = "rans",
                      .title = "rANS",
                      .summary = "Entropy-coded: as many bits as the distribution of codes needs",
                      .paper = "Duda 2013, Asymmetric numeral systems, arXiv 1311.2540"};

struct NoParams {
    void describe(auto&&) {}
};

template <class Names>
std::string joined(const Names& names) {
    std::string out;
    for (const auto& name : names) out += fmt::format("{}{}", out.empty() ? "" : ", ", name);
    return out;
}

} // namespace

std::span<const StageInfo> allStages() { return Stages; }

const StageInfo* findStage(std::string_view id) {
    const auto* found = std::ranges::find(Stages, id, &StageInfo::id);
    return found == std::end(Stages) ? nullptr : found;
}

std::vector<const ChoiceInfo*> stageChoices(std::string_view stage) {
    std::vector<const ChoiceInfo*> out;
    if (stage == "grid")
        for (const Grid* grid : allGrids()) out.push_back(&grid->info());
    if (stage == "round")
        for (const Rounder* rounder : allRounders()) out.push_back(&rounder->info());
    if (stage == "transform")
        for (const LayerStage* choice : allTransforms()) out.push_back(&choice->info());
    if (stage == "compensate")
        for (const LayerStage* choice : allCompensators()) out.push_back(&choice->info());
    if (stage == "encode") out = {&Packed, &Rans};
    return out;
}

Result<std::unique_ptr<Params>> stageDefaults(std::string_view stage, std::string_view choice) {
    if (!findStage(stage)) {
        std::vector<std::string_view> names;
        for (const StageInfo& info : Stages) names.push_back(info.id);
        return fail(ErrorCode::Usage, "recipe: unknown stage '{}'; known: {}", stage,
                    joined(names));
    }
    if (stage == "grid")
        if (const Grid* grid = findGrid(choice)) return grid->defaults();
    if (stage == "round")
        if (const Rounder* rounder = findRounder(choice)) return rounder->defaults();
    if (const LayerStage* found = findLayerStage(stage, choice)) return found->defaults();
    if (stage == "encode" && (choice == Packed.id || choice == Rans.id))
        return std::make_unique<ParamsOf<NoParams>>();
    std::vector<std::string_view> names;
    if (!findStage(stage)->required) names.push_back("none");
    for (const ChoiceInfo* info : stageChoices(stage)) names.push_back(info->id);
    return fail(ErrorCode::Usage, "recipe: stage '{}' has no choice '{}'; known: {}", stage, choice,
                joined(names));
}

} // namespace bitsmith

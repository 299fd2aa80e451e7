// The stages of the pipeline and the choices of each: what a recipe may name. A new choice of an
// existing stage comes from its registry; a new stage is one row in stages.cpp.
#pragma once

#include "core/quant/grid.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct StageInfo {
    std::string_view id, title, question;
    bool required = false; // others default to "none"
    bool many = false;     // a recipe may name several choices, done in its order
};

std::span<const StageInfo> allStages(); // in pipeline order
const StageInfo* findStage(std::string_view id);

// The choices of a stage beside "none"; empty where none exists yet.
std::vector<const ChoiceInfo*> stageChoices(std::string_view stage);

// Default parameters of a choice. Errors (Usage): unknown stage or choice, naming the known ones.
Result<std::unique_ptr<Params>> stageDefaults(std::string_view stage, std::string_view choice);

} // namespace bitsmith

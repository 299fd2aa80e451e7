// Every English text of the engine that a window shows: titles and sentences of what is registered
// (stages, choices, parameters, recipes, presets, targets, formats, allocators, metrics), the words
// that are shown beside them, and the patterns of messages (core/base/message.h). The engine itself
// knows one language; whoever translates it looks these texts up (ui/bridge/text.h,
// ui/bridge/engine_message.h). Messages of errors are not among them.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bitsmith {

struct RegisteredText {
    std::string text;  // UTF-8, never empty
    std::string where; // for translators: "grid affine, parameter group_size"
};

// Each text once, in the order of the registries; where: of its first use.
std::vector<RegisteredText> registeredTexts();

// The steps that RunContext::beginStep is given as literals.
std::span<const std::string_view> stepNames();

} // namespace bitsmith

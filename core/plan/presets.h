// llama.cpp's presets: the mixes of block types that people mean by "Q4_K_M". A preset is a
// function of a plan: its blocks, the roles of its tensors, and how many query heads share a key
// head. Sources: the behaviour of llama.cpp's quantize program without an importance matrix
// (src/llama-quant.cpp).
#pragma once

#include "core/plan/plan.h"

#include <span>
#include <string_view>

namespace bitsmith {

struct PresetInfo {
    std::string_view id;      // "Q4_K_M"
    std::string_view summary; // one sentence
};

std::span<const PresetInfo> allPresets(); // from the smallest to the largest, about

// The plan with every tensor that can be quantized, embedding and output head among them, in the
// preset's block type. Locked rows stay as they are. preset: an id in any case. Errors (Usage):
// unknown preset, with the known ones; a model without anything to quantize.
Result<std::shared_ptr<const Plan>> withPreset(const Plan& plan, std::string_view preset);

} // namespace bitsmith

// Rotary position embeddings as config.json describes them: base, partial rotation and the ways to
// stretch a trained context, all resolved to inverse frequencies.
#pragma once

#include "core/model/architecture.h"
#include "core/model/families/config_reader.h"

namespace bitsmith {

// Reads rope_scaling + rope_theta, or the newer rope_parameters. Scaling types: default, linear
// (Chen et al. 2023), llama3 (Llama 3.1 model card), yarn (Peng et al. 2023), dynamic (unscaled,
// valid up to maxPositions). Problems are noted in `config`. thetaKey: the older name of the base.
RotarySpec readRotary(ConfigReader& config, std::size_t dims, std::size_t maxPositions,
                      std::string_view thetaKey = "rope_theta");

// The share of a head that is rotated: rotary_pct or partial_rotary_factor, on the top level or in
// rope_parameters.
double rotaryShare(ConfigReader& config, double missing);

} // namespace bitsmith

#include "core/model/families/rope.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

namespace bitsmith {
namespace {

constexpr double MaxFactor = 1e6;
constexpr double MaxTheta = 1e15;

// Llama 3.1: long waves are slowed down by `factor`, short ones stay, those between are blended.
void scaleLlama3(ConfigReader& scaling, double factor, std::vector<double>& frequencies) {
    const double low = scaling.number("low_freq_factor", 1, 1e-6, MaxFactor);
    const double high = scaling.number("high_freq_factor", 4, 1e-6, MaxFactor);
    const auto trained =
        static_cast<double>(scaling.count("original_max_position_embeddings", 8192, MaxPositions));
    if (!(high > low)) {
        scaling.bad(fmt::format("'high_freq_factor' is {}; expected more than low_freq_factor, {}",
                                high, low));
        return;
    }
    for (double& f : frequencies) {
        const double wavelength = 2 * std::numbers::pi / f;
        const double blend =
            std::clamp((trained / wavelength - low) / (high - low), 0.0, 1.0); // 1: unchanged
        f = (1 - blend) * f / factor + blend * f;
    }
}

double yarnScale(double factor, double weight) {
    return factor <= 1 ? 1.0 : 0.1 * weight * std::log(factor) + 1.0;
}

// YaRN: as llama3, but blended over the index of the pair between the indices that turn betaFast
// and betaSlow times within the trained context; cos and sin are scaled by the attention factor.
void scaleYarn(ConfigReader& scaling, std::size_t maxPositions, RotarySpec& rotary) {
    const auto trained = static_cast<double>(
        scaling.count("original_max_position_embeddings", maxPositions, MaxPositions));
    const double factor = scaling.number(
        "factor", std::max(1.0, static_cast<double>(maxPositions) / trained), 1, MaxFactor);
    const double fast = scaling.number("beta_fast", 32, 1e-3, MaxFactor);
    const double slow = scaling.number("beta_slow", 1, 1e-3, MaxFactor);
    const double scale = scaling.number("mscale", 0, 0, MaxFactor);
    const double scaleAll = scaling.number("mscale_all_dim", 0, 0, MaxFactor);
    const double attention = scale > 0 && scaleAll > 0
                                 ? yarnScale(factor, scale) / yarnScale(factor, scaleAll)
                                 : yarnScale(factor, 1);
    rotary.attentionFactor = scaling.number("attention_factor", attention, 1e-6, MaxFactor);

    const auto dims = static_cast<double>(rotary.dims);
    const auto pairThatTurns = [&](double turns) {
        return dims * std::log(trained / (turns * 2 * std::numbers::pi)) /
               (2 * std::log(rotary.theta));
    };
    double first = pairThatTurns(fast), last = pairThatTurns(slow);
    if (scaling.flag("truncate", true)) {
        first = std::floor(first);
        last = std::ceil(last);
    }
    first = std::max(first, 0.0);
    last = std::min(last, dims - 1);
    if (first == last) last += 0.001;
    for (std::size_t i = 0; i < rotary.inverseFrequencies.size(); ++i) {
        const double blend =
            std::clamp((static_cast<double>(i) - first) / (last - first), 0.0, 1.0);
        double& f = rotary.inverseFrequencies[i];
        f = f / factor * blend + f * (1 - blend);
    }
}

} // namespace

double rotaryShare(ConfigReader& config, double missing) {
    const auto* parameters = config.value("rope_parameters");
    if (parameters && parameters->is_object() && parameters->contains("partial_rotary_factor")) {
        ConfigReader nested(*parameters, config.where() + ": rope_parameters");
        const double share = nested.number("partial_rotary_factor", missing, 0, 1);
        config.adopt(nested);
        return share;
    }
    return config.number(config.oneOf({"rotary_pct", "partial_rotary_factor"}), missing, 0, 1);
}

RotarySpec readRotary(ConfigReader& config, std::size_t dims, std::size_t maxPositions,
                      std::string_view thetaKey) {
    RotarySpec rotary;
    rotary.dims = dims;
    rotary.theta = config.number(thetaKey, 10000, 1e-3, MaxTheta);
    const std::string key(config.oneOf({"rope_parameters", "rope_scaling"}));
    static const nlohmann::json None = nlohmann::json::object();
    const auto* object = config.value(key);
    ConfigReader scaling(object ? *object : None, config.where() + ": " + key);
    if (scaling.has("full_attention") || scaling.has("sliding_attention"))
        scaling.unsupported("a rotary embedding for each layer type is not supported");
    rotary.theta = scaling.number("rope_theta", rotary.theta, 1e-3, MaxTheta);
    if (dims > 0 && rotary.theta == 1) scaling.bad("'rope_theta' is 1; all pairs would turn alike");
    for (std::size_t i = 0; i < dims / 2; ++i)
        rotary.inverseFrequencies.push_back(
            std::pow(rotary.theta, -2.0 * static_cast<double>(i) / static_cast<double>(dims)));

    const std::string type = scaling.text(scaling.oneOf({"rope_type", "type"}), "default");
    if (type == "linear") {
        const double factor = scaling.number("factor", 1, 1e-6, MaxFactor);
        for (double& f : rotary.inverseFrequencies) f /= factor;
    } else if (type == "llama3") {
        scaleLlama3(scaling, scaling.number("factor", 8, 1e-6, MaxFactor),
                    rotary.inverseFrequencies);
    } else if (type == "yarn") {
        scaleYarn(scaling, maxPositions, rotary);
    } else if (type == "dynamic") {
        rotary.longest = maxPositions;
    } else if (type != "default") {
        scaling.unsupported(fmt::format("rotary scaling '{}' is not supported; known: default, "
                                        "linear, dynamic, llama3, yarn",
                                        type));
    }
    config.adopt(scaling);
    return rotary;
}

} // namespace bitsmith

#include "core/model/gguf/rope_factors.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

namespace bitsmith {
namespace {

struct Llama3 {
    double factor = 8, low = 1, high = 4, context = 8192;

    double divisor(double wavelength) const {
        const double blend = std::clamp((context / wavelength - low) / (high - low), 0.0, 1.0);
        return 1 / ((1 - blend) / factor + blend);
    }
};

double wavelength(double theta, std::size_t i, std::size_t pairs) {
    const double share = static_cast<double>(i) / static_cast<double>(pairs);
    return 2 * std::numbers::pi * std::pow(theta, share);
}

bool explains(const Llama3& scaling, std::span<const float> divisors, double theta) {
    constexpr double Tolerance = 1e-5; // of F32 arithmetic in the writer
    for (std::size_t i = 0; i < divisors.size(); ++i) {
        const double expected = scaling.divisor(wavelength(theta, i, divisors.size()));
        if (!(std::abs(divisors[i] - expected) <= Tolerance * expected)) return false;
    }
    return true;
}

// From two divisors between 1 and the factor: the blend is linear in 1 / wavelength.
std::optional<Llama3> solved(std::span<const float> divisors, double theta, double factor) {
    struct Point {
        double x, blend;
    };
    std::vector<Point> between;
    for (std::size_t i = 0; i < divisors.size(); ++i) {
        const double d = divisors[i];
        if (d <= 1.0001 || d >= factor * 0.9999) continue;
        between.push_back(
            {1 / wavelength(theta, i, divisors.size()), (factor / d - 1) / (factor - 1)});
    }
    if (between.size() < 2) return std::nullopt;
    const Point &a = between.front(), &b = between.back();
    const double slope = (a.blend - b.blend) / (a.x - b.x), at0 = a.blend - slope * a.x;
    Llama3 out{.factor = factor};
    const double span = out.context / slope; // high - low
    const auto rounded = [](double v) { return std::round(v * 1e4) / 1e4; };
    out.low = rounded(-at0 * span);
    out.high = rounded(out.low + span);
    return out;
}

} // namespace

std::vector<double> ropeDivisors(const RotarySpec& rotary) {
    std::vector<double> out;
    for (std::size_t i = 0; i < rotary.inverseFrequencies.size(); ++i) {
        const double plain = std::pow(rotary.theta, -2.0 * static_cast<double>(i) /
                                                        static_cast<double>(rotary.dims));
        out.push_back(plain / rotary.inverseFrequencies[i]);
    }
    return out;
}

std::optional<nlohmann::json> llama3Scaling(std::span<const float> divisors, double theta) {
    if (divisors.empty()) return std::nullopt;
    for (const float d : divisors)
        if (!(d >= 0.999f && d <= 1e6f)) return std::nullopt;
    const auto scaling = [](const Llama3& found) {
        return nlohmann::json{
            {"rope_type", "llama3"},
            {"factor", found.factor},
            {"low_freq_factor", found.low},
            {"high_freq_factor", found.high},
            {"original_max_position_embeddings", static_cast<std::int64_t>(found.context)}};
    };
    const double factor = *std::ranges::max_element(divisors);
    for (double context = 8192; context >= 16; context /= 2)
        if (const Llama3 usual{.factor = factor, .context = context};
            explains(usual, divisors, theta))
            return scaling(usual);
    for (double context = 16384; context <= 1048576; context *= 2)
        if (const Llama3 usual{.factor = factor, .context = context};
            explains(usual, divisors, theta))
            return scaling(usual);
    if (const auto other = solved(divisors, theta, factor);
        other && other->low > 0 && other->high > other->low && explains(*other, divisors, theta))
        return scaling(*other);
    return std::nullopt;
}

} // namespace bitsmith

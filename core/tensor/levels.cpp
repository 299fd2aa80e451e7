#include "core/tensor/levels.h"

#include "core/tensor/convert.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace bitsmith {
namespace {

using enum LevelKind;

constexpr float bfpTop(int bits) { // (2^m - 1) / 2^m, m = bits - 1
    const int magnitudes = 1 << (bits - 1);
    return static_cast<float>(magnitudes - 1) / static_cast<float>(magnitudes);
}
constexpr LevelFormat bfp(std::string_view name, int bits) {
    return {name, Float, bits, bits - 1, 0, bfpTop(bits)};
}
constexpr LevelFormat logarithm(std::string_view name, int bits) {
    return {name, Logarithm, bits, 0, 0, 1};
}

constexpr std::array Formats = {
    bfp("bfp3", 3),
    bfp("bfp4", 4),
    bfp("bfp5", 5),
    bfp("bfp6", 6),
    bfp("bfp7", 7),
    bfp("bfp8", 8),
    LevelFormat{"e2m1", Float, 4, 1, 0, 6},
    LevelFormat{"e2m2", Float, 5, 2, 0, 7},
    LevelFormat{"e2m3", Float, 6, 3, 0, 7.5F},
    LevelFormat{"e3m2", Float, 6, 2, -2, 28},
    LevelFormat{"e3m3", Float, 7, 3, -2, 30},
    LevelFormat{"e4m3", Float, 8, 3, -6, 448},
    LevelFormat{"e4m3x", Float, 8, 3, -6, 480},
    LevelFormat{"e5m2", Float, 8, 2, -14, 57344},
    LevelFormat{"fp4", Listed, 4, 0, 0, 1},
    LevelFormat{"int8", Integer, 8, 7, 1, 127 / 64.0F},
    logarithm("log3", 3),
    logarithm("log4", 4),
    logarithm("log5", 5),
    logarithm("log6", 6),
    logarithm("log7", 7),
    logarithm("log8", 8),
    LevelFormat{"nf4", Listed, 4, 0, 0, 1},
};

// Normal quantiles between 0.0323 and 0.9677, scaled to 1, zero among them (Dettmers et al. 2023,
// section 3), as bitsandbytes has them in fp32.
constexpr std::array<float, 16> Nf4 = {-1.0F,
                                       -0.6961928009986877F,
                                       -0.5250730514526367F,
                                       -0.39491748809814453F,
                                       -0.28444138169288635F,
                                       -0.18477343022823334F,
                                       -0.09105003625154495F,
                                       0.0F,
                                       0.07958029955625534F,
                                       0.16093020141124725F,
                                       0.24611230194568634F,
                                       0.33791524171829224F,
                                       0.44070982933044434F,
                                       0.5626170039176941F,
                                       0.7229568362236023F,
                                       1.0F};
// In twelfths, by bit pattern; the upper half of the codes is negative.
constexpr std::array<float, 8> Fp4Twelfths = {0, 0.0625F, 8, 12, 4, 6, 2, 3};

float magnitudeOf(const LevelFormat& format, unsigned code) {
    if (format.kind == Listed) return Fp4Twelfths[code] / 12.0F;
    if (format.kind == Logarithm)
        return std::ldexp(1.0F, static_cast<int>(code) - ((1 << (format.bits - 1)) - 1));
    const unsigned field = code >> format.fraction, rest = code & ((1U << format.fraction) - 1);
    const int step = format.least - format.fraction;
    if (field == 0) return std::ldexp(static_cast<float>(rest), step);
    return std::ldexp(static_cast<float>(rest + (1U << format.fraction)),
                      step + static_cast<int>(field) - 1);
}

std::vector<float> tableOf(const LevelFormat& format) {
    if (format.name == "nf4") return {Nf4.begin(), Nf4.end()};
    std::vector<float> table(std::size_t{1} << format.bits);
    const auto half = static_cast<unsigned>(table.size() / 2);
    for (unsigned code = 0; code < table.size(); ++code) {
        if (format.name == "e4m3")
            table[code] = e4m3ToFloat(static_cast<std::uint8_t>(code));
        else if (format.name == "e5m2")
            table[code] = e5m2ToFloat(static_cast<std::uint8_t>(code));
        else if (format.kind == Integer)
            table[code] = static_cast<float>(static_cast<std::int8_t>(code)) / 64.0F;
        else
            table[code] =
                code < half ? magnitudeOf(format, code) : -magnitudeOf(format, code - half);
    }
    return table;
}

} // namespace

std::span<const LevelFormat> levelFormats() { return Formats; }

const LevelFormat* findLevelFormat(std::string_view name) {
    const auto at = std::ranges::lower_bound(Formats, name, {}, &LevelFormat::name);
    return at != Formats.end() && at->name == name ? &*at : nullptr;
}

std::span<const float> floatLevels(std::string_view format) {
    static const auto Tables = [] {
        std::array<std::vector<float>, Formats.size()> tables;
        for (std::size_t i = 0; i < tables.size(); ++i) tables[i] = tableOf(Formats[i]);
        return tables;
    }();
    const LevelFormat* found = findLevelFormat(format);
    if (!found) return {};
    return Tables[static_cast<std::size_t>(found - Formats.data())];
}

} // namespace bitsmith

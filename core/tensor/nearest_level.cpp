#include "core/tensor/nearest_level.h"

#include "core/tensor/vector_clones.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>
#include <vector>

namespace bitsmith {
namespace {

// ---- Loops

constexpr std::uint32_t Magnitude = 0x7FFFFFFF;
// Added to a number below 2^22 and taken away again, rounds it to a whole one, ties to even.
constexpr float Whole = 12582912.0F; // 1.5 * 2^23

BITSMITH_VECTOR_CLONES(divideAll, (const float* in, float scale, float* out, std::size_t n),
                       (in, scale, out, n), {
                           for (std::size_t i = 0; i < n; ++i) out[i] = in[i] / scale;
                       })

BITSMITH_VECTOR_CLONES(divideEach,
                       (const float* in, const float* scales, float* out, std::size_t n),
                       (in, scales, out, n), {
                           for (std::size_t i = 0; i < n; ++i) out[i] = in[i] / scales[i];
                       })

// Codes of one sign count up evenly within a binade and on into the next: the code of a magnitude
// is its number of steps plus 2^fraction for every binade below its own. A carry into the next
// binade comes out right by itself, and so does the tie to even.
BITSMITH_VECTOR_CLONES(
    roundFloats,
    (const float* in, int fraction, int least, float largest, int signShift, std::uint32_t* codes,
     std::size_t n),
    (in, fraction, least, largest, signShift, codes, n), {
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t bits = std::bit_cast<std::uint32_t>(in[i]);
            const float a = std::bit_cast<float>(bits & Magnitude);
            const float kept = a < largest ? a : largest;
            const int exponent = static_cast<int>(std::bit_cast<std::uint32_t>(kept) >> 23) - 127;
            const int binade = exponent > least ? exponent : least;
            const float steps =
                kept *
                std::bit_cast<float>(static_cast<std::uint32_t>(127 + fraction - binade) << 23);
            const int whole = static_cast<int>(std::bit_cast<std::uint32_t>(steps + Whole) -
                                               std::bit_cast<std::uint32_t>(Whole));
            const int code = whole + ((binade - least) << fraction);
            codes[i] = static_cast<std::uint32_t>(code) | ((bits >> 31) << signShift);
        }
    })

BITSMITH_VECTOR_CLONES(roundIntegers,
                       (const float* in, float perStep, float most, std::uint32_t* codes,
                        std::size_t n),
                       (in, perStep, most, codes, n), {
                           for (std::size_t i = 0; i < n; ++i) {
                               const float steps = in[i] * perStep;
                               const float upper = steps < most ? steps : most;
                               const float kept = upper > -most ? upper : -most;
                               codes[i] = (std::bit_cast<std::uint32_t>(kept + Whole) -
                                           std::bit_cast<std::uint32_t>(Whole)) &
                                          0xFFU;
                           }
                       })

// Half way between two powers of two is 1.5 times the lower one: a fraction of a half.
BITSMITH_VECTOR_CLONES(
    roundPowers, (const float* in, int top, int signShift, std::uint32_t* codes, std::size_t n),
    (in, top, signShift, codes, n), {
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint32_t bits = std::bit_cast<std::uint32_t>(in[i]);
            const std::uint32_t a = bits & Magnitude;
            const int nearest = static_cast<int>((a + 0x3FFFFF + ((a >> 23) & 1)) >> 23);
            const int k = nearest - 127 + top;
            // Below the first normal number only log8 has a level, 2^-127.
            const int low = top == 127 && a > 0x600000 ? 1 : 0;
            const int upper = k < top ? k : top;
            const int kept = upper > 0 ? upper : 0;
            codes[i] =
                static_cast<std::uint32_t>(a < 0x800000 ? low : kept) | ((bits >> 31) << signShift);
        }
    })

BITSMITH_VECTOR_CLONES(rankAll,
                       (const float* in, const float* bounds, std::uint32_t* ranks, std::size_t n),
                       (in, bounds, ranks, n), {
                           for (std::size_t i = 0; i < n; ++i) {
                               std::uint32_t rank = 0;
                               for (std::size_t b = 0; b < 15; ++b) rank += in[i] > bounds[b];
                               ranks[i] = rank;
                           }
                       })

BITSMITH_VECTOR_CLONES(largestBits, (const float* in, std::uint32_t* most, std::size_t n),
                       (in, most, n), {
                           std::uint32_t best = 0;
                           for (std::size_t i = 0; i < n; ++i) {
                               const std::uint32_t a =
                                   std::bit_cast<std::uint32_t>(in[i]) & Magnitude;
                               best = a > best ? a : best;
                           }
                           *most = best;
                       })

// ---- Bounds of listed levels

// The largest float that belongs to the lower of two neighbours.
float boundBetween(float lower, float upper, bool tieToLower) {
    const double middle = (double{lower} + double{upper}) / 2; // exact
    const auto near = static_cast<float>(middle);
    if (double{near} < middle || (double{near} == middle && tieToLower)) return near;
    return std::nextafter(near, -std::numeric_limits<float>::infinity());
}

} // namespace

NearestLevel::NearestLevel(const LevelFormat& format) : m_format(format) {
    if (format.kind != LevelKind::Listed) return;
    const auto levels = floatLevels(format.name);
    std::vector<std::uint8_t> order(levels.size());
    std::iota(order.begin(), order.end(), std::uint8_t{0});
    // -0 before 0: weights between their neighbours are told apart by their sign afterwards.
    std::ranges::stable_sort(order, [&](std::uint8_t a, std::uint8_t b) {
        if (levels[a] != levels[b]) return levels[a] < levels[b];
        return std::signbit(levels[a]) && !std::signbit(levels[b]);
    });
    std::ranges::copy(order, m_ranked.begin());
    for (std::size_t i = 0; i + 1 < order.size(); ++i) {
        const float lower = levels[order[i]], upper = levels[order[i + 1]];
        // Of two zeros the bound is the smallest number below 0, and -0 gets the positive one.
        m_bounds[i] = lower == upper ? -std::numeric_limits<float>::denorm_min()
                                     : boundBetween(lower, upper, order[i] % 2 == 0);
    }
}

void NearestLevel::round(const float* in, std::uint8_t* codes, std::size_t n) const {
    constexpr std::size_t Most = 512;
    std::uint32_t wide[Most];
    switch (m_format.kind) {
    case LevelKind::Float:
        roundFloats(in, m_format.fraction, m_format.least, m_format.largest, m_format.bits - 1,
                    wide, n);
        break;
    case LevelKind::Integer: {
        const float perStep = std::ldexp(1.0F, m_format.fraction - m_format.least);
        roundIntegers(in, perStep, m_format.largest * perStep, wide, n);
        break;
    }
    case LevelKind::Logarithm:
        roundPowers(in, (1 << (m_format.bits - 1)) - 1, m_format.bits - 1, wide, n);
        break;
    case LevelKind::Listed:
        rankAll(in, m_bounds.data(), wide, n);
        for (std::size_t i = 0; i < n; ++i) wide[i] = m_ranked[wide[i]];
        break;
    }
    for (std::size_t i = 0; i < n; ++i) codes[i] = static_cast<std::uint8_t>(wide[i]);
}

void NearestLevel::operator()(std::span<const float> weights, float scale,
                              std::uint8_t* codes) const {
    float quotients[512];
    for (std::size_t at = 0; at < weights.size(); at += std::size(quotients)) {
        const std::size_t n = std::min(std::size(quotients), weights.size() - at);
        divideAll(weights.data() + at, scale, quotients, n);
        round(quotients, codes + at, n);
    }
}

void NearestLevel::operator()(std::span<const float> weights, const float* scales,
                              std::uint8_t* codes) const {
    float quotients[512];
    for (std::size_t at = 0; at < weights.size(); at += std::size(quotients)) {
        const std::size_t n = std::min(std::size(quotients), weights.size() - at);
        divideEach(weights.data() + at, scales + at, quotients, n);
        round(quotients, codes + at, n);
    }
}

float largestMagnitude(std::span<const float> values) {
    std::uint32_t most = 0;
    largestBits(values.data(), &most, values.size());
    return std::bit_cast<float>(most);
}

std::uint8_t mostExponent(const LevelFormat& format) {
    return static_cast<std::uint8_t>(std::min(254, 254 - std::ilogb(format.largest)));
}

std::uint8_t sharedExponent(const LevelFormat& format, float absmax) {
    if (!(absmax > 0)) return 0;
    const int floor = std::ilogb(absmax);
    const bool ends = format.largest <= 1; // bfp, log
    const int exponent = ends ? floor + (absmax > std::ldexp(1.0F, floor) ? 1 : 0)
                              : floor - std::ilogb(format.largest);
    return static_cast<std::uint8_t>(
        std::clamp(exponent + 127, 0, static_cast<int>(mostExponent(format))));
}

} // namespace bitsmith

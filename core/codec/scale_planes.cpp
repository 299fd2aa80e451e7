#include "core/codec/scale_planes.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <optional>

namespace bitsmith {
namespace {

// 0: cut into bytes. 1 to 8: half-precision numbers of that many mantissas in each octave. 16, 32,
// 64: of those of a logarithmic set.
constexpr std::uint8_t AsBytes = 0, MostListed = 8, MostImplied = 64;
constexpr unsigned MantissaBits = 10;

// The mantissa of 2^(j / grain), rounded to half precision.
std::uint16_t logMantissa(std::size_t j, std::size_t grain) {
    const double octave = std::exp2(static_cast<double>(j) / static_cast<double>(grain)) - 1;
    return static_cast<std::uint16_t>(std::lround(octave * (1U << MantissaBits)));
}

bool isGrain(std::size_t mantissas) {
    return std::has_single_bit(mantissas) && mantissas <= MostImplied;
}

struct LogScales {
    std::vector<std::uint16_t> mantissas; // sorted
    std::uint8_t lowest = 0;              // exponent of the smallest octave
    BytePlane indices;                    // (exponent - lowest) * mantissas + number of mantissa
};

// Whether the mantissas are those of 2^(j / grain), so that they need not be listed.
bool areImplied(std::span<const std::uint16_t> mantissas) {
    for (std::size_t j = 0; j < mantissas.size(); ++j)
        if (!isGrain(mantissas.size()) || mantissas[j] != logMantissa(j, mantissas.size()))
            return false;
    return true;
}

std::optional<LogScales> logScales(std::span<const std::byte> scales) {
    std::vector<std::uint16_t> halves(scales.size() / 2);
    std::memcpy(halves.data(), scales.data(), scales.size());
    std::array<bool, 1U << MantissaBits> seen{};
    LogScales out;
    unsigned lowest = 31, highest = 0;
    for (const std::uint16_t half : halves) {
        if (half >= 0x8000) return std::nullopt; // negative
        seen[half & 1023U] = true;
        lowest = std::min(lowest, half >> MantissaBits & 31U);
        highest = std::max(highest, half >> MantissaBits & 31U);
    }
    for (std::size_t m = 0; m < seen.size(); ++m)
        if (seen[m]) out.mantissas.push_back(static_cast<std::uint16_t>(m));
    // A step of the set that does not occur makes the set no larger.
    const std::size_t finest = out.mantissas.size() > MostListed ? MostImplied : MostListed;
    for (std::size_t grain = 1; grain <= finest; grain *= 2) {
        std::vector<std::uint16_t> implied;
        for (std::size_t j = 0; j < grain; ++j) implied.push_back(logMantissa(j, grain));
        if (std::ranges::includes(implied, out.mantissas)) {
            out.mantissas = implied;
            break;
        }
    }
    if (halves.empty() || (out.mantissas.size() > MostListed && !areImplied(out.mantissas)) ||
        (highest - lowest + 1) * out.mantissas.size() > 256)
        return std::nullopt;
    out.lowest = static_cast<std::uint8_t>(lowest);
    for (const std::uint16_t half : halves) {
        const auto m = std::ranges::lower_bound(out.mantissas, half & 1023U);
        out.indices.push_back(
            static_cast<std::uint8_t>((half / 1024U - lowest) * out.mantissas.size() +
                                      static_cast<std::size_t>(m - out.mantissas.begin())));
    }
    return out;
}

} // namespace

void writeScales(std::span<const std::byte> scales, DType type, ByteWriter& out) {
    ByteWriter plain;
    plain.put(AsBytes);
    writePlanes(splitBytes(scales, byteSize(type)), plain);
    const auto log = type == DType::F16 ? logScales(scales) : std::nullopt;
    if (log) {
        ByteWriter small;
        small.put(static_cast<std::uint8_t>(log->mantissas.size()));
        small.put(static_cast<std::uint8_t>(log->lowest | (areImplied(log->mantissas) ? 128 : 0)));
        if (!areImplied(log->mantissas))
            for (const std::uint16_t mantissa : log->mantissas) small.put(mantissa);
        writePlanes({&log->indices, 1}, small);
        if (small.size() < plain.size()) return out.putBytes(small.bytes());
    }
    out.putBytes(plain.bytes());
}

Result<std::vector<std::byte>> readScales(std::size_t count, DType type, ByteReader& in) {
    std::vector<std::byte> scales;
    BITSMITH_TRY(const std::size_t mantissas, in.take<std::uint8_t>());
    if (mantissas == AsBytes) {
        const std::vector<std::size_t> sizes(byteSize(type), count);
        BITSMITH_TRY(const auto planes, readPlanes(sizes, in));
        scales.resize(count * byteSize(type));
        joinBytes(planes, scales);
        return scales;
    }
    BITSMITH_TRY(const auto lowest, in.take<std::uint8_t>());
    const bool listed = lowest < 128;
    if (type != DType::F16 || (listed ? mantissas > MostListed : !isGrain(mantissas)))
        return fail(ErrorCode::BadInput, "scales of unknown form {}", mantissas);
    std::vector<std::uint16_t> known;
    for (std::size_t m = 0; m < mantissas; ++m) {
        std::uint16_t mantissa = listed ? 0 : logMantissa(m, mantissas);
        if (listed) {
            BITSMITH_TRY(mantissa, in.take<std::uint16_t>());
        }
        known.push_back(mantissa & 1023U);
    }
    const std::array<std::size_t, 1> size{count};
    BITSMITH_TRY(const auto planes, readPlanes(size, in));
    scales.resize(2 * count);
    for (std::size_t i = 0; i < count; ++i) {
        const std::size_t index = planes[0][i];
        const auto half = static_cast<std::uint16_t>(
            ((lowest & 31U) + index / mantissas) << MantissaBits | known[index % mantissas]);
        if (half >= 0x8000) return fail(ErrorCode::BadInput, "a scale beyond half precision");
        std::memcpy(scales.data() + 2 * i, &half, sizeof half);
    }
    return scales;
}

} // namespace bitsmith

#include "core/codec/rans_table.h"

#include "core/codec/rans_lookup.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <limits>
#include <mutex>
#include <numeric>

namespace bitsmith {
namespace {

constexpr double EscapedBits = 8; // of the plain symbol after an escape

// Adds or takes single counts where the expected cost changes least.
void fixSum(std::span<const double> weights, std::span<std::uint32_t> frequencies) {
    auto sum = std::accumulate(frequencies.begin(), frequencies.end(), std::uint32_t{0});
    const auto gain = [&](std::size_t s, double step) {
        const double f = frequencies[s];
        return weights[s] * std::log2((f + step) / f);
    };
    for (; sum < RansTable::Total; ++sum) {
        std::size_t best = 0;
        for (std::size_t s = 1; s < weights.size(); ++s)
            if (gain(s, 1) > gain(best, 1)) best = s;
        ++frequencies[best];
    }
    for (; sum > RansTable::Total; --sum) {
        std::size_t best = weights.size();
        for (std::size_t s = 0; s < weights.size(); ++s)
            if (frequencies[s] > 1 && (best == weights.size() || gain(s, -1) > gain(best, -1)))
                best = s;
        --frequencies[best];
    }
}

std::vector<std::uint32_t> normalized(std::span<const double> weights) {
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    std::vector<std::uint32_t> frequencies;
    std::vector<double> used;
    for (const double w : weights)
        if (w > 0) {
            used.push_back(w);
            frequencies.push_back(std::max(
                1U, static_cast<std::uint32_t>(w / total * static_cast<double>(RansTable::Total))));
        }
    fixSum(used, frequencies);
    std::vector<std::uint32_t> out(weights.size());
    for (std::size_t s = 0, k = 0; s < weights.size(); ++s)
        if (weights[s] > 0) out[s] = frequencies[k++];
    return out;
}

} // namespace

RansTable RansTable::fromWeights(std::span<const std::uint64_t> weights) {
    assert(!weights.empty() && weights.size() <= 256);
    const double total = std::accumulate(weights.begin(), weights.end(), 0.0);
    RansTable best;
    double least = std::numeric_limits<double>::infinity();
    for (const double threshold : {0.0, 1.0 / 64, 1.0 / 16, 1.0 / 4, 1.0 / 2, 1.0, 2.0}) {
        std::vector<double> direct;
        double escaped = 0;
        for (const std::uint64_t count : weights) {
            const auto w = static_cast<double>(count);
            const bool rare = w * static_cast<double>(Total) < threshold * total;
            direct.push_back(rare ? 0 : w);
            if (rare) escaped += w;
        }
        direct.push_back(escaped);
        const auto frequencies = normalized(direct);
        auto data = std::make_shared<Data>();
        data->escape = static_cast<std::uint16_t>(frequencies.back());
        std::size_t used = 0;
        for (std::size_t s = 0; s < weights.size(); ++s)
            if (frequencies[s] > 0) used = s + 1;
        for (std::size_t s = 0; s < used; ++s) {
            data->frequencies.push_back(static_cast<std::uint16_t>(frequencies[s]));
        }
        data->escapeCode = static_cast<std::uint8_t>(std::ranges::find(data->frequencies, 0) -
                                                     data->frequencies.begin());
        RansTable table;
        table.m_data = std::move(data);
        ByteWriter written;
        table.write(written);
        const double bits = table.bits(weights) + 8.0 * static_cast<double>(written.size());
        if (bits < least) {
            least = bits;
            best = table;
        }
    }
    return best;
}

Result<RansTable> RansTable::fromFrequencies(std::span<const std::uint16_t> frequencies,
                                             std::uint16_t escape) {
    std::uint64_t sum = escape;
    for (const std::uint16_t f : frequencies) sum += f;
    if (frequencies.size() > 256 || sum != Total)
        return fail(ErrorCode::BadInput, "a table of {} frequencies adds up to {}, not to {}",
                    frequencies.size(), sum, Total);
    const auto unused = std::ranges::find(frequencies, 0);
    const auto code = static_cast<std::size_t>(unused - frequencies.begin());
    if (escape > 0 && code > 255)
        return fail(ErrorCode::BadInput, "an escape where each symbol has a frequency");
    auto data = std::make_shared<Data>();
    data->frequencies.assign(frequencies.begin(), frequencies.end());
    while (!data->frequencies.empty() && data->frequencies.back() == 0)
        data->frequencies.pop_back();
    data->escape = escape;
    data->escapeCode = static_cast<std::uint8_t>(code);
    RansTable table;
    table.m_data = std::move(data);
    return table;
}

std::size_t RansTable::alphabet() const { return m_data->frequencies.size(); }
std::uint32_t RansTable::frequency(std::uint8_t symbol) const {
    return symbol < m_data->frequencies.size() ? m_data->frequencies[symbol] : 0;
}
std::uint32_t RansTable::escape() const { return m_data->escape; }
std::uint8_t RansTable::escapeCode() const { return m_data->escapeCode; }

RansTable RansTable::rest() const {
    static const RansTable plain = [] {
        std::array<std::uint16_t, 256> even;
        even.fill(Total / 256);
        return *fromFrequencies(even);
    }();
    if (!m_data->rest) return plain;
    RansTable table;
    table.m_data = m_data->rest;
    return table;
}

double RansTable::bits(std::span<const std::uint64_t> counts) const {
    double bits = 0;
    for (std::size_t s = 0; s < counts.size(); ++s) {
        if (counts[s] == 0) continue;
        const std::uint32_t f = frequency(static_cast<std::uint8_t>(s));
        const double cost = f > 0          ? Bits - std::log2(f)
                            : escape() > 0 ? Bits - std::log2(escape()) + EscapedBits
                                           : std::numeric_limits<double>::infinity();
        bits += static_cast<double>(counts[s]) * cost;
    }
    return bits;
}

void RansTable::write(ByteWriter& out) const {
    out.putVarint(m_data->frequencies.size());
    out.putVarint(m_data->escape);
    for (const std::uint16_t f : m_data->frequencies) out.putVarint(f);
}

Result<RansTable> RansTable::read(ByteReader& in) {
    BITSMITH_TRY(const std::uint64_t count, in.takeVarint());
    BITSMITH_TRY(const std::uint64_t escape, in.takeVarint());
    if (count > 256 || escape > Total)
        return fail(ErrorCode::BadInput, "a table of {} symbols", count);
    std::vector<std::uint16_t> frequencies;
    for (std::uint64_t s = 0; s < count; ++s) {
        BITSMITH_TRY(const std::uint64_t f, in.takeVarint());
        if (f > Total) return fail(ErrorCode::BadInput, "a frequency of {}", f);
        frequencies.push_back(static_cast<std::uint16_t>(f));
    }
    return fromFrequencies(frequencies, static_cast<std::uint16_t>(escape));
}

const RansTable::Decoding& RansTable::decoding() const {
    std::call_once(m_data->decodingOnce,
                   [&] { m_data->decoding = std::make_unique<Decoding>(*m_data); });
    return *m_data->decoding;
}

const RansTable::Encoding& RansTable::encoding() const {
    std::call_once(m_data->encodingOnce,
                   [&] { m_data->encoding = std::make_unique<Encoding>(*m_data); });
    return *m_data->encoding;
}

bool RansTable::operator==(const RansTable& other) const {
    return m_data->frequencies == other.m_data->frequencies &&
           m_data->escape == other.m_data->escape;
}

} // namespace bitsmith

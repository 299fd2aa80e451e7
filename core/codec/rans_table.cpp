#include "core/codec/rans_table.h"

#include "core/codec/rans_lookup.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

namespace bitsmith {
namespace {

constexpr double Infinite = std::numeric_limits<double>::infinity();

} // namespace

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

Result<RansTable> RansTable::fromFrequencies(std::span<const std::uint16_t> frequencies,
                                             std::uint16_t escape, const RansTable& rest) {
    BITSMITH_TRY(const RansTable plain, fromFrequencies(frequencies, escape));
    if (escape == 0 || rest.escape() > 0)
        return fail(ErrorCode::BadInput, "a table of escaped symbols where there are none");
    auto data = std::make_shared<Data>();
    data->frequencies = plain.m_data->frequencies;
    data->escape = escape;
    data->escapeCode = plain.m_data->escapeCode;
    data->rest = rest.m_data;
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
    const double escapeBits = escape() > 0 ? Bits - std::log2(escape()) : Infinite;
    for (std::size_t s = 0; s < counts.size(); ++s) {
        if (counts[s] == 0) continue;
        const auto symbol = static_cast<std::uint8_t>(s);
        double cost = escapeBits;
        if (const std::uint32_t f = frequency(symbol))
            cost = Bits - std::log2(f);
        else if (escape() > 0) {
            const std::uint32_t g = m_data->rest ? rest().frequency(symbol) : Total / 256;
            cost += g > 0 ? Bits - std::log2(g) : Infinite;
        }
        bits += static_cast<double>(counts[s]) * cost;
    }
    return bits;
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
           m_data->escape == other.m_data->escape && !m_data->rest == !other.m_data->rest &&
           (!m_data->rest || rest() == other.rest());
}

} // namespace bitsmith

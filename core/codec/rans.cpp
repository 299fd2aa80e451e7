#include "core/codec/rans.h"

#include "core/codec/rans_lookup.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

namespace bitsmith {
namespace {

constexpr std::size_t SymbolsPerLane = 2048; // below, the states would cost more than 1 %
constexpr std::size_t WordBytes = sizeof(std::uint16_t);
constexpr std::string_view Kernels[] = {"scalar"};

} // namespace

int ransLanes(std::size_t symbols) {
    const std::size_t lanes = std::clamp<std::size_t>(symbols / SymbolsPerLane, 1, MostRansLanes);
    return static_cast<int>(std::bit_floor(lanes));
}

RansEncoder::RansEncoder(int lanes) : m_lanes(lanes) {
    assert(lanes >= 1 && lanes <= MostRansLanes);
}

void RansEncoder::add(const RansTable& table, std::span<const std::uint8_t> symbols) {
    m_runs.push_back({table, symbols});
}

std::vector<std::byte> RansEncoder::finish() {
    std::array<std::uint32_t, MostRansLanes> states;
    states.fill(RansLowest);
    const auto lanes = static_cast<std::size_t>(m_lanes);
    std::vector<std::uint16_t> words; // last first
    std::vector<std::byte> escaped;   // last first
    for (auto run = m_runs.rbegin(); run != m_runs.rend(); ++run) {
        const RansTable::Encoding& table = run->table.encoding();
        for (std::size_t i = run->symbols.size(); i-- > 0;) {
            unsigned symbol = run->symbols[i];
            if (table.frequency[symbol] == 0) {
                escaped.push_back(static_cast<std::byte>(symbol));
                symbol = RansEscape;
            }
            const std::uint64_t f = table.frequency[symbol];
            assert(f > 0);
            std::uint32_t& x = states[i % lanes];
            if (x >= f << (32 - RansTable::Bits)) {
                words.push_back(static_cast<std::uint16_t>(x));
                x >>= 16;
            }
            const auto frequency = static_cast<std::uint32_t>(f);
            x = ((x / frequency) << RansTable::Bits) + x % frequency + table.first[symbol];
        }
    }
    m_runs.clear();
    ByteWriter out;
    for (std::size_t lane = 0; lane < lanes; ++lane) out.put(states[lane]);
    for (auto word = words.rbegin(); word != words.rend(); ++word) out.put(*word);
    out.putBytes(escaped);
    return out.take();
}

Result<RansDecoder> RansDecoder::open(std::span<const std::byte> payload, int lanes) {
    const auto count = static_cast<std::size_t>(lanes);
    if (lanes < 1 || lanes > MostRansLanes || payload.size() < count * sizeof(std::uint32_t))
        return fail(ErrorCode::BadInput, "{} bytes are not the states of {} lanes", payload.size(),
                    lanes);
    RansDecoder decoder;
    decoder.m_lanes = lanes;
    std::memcpy(decoder.m_states.data(), payload.data(), count * sizeof(std::uint32_t));
    decoder.m_next = payload.data() + count * sizeof(std::uint32_t);
    decoder.m_end = payload.data() + payload.size();
    for (std::size_t lane = 0; lane < count; ++lane)
        if (decoder.m_states[lane] < RansLowest)
            return fail(ErrorCode::BadInput, "state {} is below the lowest possible", lane);
    return decoder;
}

Status RansDecoder::decode(const RansTable& table, std::span<std::uint8_t> out) {
    const RansTable::Decoding& look = table.decoding();
    const auto lanes = static_cast<std::size_t>(m_lanes);
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::uint32_t& x = m_states[i % lanes];
        const auto& slot = look.slots[x & (RansTable::Total - 1)];
        x = slot.frequency * (x >> RansTable::Bits) + slot.offset;
        if (x < RansLowest) {
            if (m_end - m_next < static_cast<std::ptrdiff_t>(WordBytes))
                return fail(ErrorCode::BadInput, "the coded symbols end early");
            std::uint16_t word;
            std::memcpy(&word, m_next, WordBytes);
            m_next += WordBytes;
            x = x << 16 | word;
        }
        if (slot.symbol != RansEscape) {
            out[i] = static_cast<std::uint8_t>(slot.symbol);
            continue;
        }
        if (m_next == m_end) return fail(ErrorCode::BadInput, "the coded symbols end early");
        out[i] = static_cast<std::uint8_t>(*--m_end);
    }
    return {};
}

Status RansDecoder::finish() const {
    const auto states = std::span(m_states).first(static_cast<std::size_t>(m_lanes));
    if (m_next == m_end && std::ranges::all_of(states, [](auto x) { return x == RansLowest; }))
        return {};
    return fail(ErrorCode::BadInput, "the coded symbols do not end where they should");
}

std::span<const std::string_view> ransKernels() { return Kernels; }

Status useRansKernel(std::string_view name) {
    if (name.empty() || std::ranges::find(Kernels, name) != std::end(Kernels)) return {};
    return fail(ErrorCode::Usage, "this machine has no rANS kernel '{}'", name);
}

} // namespace bitsmith

#include "core/codec/rans.h"

#include "core/codec/rans_kernels.h"

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstring>
#include <memory>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace bitsmith {
namespace {

constexpr std::size_t LeastVectorLanes = 16;
constexpr std::size_t SymbolsPerLane = 2048; // below, the states would cost more than 1 %

struct Kernel {
    std::string_view name;
    RansRounds rounds;
    int bucketBits; // up to these it needs no table of all slots
    RansEncodeRounds encode = nullptr;
};

#if defined(__x86_64__)
bool hasAvx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"); }
bool hasAvx512() {
    return hasAvx2() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
}
#endif

const std::vector<Kernel>& kernels() {
    static const std::vector<Kernel> available = [] {
        std::vector<Kernel> list{{"scalar", ransRoundsScalar, 8}};
#if defined(__x86_64__)
        if (hasAvx2()) list.push_back({"avx2", ransRoundsAvx2, 5});
        if (hasAvx512()) list.push_back({"avx512", ransRoundsAvx512, 6, ransEncodeAvx512});
        if (hasAvx512() && __builtin_cpu_supports("avx512vbmi"))
            list.push_back({"avx512vbmi", ransRoundsVbmi, 8, ransEncodeAvx512});
#endif
        return list;
    }();
    return available;
}

std::atomic<const Kernel*> chosen = nullptr; // none: the best

const Kernel& kernel() {
    const Kernel* const k = chosen.load(std::memory_order_relaxed);
    return k ? *k : kernels().back();
}

} // namespace

int ransLanes(std::size_t symbols) {
    const std::size_t lanes = std::clamp<std::size_t>(symbols / SymbolsPerLane, 1, MostRansLanes);
    return static_cast<int>(std::bit_floor(lanes));
}

RansEncoder::RansEncoder(int lanes) : m_lanes(lanes) {
    assert(lanes >= 1 && lanes <= MostRansLanes && std::has_single_bit(unsigned(lanes)));
}

void RansEncoder::add(const RansTable& table, std::span<const std::uint8_t> symbols) {
    m_runs.push_back({table, symbols});
}

namespace {

// Writes backwards, the last symbol first.
class Writer {
public:
    Writer(std::size_t lanes, std::size_t mostWords)
        : m_lanes(lanes), m_room(mostWords + Spare),
          m_words(std::make_unique_for_overwrite<std::uint16_t[]>(m_room)),
          m_first(m_words.get() + m_room) {
        m_states.fill(RansLowest);
    }

    // symbols: the escape as its code.
    void add(const RansTable& table, std::span<const std::uint8_t> symbols) {
        if (table.decoding().single >= 0) return; // says nothing, changes no state
        const RansTable::Encoding& look = table.encoding();
        const std::size_t whole = symbols.size() - symbols.size() % m_lanes;
        addScalar(look, symbols.subspan(whole));
        const RansEncodeRounds encode = kernel().encode;
        const auto rounds = symbols.first(whole);
        if (!encode || !encode(look, m_lanes, m_states.data(), rounds, m_first))
            addScalar(look, rounds);
    }

    std::vector<std::byte> take() const {
        const std::size_t words = static_cast<std::size_t>(m_words.get() + m_room - m_first);
        std::vector<std::byte> out(m_lanes * sizeof(std::uint32_t) + words * RansWordBytes);
        std::memcpy(out.data(), m_states.data(), m_lanes * sizeof(std::uint32_t));
        std::memcpy(out.data() + m_lanes * sizeof(std::uint32_t), m_first, words * RansWordBytes);
        return out;
    }

private:
    static constexpr std::size_t Spare = 16; // words before the first that may be written to

    // Of whole rounds, and some of one.
    void addScalar(const RansTable::Encoding& look, std::span<const std::uint8_t> symbols) {
        std::uint16_t* first = m_first;
        std::size_t lane = symbols.size() % m_lanes;
        for (std::size_t i = symbols.size(); i-- > 0;) {
            lane = (lane == 0 ? m_lanes : lane) - 1;
            const auto& symbol = look.symbols[symbols[i]];
            const std::uint64_t f = symbol.frequency;
            assert(f > 0);
            std::uint64_t x = m_states[lane];
            // Without a branch: the word before `first` is free.
            const unsigned high = x >= f << (32 - RansTable::Bits) ? 1 : 0;
            first[-1] = static_cast<std::uint16_t>(x);
            first -= high;
            x >>= 16 * high;
            const std::uint64_t quotient = x * symbol.reciprocal >> 44;
            const std::uint64_t rank = x - quotient * f;
            m_states[lane] = static_cast<std::uint32_t>(quotient << RansTable::Bits |
                                                        look.slots[symbol.first + rank]);
        }
        m_first = first;
    }

    std::size_t m_lanes, m_room;
    std::array<std::uint32_t, MostRansLanes> m_states;
    std::unique_ptr<std::uint16_t[]> m_words;
    std::uint16_t* m_first;
};

} // namespace

std::vector<std::byte> RansEncoder::finish() {
    // The symbols with the escape's code, and those that are escaped, of each run with an escape.
    struct Escaping {
        std::vector<std::uint8_t> symbols, rest;
    };
    std::vector<Escaping> escaping(m_runs.size());
    std::size_t most = 0;
    for (std::size_t r = 0; r < m_runs.size(); ++r) {
        const auto& [table, symbols] = m_runs[r];
        most += symbols.size();
        if (table.escape() == 0) continue;
        std::array<bool, 256> escaped;
        for (unsigned s = 0; s < 256; ++s)
            escaped[s] = table.frequency(static_cast<std::uint8_t>(s)) == 0;
        escaping[r].symbols.assign(symbols.begin(), symbols.end());
        for (std::uint8_t& s : escaping[r].symbols) {
            if (!escaped[s]) continue;
            escaping[r].rest.push_back(s);
            s = table.escapeCode();
        }
        most += escaping[r].rest.size();
    }
    Writer writer(static_cast<std::size_t>(m_lanes), most);
    for (std::size_t r = m_runs.size(); r-- > 0;) {
        const RansTable& table = m_runs[r].table;
        if (!escaping[r].rest.empty()) writer.add(table.rest(), escaping[r].rest);
        writer.add(table, table.escape() == 0 ? m_runs[r].symbols : escaping[r].symbols);
    }
    m_runs.clear();
    return writer.take();
}

Result<RansDecoder> RansDecoder::open(std::span<const std::byte> payload, int lanes) {
    const auto count = static_cast<std::size_t>(lanes);
    if (lanes < 1 || lanes > MostRansLanes || !std::has_single_bit(count) ||
        payload.size() < count * sizeof(std::uint32_t))
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

// Every symbol checked: what is left of a run after its whole rounds, and damaged payloads.
Status RansDecoder::decodeChecked(const RansTable& table, std::span<std::uint8_t> out) {
    const RansTable::Decoding& look = table.decoding();
    const std::uint32_t mask = (1U << look.bucketBits) - 1;
    const auto lanes = static_cast<std::size_t>(m_lanes);
    for (std::size_t i = 0; i < out.size(); ++i) {
        std::uint32_t& x = m_states[i % lanes];
        const std::uint32_t slot = x & (RansTable::Total - 1), bucket = slot & mask;
        const RansEntry entry = look.entries[bucket][slot >= look.dividers[bucket] ? 1 : 0];
        x = ransFrequency(entry) * (x >> RansTable::Bits) + ransAdd(entry) +
            (slot >> look.bucketBits);
        out[i] = ransSymbol(entry);
        if (x >= RansLowest) continue;
        if (m_end - m_next < static_cast<std::ptrdiff_t>(RansWordBytes))
            return fail(ErrorCode::BadInput, "the coded symbols end early");
        std::uint16_t word;
        std::memcpy(&word, m_next, RansWordBytes);
        m_next += RansWordBytes;
        x = x << 16 | word;
    }
    return {};
}

Status RansDecoder::decodeRun(const RansTable& table, std::span<std::uint8_t> out) {
    const RansTable::Decoding& look = table.decoding();
    if (look.single >= 0) {
        std::ranges::fill(out, static_cast<std::uint8_t>(look.single));
        return {};
    }
    const auto lanes = static_cast<std::size_t>(m_lanes);
    // A table of all slots takes as long as thousands of symbols.
    const Kernel& k = kernel();
    const bool tables = look.bucketBits <= k.bucketBits || look.slotsWorth(out.size());
    const RansRounds rounds = tables ? k.rounds : ransRoundsScalar;
    RansCursor cursor{&m_states, lanes, m_next, m_end};
    std::size_t done = rounds(look, cursor, out);
    m_next = cursor.next;
    // The last words, with room behind them that a round may read. A round that used the room has
    // met a payload that ends early; it is done again, and found, symbol by symbol.
    std::array<std::byte, 2 * MostRansLanes * RansWordBytes> tail{};
    while (lanes >= LeastVectorLanes && out.size() - done >= lanes) {
        const auto left = static_cast<std::size_t>(m_end - m_next);
        std::memcpy(tail.data(), m_next, left);
        const auto before = m_states;
        cursor = {&m_states, lanes, tail.data(), tail.data() + left + lanes * RansWordBytes};
        const std::size_t more = rounds(look, cursor, out.subspan(done, lanes));
        const auto used = static_cast<std::size_t>(cursor.next - tail.data());
        if (used > left) {
            m_states = before;
            break;
        }
        m_next += used;
        done += more;
    }
    return decodeChecked(table, out.subspan(done));
}

namespace {

// Where `symbol` is; it is rare.
std::vector<std::size_t> positions(std::span<const std::uint8_t> symbols, std::uint8_t symbol) {
    std::vector<std::size_t> found;
    std::size_t i = 0;
#if defined(__SSE2__)
    const __m128i wanted = _mm_set1_epi8(static_cast<char>(symbol));
    const auto matches = [&](std::size_t at) {
        return _mm_cmpeq_epi8(
            _mm_loadu_si128(reinterpret_cast<const __m128i*>(symbols.data() + at)), wanted);
    };
    for (; i + 64 <= symbols.size(); i += 64) {
        const __m128i a = matches(i), b = matches(i + 16), c = matches(i + 32), d = matches(i + 48);
        if (_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(a, b), _mm_or_si128(c, d))) == 0) continue;
        const auto bits = [](__m128i m) {
            return std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(m))};
        };
        std::uint64_t set = bits(a) | bits(b) << 16 | bits(c) << 32 | bits(d) << 48;
        for (; set != 0; set &= set - 1)
            found.push_back(i + static_cast<std::size_t>(std::countr_zero(set)));
    }
#endif
    for (; i < symbols.size(); ++i)
        if (symbols[i] == symbol) found.push_back(i);
    return found;
}

} // namespace

Status RansDecoder::decode(const RansTable& table, std::span<std::uint8_t> out) {
    BITSMITH_CHECK(decodeRun(table, out));
    if (table.escape() == 0) return {};
    const std::uint8_t code = table.escapeCode();
    const std::vector<std::size_t> escaped = positions(out, code);
    if (escaped.empty()) return {};
    std::vector<std::uint8_t> rest(escaped.size());
    BITSMITH_CHECK(decodeRun(table.rest(), rest));
    for (std::size_t i = 0; i < rest.size(); ++i) out[escaped[i]] = rest[i];
    return {};
}

Status RansDecoder::finish() const {
    const auto states = std::span(m_states).first(static_cast<std::size_t>(m_lanes));
    if (m_next == m_end && std::ranges::all_of(states, [](auto x) { return x == RansLowest; }))
        return {};
    return fail(ErrorCode::BadInput, "the coded symbols do not end where they should");
}

std::span<const std::string_view> ransKernels() {
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> list;
        for (const Kernel& k : kernels()) list.push_back(k.name);
        return list;
    }();
    return names;
}

Status useRansKernel(std::string_view name) {
    if (name.empty()) {
        chosen = nullptr;
        return {};
    }
    for (const Kernel& k : kernels())
        if (k.name == name) {
            chosen = &k;
            return {};
        }
    return fail(ErrorCode::Usage, "this machine has no rANS kernel '{}'", name);
}

} // namespace bitsmith

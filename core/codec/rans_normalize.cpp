// From weights to the frequencies of a table: which symbols are escaped, how 4096 slots are shared
// among the others, and with how many bits of precision the shares are worth storing.
#include "core/codec/rans_lookup.h"
#include "core/codec/rans_table.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace bitsmith {
namespace {

constexpr double Slots = RansTable::Total;
// Escapes take time: without them it is as good where this much larger.
constexpr double WithoutEscapes = 1.001;

// Shares for weights above 0 that cost least, sum of w * log2(Slots / f), each at least 1. The cost
// is convex and separable, so single slots moved from where they are missed least to where they
// gain most end at the best of all; starting from the rounded proportions, few are.
class Shares {
public:
    explicit Shares(std::span<const double> weights) : m_weights(weights) {
        proportions();
        m_gain.resize(weights.size());
        m_loss.resize(weights.size());
        for (std::size_t i = 0; i < weights.size(); ++i) update(i);
        auto sum = std::accumulate(m_shares.begin(), m_shares.end(), std::uint32_t{0});
        for (; sum < RansTable::Total; ++sum) change(mostGain(), 1);
        for (; sum > RansTable::Total; --sum) change(leastLoss(), -1);
        for (std::size_t most = 4 * weights.size(); most > 0; --most) {
            const std::size_t to = mostGain(), from = leastLoss();
            if (m_gain[to] <= m_loss[from] * (1 + 1e-9)) break;
            change(to, 1);
            change(from, -1);
        }
    }
    const std::vector<std::uint32_t>& get() const { return m_shares; }

private:
    // Those too rare for a slot get one, the others share what is left.
    void proportions() {
        m_shares.assign(m_weights.size(), 0);
        double weight = std::accumulate(m_weights.begin(), m_weights.end(), 0.0), slots = Slots;
        for (bool again = true; again;) {
            again = false;
            const double scale = slots / weight;
            for (std::size_t i = 0; i < m_weights.size(); ++i)
                if (m_shares[i] == 0 && m_weights[i] * scale < 1) {
                    m_shares[i] = 1;
                    weight -= m_weights[i];
                    slots -= 1;
                    again = true;
                }
        }
        for (std::size_t i = 0; i < m_weights.size(); ++i)
            if (m_shares[i] == 0)
                m_shares[i] = std::max(
                    1U, static_cast<std::uint32_t>(std::lround(m_weights[i] * slots / weight)));
    }
    void update(std::size_t i) {
        const double f = m_shares[i];
        m_gain[i] = m_weights[i] * std::log2((f + 1) / f);
        m_loss[i] =
            f > 1 ? m_weights[i] * std::log2(f / (f - 1)) : std::numeric_limits<double>::infinity();
    }
    void change(std::size_t i, int by) {
        m_shares[i] += static_cast<std::uint32_t>(by);
        update(i);
    }
    std::size_t mostGain() const {
        return static_cast<std::size_t>(std::ranges::max_element(m_gain) - m_gain.begin());
    }
    std::size_t leastLoss() const {
        return static_cast<std::size_t>(std::ranges::min_element(m_loss) - m_loss.begin());
    }
    std::span<const double> m_weights;
    std::vector<std::uint32_t> m_shares;
    std::vector<double> m_gain, m_loss; // of one slot more, one less
};

// Every share but the largest rounded to its highest `kept` + 1 bits; nothing if they do not fit.
std::optional<std::vector<std::uint32_t>> rounded(std::vector<std::uint32_t> shares, int kept) {
    const auto largest = std::ranges::max_element(shares);
    std::uint32_t others = 0;
    for (auto share = shares.begin(); share != shares.end(); ++share) {
        if (share == largest) continue;
        const int drop = static_cast<int>(std::bit_width(*share)) - 1 - kept;
        if (drop > 0) *share = (*share + (1U << (drop - 1))) >> drop << drop;
        others += *share;
    }
    if (others >= RansTable::Total) return std::nullopt;
    *largest = RansTable::Total - others;
    return shares;
}

double storedBits(const RansTable& table) {
    ByteWriter out;
    table.write(out);
    return 8.0 * static_cast<double>(out.size());
}

using Weights = std::array<double, 256>;

// Symbols whose weight is above 0, with shares; `escaped` more for the escape if that is above 0.
struct Split {
    std::vector<std::uint8_t> symbols;
    std::vector<std::uint32_t> shares; // then of the escape
    bool escapes = false;
    std::optional<RansTable> rest;

    RansTable table() const {
        std::array<std::uint16_t, 256> frequencies{};
        for (std::size_t i = 0; i < symbols.size(); ++i)
            frequencies[symbols[i]] = static_cast<std::uint16_t>(shares[i]);
        const auto escape = static_cast<std::uint16_t>(escapes ? shares.back() : 0);
        const auto table = rest ? RansTable::fromFrequencies(frequencies, escape, *rest)
                                : RansTable::fromFrequencies(frequencies, escape);
        assert(table);
        return *table;
    }
};

Split split(const Weights& weights, double threshold) {
    Split out;
    std::vector<double> direct;
    double escaped = 0;
    for (std::size_t s = 0; s < weights.size(); ++s) {
        if (weights[s] == 0) continue;
        if (weights[s] < threshold) {
            escaped += weights[s];
            continue;
        }
        out.symbols.push_back(static_cast<std::uint8_t>(s));
        direct.push_back(weights[s]);
    }
    out.escapes = escaped > 0;
    if (out.escapes) direct.push_back(escaped);
    out.shares = Shares(direct).get();
    return out;
}

struct Candidate {
    Split split;
    RansTable table;
    double bits; // of the symbols and of the table
};

Candidate candidate(Split split, std::span<const std::uint64_t> counts) {
    const RansTable table = split.table();
    return {std::move(split), table, table.bits(counts) + storedBits(table)};
}

// Fewer bits of precision for the shares are worth it for short runs.
Candidate refined(Candidate best, std::span<const std::uint64_t> counts) {
    const Split exact = best.split;
    for (const int kept : {6, 5, 4, 3, 2, 1, 0})
        if (auto shares = rounded(exact.shares, kept)) {
            Split coarse = exact;
            coarse.shares = std::move(*shares);
            if (Candidate other = candidate(std::move(coarse), counts); other.bits < best.bits)
                best = std::move(other);
        }
    return best;
}

Weights asDoubles(std::span<const std::uint64_t> counts) {
    Weights out{};
    std::ranges::transform(counts, out.begin(),
                           [](std::uint64_t w) { return static_cast<double>(w); });
    return out;
}

Candidate withoutEscape(std::span<const std::uint64_t> counts) {
    return refined(candidate(split(asDoubles(counts), 0), counts), counts);
}

} // namespace

RansTable RansTable::fromWeights(std::span<const std::uint64_t> weights) {
    assert(!weights.empty() && weights.size() <= 256);
    const Weights direct = asDoubles(weights);
    const double total = std::accumulate(direct.begin(), direct.end(), 0.0);
    assert(total > 0);
    const Candidate simple = withoutEscape(weights);
    Candidate best = simple;
    std::size_t before = 0; // escaped symbols in the last candidate
    for (const double slots : {1.0 / 256, 1.0 / 64, 1.0 / 16, 1.0 / 8, 1.0 / 4, 1.0 / 2, 0.75, 1.0,
                               1.5, 2.0, 4.0, 8.0}) {
        const double threshold = slots * total / Slots;
        std::vector<std::uint64_t> escaped(weights.size());
        for (std::size_t s = 0; s < weights.size(); ++s)
            if (direct[s] < threshold) escaped[s] = weights[s];
        const auto symbols = static_cast<std::size_t>(
            std::ranges::count_if(escaped, [](std::uint64_t w) { return w > 0; }));
        if (symbols < 2 || symbols == before) continue;
        before = symbols;
        Split escaping = split(direct, threshold);
        Candidate plain = candidate(escaping, weights);
        escaping.rest = withoutEscape(escaped).table;
        Candidate own = candidate(std::move(escaping), weights);
        Candidate& smaller = own.bits < plain.bits ? own : plain;
        if (smaller.bits < best.bits) best = std::move(smaller);
    }
    if (best.split.escapes) best = refined(std::move(best), weights);
    return simple.bits <= WithoutEscapes * best.bits ? simple.table : best.table;
}

} // namespace bitsmith

#include "core/codec/model_table.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <limits>

namespace bitsmith {
namespace {

constexpr std::uint64_t One = std::uint64_t{1} << 32;
constexpr std::uint64_t Root = 4283353945; // 2^32 * 2^(-1/256)
constexpr std::uint64_t PeakWeight = std::uint64_t{1} << 27;

// 2^(-n / 256) in units of 2^-32.
std::uint64_t power(unsigned n) {
    static const auto Powers = [] {
        std::array<std::uint64_t, 256> out{};
        out[0] = One;
        for (std::size_t i = 1; i < out.size(); ++i) out[i] = out[i - 1] * Root >> 32;
        return out;
    }();
    return n / 256 >= 32 ? 0 : Powers[n % 256] >> (n / 256);
}

// Weights of the distances 0, 1 .. reach.
std::array<std::uint64_t, 256> weightsOf(const TableModel& m) {
    std::array<std::uint64_t, 256> weights{};
    // The peak moves the others the other way, so that nothing overflows.
    std::uint64_t w = m.peak >= 128 ? PeakWeight : PeakWeight * power((128U - m.peak) * 8) >> 32;
    weights[0] = w;
    w = m.peak >= 128 ? PeakWeight * power((m.peak - 128U) * 8) >> 32 : PeakWeight;
    std::uint64_t ratio = power(m.first * 8U);
    for (std::size_t k = 1; k <= m.reach; ++k) {
        w = w * ratio >> 32;
        weights[k] = w;
        ratio = ratio * power(m.bend) >> 32;
    }
    return weights;
}

// log2 of the expected number of bits' partition function, and the cost with given moments.
struct Moments {
    double count = 0, peak = 0, distance = 0, bend = 0;
};

double cost(const Moments& m, int first, int bend, int peak, int reach) {
    const double p = first / 32.0, q = bend / 256.0, c = (peak - 128) / 32.0;
    double z = std::exp2(c), exponent = 0, slope = p;
    for (int k = 1; k <= reach && exponent < 60; ++k) {
        exponent += slope;
        slope += q;
        z += 2 * std::exp2(-exponent);
    }
    return m.count * std::log2(z) + m.distance * p + m.bend * q - m.peak * c;
}

} // namespace

RansTable modelTable(const TableModel& model, std::uint8_t centre) {
    const auto weights = weightsOf(model);
    const int first = std::max(0, centre - model.reach), last = std::min(255, centre + model.reach);
    const auto at = [&](int symbol) {
        return weights[static_cast<std::size_t>(std::abs(symbol - centre))];
    };
    const std::uint32_t escape = last - first < 255 ? 1 : 0;
    const std::uint32_t room = RansTable::Total - escape;
    std::uint64_t total = 0, sum = 0;
    for (int s = first; s <= last; ++s) total += at(s);
    std::array<std::uint16_t, 256> frequencies{};
    std::uint32_t used = 0, below = 0;
    for (int s = first; s <= last; ++s) {
        sum += at(s);
        const auto upTo = static_cast<std::uint32_t>(sum * room / total);
        const std::uint32_t f = std::max(1U, upTo - below);
        below = upTo;
        frequencies[static_cast<std::size_t>(s)] = static_cast<std::uint16_t>(f);
        used += f;
    }
    // What the rare ones took too much is given by the frequent ones, nearest the centre first.
    for (int distance = 0; used > room; distance = distance < model.reach ? distance + 1 : 0)
        for (const int s : {centre - distance, centre + distance}) {
            if (used == room || s < first || s > last) continue;
            auto& f = frequencies[static_cast<std::size_t>(s)];
            if (f > 1 && (distance > 0 || s == centre)) {
                --f;
                --used;
            }
        }
    return *RansTable::fromFrequencies(frequencies, static_cast<std::uint16_t>(escape));
}

TableModel fitModel(std::span<const std::uint64_t> counts, std::uint8_t centre) {
    Moments all;
    int furthest = 0;
    std::array<std::uint64_t, 256> byDistance{};
    for (std::size_t s = 0; s < counts.size(); ++s) {
        if (counts[s] == 0) continue;
        const int k = std::abs(static_cast<int>(s) - centre);
        byDistance[static_cast<std::size_t>(k)] += counts[s];
        furthest = std::max(furthest, k);
    }
    // Symbols that hardly occur are escaped where that is cheaper: tried with less and less of
    // them.
    TableModel best;
    double least = std::numeric_limits<double>::infinity();
    int reach = furthest;
    for (int trial = 0; trial < 6 && reach >= 0; ++trial) {
        Moments m;
        for (int k = 0; k <= reach; ++k) {
            const auto c = static_cast<double>(byDistance[static_cast<std::size_t>(k)]);
            m.count += c;
            if (k == 0) m.peak = c;
            m.distance += c * k;
            m.bend += c * (0.5 * k * (k - 1));
        }
        // The cost is convex in the three numbers.
        std::array<int, 3> x{16, 16, 128};
        double now = cost(m, x[0], x[1], x[2], reach);
        for (int step = 64; step > 0; step /= 2)
            for (bool moved = true; moved;) {
                moved = false;
                for (int& value : x)
                    for (const int by : {step, -step}) {
                        const int old = value;
                        value = std::clamp(value + by, 0, 255);
                        if (const double then = cost(m, x[0], x[1], x[2], reach); then < now) {
                            now = then;
                            moved = true;
                        } else {
                            value = old;
                        }
                    }
            }
        const TableModel model{static_cast<std::uint8_t>(x[0]), static_cast<std::uint8_t>(x[1]),
                               static_cast<std::uint8_t>(x[2]), static_cast<std::uint8_t>(reach)};
        const double bits = modelTable(model, centre).bits(counts);
        if (bits < least) {
            least = bits;
            best = model;
        }
        // Next: without the outermost that occurs.
        do --reach;
        while (reach > 0 && byDistance[static_cast<std::size_t>(reach)] == 0);
    }
    return best;
}

} // namespace bitsmith

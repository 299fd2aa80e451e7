#include "core/codec/huffman_table.h"

#include "core/codec/bit_string.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <iterator>
#include <limits>

namespace bitsmith {
namespace {

constexpr int LengthBits = 4;
constexpr std::uint32_t Whole = 1U << HuffmanTable::MostBits;

// Package-merge. A coin of denomination 2^-b for each symbol and each b up to the limit, worth the
// symbol's weight; the cheapest coins of total 2 (symbols - 1 halves, in pairs) give each symbol as
// many bits as it has coins among them. Coins of one denomination are merged with pairs of the next
// smaller one.
struct Coin {
    double weight;
    std::uint16_t symbol;                 // of a single coin
    std::int32_t first = -1, second = -1; // of a pair: where its halves are
};

class PackageMerge {
public:
    explicit PackageMerge(std::vector<Coin> symbols) : m_coins(std::move(symbols)) {
        const auto count = static_cast<std::int32_t>(m_coins.size());
        std::vector<std::int32_t> singles(m_coins.size()), row;
        for (std::int32_t i = 0; i < count; ++i) singles[static_cast<std::size_t>(i)] = i;
        const auto lighter = [&](std::int32_t a, std::int32_t b) {
            return at(a).weight < at(b).weight;
        };
        std::ranges::stable_sort(singles, lighter);
        row = singles;
        for (int bits = 1; bits < HuffmanTable::MostBits; ++bits) {
            std::vector<std::int32_t> pairs;
            for (std::size_t i = 0; i + 1 < row.size(); i += 2) {
                m_coins.push_back(
                    {at(row[i]).weight + at(row[i + 1]).weight, 0, row[i], row[i + 1]});
                pairs.push_back(static_cast<std::int32_t>(m_coins.size()) - 1);
            }
            row.clear();
            std::ranges::merge(singles, pairs, std::back_inserter(row), lighter);
        }
        for (std::int32_t i = 0; i < 2 * count - 2; ++i) take(row[static_cast<std::size_t>(i)]);
    }
    const std::array<std::uint8_t, 256>& lengths() const { return m_lengths; }

private:
    const Coin& at(std::int32_t i) const { return m_coins[static_cast<std::size_t>(i)]; }
    void take(std::int32_t i) { // at most MostBits deep
        const Coin coin = at(i);
        if (coin.first < 0) {
            ++m_lengths[coin.symbol];
            return;
        }
        take(coin.first);
        take(coin.second);
    }
    std::vector<Coin> m_coins;
    std::array<std::uint8_t, 256> m_lengths{};
};

std::uint32_t reversed(std::uint32_t bits, int count) {
    std::uint32_t out = 0;
    for (; count > 0; --count, bits >>= 1) out = out << 1 | (bits & 1U);
    return out;
}

} // namespace

HuffmanTable HuffmanTable::fromWeights(std::span<const std::uint64_t> weights) {
    assert(!weights.empty() && weights.size() <= 256);
    std::vector<Coin> coins;
    for (std::size_t s = 0; s < weights.size(); ++s)
        if (weights[s] > 0)
            coins.push_back({static_cast<double>(weights[s]), static_cast<std::uint16_t>(s)});
    assert(!coins.empty());
    std::array<std::uint8_t, 256> lengths{};
    if (coins.size() == 1)
        lengths[coins.front().symbol] = 1;
    else
        lengths = PackageMerge(std::move(coins)).lengths();
    auto table = fromLengths(lengths);
    assert(table);
    return *std::move(table);
}

Result<HuffmanTable> HuffmanTable::fromLengths(std::span<const std::uint8_t> lengths) {
    if (lengths.size() > 256)
        return fail(ErrorCode::BadInput, "a code of {} symbols", lengths.size());
    auto data = std::make_shared<Data>();
    std::array<std::uint32_t, MostBits + 1> count{};
    std::uint32_t covered = 0;
    for (std::size_t s = 0; s < lengths.size(); ++s) {
        if (lengths[s] == 0) continue;
        if (lengths[s] > MostBits)
            return fail(ErrorCode::BadInput, "a code of {} bits", lengths[s]);
        data->lengths[s] = lengths[s];
        data->alphabet = s + 1;
        ++count[lengths[s]];
        covered += Whole >> lengths[s];
    }
    HuffmanTable table;
    if (covered == Whole / 2 && count[1] == 1) {
        data->single = static_cast<int>(data->alphabet) - 1;
        data->lengths = {};
        table.m_data = std::move(data);
        return table;
    }
    if (covered != Whole) return fail(ErrorCode::BadInput, "no complete code");
    // Canonical: by length, then by symbol.
    std::array<std::uint32_t, MostBits + 1> next{};
    for (std::size_t bits = 1; bits < MostBits; ++bits)
        next[bits + 1] = (next[bits] + count[bits]) << 1;
    for (std::size_t s = 0; s < data->alphabet; ++s) {
        const int length = data->lengths[s];
        if (length == 0) continue;
        const std::uint32_t code = reversed(next[static_cast<std::size_t>(length)]++, length);
        data->codes[s] = {static_cast<std::uint16_t>(code), static_cast<std::uint16_t>(length)};
        for (std::uint32_t i = code; i < Whole; i += 1U << length)
            data->entries[i] = {static_cast<std::uint8_t>(s), static_cast<std::uint8_t>(length)};
    }
    table.m_data = std::move(data);
    return table;
}

std::size_t HuffmanTable::alphabet() const { return m_data->alphabet; }
int HuffmanTable::length(std::uint8_t symbol) const { return m_data->lengths[symbol]; }
bool HuffmanTable::writes(std::uint8_t symbol) const {
    return m_data->lengths[symbol] > 0 || m_data->single == symbol;
}

double HuffmanTable::bits(std::span<const std::uint64_t> counts) const {
    double bits = 0;
    for (std::size_t s = 0; s < counts.size(); ++s) {
        if (counts[s] == 0) continue;
        const auto symbol = static_cast<std::uint8_t>(s);
        if (!writes(symbol)) return std::numeric_limits<double>::infinity();
        bits += static_cast<double>(counts[s]) * length(symbol);
    }
    return bits;
}

void HuffmanTable::write(ByteWriter& out) const {
    const auto last = static_cast<std::uint8_t>(m_data->alphabet - 1);
    std::uint8_t first = last;
    if (m_data->single < 0)
        first = static_cast<std::uint8_t>(
            std::ranges::find_if(m_data->lengths, [](auto length) { return length > 0; }) -
            m_data->lengths.begin());
    out.put(first);
    out.put(last);
    if (first == last) return;
    BitWriter bits(out);
    int before = 0;
    for (std::size_t s = first; s <= last; ++s) {
        const int length = m_data->lengths[s];
        if (length == before)
            bits.put(1, 1);
        else if (std::abs(length - before) == 1) {
            bits.put(2, 2); // 0, then 1
            bits.put(length < before ? 1 : 0, 1);
        } else {
            bits.put(0, 2);
            bits.put(static_cast<std::uint32_t>(length), LengthBits);
        }
        before = length;
    }
    bits.flush();
}

Result<HuffmanTable> HuffmanTable::read(ByteReader& in) {
    BITSMITH_TRY(const auto first, in.take<std::uint8_t>());
    BITSMITH_TRY(const auto last, in.take<std::uint8_t>());
    if (first > last) return fail(ErrorCode::BadInput, "symbols from {} to {}", first, last);
    std::array<std::uint8_t, 256> lengths{};
    if (first == last) {
        lengths[first] = 1;
        return fromLengths(lengths);
    }
    BitReader bits(in);
    int length = 0;
    for (std::size_t s = first; s <= last; ++s) {
        BITSMITH_TRY(const std::uint32_t same, bits.take(1));
        if (same == 0) {
            BITSMITH_TRY(const std::uint32_t near, bits.take(1));
            BITSMITH_TRY(const std::uint32_t value, bits.take(near ? 1 : LengthBits));
            length = near ? length + (value ? -1 : 1) : static_cast<int>(value);
        }
        if (length < 0 || length > MostBits)
            return fail(ErrorCode::BadInput, "a code of {} bits", length);
        lengths[s] = static_cast<std::uint8_t>(length);
    }
    BITSMITH_CHECK(bits.finish());
    if (lengths[first] == 0 || lengths[last] == 0)
        return fail(ErrorCode::BadInput, "symbols without codes at the ends");
    return fromLengths(lengths);
}

bool HuffmanTable::operator==(const HuffmanTable& other) const {
    return m_data->single == other.m_data->single && m_data->lengths == other.m_data->lengths;
}

} // namespace bitsmith

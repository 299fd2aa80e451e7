// Entropy coders on the codes of Gaussian weights: rANS with the best kernel of this machine
// against the scalar one, and against zstd -1 on packed nibbles, which is what one gets without a
// coder. Rates are codes per second on one core; labels say bits per code and the entropy of order
// 0. Pairs: two codes coded as one symbol, which is how 2 and 3 bits are read fastest.
#include "core/codec/huffman.h"
#include "core/codec/rans.h"
#include "core/codec/zstd.h"
#include "core/tensor/bit_packing.h"
#include "tests/bench/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

namespace bitsmith::bench {
namespace {

constexpr std::size_t Count = std::size_t{4} << 20, Block = std::size_t{256} << 10;
constexpr std::size_t Group = 128;

using Symbols = std::vector<std::uint8_t>;
using Payloads = std::vector<std::vector<std::byte>>;

// Symmetric codes of `bits` bits, a scale for each group, shifted to begin at 0.
Symbols groupCodes(int bits) {
    std::mt19937_64 random(1);
    std::normal_distribution<float> normal;
    const int top = (1 << (bits - 1)) - 1;
    Symbols codes(Count);
    std::array<float, Group> weights;
    for (std::size_t i = 0; i < Count; i += Group) {
        float largest = 0;
        for (float& w : weights) {
            w = normal(random);
            largest = std::max(largest, std::fabs(w));
        }
        for (std::size_t k = 0; k < Group; ++k)
            codes[i + k] = static_cast<std::uint8_t>(
                std::lround(weights[k] / largest * static_cast<float>(top)) + top);
    }
    return codes;
}

// One step for all: what entropy-constrained quantization makes, as k + 128.
Symbols latticeCodes(float step) {
    std::mt19937_64 random(1);
    std::normal_distribution<float> normal;
    Symbols codes(Count);
    for (auto& c : codes) c = static_cast<std::uint8_t>(std::lround(normal(random) / step) + 128);
    return codes;
}

std::array<std::uint64_t, 256> count(const Symbols& symbols) {
    std::array<std::uint64_t, 256> counts{};
    for (const auto s : symbols) ++counts[s];
    return counts;
}

double entropy(const Symbols& symbols) {
    double bits = 0;
    const auto n = static_cast<double>(symbols.size());
    for (const auto c : count(symbols))
        if (c > 0) bits -= double(c) / n * std::log2(double(c) / n);
    return bits;
}

Symbols nibbles(const Symbols& codes) {
    Symbols out(codes.size() / 2);
    packBits(codes, 4, std::as_writable_bytes(std::span(out)));
    return out;
}

// A table and coded blocks of symbols, `perSymbol` codes in each.
class Rans {
public:
    Rans(const Symbols& symbols, double perSymbol)
        : m_symbols(symbols), m_table(RansTable::fromWeights(count(symbols))),
          m_perSymbol(perSymbol) {
        m_payloads = encoded();
        std::size_t bytes = 0;
        for (const auto& p : m_payloads) bytes += p.size();
        m_label = fmt::format("{:.4f} bits/code, entropy {:.4f}", 8.0 * double(bytes) / codes(),
                              entropy(symbols) / perSymbol);
    }
    double codes() const { return double(m_symbols.size()) * m_perSymbol; }
    Payloads encoded() const {
        Payloads out;
        for (std::size_t at = 0; at < m_symbols.size(); at += Block) {
            RansEncoder encoder(MostRansLanes);
            encoder.add(m_table, std::span(m_symbols).subspan(at, block(at)));
            out.push_back(encoder.finish());
        }
        return out;
    }
    Work decoding(std::string_view kernel) const {
        const auto self = std::make_shared<Rans>(*this);
        const auto out = std::make_shared<Symbols>(m_symbols.size());
        return {codes(),
                [self, out, kernel] {
                    (void)useRansKernel(kernel);
                    self->decode(*out);
                    (void)useRansKernel("");
                },
                m_label};
    }
    Work encoding() const {
        const auto self = std::make_shared<Rans>(*this);
        return {codes(), [self] { benchmark::DoNotOptimize(self->encoded()); }, m_label};
    }

private:
    std::size_t block(std::size_t at) const { return std::min(Block, m_symbols.size() - at); }
    void decode(Symbols& out) const {
        for (std::size_t b = 0, at = 0; b < m_payloads.size(); ++b, at += Block) {
            auto decoder = RansDecoder::open(m_payloads[b], MostRansLanes);
            if (!decoder || !decoder->decode(m_table, std::span(out).subspan(at, block(at))) ||
                !decoder->finish())
                std::abort();
        }
        benchmark::ClobberMemory();
    }
    Symbols m_symbols;
    RansTable m_table;
    double m_perSymbol;
    Payloads m_payloads;
    std::string m_label;
};

struct Zstd {
    Work decode, encode;
};
// bytes: what is compressed; codes: how many codes that is.
Zstd zstd(const Symbols& bytes, double codes) {
    const auto plain = std::make_shared<Symbols>(bytes);
    const auto raw = [plain] { return std::as_bytes(std::span(*plain)); };
    const auto coded = std::make_shared<std::vector<std::byte>>(zstdCompress(raw(), 1));
    const auto out = std::make_shared<std::vector<std::byte>>(bytes.size());
    const std::string label = fmt::format("{:.4f} bits/code", 8.0 * double(coded->size()) / codes);
    return {{codes,
             [coded, out] {
                 if (!zstdDecompress(*coded, *out)) std::abort();
                 benchmark::ClobberMemory();
             },
             label},
            {codes, [raw] { benchmark::DoNotOptimize(zstdCompress(raw(), 1)); }, label}};
}

void addHuffman(const std::string& name, const Symbols& given, double perSymbol,
                const Zstd& other) {
    const auto symbols = std::make_shared<Symbols>(given);
    const auto out = std::make_shared<Symbols>(given.size());
    const HuffmanTable table = HuffmanTable::fromWeights(count(given));
    const auto coded = std::make_shared<std::vector<std::byte>>(huffmanEncode(table, given));
    const double codes = double(given.size()) * perSymbol;
    const std::string label = fmt::format("{:.4f} bits/code", 8.0 * double(coded->size()) / codes);
    compare("huffman_decode_" + name,
            {codes,
             [=] {
                 if (!huffmanDecode(table, *coded, *out)) std::abort();
                 benchmark::ClobberMemory();
             },
             label},
            "zstd -1 nibbles", other.decode);
    compare("huffman_encode_" + name,
            {codes, [=] { benchmark::DoNotOptimize(huffmanEncode(table, *symbols)); }, label},
            "zstd -1 nibbles", other.encode);
}

} // namespace

void addCodecBenches() {
    constexpr auto Best = "";
    for (int bits = 2; bits <= 8; ++bits) {
        const std::string name = std::to_string(bits) + "bit";
        const Symbols codes = groupCodes(bits);
        const Rans single(codes, 1);
        compare("rans_simd_vs_scalar_" + name, single.decoding(Best), "scalar",
                single.decoding("scalar"));
        if (bits > 4) {
            compare("rans_decode_" + name, single.decoding(Best), "zstd -1 bytes",
                    zstd(codes, double(Count)).decode);
            continue;
        }
        const Symbols packed = nibbles(codes);
        const Rans pairs(packed, 2);
        const Zstd other = zstd(packed, double(Count));
        compare("rans_decode_" + name, single.decoding(Best), "zstd -1 nibbles", other.decode);
        compare("rans_pairs_" + name, pairs.decoding(Best), "zstd -1 nibbles", other.decode);
        compare("rans_encode_" + name, single.encoding(), "zstd -1 nibbles", other.encode);
        compare("rans_encode_pairs_" + name, pairs.encoding(), "zstd -1 nibbles", other.encode);
        if (bits < 4) continue;
        addHuffman(name, codes, 1, other);
        addHuffman("pairs_" + name, packed, 2, other);
    }
    const std::pair<std::string, Symbols> lattices[] = {{"lattice_3bit", latticeCodes(0.5F)},
                                                        {"lattice_4bit", latticeCodes(0.25F)}};
    for (const auto& [name, codes] : lattices) {
        const Rans single(codes, 1);
        compare("rans_simd_vs_scalar_" + name, single.decoding(Best), "scalar",
                single.decoding("scalar"));
        compare("rans_decode_" + name, single.decoding(Best), "zstd -1 bytes",
                zstd(codes, double(Count)).decode);
    }
}

} // namespace bitsmith::bench

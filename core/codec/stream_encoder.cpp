// Chooses, plane by plane, how a range of bytes is coded. First pass: the counts of each plane in
// each block; from them alone the ways are compared (zstd, which has no formula, is tried on a
// sample of blocks). Second pass: the blocks, each on its own.
#include "core/base/parallel.h"
#include "core/codec/plane_kernels.h"
#include "core/codec/rans.h"
#include "core/codec/stream_parts.h"
#include "core/codec/zstd.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>

namespace bitsmith {
namespace {

using Counts = std::array<std::uint64_t, 256>;
using BlockCounts = std::array<std::uint32_t, 256>;

// A plane that rANS makes smaller by less stays plain: decoding would take longer for nothing.
constexpr double LeastGain = 0.01;
constexpr std::size_t SampledBlocks = 4;
constexpr int QuickLevel = 1; // of zstd, to see whether the real level is worth trying
constexpr double QuickMargin = 1.1;

double entropyBytes(std::span<const std::uint32_t> counts) {
    const double total = std::accumulate(counts.begin(), counts.end(), 0.0);
    double bits = 0;
    for (const double c : counts)
        if (c > 0) bits += c * std::log2(total / c);
    return bits / 8;
}

// What a table of a block would take, before there is one: most frequencies fit two bytes.
double tableBytes(std::span<const std::uint32_t> counts) {
    std::size_t last = 0, used = 0;
    for (std::size_t s = 0; s < counts.size(); ++s)
        if (counts[s] > 0) {
            last = s;
            ++used;
        }
    return static_cast<double>(3 + last + used / 2);
}

bool isConstant(const BlockCounts& counts, std::uint64_t symbols) {
    return *std::ranges::max_element(counts) == symbols;
}

std::uint8_t mostFrequent(std::span<const std::uint32_t> counts) {
    return static_cast<std::uint8_t>(std::ranges::max_element(counts) - counts.begin());
}

int levelFor(std::size_t bytes, int wanted) {
    if (wanted != 0) return wanted;
    return bytes <= (std::size_t{1} << 20) ? ZstdBest : bytes <= (std::size_t{16} << 20) ? 9 : 3;
}

class StreamEncoder {
public:
    StreamEncoder(std::span<const std::byte> bytes, const SymbolLayout& layout,
                  const StreamOptions& options)
        : m_bytes(bytes),
          m_layout(options.coder == StreamCoder::Zstd ? SymbolLayout::bytes() : layout),
          m_options(options), m_level(levelFor(bytes.size(), options.zstdLevel)) {
        chooseBlocks();
    }

    std::vector<std::byte> encode() {
        count();
        for (std::size_t p = 0; p < m_layout.planes(); ++p) m_codings.push_back(choose(p));
        std::vector<std::vector<std::byte>> coded(m_blocks);
        std::vector<std::uint32_t> checksums(m_blocks);
        parallelFor(m_blocks, 1, [&](std::size_t i, std::size_t) {
            coded[i] = encodeBlock(i);
            checksums[i] = blockChecksum(i, coded[i], raw(i));
        });
        return assemble(coded, checksums);
    }

private:
    void chooseBlocks() {
        const std::size_t unit = m_layout.unitBytes();
        std::size_t wanted = m_options.blockBytes;
        if (wanted == 0)
            wanted = static_cast<std::size_t>(static_cast<double>(m_options.blockSymbols) /
                                              m_layout.symbolsPerByte());
        const std::size_t most = StreamHeader::MostBlockBytes;
        m_blockBytes = std::clamp(wanted, std::size_t{1}, most) / unit * unit;
        m_blockBytes = std::max(m_blockBytes, unit);
        if (m_bytes.size() <= m_blockBytes) m_blockBytes = m_bytes.size();
        m_blocks = m_bytes.empty() ? 0 : (m_bytes.size() - 1) / m_blockBytes + 1;
    }

    std::span<const std::byte> raw(std::size_t block) const {
        const std::size_t at = block * m_blockBytes;
        return m_bytes.subspan(at, std::min(m_blockBytes, m_bytes.size() - at));
    }

    std::size_t symbols(std::size_t plane, std::size_t block) const {
        return m_layout.symbols(plane, raw(block).size());
    }

    const BlockCounts& counts(std::size_t plane, std::size_t block) const {
        return m_counts[block * m_layout.planes() + plane];
    }

    void count() {
        m_counts.resize(m_blocks * m_layout.planes());
        parallelFor(m_blocks, 1, [&](std::size_t block, std::size_t) {
            SymbolPlanes planes;
            m_layout.split(raw(block), planes);
            for (std::size_t p = 0; p < planes.size(); ++p) {
                // Four at a time: counting equal neighbours in one place would wait for itself.
                std::array<BlockCounts, 4> parts{};
                const auto& s = planes[p];
                std::size_t i = 0;
                for (; i + 4 <= s.size(); i += 4)
                    for (std::size_t k = 0; k < 4; ++k) ++parts[k][s[i + k]];
                for (; i < s.size(); ++i) ++parts[0][s[i]];
                BlockCounts& out = m_counts[block * planes.size() + p];
                for (std::size_t v = 0; v < out.size(); ++v)
                    out[v] = parts[0][v] + parts[1][v] + parts[2][v] + parts[3][v];
            }
        });
    }

    PlaneCoding choose(std::size_t plane) const {
        Counts total{};
        std::uint64_t all = 0;
        for (std::size_t b = 0; b < m_blocks; ++b) {
            const BlockCounts& c = counts(plane, b);
            for (std::size_t v = 0; v < c.size(); ++v) total[v] += c[v];
            all += symbols(plane, b);
        }
        const auto most = std::ranges::max_element(total);
        if (*most == all)
            return {PlaneWay::Constant, static_cast<std::uint8_t>(most - total.begin()), {}};
        if (m_options.coder == StreamCoder::Plain) return {PlaneWay::Plain, 0, {}};
        if (m_options.coder == StreamCoder::Zstd) return {PlaneWay::Zstd, 0, {}};

        const double plain = static_cast<double>(packedBytes(all, m_layout.bits(plane)));
        RansTable table = RansTable::fromWeights(total);
        const double shared = table.bits(total) / 8 + tableSize(table);
        double varying = 0, ownOnly = 0;
        for (std::size_t b = 0; b < m_blocks; ++b) {
            const Estimate e = estimate(plane, b, &table);
            varying += e.best;
            ownOnly += e.bestWithoutShared;
        }
        varying += tableSize(table);
        PlaneCoding best{PlaneWay::Plain, 0, {}};
        double least = plain * (1 - LeastGain);
        if (shared < least) {
            best = {PlaneWay::Rans, 0, table};
            least = shared;
        }
        // The estimates of tables are rough: a margin.
        if (m_blocks > 1 && std::min(varying, ownOnly) < least * 0.998 - 16)
            best = {PlaneWay::Varying, 0, varying <= ownOnly ? std::optional(table) : std::nullopt};
        if (m_options.coder == StreamCoder::Auto && m_layout.bits(plane) == 8 &&
            zstdIsSmaller(plane, best.way == PlaneWay::Plain ? nullptr : &table, all))
            return {PlaneWay::Zstd, 0, {}};
        return best;
    }

    static double tableSize(const RansTable& table) {
        ByteWriter out;
        table.write(out);
        return static_cast<double>(out.size());
    }

    struct Estimate {
        PlaneWay way = PlaneWay::Plain; // as in a block: Varying is the shared table
        double best = 0, bestWithoutShared = 0;
    };

    // In bytes, the byte that says the way included.
    Estimate estimate(std::size_t plane, std::size_t block, const RansTable* shared) const {
        const BlockCounts& c = counts(plane, block);
        const std::size_t n = symbols(plane, block);
        if (n == 0) return {};
        if (isConstant(c, n)) return {PlaneWay::Constant, 2, 2};
        Estimate e;
        const double plain = 1 + static_cast<double>(packedBytes(n, m_layout.bits(plane)));
        e.best = plain * (1 - LeastGain);
        if (const double own = 1 + entropyBytes(c) * 1.001 + tableBytes(c); own < e.best) {
            e.best = own;
            e.way = PlaneWay::Rans;
        }
        e.bestWithoutShared = e.best;
        if (shared) {
            Counts wide{};
            std::ranges::copy(c, wide.begin());
            if (const double bytes = 1 + shared->bits(wide) / 8; bytes < e.best) {
                e.best = bytes;
                e.way = PlaneWay::Varying;
            }
        }
        if (e.way == PlaneWay::Plain) e.best = e.bestWithoutShared = plain;
        return e;
    }

    // On a few blocks, against the better of plain bytes and the table (if any).
    bool zstdIsSmaller(std::size_t plane, const RansTable* table, std::uint64_t all) const {
        if (all < 16) return false;
        double with = 0, without = 0;
        const std::size_t samples = std::min(m_blocks, SampledBlocks);
        for (const int level : {QuickLevel, m_level}) {
            with = without = 0;
            for (std::size_t k = 0; k < samples; ++k) {
                const std::size_t block = k * m_blocks / samples;
                if (symbols(plane, block) == 0) continue;
                SymbolPlanes planes;
                m_layout.split(raw(block), planes);
                with += static_cast<double>(
                    zstdCompress(std::as_bytes(std::span(planes[plane])), level).size() + 3);
                const Estimate e = estimate(plane, block, table);
                without += table ? e.best : e.bestWithoutShared;
            }
            if (m_blocks == 1 && table) without += tableSize(*table);
            if (with >= without * (level == QuickLevel ? QuickMargin : 0.99)) return false;
        }
        return true;
    }

    std::vector<std::byte> encodeBlock(std::size_t block) const {
        SymbolPlanes planes;
        m_layout.split(raw(block), planes);
        ByteWriter out;
        struct Run {
            RansTable table;
            std::span<const std::uint8_t> symbols;
        };
        std::vector<Run> runs;
        std::size_t inRuns = 0;
        const auto run = [&](const RansTable& table, const std::vector<std::uint8_t>& s) {
            runs.push_back({table, s});
            inRuns += s.size();
        };
        for (std::size_t p = 0; p < planes.size(); ++p) {
            const auto& s = planes[p];
            if (s.empty()) continue;
            const PlaneCoding& coding = m_codings[p];
            PlaneWay way = coding.way;
            if (way == PlaneWay::Varying) {
                way = estimate(p, block, coding.table ? &*coding.table : nullptr).way;
                out.put(static_cast<std::uint8_t>(way));
                if (way == PlaneWay::Constant) {
                    out.put(mostFrequent(counts(p, block)));
                } else if (way == PlaneWay::Rans) {
                    Counts wide{};
                    std::ranges::copy(counts(p, block), wide.begin());
                    const RansTable own = RansTable::fromWeights(wide);
                    own.write(out);
                    run(own, s);
                    continue;
                }
            }
            if (way == PlaneWay::Rans || way == PlaneWay::Varying) {
                run(*coding.table, s);
            } else if (way == PlaneWay::Plain) {
                writePlain(out, s, m_layout.bits(p));
            } else if (way == PlaneWay::Zstd) {
                const auto frame = zstdCompress(std::as_bytes(std::span(s)), m_level);
                out.putVarint(frame.size());
                out.putBytes(frame);
            }
        }
        if (!runs.empty()) {
            const int lanes = ransLanes(inRuns);
            out.put(static_cast<std::uint8_t>(std::countr_zero(static_cast<unsigned>(lanes))));
            RansEncoder encoder(lanes);
            for (const Run& r : runs) encoder.add(r.table, r.symbols);
            out.putBytes(encoder.finish());
        }
        return out.take();
    }

    static void writePlain(ByteWriter& out, const std::vector<std::uint8_t>& symbols, int bits) {
        if (bits == 8) return out.putBytes(std::as_bytes(std::span(symbols)));
        std::vector<std::uint8_t> packed(packedBytes(symbols.size(), bits));
        // Whole bytes of codes may need some beyond the last.
        std::vector<std::uint8_t> codes = symbols;
        codes.resize(packed.size() * 8 / static_cast<std::size_t>(bits));
        planes::pack(codes.data(), bits, packed);
        out.putBytes(std::as_bytes(std::span(packed)));
    }

    std::vector<std::byte> assemble(const std::vector<std::vector<std::byte>>& coded,
                                    const std::vector<std::uint32_t>& checksums) const {
        ByteWriter rest;
        m_layout.write(rest);
        rest.putVarint(m_bytes.size());
        rest.putVarint(m_blocks > 1 ? m_blockBytes : 0);
        for (const PlaneCoding& coding : m_codings) {
            rest.put(static_cast<std::uint8_t>(coding.way));
            if (coding.way == PlaneWay::Constant) rest.put(coding.constant);
            if (coding.way == PlaneWay::Varying) rest.put(std::uint8_t{coding.table.has_value()});
            if (coding.table) coding.table->write(rest);
        }
        for (std::size_t i = 0; i < m_blocks; ++i) {
            if (i + 1 < m_blocks) rest.putVarint(coded[i].size());
            rest.put(checksums[i]);
        }
        ByteWriter out;
        out.put(StreamVersion);
        out.putVarint(rest.size() + sizeof(std::uint32_t));
        out.putBytes(rest.bytes());
        out.put(headerChecksum(out.bytes()));
        for (const auto& block : coded) out.putBytes(block);
        return out.take();
    }

    std::span<const std::byte> m_bytes;
    SymbolLayout m_layout;
    StreamOptions m_options;
    int m_level;
    std::size_t m_blockBytes = 0, m_blocks = 0;
    std::vector<BlockCounts> m_counts; // block by block, plane by plane
    std::vector<PlaneCoding> m_codings;
};

} // namespace

std::vector<std::byte> encodeStream(std::span<const std::byte> bytes, const SymbolLayout& layout,
                                    const StreamOptions& options) {
    return StreamEncoder(bytes, layout, options).encode();
}

} // namespace bitsmith

#include "core/codec/block_layouts.h"

#include "core/codec/symbol_layout.h"

#include <algorithm>
#include <string_view>

namespace bitsmith {
namespace {

// Writes a description from front to back: each call says what the next bytes of the block are.
class Describe {
public:
    explicit Describe(std::size_t bytes) { m_layout.bytes = bytes; }

    std::size_t plane(std::size_t symbols, int bits) {
        m_layout.planes.push_back({symbols, bits});
        return m_layout.planes.size() - 1;
    }
    // A number of several bytes: a plane for each, least significant first.
    void number(std::size_t bytes) {
        for (std::size_t i = 0; i < bytes; ++i) whole(1);
    }
    // Bytes that are symbols.
    void whole(std::size_t count) {
        add({plane(count, 8), 0, 1, m_next, count, 0, 8, 0});
        m_next += count;
    }
    // Each byte holds 8 / bits codes of one plane: those of the lowest bits of all bytes first.
    void fields(std::size_t to, std::size_t count, int bits) {
        std::size_t first = 0;
        for (int shift = 0; shift < 8; shift += bits, first += count)
            add({to, first, 1, m_next, count, shift, bits, 0});
        m_next += count;
    }
    // Bit j of the bytes belongs to code j.
    void bitOfEach(std::size_t to, std::size_t count, int place) {
        for (int shift = 0; shift < 8; ++shift)
            add({to, static_cast<std::size_t>(shift), 8, m_next, count, shift, 1, place});
        m_next += count;
    }
    void add(const BlockRun& run) { m_layout.runs.push_back(run); }
    void skip(std::size_t count) { m_next += count; }
    std::size_t next() const { return m_next; }
    BlockLayout take() { return std::move(m_layout); }

private:
    BlockLayout m_layout;
    std::size_t m_next = 0;
};

// d (and m), then 32 nibbles: Q4_0, Q4_1, IQ4_NL; MXFP4 has one byte of scale.
BlockLayout nibbles(std::size_t bytes, std::size_t scaleBytes, std::size_t nibbleBytes) {
    Describe d(bytes);
    d.number(scaleBytes);
    d.fields(d.plane(2 * nibbleBytes, 4), nibbleBytes, 4);
    return d.take();
}

// Q5_0, Q5_1: the fifth bits of all codes stand before the nibbles.
BlockLayout fiveBits(std::size_t bytes, std::size_t scaleBytes) {
    Describe d(bytes);
    d.number(scaleBytes);
    const std::size_t codes = d.plane(32, 5);
    d.bitOfEach(codes, 4, 4);
    d.fields(codes, 16, 4);
    return d.take();
}

// The 8 scales and 8 mins of 6 bits in 12 bytes of Q4_K and Q5_K: the first four of each are the
// low bits of bytes 0-3 and 4-7; the others have their low nibbles in bytes 8-11 and their high
// bits on top of the first ones.
void scalesAndMins(Describe& d) {
    const std::size_t scales = d.plane(8, 6), mins = d.plane(8, 6);
    const std::size_t at = d.next();
    d.add({scales, 0, 1, at, 4, 0, 6, 0});
    d.add({scales, 4, 1, at, 4, 6, 2, 4});
    d.add({mins, 0, 1, at + 4, 4, 0, 6, 0});
    d.add({mins, 4, 1, at + 4, 4, 6, 2, 4});
    d.add({scales, 4, 1, at + 8, 4, 0, 4, 0});
    d.add({mins, 4, 1, at + 8, 4, 4, 4, 0});
    d.skip(12);
}

BlockLayout q2K() {
    Describe d(84);
    const std::size_t scales = d.plane(16, 4), mins = d.plane(16, 4);
    d.add({scales, 0, 1, 0, 16, 0, 4, 0});
    d.add({mins, 0, 1, 0, 16, 4, 4, 0});
    d.skip(16);
    d.fields(d.plane(256, 2), 64, 2);
    d.number(2);
    d.number(2);
    return d.take();
}

// Bit g of high byte l belongs to code 32 g + l, whose low bits are in byte 32 (g / 4) + l.
BlockLayout q3K() {
    Describe d(110);
    const std::size_t codes = d.plane(256, 3);
    for (std::size_t group = 0; group < 8; ++group) {
        d.add({codes, 32 * group, 1, 0, 32, static_cast<int>(group), 1, 2});
        d.add({codes, 32 * group, 1, 32 + 32 * (group / 4), 32, static_cast<int>(2 * (group % 4)),
               2, 0});
    }
    d.skip(96);
    // 16 scales of 6 bits: low nibbles of bytes 0-7 (scales 0-7), their high nibbles (8-15), and
    // the top two bits of scale s in byte 8 + s % 4 at 2 (s / 4).
    const std::size_t scales = d.plane(16, 6), at = d.next();
    d.add({scales, 0, 1, at, 8, 0, 4, 0});
    d.add({scales, 8, 1, at, 8, 4, 4, 0});
    for (std::size_t quarter = 0; quarter < 4; ++quarter)
        d.add({scales, 4 * quarter, 1, at + 8, 4, static_cast<int>(2 * quarter), 2, 4});
    d.skip(12);
    d.number(2);
    return d.take();
}

BlockLayout q4K() {
    Describe d(144);
    d.number(2);
    d.number(2);
    scalesAndMins(d);
    d.fields(d.plane(256, 4), 128, 4);
    return d.take();
}

// 32 bytes of fifth bits: bit s of byte l belongs to code l of sub-block s; two sub-blocks share 32
// nibble bytes.
BlockLayout q5K() {
    Describe d(176);
    d.number(2);
    d.number(2);
    scalesAndMins(d);
    const std::size_t codes = d.plane(256, 5), high = d.next();
    for (std::size_t s = 0; s < 8; ++s) {
        d.add({codes, 32 * s, 1, high, 32, static_cast<int>(s), 1, 4});
        d.add(
            {codes, 32 * s, 1, high + 32 + 32 * (s / 2), 32, static_cast<int>(4 * (s % 2)), 4, 0});
    }
    d.skip(160);
    return d.take();
}

// Two halves of 128 codes: nibbles in 64 bytes (low ones: groups 0 and 1; high ones: 2 and 3), the
// upper two bits of group g at 2 g in 32 bytes.
BlockLayout q6K() {
    Describe d(210);
    const std::size_t codes = d.plane(256, 6);
    for (std::size_t half = 0; half < 2; ++half)
        for (std::size_t g = 0; g < 4; ++g) {
            const std::size_t to = 128 * half + 32 * g;
            d.add(
                {codes, to, 1, 64 * half + 32 * (g % 2), 32, static_cast<int>(4 * (g / 2)), 4, 0});
            d.add({codes, to, 1, 128 + 32 * half, 32, static_cast<int>(2 * g), 2, 4});
        }
    d.skip(192);
    d.whole(16);
    d.number(2);
    return d.take();
}

// 8 scales of 6 bits: nibbles in 4 bytes, the upper two bits of scale s at 2 s of a 16-bit word.
BlockLayout iq4Xs() {
    Describe d(136);
    d.number(2);
    const std::size_t scales = d.plane(8, 6), high = d.next();
    for (std::size_t s = 0; s < 4; ++s)
        d.add({scales, s, 4, high, 2, static_cast<int>(2 * s), 2, 4});
    d.add({scales, 0, 2, high + 2, 4, 0, 4, 0});
    d.add({scales, 1, 2, high + 2, 4, 4, 4, 0});
    d.skip(6);
    d.fields(d.plane(256, 4), 128, 4);
    return d.take();
}

BlockLayout withParts(const BlockFormat& format) {
    const std::string_view name = format.name;
    const std::size_t bytes = format.blockBytes;
    if (name == "Q4_0" || name == "IQ4_NL") return nibbles(bytes, 2, 16);
    if (name == "Q4_1") return nibbles(bytes, 4, 16);
    if (name == "MXFP4") return nibbles(bytes, 1, 16);
    if (name == "Q5_0") return fiveBits(bytes, 2);
    if (name == "Q5_1") return fiveBits(bytes, 4);
    if (name == "Q2_K") return q2K();
    if (name == "Q3_K") return q3K();
    if (name == "Q4_K") return q4K();
    if (name == "Q5_K") return q5K();
    if (name == "Q6_K") return q6K();
    if (name == "IQ4_XS") return iq4Xs();
    Describe d(bytes);
    if (name == "Q8_0") {
        d.number(2);
        d.whole(32);
    } else if (name == "NVFP4") {
        d.whole(4);
        d.fields(d.plane(64, 4), 32, 4);
    } else if (name == "TQ1_0") { // a byte of five digits has 243 values, one of four 81
        d.whole(48);
        d.whole(4);
        d.number(2);
    } else if (name == "TQ2_0") {
        d.fields(d.plane(256, 2), 64, 2);
        d.number(2);
    } else if (name == "Q1_0") {
        d.number(2);
        d.whole(16);
    } else if (name == "Q2_0") {
        d.number(2);
        d.fields(d.plane(64, 2), 16, 2);
    } else if (name == "IQ2_XXS") { // d, then indices of a code book
        d.number(2);
        d.whole(64);
    } else if (name == "IQ2_XS") { // d, 32 16-bit words of index and signs, 8 nibble pairs
        d.number(2);
        const std::size_t low = d.plane(32, 8), high = d.plane(32, 8);
        for (std::size_t i = 0; i < 32; ++i) {
            d.add({low, i, 1, 2 + 2 * i, 1, 0, 8, 0});
            d.add({high, i, 1, 3 + 2 * i, 1, 0, 8, 0});
        }
        d.skip(64);
        d.fields(d.plane(16, 4), 8, 4);
    } else if (name == "IQ2_S") { // d, 32 indices, 32 bytes of signs, 8 high bits, 8 nibble pairs
        d.number(2);
        d.whole(32);
        d.whole(32);
        d.whole(8);
        d.fields(d.plane(16, 4), 8, 4);
    } else if (name == "IQ3_XXS") { // d, 64 indices, 8 words of signs and a 4-bit scale
        d.number(2);
        d.whole(64);
        d.whole(32);
    } else if (name == "IQ3_S") { // d, 64 indices, 8 high bits, 32 bytes of signs, 4 nibble pairs
        d.number(2);
        d.whole(64);
        d.whole(8);
        d.whole(32);
        d.fields(d.plane(8, 4), 4, 4);
    } else if (name == "IQ1_S") { // d, 32 indices, 8 words of high bits and a scale
        d.number(2);
        d.whole(32);
        d.whole(16);
    } else if (name == "IQ1_M") { // 32 indices, 16 bytes of high bits, 8 of scales
        d.whole(32);
        d.whole(16);
        d.whole(8);
    } else {
        d.whole(bytes);
    }
    return d.take();
}

} // namespace

const BlockLayout* findBlockLayout(std::uint32_t ggufType) {
    struct Known {
        std::uint32_t type;
        BlockLayout layout;
    };
    static const std::vector<Known> All = [] {
        std::vector<Known> all;
        for (const BlockFormat& format : allBlockFormats())
            if (format.blockSize > 1) all.push_back({format.ggufType, withParts(format)});
        return all;
    }();
    const auto found = std::ranges::find(All, ggufType, &Known::type);
    return found == All.end() ? nullptr : &found->layout;
}

} // namespace bitsmith

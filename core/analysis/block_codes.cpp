#include "core/analysis/block_codes.h"

#include "core/tensor/blocks/k_scales.h"
#include "core/tensor/blocks/trits.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

using Bytes = const std::uint8_t*;
using Codes = std::uint16_t*;
using Sink = BlockReader::Sink;

constexpr std::uint16_t code(unsigned bits) { return static_cast<std::uint16_t>(bits); }

// ---- Codes

// Low nibbles are the first half of the run, high nibbles the second.
void nibbles(Bytes q, int half, Codes out) {
    for (int j = 0; j < half; ++j) {
        out[j] = q[j] & 15;
        out[j + half] = q[j] >> 4;
    }
}

template <int Offset>
void nibbles32(Bytes block, Codes out) {
    nibbles(block + Offset, 16, out);
}

template <int High>
void codes5(Bytes block, Codes out) {
    nibbles(block + High + 4, 16, out);
    for (int j = 0; j < 32; ++j) out[j] = code(out[j] | (block[High + j / 8] >> j % 8 & 1U) << 4);
}

void codesQ8_0(Bytes block, Codes out) {
    for (int j = 0; j < 32; ++j) out[j] = block[2 + j] ^ 0x80U; // two's complement + 128
}

// 2-bit codes: 32 bytes hold four runs of 32.
void pairs(Bytes q, Codes out) {
    for (int half = 0; half < 2; ++half, q += 32)
        for (int shift = 0; shift < 8; shift += 2, out += 32)
            for (int l = 0; l < 32; ++l) out[l] = q[l] >> shift & 3;
}
template <int Offset>
void pairs256(Bytes block, Codes out) {
    pairs(block + Offset, out);
}

void codesQ3_K(Bytes block, Codes out) {
    pairs(block + 32, out);
    for (int group = 0; group < 8; ++group)
        for (int l = 0; l < 32; ++l) {
            Codes at = out + 32 * group + l;
            *at = code(*at | (block[l] >> group & 1U) << 2);
        }
}

void codesQ4_K(Bytes block, Codes out) {
    for (int run = 0; run < 4; ++run) nibbles(block + 16 + 32 * run, 32, out + 64 * run);
}

void codesQ5_K(Bytes block, Codes out) {
    for (int run = 0; run < 4; ++run) nibbles(block + 48 + 32 * run, 32, out + 64 * run);
    for (int s = 0; s < 8; ++s)
        for (int l = 0; l < 32; ++l) {
            Codes at = out + 32 * s + l;
            *at = code(*at | (block[16 + l] >> s & 1U) << 4);
        }
}

void codesQ6_K(Bytes block, Codes out) {
    for (int half = 0; half < 2; ++half, out += 128) {
        Bytes low = block + 64 * half, high = block + 128 + 32 * half;
        for (int l = 0; l < 32; ++l) {
            out[l] = code((low[l] & 15U) | (high[l] & 3U) << 4);
            out[l + 32] = code((low[l + 32] & 15U) | (high[l] >> 2 & 3U) << 4);
            out[l + 64] = code(low[l] >> 4 | (high[l] >> 4 & 3U) << 4);
            out[l + 96] = code(low[l + 32] >> 4 | (high[l] >> 6 & 3U) << 4);
        }
    }
}

void codesIQ4_XS(Bytes block, Codes out) {
    for (int s = 0; s < 8; ++s) nibbles(block + 8 + 16 * s, 16, out + 32 * s);
}

void codesNVFP4(Bytes block, Codes out) {
    for (int s = 0; s < 4; ++s) nibbles(block + 4 + 8 * s, 8, out + 16 * s);
}

void codesTQ1_0(Bytes block, Codes out) {
    Bytes q = block;
    for (const blocks::TritRun run : blocks::TritRuns) {
        unsigned power = 1;
        for (int n = 0; n < run.digits; ++n, power *= 3)
            for (int m = 0; m < run.bytes; ++m) *out++ = code((q[m] * power & 255U) * 3 >> 8);
        q += run.bytes;
    }
}

void codesQ1_0(Bytes block, Codes out) {
    for (int j = 0; j < 128; ++j) out[j] = block[2 + j / 8] >> j % 8 & 1;
}

void codesQ2_0(Bytes block, Codes out) {
    for (int j = 0; j < 64; ++j) out[j] = block[2 + j / 4] >> 2 * (j % 4) & 3;
}

// ---- Parameters

constexpr ParameterPlane ScaleByte{}, MinByte{.zeros = true};

// A half at block + Offset: planes Plane (low byte) and Plane + 1.
template <int Offset, int Plane = 0>
void half(Bytes block, const Sink& sink) {
    sink(Plane, block[Offset]);
    sink(Plane + 1, block[Offset + 1]);
}
void twoHalves(Bytes block, const Sink& sink) {
    half<0, 0>(block, sink);
    half<2, 2>(block, sink);
}
void parametersQ2_K(Bytes block, const Sink& sink) {
    half<80, 0>(block, sink);
    half<82, 2>(block, sink);
    for (int s = 0; s < 16; ++s) {
        sink(4, block[s] & 15);
        sink(5, block[s] >> 4);
    }
}
void parametersQ3_K(Bytes block, const Sink& sink) {
    half<108>(block, sink);
    for (int s = 0; s < 16; ++s) sink(2, static_cast<std::uint8_t>(blocks::scaleQ3(block + 96, s)));
}
void parametersQ4_K(Bytes block, const Sink& sink) {
    twoHalves(block, sink);
    for (int s = 0; s < 8; ++s) {
        const auto [scale, min] = blocks::scaleMin(block + 4, s);
        sink(4, scale);
        sink(5, min);
    }
}
void parametersQ6_K(Bytes block, const Sink& sink) {
    half<208>(block, sink);
    for (int s = 0; s < 16; ++s) sink(2, block[192 + s]);
}
void parametersIQ4_XS(Bytes block, const Sink& sink) {
    half<0>(block, sink);
    const unsigned high = block[2] | block[3] << 8;
    for (int s = 0; s < 8; ++s)
        sink(2, static_cast<std::uint8_t>((block[4 + s / 2] >> 4 * (s % 2) & 15U) |
                                          (high >> 2 * s & 3U) << 4));
}
template <int Count>
void firstBytes(Bytes block, const Sink& sink) {
    for (int s = 0; s < Count; ++s) sink(0, block[s]);
}

const std::vector<BlockReader>& readers() {
    const std::vector<ParameterPlane> d = {ScaleByte, ScaleByte};
    const std::vector<ParameterPlane> dm = {ScaleByte, ScaleByte, MinByte, MinByte};
    const auto with = [](std::vector<ParameterPlane> planes,
                         std::initializer_list<ParameterPlane> more) {
        planes.insert(planes.end(), more);
        return planes;
    };
    const ParameterPlane sub4{false, 4}, min4{true, 4}, sub6{false, 6}, min6{true, 6};
    static const std::vector<BlockReader> Readers = {
        {"Q4_0", {4, 16, 32}, d, nibbles32<2>, half<0>},
        {"Q4_1", {4, 16, 32}, dm, nibbles32<4>, twoHalves},
        {"Q5_0", {5, 32, 32}, d, codes5<2>, half<0>},
        {"Q5_1", {5, 32, 32}, dm, codes5<4>, twoHalves},
        {"Q8_0", {8, 256, 32}, d, codesQ8_0, half<0>},
        {"Q2_K", {2, 4, 16}, with(dm, {sub4, min4}), pairs256<16>, parametersQ2_K},
        {"Q3_K", {3, 8, 16}, with(d, {sub6}), codesQ3_K, parametersQ3_K},
        {"Q4_K", {4, 16, 32}, with(dm, {sub6, min6}), codesQ4_K, parametersQ4_K},
        {"Q5_K", {5, 32, 32}, with(dm, {sub6, min6}), codesQ5_K, parametersQ4_K},
        {"Q6_K", {6, 64, 16}, with(d, {ScaleByte}), codesQ6_K, parametersQ6_K},
        {"IQ4_NL", {4, 16, 32}, d, nibbles32<2>, half<0>},
        {"IQ4_XS", {4, 16, 32}, with(d, {sub6}), codesIQ4_XS, parametersIQ4_XS},
        {"MXFP4", {4, 16, 32}, {ScaleByte}, nibbles32<1>, firstBytes<1>},
        {"NVFP4", {4, 16, 16}, {ScaleByte}, codesNVFP4, firstBytes<4>},
        {"TQ1_0", {2, 3, 256}, d, codesTQ1_0, half<52>},
        {"TQ2_0", {2, 4, 256}, d, pairs256<0>, half<64>},
        {"Q1_0", {1, 2, 128}, d, codesQ1_0, half<0>},
        {"Q2_0", {2, 4, 64}, d, codesQ2_0, half<0>},
    };
    return Readers;
}

} // namespace

const BlockReader* findBlockReader(std::string_view format) {
    const auto found = std::ranges::find(readers(), format, &BlockReader::format);
    return found == readers().end() ? nullptr : &*found;
}

} // namespace bitsmith

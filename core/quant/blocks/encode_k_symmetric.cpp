// Q3_K and Q6_K: x ~ d scale code with signed codes (layouts: core/tensor/blocks/k_quants.cpp). The
// largest scale of the super-block becomes the most negative integer.
#include "core/quant/blocks/block_bytes.h"
#include "core/quant/blocks/super_block.h"
#include "core/tensor/blocks/k_scales.h"

#include <cmath>

namespace bitsmith::blocks {
namespace {

float largestOf(const float* values, std::size_t count) { // by magnitude, with its sign
    float largest = 0;
    for (std::size_t s = 0; s < count; ++s)
        if (std::abs(values[s]) > std::abs(largest)) largest = values[s];
    return largest;
}

void writeQ3(std::byte* out, const int* scales, std::uint16_t d, const std::uint8_t* codes) {
    std::uint8_t *high = bytesOf(out), *packed = bytesOf(out + 96);
    for (int l = 0; l < 32; ++l) {
        unsigned bits = 0;
        for (int g = 0; g < 8; ++g) bits |= (codes[32 * g + l] >> 2 & 1U) << g;
        high[l] = static_cast<std::uint8_t>(bits);
    }
    packTwoBits(codes, bytesOf(out + 32));
    std::fill(packed, packed + 12, std::uint8_t{0});
    for (int s = 0; s < 16; ++s) setScaleQ3(packed, s, scales[s]);
    putHalf(out + 108, d);
}

void writeQ6(std::byte* out, const int* scales, std::uint16_t d, const std::uint8_t* codes) {
    for (int half = 0; half < 2; ++half) {
        const std::uint8_t* q = codes + 128 * half;
        std::uint8_t *low = bytesOf(out) + 64 * half, *high = bytesOf(out + 128) + 32 * half;
        packNibbles(q, 64, low); // weights l and l + 64 share a byte
        for (int l = 0; l < 32; ++l)
            high[l] = static_cast<std::uint8_t>(q[l] >> 4 | q[l + 32] >> 4 << 2 |
                                                q[l + 64] >> 4 << 4 | q[l + 96] >> 4 << 6);
    }
    for (int s = 0; s < 16; ++s)
        bytesOf(out + 192)[s] = static_cast<std::uint8_t>(static_cast<std::int8_t>(scales[s]));
    putHalf(out + 208, d);
}

} // namespace

void encodeQ3_K(const BlockRun& run) {
    Batch batch;
    for (std::size_t k = 0; k < run.count(); ++k) {
        float variances[BatchSize] = {};
        setSuperBlocks(batch, run, k, 16, 2, variances);
        int integers[16];
        float unit = 0;
        if (run.columnWeights.empty()) {
            weighBySquare(batch);
            searchByDescent(batch, 4);
            const float largest = largestOf(batch.scales, 16);
            const float inverse = largest != 0 ? -32.0F / largest : 0.0F;
            for (int s = 0; s < 16; ++s)
                integers[s] = std::clamp(nearestInt(inverse * batch.scales[s]), -32, 31) + 32;
            if (largest != 0)
                unit = 1.0F / inverse;
            else
                std::fill(integers, integers + 16, 0);
        } else {
            weighImportance(batch, variances);
            searchSymmetric(batch, 4);
            float sums[BatchSize];
            sumWeights(batch, sums);
            Batch block;
            block.elements = 16;
            block.used = 1;
            setSubBlock(block, 0, batch.scales, sums);
            searchSymmetric(block, 32);
            for (std::size_t s = 0; s < 16; ++s) integers[s] = block.codes[s * BatchSize];
            unit = block.scales[0];
        }
        const std::uint16_t half = storedHalf(unit);
        const float none[BatchSize] = {};
        float scales[BatchSize];
        for (int s = 0; s < 16; ++s)
            scales[s] = halfToFloat(half) * static_cast<float>(integers[s] - 32);
        requantize(batch, scales, none, -4, 3);
        std::uint8_t codes[SuperBlock];
        codesInOrder(batch, 0, codes);
        writeQ3(run.target(k), integers, half, codes);
    }
}

void encodeQ6_K(const BlockRun& run) {
    Batch batch;
    for (std::size_t k = 0; k < run.count(); ++k) {
        float variances[BatchSize] = {};
        setSuperBlocks(batch, run, k, 16, 1, variances);
        if (run.columnWeights.empty()) weighBySquare(batch); // else the importance alone
        searchSymmetric(batch, 32);
        const float largest = largestOf(batch.scales, 16);
        if (std::abs(largest) < 1e-15F) {
            std::fill(run.target(k), run.target(k) + run.blockBytes, std::byte{0});
            continue;
        }
        const float inverse = -128.0F / largest;
        const std::uint16_t half = storedHalf(1.0F / inverse);
        const float none[BatchSize] = {};
        int integers[16];
        float scales[BatchSize];
        for (int s = 0; s < 16; ++s) {
            integers[s] = std::clamp(nearestInt(inverse * batch.scales[s]), -128, 127);
            scales[s] = halfToFloat(half) * static_cast<float>(integers[s]);
        }
        requantize(batch, scales, none, -32, 31);
        std::uint8_t codes[SuperBlock];
        codesInOrder(batch, 0, codes);
        writeQ6(run.target(k), integers, half, codes);
    }
}

} // namespace bitsmith::blocks

// Q2_K, Q4_K and Q5_K: x ~ d scale code - dmin min (layouts: core/tensor/blocks/k_quants.cpp). A
// scale and a min per sub-block are searched for; both become small integers, and the codes are
// taken again for what is stored. With importance the integers are searched for, too.
#include "core/quant/blocks/block_bytes.h"
#include "core/quant/blocks/super_block.h"
#include "core/tensor/blocks/k_scales.h"

namespace bitsmith::blocks {
namespace {

// Scales or mins of one super-block as integers 0..most times `unit`.
struct Integers {
    std::uint8_t values[BatchSize] = {};
    float unit = 0;
};

// By the largest alone.
Integers byLargest(const float* values, std::size_t count, int most) {
    Integers out;
    float largest = 0;
    for (std::size_t s = 0; s < count; ++s) largest = std::max(largest, values[s]);
    const float inverse = largest > 0 ? static_cast<float>(most) / largest : 0.0F;
    for (std::size_t s = 0; s < count; ++s)
        out.values[s] =
            static_cast<std::uint8_t>(std::clamp(nearestInt(inverse * values[s]), 0, most));
    out.unit = largest / static_cast<float>(most);
    return out;
}

// Scales and mins of every super-block in the batch.
struct BatchIntegers {
    Integers scales[2], mins[2];
};

// By a search that weighs each sub-block with the sum of its weights.
BatchIntegers bySearch(const Batch& batch, std::size_t per, int most) {
    float sums[BatchSize];
    sumWeights(batch, sums);
    Batch block; // scales and mins of one or two super-blocks side by side
    block.elements = per;
    block.used = 2 * batch.used / per;
    for (std::size_t b = 0; b < batch.used / per; ++b) {
        setSubBlock(block, 2 * b, batch.scales + b * per, sums + b * per);
        setSubBlock(block, 2 * b + 1, batch.mins + b * per, sums + b * per);
    }
    searchPositive(block, most);
    BatchIntegers out;
    for (std::size_t b = 0; b < batch.used / per; ++b)
        for (Integers* to : {&out.scales[b], &out.mins[b]}) {
            const std::size_t column = 2 * b + (to == &out.mins[b]);
            for (std::size_t s = 0; s < per; ++s)
                to->values[s] = block.codes[s * BatchSize + column];
            to->unit = block.scales[column];
        }
    return out;
}

struct KShape {
    std::size_t size;        // of a sub-block
    int mostScale;           // largest integer of scales and mins
    float varianceFactor;    // with importance: variance = factor * mean square
    AsymmetricSearch search; // without importance
};

// Chooses everything; write(target, b, scales, mins, d, dmin, codes) stores one super-block.
template <class Write>
void encodeK(const BlockRun& run, const KShape& shape, Write&& write) {
    const std::size_t per = SuperBlock / shape.size;
    Batch batch;
    for (std::size_t k = 0; k < run.count(); k += BatchSize / per) {
        float variances[BatchSize] = {};
        setSuperBlocks(batch, run, k, shape.size, shape.varianceFactor, variances);
        BatchIntegers integers;
        if (run.columnWeights.empty()) {
            shape.search.absoluteError ? weighByMagnitude(batch) : weighByRmsAndMagnitude(batch);
            searchAsymmetric(batch, shape.search);
            for (std::size_t b = 0; b < batch.used / per; ++b) {
                integers.scales[b] = byLargest(batch.scales + b * per, per, shape.mostScale);
                integers.mins[b] = byLargest(batch.mins + b * per, per, shape.mostScale);
            }
        } else {
            weighImportance(batch, variances);
            searchAsymmetric(
                batch,
                {.maxCode = shape.search.maxCode, .first = -0.9F, .step = 0.05F, .steps = 36});
            integers = bySearch(batch, per, shape.mostScale);
        }
        float scales[BatchSize] = {}, mins[BatchSize] = {};
        std::uint16_t halves[2][2] = {};
        for (std::size_t b = 0; b < batch.used / per; ++b) {
            halves[b][0] = storedHalf(integers.scales[b].unit);
            halves[b][1] = storedHalf(integers.mins[b].unit);
            const float d = halfToFloat(halves[b][0]), dmin = halfToFloat(halves[b][1]);
            for (std::size_t s = 0; s < per; ++s) {
                scales[b * per + s] = d * static_cast<float>(integers.scales[b].values[s]);
                mins[b * per + s] = dmin * static_cast<float>(integers.mins[b].values[s]);
            }
        }
        requantize(batch, scales, mins, 0, shape.search.maxCode);
        for (std::size_t b = 0; b < batch.used / per; ++b) {
            std::uint8_t codes[SuperBlock];
            codesInOrder(batch, b, codes);
            write(run.target(k + b), integers.scales[b].values, integers.mins[b].values,
                  halves[b][0], halves[b][1], codes);
        }
    }
}

void putScales6(const std::uint8_t* scales, const std::uint8_t* mins, std::uint8_t* out) {
    std::fill(out, out + 12, std::uint8_t{0});
    for (int s = 0; s < 8; ++s) setScaleMin(out, s, {scales[s], mins[s]});
}

// Low nibbles of 256 codes: 32 bytes per two sub-blocks.
void packSuperNibbles(const std::uint8_t* codes, std::uint8_t* out) {
    for (int c = 0; c < 4; ++c) packNibbles(codes + 64 * c, 32, out + 32 * c);
}

} // namespace

void encodeQ2_K(const BlockRun& run) {
    const KShape shape{16, 15, 1, {3, -0.5F, 0.1F, 15, true}};
    encodeK(run, shape,
            [](std::byte* out, const std::uint8_t* scales, const std::uint8_t* mins,
               std::uint16_t d, std::uint16_t dmin, const std::uint8_t* codes) {
                for (int s = 0; s < 16; ++s)
                    bytesOf(out)[s] = static_cast<std::uint8_t>(scales[s] | mins[s] << 4);
                packTwoBits(codes, bytesOf(out + 16));
                putHalf(out + 80, d);
                putHalf(out + 82, dmin);
            });
}

void encodeQ4_K(const BlockRun& run) {
    const KShape shape{32, 63, 2, {15, -1.0F, 0.1F, 20, false}};
    encodeK(run, shape,
            [](std::byte* out, const std::uint8_t* scales, const std::uint8_t* mins,
               std::uint16_t d, std::uint16_t dmin, const std::uint8_t* codes) {
                putHalf(out, d);
                putHalf(out + 2, dmin);
                putScales6(scales, mins, bytesOf(out + 4));
                packSuperNibbles(codes, bytesOf(out + 16));
            });
}

void encodeQ5_K(const BlockRun& run) {
    const KShape shape{32, 63, 2, {31, -0.5F, 0.1F, 15, false}};
    encodeK(run, shape,
            [](std::byte* out, const std::uint8_t* scales, const std::uint8_t* mins,
               std::uint16_t d, std::uint16_t dmin, const std::uint8_t* codes) {
                putHalf(out, d);
                putHalf(out + 2, dmin);
                putScales6(scales, mins, bytesOf(out + 4));
                std::uint8_t* high = bytesOf(out + 16);
                for (int l = 0; l < 32; ++l) {
                    unsigned bits = 0;
                    for (int s = 0; s < 8; ++s) bits |= (codes[32 * s + l] >> 4 & 1U) << s;
                    high[l] = static_cast<std::uint8_t>(bits);
                }
                packSuperNibbles(codes, bytesOf(out + 48));
            });
}

} // namespace bitsmith::blocks

// IQ4_NL and IQ4_XS: a scale per 32 weights is searched for with the errors weighted by x^2, or by
// importance * sqrt(twice the mean square + x^2); IQ4_XS stores the scales as 6-bit integers. MXFP4
// and NVFP4 take theirs from the largest magnitude.
#include "core/quant/blocks/block_bytes.h"
#include "core/quant/blocks/row_kernels.h"
#include "core/quant/blocks/super_block.h"

#include <cmath>

namespace bitsmith::blocks {
namespace {

void codesOfSubBlock(const Batch& batch, std::size_t s, std::uint8_t* out) {
    for (std::size_t i = 0; i < 32; ++i) out[i] = batch.codes[i * BatchSize + s];
}

// A block whose every importance is zero has no best scale.
float usable(float scale) { return std::isfinite(scale) ? scale : 0.0F; }

} // namespace

void encodeIQ4_NL(const BlockRun& run) {
    Batch batch;
    for (std::size_t k = 0; k < run.count(); k += BatchSize) {
        batch.used = std::min(BatchSize, run.count() - k);
        float variances[BatchSize] = {}, inverses[BatchSize] = {};
        for (std::size_t s = 0; s < batch.used; ++s) {
            setSubBlock(batch, s, run.source(k + s), run.importance(k + s));
            variances[s] = sumOfSquares(run.source(k + s), 32) * (2.0F / 32);
        }
        run.columnWeights.empty() ? weighBySquare(batch) : weighImportance(batch, variances);
        searchLevels(batch);
        for (std::size_t s = 0; s < batch.used; ++s) {
            const float scale = usable(batch.scales[s]);
            putScale(run.target(k + s), scale);
            inverses[s] = scale != 0 ? 1 / scale : 0.0F;
        }
        nearestLevels(batch, inverses);
        for (std::size_t s = 0; s < batch.used; ++s) {
            std::uint8_t codes[32];
            codesOfSubBlock(batch, s, codes);
            packNibbles(codes, 16, bytesOf(run.target(k + s) + 2));
        }
    }
}

void encodeIQ4_XS(const BlockRun& run) {
    Batch batch;
    for (std::size_t k = 0; k < run.count(); k += 2) {
        float variances[BatchSize] = {}, inverses[BatchSize] = {};
        setSuperBlocks(batch, run, k, 32, 2, variances);
        run.columnWeights.empty() ? weighBySquare(batch) : weighImportance(batch, variances);
        searchLevels(batch);
        for (std::size_t b = 0; b < batch.used / 8; ++b) {
            float largest = 0;
            for (std::size_t s = 8 * b; s < 8 * b + 8; ++s) {
                batch.scales[s] = usable(batch.scales[s]);
                if (std::abs(batch.scales[s]) > std::abs(largest)) largest = batch.scales[s];
            }
            const float d = -largest / 32, inverse = d != 0 ? 1 / d : 0.0F;
            unsigned low[4] = {}, high = 0;
            for (unsigned s = 0; s < 8; ++s) {
                const int integer =
                    std::clamp(nearestInt(inverse * batch.scales[8 * b + s]), -32, 31);
                const float scale = d * static_cast<float>(integer);
                inverses[8 * b + s] = scale != 0 ? 1 / scale : 0.0F;
                const auto stored = static_cast<unsigned>(integer + 32);
                low[s / 2] |= (stored & 15) << 4 * (s % 2);
                high |= (stored >> 4) << 2 * s;
            }
            std::byte* out = run.target(k + b);
            putScale(out, d);
            putHalf(out + 2, static_cast<std::uint16_t>(high));
            for (int i = 0; i < 4; ++i) bytesOf(out + 4)[i] = static_cast<std::uint8_t>(low[i]);
        }
        nearestLevels(batch, inverses);
        for (std::size_t s = 0; s < batch.used; ++s) {
            std::uint8_t codes[32];
            codesOfSubBlock(batch, s, codes);
            packNibbles(codes, 16, bytesOf(run.target(k + s / 8) + 8 + 16 * (s % 8)));
        }
    }
}

void encodeMXFP4(const BlockRun& run) {
    for (std::size_t r = 0; r < run.rows.rows; ++r)
        rowMXFP4(run.rows.row(r).data(), run.perRow(), run.target(r * run.perRow()));
}

void encodeNVFP4(const BlockRun& run) {
    for (std::size_t r = 0; r < run.rows.rows; ++r)
        rowNVFP4(run.rows.row(r).data(), run.perRow(), run.target(r * run.perRow()));
}

} // namespace bitsmith::blocks

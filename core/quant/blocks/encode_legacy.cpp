// Blocks of 32 weights (layouts: core/tensor/blocks/legacy.cpp). Without importance each block
// takes its scale from its extremes; with it the scale is searched for, 16 blocks at once, with the
// errors weighted by importance * sqrt(mean square of the row + x^2).
#include "core/quant/blocks/block_bytes.h"
#include "core/quant/blocks/encoders.h"
#include "core/quant/blocks/lane_kernels.h"
#include "core/quant/blocks/row_kernels.h"

#include <algorithm>
#include <vector>

namespace bitsmith::blocks {
namespace {

using RowKernel = void (*)(const float*, std::size_t, std::byte*);

void encodePlain(const BlockRun& run, RowKernel kernel) {
    for (std::size_t r = 0; r < run.rows.rows; ++r)
        kernel(run.rows.row(r).data(), run.perRow(), run.target(r * run.perRow()));
}

// search(batch) fills scales, mins and codes; write(target, scale, min, codes) stores one block.
template <class Search, class Write>
void encodeWeighted(const BlockRun& run, Search&& search, Write&& write) {
    std::vector<float> rowVariance(run.rows.rows);
    for (std::size_t r = 0; r < run.rows.rows; ++r)
        rowVariance[r] =
            sumOfSquares(run.rows.row(r).data(), run.rows.cols) / static_cast<float>(run.rows.cols);
    Batch batch;
    for (std::size_t k = 0; k < run.count(); k += BatchSize) {
        batch.used = std::min(BatchSize, run.count() - k);
        float variances[BatchSize] = {};
        for (std::size_t s = 0; s < batch.used; ++s) {
            setSubBlock(batch, s, run.source(k + s), run.importance(k + s));
            variances[s] = rowVariance[(k + s) / run.perRow()];
        }
        weighImportance(batch, variances);
        search(batch);
        for (std::size_t s = 0; s < batch.used; ++s) {
            std::uint8_t codes[32];
            for (std::size_t i = 0; i < 32; ++i) codes[i] = batch.codes[i * BatchSize + s];
            write(run.target(k + s), batch.scales[s], batch.mins[s], codes);
        }
    }
}

constexpr AsymmetricSearch offsetSearch(int maxCode) {
    return {.maxCode = maxCode, .first = -0.9F, .step = 0.05F, .steps = 36};
}

} // namespace

void encodeQ4_0(const BlockRun& run) {
    if (run.columnWeights.empty()) return encodePlain(run, rowQ4_0);
    encodeWeighted(
        run, [](Batch& batch) { searchSymmetric(batch, 8); },
        [](std::byte* out, float scale, float, const std::uint8_t* codes) {
            putScale(out, scale);
            packNibbles(codes, 16, bytesOf(out + 2));
        });
}

void encodeQ4_1(const BlockRun& run) {
    if (run.columnWeights.empty()) return encodePlain(run, rowQ4_1);
    encodeWeighted(
        run, [](Batch& batch) { searchAsymmetric(batch, offsetSearch(15)); },
        [](std::byte* out, float scale, float min, const std::uint8_t* codes) {
            putScale(out, scale);
            putScale(out + 2, -min);
            packNibbles(codes, 16, bytesOf(out + 4));
        });
}

void encodeQ5_0(const BlockRun& run) {
    if (run.columnWeights.empty()) return encodePlain(run, rowQ5_0);
    encodeWeighted(
        run, [](Batch& batch) { searchSymmetric(batch, 16); },
        [](std::byte* out, float scale, float, const std::uint8_t* codes) {
            putScale(out, scale);
            packFive(codes, out + 2, bytesOf(out + 6));
        });
}

void encodeQ5_1(const BlockRun& run) {
    if (run.columnWeights.empty()) return encodePlain(run, rowQ5_1);
    encodeWeighted(
        run, [](Batch& batch) { searchAsymmetric(batch, offsetSearch(31)); },
        [](std::byte* out, float scale, float min, const std::uint8_t* codes) {
            putScale(out, scale);
            putScale(out + 2, -min);
            packFive(codes, out + 4, bytesOf(out + 8));
        });
}

// 8 bits leave nothing to weigh.
void encodeQ8_0(const BlockRun& run) { encodePlain(run, rowQ8_0); }

} // namespace bitsmith::blocks

#include "core/quant/blocks/encode.h"

#include "core/quant/blocks/encoders.h"
#include "core/tensor/convert.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <vector>

namespace bitsmith {
namespace {

struct Encoder {
    std::string_view format;
    void (*encode)(const blocks::BlockRun& run);
};

template <DType Type>
void encodeNumbers(const blocks::BlockRun& run) {
    const std::size_t rowBytes = run.rows.cols * run.blockBytes;
    std::vector<float> row(run.rows.cols);
    for (std::size_t r = 0; r < run.rows.rows; ++r) {
        std::ranges::copy(run.rows.row(r), row.begin());
        if (Type == DType::F16) // never an infinity
            for (float& v : row) v = std::clamp(v, -65504.0F, 65504.0F);
        fromFloat(Type, row, {run.out + r * rowBytes, rowBytes});
    }
}

constexpr auto Encoders = std::to_array<Encoder>({
    {"F32", encodeNumbers<DType::F32>},   {"F16", encodeNumbers<DType::F16>},
    {"BF16", encodeNumbers<DType::BF16>}, {"Q4_0", blocks::encodeQ4_0},
    {"Q4_1", blocks::encodeQ4_1},         {"Q5_0", blocks::encodeQ5_0},
    {"Q5_1", blocks::encodeQ5_1},         {"Q8_0", blocks::encodeQ8_0},
    {"Q2_K", blocks::encodeQ2_K},         {"Q3_K", blocks::encodeQ3_K},
    {"Q4_K", blocks::encodeQ4_K},         {"Q5_K", blocks::encodeQ5_K},
    {"Q6_K", blocks::encodeQ6_K},         {"IQ4_NL", blocks::encodeIQ4_NL},
    {"IQ4_XS", blocks::encodeIQ4_XS},     {"MXFP4", blocks::encodeMXFP4},
    {"NVFP4", blocks::encodeNVFP4},       {"TQ1_0", blocks::encodeTQ1_0},
    {"TQ2_0", blocks::encodeTQ2_0},       {"Q1_0", blocks::encodeQ1_0},
    {"Q2_0", blocks::encodeQ2_0},
});

const Encoder* find(const BlockFormat& format) {
    const auto found = std::ranges::find(Encoders, format.name, &Encoder::format);
    return found == Encoders.end() ? nullptr : &*found;
}

} // namespace

bool canEncode(const BlockFormat& format) { return find(format) != nullptr; }

void encodeBlocks(const BlockFormat& format, ConstMatrixView rows,
                  std::span<const float> importance, std::span<std::byte> out) {
    const Encoder* encoder = find(format);
    assert(encoder && rows.cols % format.blockSize == 0);
    assert(importance.empty() || importance.size() == rows.cols);
    assert(out.size() == rows.rows * format.rowBytes(rows.cols));
    if (rows.rows == 0 || rows.cols == 0) return;
    encoder->encode({.rows = rows,
                     .columnWeights = importance,
                     .out = out.data(),
                     .blockSize = format.blockSize,
                     .blockBytes = format.blockBytes});
}

} // namespace bitsmith

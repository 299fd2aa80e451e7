#include "core/tensor/blocks/block_format.h"

#include "core/tensor/blocks/decoders.h"

#include <algorithm>
#include <array>

namespace bitsmith {
namespace {

// By type id. 4, 5, 31-33 and 36-38 were withdrawn by ggml; files with them are not read by
// anybody.
constexpr auto Formats = std::to_array<BlockFormat>({
    {"F32", 0, 1, 4, 32, blocks::decodeF32},
    {"F16", 1, 1, 2, 16, blocks::decodeF16},
    {"Q4_0", 2, 32, 18, 4, blocks::decodeQ4_0},
    {"Q4_1", 3, 32, 20, 4, blocks::decodeQ4_1},
    {"Q5_0", 6, 32, 22, 5, blocks::decodeQ5_0},
    {"Q5_1", 7, 32, 24, 5, blocks::decodeQ5_1},
    {"Q8_0", 8, 32, 34, 8, blocks::decodeQ8_0},
    {"Q8_1", 9, 32, 36, 8, nullptr}, // Q8_1 and Q8_K hold activations at run time
    {"Q2_K", 10, 256, 84, 2, blocks::decodeQ2_K},
    {"Q3_K", 11, 256, 110, 3, blocks::decodeQ3_K},
    {"Q4_K", 12, 256, 144, 4, blocks::decodeQ4_K},
    {"Q5_K", 13, 256, 176, 5, blocks::decodeQ5_K},
    {"Q6_K", 14, 256, 210, 6, blocks::decodeQ6_K},
    {"Q8_K", 15, 256, 292, 8, nullptr},
    {"IQ2_XXS", 16, 256, 66, 2, nullptr}, // code books of thousands of entries: not decoded
    {"IQ2_XS", 17, 256, 74, 2, nullptr},
    {"IQ3_XXS", 18, 256, 98, 3, nullptr},
    {"IQ1_S", 19, 256, 50, 1, nullptr},
    {"IQ4_NL", 20, 32, 18, 4, blocks::decodeIQ4_NL},
    {"IQ3_S", 21, 256, 110, 3, nullptr},
    {"IQ2_S", 22, 256, 82, 2, nullptr},
    {"IQ4_XS", 23, 256, 136, 4, blocks::decodeIQ4_XS},
    {"I8", 24, 1, 1, 8, nullptr},
    {"I16", 25, 1, 2, 16, nullptr},
    {"I32", 26, 1, 4, 32, nullptr},
    {"I64", 27, 1, 8, 64, nullptr},
    {"F64", 28, 1, 8, 64, blocks::decodeF64},
    {"IQ1_M", 29, 256, 56, 1, nullptr},
    {"BF16", 30, 1, 2, 16, blocks::decodeBF16},
    {"TQ1_0", 34, 256, 54, 2, blocks::decodeTQ1_0},
    {"TQ2_0", 35, 256, 66, 2, blocks::decodeTQ2_0},
    {"MXFP4", 39, 32, 17, 4, blocks::decodeMXFP4},
    {"NVFP4", 40, 64, 36, 4, blocks::decodeNVFP4},
    {"Q1_0", 41, 128, 18, 1, blocks::decodeQ1_0},
    {"Q2_0", 42, 64, 18, 2, blocks::decodeQ2_0},
});

} // namespace

std::span<const BlockFormat> allBlockFormats() { return Formats; }

const BlockFormat* findBlockFormat(std::string_view name) {
    const auto found = std::ranges::find(Formats, name, &BlockFormat::name);
    return found == Formats.end() ? nullptr : &*found;
}

const BlockFormat* findBlockFormat(std::uint32_t ggufType) {
    const auto found = std::ranges::find(Formats, ggufType, &BlockFormat::ggufType);
    return found == Formats.end() ? nullptr : &*found;
}

} // namespace bitsmith

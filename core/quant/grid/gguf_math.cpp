#include "core/quant/grid/gguf_math.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstring>

namespace bitsmith {
namespace {

struct FamilyMember {
    std::string_view family;
    int bits;
    std::string_view format;
};
constexpr auto Members = std::to_array<FamilyMember>({
    {"k", 2, "Q2_K"},
    {"k", 3, "Q3_K"},
    {"k", 4, "Q4_K"},
    {"k", 5, "Q5_K"},
    {"k", 6, "Q6_K"},
    {"k", 8, "Q8_0"},
    {"legacy", 4, "Q4_0"},
    {"legacy", 5, "Q5_0"},
    {"legacy", 8, "Q8_0"},
    {"legacy_offset", 4, "Q4_1"},
    {"legacy_offset", 5, "Q5_1"},
    {"iq4_nl", 4, "IQ4_NL"},
    {"iq4_xs", 4, "IQ4_XS"},
    {"mxfp4", 4, "MXFP4"},
});

// What llama.cpp's quantize program stores instead of a super-block format.
struct Fallback {
    std::string_view wanted, stored;
};
constexpr auto Fallbacks = std::to_array<Fallback>({
    {"Q2_K", "IQ4_NL"},
    {"Q3_K", "IQ4_NL"},
    {"Q4_K", "Q5_0"},
    {"Q5_K", "Q5_1"},
    {"Q6_K", "Q8_0"},
    {"IQ4_XS", "IQ4_NL"},
});

// Columns that share a scale: the sub-blocks of the K formats.
std::size_t scaleWidth(const BlockFormat& format) {
    for (const std::string_view name : {"Q2_K", "Q3_K", "Q6_K"})
        if (format.name == name) return 16;
    return std::min<std::size_t>(format.blockSize, 32);
}

// Where a block holds its codes: bytes that are cut into fields of `bits`, holding bits `from` and
// up of the codes.
struct CodePlane {
    std::string_view format;
    std::size_t offset, size;
    int bits, from;
};
constexpr auto Planes = std::to_array<CodePlane>({
    {"Q4_0", 2, 16, 4, 0},
    {"Q4_1", 4, 16, 4, 0},
    {"Q5_0", 6, 16, 4, 0},
    {"Q5_0", 2, 4, 1, 4},
    {"Q5_1", 8, 16, 4, 0},
    {"Q5_1", 4, 4, 1, 4},
    {"Q8_0", 2, 32, 8, 0},
    {"Q2_K", 16, 64, 2, 0},
    {"Q3_K", 32, 64, 2, 0},
    {"Q3_K", 0, 32, 1, 2},
    {"Q4_K", 16, 128, 4, 0},
    {"Q5_K", 48, 128, 4, 0},
    {"Q5_K", 16, 32, 1, 4},
    {"Q6_K", 0, 128, 4, 0},
    {"Q6_K", 128, 64, 2, 4},
    {"IQ4_NL", 2, 16, 4, 0},
    {"IQ4_XS", 8, 128, 4, 0},
    {"MXFP4", 1, 16, 4, 0},
});

} // namespace

Result<const BlockFormat*> blockFormatOf(const std::string& family, int bits) {
    const FamilyMember* nearest = nullptr;
    for (const FamilyMember& member : Members) {
        if (member.family != family) continue;
        if (member.bits == bits) return findBlockFormat(member.format);
        if (!nearest || std::abs(member.bits - bits) < std::abs(nearest->bits - bits))
            nearest = &member;
    }
    if (!nearest) return fail(ErrorCode::Usage, "grid 'gguf' has no family '{}'", family);
    return fail(ErrorCode::Usage,
                "grid 'gguf': the family '{}' has no {}-bit blocks; the nearest is {} with {} bits",
                family, bits, nearest->format, nearest->bits);
}

const BlockFormat& formatForWidth(const BlockFormat& format, std::size_t cols) {
    const BlockFormat* out = &format;
    if (cols % out->blockSize != 0)
        for (const Fallback& fallback : Fallbacks)
            if (fallback.wanted == format.name) out = findBlockFormat(fallback.stored);
    return cols % out->blockSize == 0 ? *out : *findBlockFormat("F16");
}

Result<MatrixLayout> ggufLayout(std::size_t rows, std::size_t cols, int bits,
                                const GgufParams& params) {
    BITSMITH_TRY(const BlockFormat* wanted, blockFormatOf(params.family, bits));
    constexpr std::size_t Most = std::size_t{1} << 31;
    if (rows == 0 || cols == 0 || rows > Most || cols > Most)
        return fail(ErrorCode::Usage, "grid 'gguf': cannot quantize a matrix of {} x {}", rows,
                    cols);
    const BlockFormat& format = formatForWidth(*wanted, cols);
    MatrixLayout layout;
    layout.grid = "gguf";
    layout.format = format.name;
    layout.rows = rows;
    layout.cols = cols;
    layout.bits = format.bits;
    layout.groupSize = scaleWidth(format);
    layout.groupsPerRow = cols / layout.groupSize;
    layout.parameterRows = 0; // scales lie in the blocks
    return layout;
}

std::vector<float> blockLevels(const BlockFormat& format, const std::byte* block,
                               std::size_t element) {
    assert(element < format.blockSize && format.decode);
    std::vector<float> levels;
    if (format.blockSize == 1) return levels;
    // A block whose codes are all the same decodes to one level everywhere: no layout is written
    // twice.
    std::vector<std::byte> changed(block, block + format.blockBytes);
    std::vector<float> values(format.blockSize);
    for (int code = 0; code < 1 << format.bits; ++code) {
        for (const CodePlane& plane : Planes) {
            if (plane.format != format.name) continue;
            const unsigned field =
                static_cast<unsigned>(code >> plane.from) & ((1U << plane.bits) - 1);
            unsigned byte = 0;
            for (int shift = 0; shift < 8; shift += plane.bits) byte |= field << shift;
            std::fill_n(changed.begin() + static_cast<std::ptrdiff_t>(plane.offset), plane.size,
                        static_cast<std::byte>(byte));
        }
        format.decode(changed.data(), 1, values.data());
        levels.push_back(values[element]);
    }
    return levels;
}

} // namespace bitsmith

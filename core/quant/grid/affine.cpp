// Affine integers: value = scale * (code - zero), codes 0 .. 2^bits - 1, bits 2..8. The scale is
// stored as fp16 and used as stored; zeros are whole numbers in the codes' range, so zero is always
// represented exactly.
//
// Asymmetric: the range is [min(0, min w), max(0, max w)], scale = range / (2^bits - 1), zero =
// round(-low / scale) (Frantar et al. 2022, the authors' code).
// Symmetric: scale = 2 absmax / (2^bits - 1) and zero = 2^(bits-1), nothing stored for it (the
// "sym" of GPTQ). No weight is off by more than half a step, the most positive one included; with
// absmax / (2^(bits-1) - 1) a step would be 7 % wider at 4 bits and 50 % at 2.
#include "core/quant/grid.h"
#include "core/quant/grid/affine_fit.h"
#include "core/quant/grid/affine_math.h"
#include "core/tensor/convert.h"

namespace bitsmith {
namespace {

class AffineGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{.id = "affine",
                                     .title = "Affine integers",
                                     .summary =
                                         "Equally spaced levels with a scale and a zero point "
                                         "per group, channel or tensor",
                                     .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<AffineParams>>();
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<AffineParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, affineLayout(rows, cols, bits, own));
        return makeAffineFit(own, std::move(layout));
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool columnGroups) const override {
        const auto& own = dynamic_cast<const ParamsOf<AffineParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, affineLayout(rows, cols, bits, own));
        layout.columnGroups = columnGroups && layout.groupsPerRow > 1;
        return layout;
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        const std::size_t p = matrix.parameterRows == 1 ? 0 : row * matrix.groupsPerRow + g;
        const float scale = matrix.scale(p);
        const int zero = matrix.zero(p);
        std::vector<float> out;
        for (int code = 0; code < 1 << matrix.bits; ++code)
            out.push_back(scale * static_cast<float>(code - zero));
        return out;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_affine() {
    static const AffineGrid Instance;
    return Instance;
}

} // namespace bitsmith

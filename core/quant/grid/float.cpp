// Small number formats with a table of levels: value = scale * tensorScale * level, the levels
// being all values of a format (core/tensor/levels.h).
//
// A scale in 16 or 32 bits, largest weight / largest level:
//   e4m3 e5m2       8 bits, per row, tensor or group        (Micikevicius et al. 2022, 2209.05433)
//   e3m2 e2m3       6 bits, likewise
//   nf4 fp4         4 bits, per 64 columns                  (Dettmers et al. 2023, 2305.14314)
// A scale in 8 bits (e4m3) and one number for the tensor, which brings the largest scale to 448:
//   nvfp4           4 bits (e2m1), per 16 columns           (NVIDIA; compressed-tensors)
//   nf4 fp4         on request, in the place of the paper's double quantization: e4m3 scales have
//                   exponents of their own, so that one second-level number serves the tensor
// A power of two in 8 bits (e8m0) from the exponent of the largest weight:
//   mxfp4 mxfp6_e2m3 mxfp6_e3m2 mxfp8_e4m3 mxfp8_e5m2 mxint8
//                   per 32 columns                          (OCP Microscaling Formats 1.0, 2023)
//   bfp             per 16, elements of 3-8 bits with sign and magnitude, as Microsoft's MSFP
//   block_minifloat per 16, floats of 4-8 bits without NaN; the shared bias is the exponent's
//                   negative. Chosen so that the largest weight has the top exponent; the published
//                   code has the sign the other way round, which makes weights below 1 zero
//   block_log       per 16, powers of two with 3-8 bits; nearest by value, not by logarithm
//                                                           (Zhang et al. 2023, 2310.05079)
#include "core/quant/grid/float_fit.h"

#include "core/quant/grid.h"
#include "core/tensor/levels.h"

namespace bitsmith {
namespace {

class FloatGrid final : public Grid {
public:
    const ChoiceInfo& info() const override {
        static const ChoiceInfo Info{
            .id = "float",
            .title = "Small floating point",
            .summary = "FP8, NVFP4, MX formats, NF4, block floating point: levels that lie denser "
                       "around zero, or scales that are powers of two",
            .paper = ""};
        return Info;
    }
    std::unique_ptr<Params> defaults() const override {
        return std::make_unique<ParamsOf<FloatParams>>();
    }
    Result<std::unique_ptr<GridFit>> begin(std::size_t rows, std::size_t cols, int bits,
                                           const Params& params) const override {
        const auto& own = dynamic_cast<const ParamsOf<FloatParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, floatLayout(rows, cols, bits, own));
        return makeFloatFit(std::move(layout), own.exponent == "mse");
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool columnGroups) const override {
        const auto& own = dynamic_cast<const ParamsOf<FloatParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, floatLayout(rows, cols, bits, own));
        // Groups with a scale for the tensor are fitted before any reordering.
        layout.columnGroups =
            columnGroups && layout.groupsPerRow > 1 && layout.scaleType != DType::F8E4M3;
        return layout;
    }
    std::vector<float> levels(const QuantizedMatrix& matrix, std::size_t row,
                              std::size_t g) const override {
        const std::size_t p = matrix.parameterRows == 1 ? 0 : row * matrix.groupsPerRow + g;
        const float scale = matrix.scale(p) * matrix.tensorScale;
        std::vector<float> out;
        for (const float level : floatLevels(matrix.format)) out.push_back(scale * level);
        return out;
    }
};

} // namespace

// ---- Accessor

const Grid& grids_float() {
    static const FloatGrid Instance;
    return Instance;
}

} // namespace bitsmith

// Small floating-point numbers: value = scale * tensorScale * level, the levels being all values of
// a format. Three combinations that hardware and other programs know:
//
//   e4m3    8 bits, largest 448; a scale absmax / 448 per row, tensor or group, stored in 16 or 32
//           bits                                    (Micikevicius et al. 2022, arXiv 2209.05433)
//   nvfp4   4 bits (e2m1, largest 6), an e4m3 scale per 16 columns and one number for the tensor
//           that brings the largest of these scales to 448   (NVIDIA; compressed-tensors)
//   mxfp4   4 bits, a power of two per 32 columns, its exponent floor(log2 absmax) - 2
//                                                   (OCP Microscaling Formats 1.0, 2023)
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
            .summary = "FP8 (e4m3), NVFP4 and MXFP4: levels that lie denser around zero",
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
        return makeFloatFit(std::move(layout));
    }
    Result<MatrixLayout> layout(std::size_t rows, std::size_t cols, int bits, const Params& params,
                                bool columnGroups) const override {
        const auto& own = dynamic_cast<const ParamsOf<FloatParams>&>(params).value;
        BITSMITH_TRY(MatrixLayout layout, floatLayout(rows, cols, bits, own));
        // NVFP4's groups are fitted before any reordering.
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

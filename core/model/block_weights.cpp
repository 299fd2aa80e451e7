#include "core/model/block_weights.h"

namespace bitsmith {

Result<NormWeights> loadNorm(const Model& model, const NormSpec& spec, NormKind kind) {
    NormWeights norm;
    if (!spec.present()) return norm;
    norm.weight.assign(spec.size, 1.0f);
    if (kind == NormKind::Layer) norm.bias.assign(spec.size, 0.0f);
    if (!spec.weight.empty()) {
        BITSMITH_TRY(norm.weight, model.values(spec.weight));
    }
    if (!spec.bias.empty()) {
        BITSMITH_TRY(norm.bias, model.values(spec.bias));
    }
    return norm;
}

Result<LinearWeights> loadLinear(const Model& model, const LinearSpec& spec,
                                 const WeightOverrides& overrides) {
    LinearWeights linear;
    if (!spec.present()) return linear;
    if (const auto it = overrides.find(spec.weight); it != overrides.end()) {
        linear.matrix = it->second;
        if (linear.matrix->rows() != spec.out || linear.matrix->cols() != spec.in)
            return fail(ErrorCode::Failed, "the replacement of '{}' is {}x{}; expected {}x{}",
                        spec.weight, linear.matrix->rows(), linear.matrix->cols(), spec.out,
                        spec.in);
    } else {
        BITSMITH_TRY(linear.matrix, model.matrix(spec.weight));
        // Column-wise reads would be slow in every product; once per block they are cheap.
        const TensorInfo* info = model.find(spec.weight);
        if (spec.transposed && info && dtypeFromName(info->dtype))
            linear.matrix = denseWeights(decodeAll(*linear.matrix));
    }
    if (!spec.bias.empty()) {
        BITSMITH_TRY(linear.bias, model.values(spec.bias));
    }
    if (const auto shift = linear.matrix->outputShift(); !shift.empty()) {
        linear.bias.resize(shift.size());
        for (std::size_t r = 0; r < shift.size(); ++r) linear.bias[r] += shift[r];
    }
    return linear;
}

void applyNorm(const Backend& backend, const Architecture& architecture, const NormWeights& norm,
               ConstMatrixView x, MatrixView y) {
    if (architecture.norm == NormKind::Rms)
        backend.rmsNorm(x, norm.weight, architecture.normEps, y);
    else
        backend.layerNorm(x, norm.weight, norm.bias, architecture.normEps, y);
}

} // namespace bitsmith

#include "core/model/hessian_product.h"

#include <algorithm>
#include <cmath>

namespace bitsmith {
namespace {

double normOf(std::span<const float> values) {
    double sum = 0;
    for (const float v : values) sum += static_cast<double>(v) * v;
    return std::sqrt(sum);
}

} // namespace

Result<HessianProduct> HessianProduct::create(const GradientPass& pass, const TokenBatch& sequences,
                                              std::string tensor, RunContext& context,
                                              std::size_t batchTokens) {
    const Model& model = pass.forward().model();
    const TensorInfo* info = model.find(tensor);
    if (!info || info->block < 0)
        return fail(ErrorCode::Usage, "gradients: '{}' is no weight matrix inside a block", tensor);
    HessianProduct product(pass, sequences);
    product.m_tensor = std::move(tensor);
    product.m_batchTokens = batchTokens;
    BITSMITH_TRY(const auto matrix, model.matrix(product.m_tensor));
    product.m_weights = decodeAll(*matrix);
    product.m_norm = normOf(product.m_weights.values());
    BITSMITH_TRY(
        product.m_states,
        pass.hiddenStates(sequences, static_cast<std::size_t>(info->block), context, batchTokens));
    return product;
}

Status HessianProduct::multiply(std::span<const float> v, std::span<float> out, RunContext& context,
                                double step) const {
    std::ranges::fill(out, 0.0f);
    const double length = normOf(v);
    if (length == 0) return {};
    const double eps = step * (m_norm > 0 ? m_norm : 1) / length;
    const auto amount = static_cast<float>(eps), factor = static_cast<float>(0.5 / eps);
    BITSMITH_CHECK(addGradient(v, amount, factor, out, context));
    return addGradient(v, -amount, -factor, out, context);
}

Status HessianProduct::addGradient(std::span<const float> v, float amount, float factor,
                                   std::span<float> out, RunContext& context) const {
    Matrix moved = m_weights;
    for (std::size_t i = 0; i < v.size(); ++i) moved.values()[i] += amount * v[i];
    GradientRequest request;
    request.tensors = {m_tensor};
    request.batchTokens = m_batchTokens;
    request.from = &m_states;
    request.overrides[m_tensor] = denseWeights(std::move(moved));
    const auto sink = [&](const TensorGradient& g) -> Status {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] += factor * g.gradient.data[i];
        return {};
    };
    BITSMITH_TRY([[maybe_unused]] const auto summary,
                 m_pass->run(*m_sequences, request, sink, context));
    return {};
}

} // namespace bitsmith

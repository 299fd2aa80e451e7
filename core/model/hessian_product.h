// H v for the Hessian of the loss with respect to one weight matrix, without second derivatives:
// the gradient a small step along v and a small step against it.
//     H v ~ (g(w + eps v) - g(w - eps v)) / (2 eps),   eps = step ||w|| / ||v||
// Memory: the hidden states of all tokens at the matrix's block, three matrices of its size, and
// what a gradient pass needs. Cost: two gradient passes over the blocks from the matrix's on.
#pragma once

#include "core/model/backward.h"

#include <span>
#include <string>

namespace bitsmith {

class HessianProduct {
public:
    // For directions over all weights, as random signs: with steps from 1e-2 to 1e-4, v^T H v of a
    // trained model's matrices changes by less than 0.4 %, at 3e-5 rounding begins to show.
    static constexpr double DefaultStep = 1e-3;
    // For the sharpest directions, where the loss bends over less: along the top eigenvector 1e-3
    // finds up to 11 % too little there, 1e-4 less than 0.2 %, and rounding hides behind the
    // curvature.
    static constexpr double SharpStep = 1e-4;

    // pass and sequences are borrowed. Errors: as GradientPass::run.
    static Result<HessianProduct> create(const GradientPass& pass, const TokenBatch& sequences,
                                         std::string tensor, RunContext& context,
                                         std::size_t batchTokens = 2048);

    std::size_t size() const { return m_weights.values().size(); }
    const Matrix& weights() const { return m_weights; } // (output x input features)
    // v, out: size() numbers, row-major; v = 0 gives 0. Errors: as GradientPass::run.
    Status multiply(std::span<const float> v, std::span<float> out, RunContext& context,
                    double step = DefaultStep) const;

private:
    HessianProduct(const GradientPass& pass, const TokenBatch& sequences)
        : m_pass(&pass), m_sequences(&sequences) {}
    // out += factor g(w + amount v)
    Status addGradient(std::span<const float> v, float amount, float factor, std::span<float> out,
                       RunContext& context) const;

    const GradientPass* m_pass;
    const TokenBatch* m_sequences;
    std::string m_tensor;
    std::size_t m_batchTokens = 0;
    Matrix m_weights;
    double m_norm = 0; // ||w||
    HiddenStates m_states;
};

} // namespace bitsmith

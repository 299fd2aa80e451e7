#include "core/model/block_activations.h"

#include "core/base/parallel.h"
#include "core/tensor/input_basis.h"

#include <algorithm>

namespace bitsmith {
namespace {

constexpr std::size_t RowsAtOnce = 16;
constexpr std::string_view Operands[] = {"query", "key", "value"};

Matrix copied(ConstMatrixView x) {
    Matrix copy(x.rows, x.cols);
    for (std::size_t t = 0; t < x.rows; ++t) std::ranges::copy(x.row(t), &copy(t, 0));
    return copy;
}

std::string rangeName(std::size_t block, std::string_view operand) {
    return fmt::format("blocks.{}.{}", block, operand);
}

template <class Body>
void forRows(MatrixView x, Body&& body) {
    parallelFor(x.rows, RowsAtOnce, [&](std::size_t first, std::size_t last) {
        body(x.rowRange(first, last - first));
    });
}

} // namespace

void BlockActivations::note(std::string_view operand, ConstMatrixView x) const {
    float& most = (*seen)[rangeName(block, operand)];
    for (std::size_t t = 0; t < x.rows; ++t) most = std::max(most, largestMagnitude(x.row(t)));
}

Matrix BlockActivations::formed(Product product, ConstMatrixView x,
                                const WeightMatrix& weights) const {
    const ActivationQuantizer* quantizer = of(product);
    if (!quantizer && !seen) return {};
    Matrix out = copied(x);
    const auto basis = InputBasis::of(weights);
    if (basis) forRows(out.view(), [&](MatrixView rows) { basis->enter(rows); });
    if (seen) note(productName(product), out.view());
    if (!quantizer) return {};
    quantizer->apply(out.view(), out.cols(), ranges[static_cast<std::size_t>(product)]);
    if (basis) forRows(out.view(), [&](MatrixView rows) { basis->leave(rows); });
    return out;
}

void BlockActivations::runAttention(const Backend& backend, const AttentionArgs& args) const {
    if (seen) {
        note("query", args.query);
        note("key", args.keys);
        note("value", args.values);
    }
    if (!attention()) {
        backend.attention(args);
        return;
    }
    quantizedAttention(args, {.scores = of(Product::QK),
                              .weighted = of(Product::PV),
                              .queryRange = query,
                              .keyRange = key,
                              .valueRange = value});
}

Result<std::shared_ptr<const std::vector<BlockActivations>>>
makeBlockActivations(const Architecture& architecture, std::span<const ProductSchemes> schemes,
                     const ActivationRanges& ranges) {
    auto out = std::make_shared<std::vector<BlockActivations>>(architecture.blocks.size());
    std::map<std::string, std::shared_ptr<const ActivationQuantizer>> made;
    const auto rangeOf = [&](std::size_t block, std::string_view operand, float& range) -> Status {
        const auto found = ranges.find(rangeName(block, operand));
        if (found == ranges.end())
            return fail(ErrorCode::Usage,
                        "static activations need the range of '{}', which was not measured: give a "
                        "calibration text, or let every token have its own scale (token)",
                        rangeName(block, operand));
        range = found->second;
        return {};
    };
    for (std::size_t b = 0; b < out->size(); ++b) {
        BlockActivations& block = (*out)[b];
        block.block = b;
        const auto scheme = [&](Product product) {
            return schemes[b][static_cast<std::size_t>(product)];
        };
        const auto same = [&](Product x, Product y) {
            const auto a = scheme(x), c = scheme(y);
            return a && c ? a->format == c->format && a->shared == c->shared && a->group == c->group
                          : !a && !c;
        };
        if (architecture.blocks[b].fused != FusedLayout::None &&
            (!same(Product::Q, Product::K) || !same(Product::Q, Product::V)))
            return fail(ErrorCode::Usage,
                        "this model computes q, k and v in one product: quantize the inputs of all "
                        "three (q+k+v), or of none");
        for (std::size_t p = 0; p < ProductCount; ++p) {
            const auto& wanted = schemes[b][p];
            const auto product = static_cast<Product>(p);
            if (!wanted || (product == Product::Gate && !architecture.blocks[b].gate.present()))
                continue;
            auto& quantizer = made[wanted->text()];
            if (!quantizer) quantizer = std::make_shared<const ActivationQuantizer>(*wanted);
            block.quantizers[p] = quantizer;
            if (wanted->shared != ScaleShared::Static) continue;
            if (product == Product::QK) {
                BITSMITH_CHECK(rangeOf(b, Operands[0], block.query));
                BITSMITH_CHECK(rangeOf(b, Operands[1], block.key));
            } else if (product == Product::PV) {
                BITSMITH_CHECK(rangeOf(b, Operands[2], block.value));
            } else {
                BITSMITH_CHECK(rangeOf(b, productName(product), block.ranges[p]));
            }
        }
    }
    return out;
}

} // namespace bitsmith

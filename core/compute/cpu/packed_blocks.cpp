// GGUF blocks: codes and scales are read together, once.
#include "core/compute/cpu/simd_targets.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "core/compute/cpu/packed_blocks.cpp"
#include <hwy/foreach_target.h>

#include "core/compute/cpu/packed_block_words_inl.h"

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {
#if HWY_TARGET != HWY_SCALAR

// Some rows times some vectors.
template <class W, std::size_t Rows, std::size_t Tokens>
class BlockRows {
    using D = typename W::Tag;
    static constexpr std::size_t Stripe = BlockColumns / W::Stripes, Lanes = hn::MaxLanes(D());
    static constexpr bool Eights = Lanes == 8;
    struct Totals {
        hn::Vec<D> of[Rows][Tokens];
        Eight less[Eights ? 1 : Rows][Eights ? 1 : Tokens]; // offsets, where they have fewer lanes
        HWY_INLINE void clear() {
            BITSMITH_UNROLL
            for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
            for (std::size_t t = 0; t < Tokens; ++t) {
                of[r][t] = hn::Zero(D());
                if constexpr (!Eights) less[r][t] = hn::Zero(EightFloats());
            }
        }
        HWY_INLINE void takeOff(std::size_t r, std::size_t t, Eight offsets, Eight sums) {
            if constexpr (Eights)
                of[r][t] = hn::NegMulAdd(offsets, sums, of[r][t]);
            else
                less[r][t] = hn::MulAdd(offsets, sums, less[r][t]);
        }
        HWY_INLINE float sum(std::size_t r, std::size_t t) const {
            auto all = of[r][t];
            if constexpr (!Eights)
                return hn::GetLane(
                    hn::SumOfLanes(EightFloats(), hn::Sub(W::total(all), less[r][t])));
            else if constexpr (requires { W::total(all); })
                return hn::GetLane(hn::SumOfLanes(EightFloats(), W::total(all)));
            else
                return hn::GetLane(hn::SumOfLanes(EightFloats(), all));
        }
    };

public:
    // Of x's vectors from `token` on.
    BlockRows(const PackedPanel& panel, const PackedInput& x, std::size_t first, std::size_t token)
        : m_x(x), m_token(token), m_ahead(PackedRowsAhead * panel.rowBytes) {
        for (std::size_t k = 0; k < 4; ++k) {
            HWY_ALIGN std::int32_t lanes[Lanes];
            for (std::size_t l = 0; l < Lanes; ++l)
                lanes[l] = static_cast<std::int32_t>(2 * k + l / (Lanes / 2));
            m_halves[k] = hn::SetTableIndices(D(), lanes);
        }
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) // beyond the last one: that one again
            m_rows[r] = panel.rows[std::min(first + r, panel.count - 1)];
    }

    HWY_INLINE void run(const PackedPanel& panel, std::size_t first, MatrixView y) const {
        Totals totals;
        totals.clear();
        const std::size_t whole = panel.rowBytes / W::Bytes;
        const std::uint8_t* at[Rows];
        for (std::size_t b = 0; b < whole; ++b) {
            BITSMITH_UNROLL
            for (std::size_t r = 0; r < Rows; ++r) {
                at[r] = m_rows[r] + b * W::Bytes;
                BITSMITH_UNROLL
                for (std::size_t line = 0; line < W::Bytes; line += 64) // the next rows
                    hwy::Prefetch(at[r] + m_ahead + line);
            }
            add(at, b, totals);
        }
        if (whole * W::Bytes < panel.rowBytes)
            addEnd(panel.rowBytes - whole * W::Bytes, whole, totals);
        const std::size_t count = std::min(Rows, panel.count - first);
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) {
            const float sum = totals.sum(r, t);
            if (r < count) y(m_token + t, first + r) = sum;
        }
    }

private:
    // The last blocks, fewer than 256 columns: scales of zero fill them up.
    HWY_NOINLINE void addEnd(std::size_t bytes, std::size_t b, Totals& totals) const {
        std::uint8_t end[Rows][W::Bytes] = {};
        const std::uint8_t* at[Rows];
        for (std::size_t r = 0; r < Rows; ++r) {
            std::memcpy(end[r], m_rows[r] + b * W::Bytes, bytes);
            at[r] = end[r];
        }
        add(at, b, totals);
    }

    // Of each group; again, where a vector has more lanes than there are groups.
    static constexpr std::size_t Spread = std::max(W::Groups, Lanes);
    using Scales = float[Rows][Tokens][Spread];

    HWY_INLINE void add(const std::uint8_t* const (&at)[Rows], std::size_t b,
                        Totals& totals) const {
        const EightFloats d;
        HWY_ALIGN Scales scales;
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) {
            Eight own[W::Groups / 8], offsets[W::Groups / 8];
            W::scales(at[r], own, offsets);
            BITSMITH_UNROLL
            for (std::size_t n = 0; n < W::Groups / 8; ++n) BITSMITH_UNROLL
            for (std::size_t t = 0; t < Tokens; ++t) {
                const std::size_t group = (m_token + t) * m_x.groups + b * W::Groups + 8 * n;
                totals.takeOff(r, t, offsets[n], hn::LoadU(d, m_x.sums + group));
                const Eight scale = hn::Mul(own[n], hn::LoadU(d, m_x.factors + group));
                for (std::size_t copy = 8 * n; copy < Spread; copy += W::Groups)
                    hn::Store(scale, d, scales[r][t] + copy);
            }
        }
        const std::int16_t* x = m_x.integers + m_token * m_x.stride + b * BlockColumns;
        addStripes(std::make_index_sequence<W::Stripes>(), at, x, scales, totals);
    }

    template <std::size_t... S>
    HWY_INLINE void addStripes(std::index_sequence<S...>, const std::uint8_t* const (&at)[Rows],
                               const std::int16_t* x, const Scales& scales, Totals& totals) const {
        (addStripe<S>(std::make_index_sequence<W::Parts>(), at, x + S * Stripe, scales, totals),
         ...);
    }
    template <std::size_t S, std::size_t... P>
    HWY_INLINE void addStripe(std::index_sequence<P...>, const std::uint8_t* const (&at)[Rows],
                              const std::int16_t* x, const Scales& scales, Totals& totals) const {
        typename W::Codes codes[Rows];
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) codes[r] = W::template load<S>(at[r]);
        (addPart<P, S * W::Parts + P>(codes, x, scales, totals), ...);
    }
    template <std::size_t P, std::size_t Part>
    HWY_INLINE void addPart(const typename W::Codes (&codes)[Rows], const std::int16_t* x,
                            const Scales& scales, Totals& totals) const {
        const D d;
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) {
            const auto sum = hn::ConvertTo(d, W::template dot<P>(codes[r], x + t * m_x.stride));
            auto& total = totals.of[r][t];
            if constexpr (W::PartIsGroup) {
                total = hn::MulAdd(hn::Set(d, scales[r][t][Part]), sum, total);
            } else {
                const auto some = hn::Load(d, scales[r][t] + Part / 4 * 8);
                total = hn::MulAdd(hn::TableLookupLanes(some, m_halves[Part % 4]), sum, total);
            }
        }
    }

    const PackedInput& m_x;
    std::size_t m_token, m_ahead;
    const std::uint8_t* m_rows[Rows];
    // Two of eight scales, each for half of the lanes.
    decltype(hn::SetTableIndices(D(), std::declval<const std::int32_t*>())) m_halves[4];
};

template <class W, std::size_t Rows, std::size_t Tokens>
HWY_NOINLINE void multiplyRows(const PackedPanel& panel, const PackedInput& x, std::size_t token,
                               MatrixView y) {
    for (std::size_t r = 0; r < panel.count; r += Rows)
        BlockRows<W, Rows, Tokens>(panel, x, r, token).run(panel, r, y);
}
template <class W>
void multiplyBlocks(const PackedPanel& panel, const PackedInput& x, MatrixView y) {
    std::size_t t = 0;
    for (; t + 4 <= x.tokens; t += 4) multiplyRows<W, 1, 4>(panel, x, t, y);
    for (; t + 2 <= x.tokens; t += 2) multiplyRows<W, 2, 2>(panel, x, t, y);
    for (; t < x.tokens; ++t) multiplyRows<W, 4, 1>(panel, x, t, y);
}

template <class W>
PackedKernel blockKernel() {
    return {.stripe = BlockColumns,
            .integers = true,
            .reorder = reorderIntegers<W, BlockColumns / W::Stripes>,
            .multiply = multiplyBlocks<W>,
            .groupSize = BlockColumns / W::Groups};
}

#endif

PackedKernel BlockKernel([[maybe_unused]] std::string_view format) {
#if HWY_TARGET != HWY_SCALAR
    if constexpr (hn::MaxLanes(EightFloats()) == 8) {
        if (format == "Q4_0") return blockKernel<Q4_0Pairs>();
        if (format == "Q8_0") return blockKernel<Q8_0Words>();
        if (format == "Q4_K") return blockKernel<Q4_KWords>();
        if (format == "Q5_K") return blockKernel<Q5_KWords>();
        if (format == "Q6_K") return blockKernel<Q6_KWords>();
    }
#endif
    return {};
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bitsmith::cpu {

HWY_EXPORT(BlockKernel);
PackedKernel packedBlockKernel(std::string_view format) {
    return HWY_DYNAMIC_DISPATCH(BlockKernel)(format);
}

} // namespace bitsmith::cpu
#endif

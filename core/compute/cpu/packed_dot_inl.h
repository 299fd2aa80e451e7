// The loop behind all packed kernels, over any format of words (packed_affine.cpp,
// packed_levels.cpp, packed_blocks.cpp). Included once per instruction set.
//
// A format W describes one stripe: `Parts` vectors of words are loaded; lane l of part p holds
// `Fields` codes of columns that share a scale, in column order of (part, lane).
//   Tag                          of the vectors of floats
//   Codes load(at, sub)          the stripe's words
//   FloatVec field<P, J>(codes, table)   code times 2^shift, J-th of each lane of part P
//   factor(p, j)                 2^-shift
//   column(p, j, lane, lanes)    its column in the stripe
//   StripesPerBlock, blockBytes(lanes), readBytes(lanes): where stripes begin and how far load()
//   reads
#if defined(BITSMITH_PACKED_DOT_INL_H) == defined(HWY_TARGET_TOGGLE)
#ifdef BITSMITH_PACKED_DOT_INL_H
#undef BITSMITH_PACKED_DOT_INL_H
#else
#define BITSMITH_PACKED_DOT_INL_H
#endif

#include "core/compute/cpu/packed_kernels.h"
#include "core/compute/cpu/vector_math_inl.h"

#include <hwy/cache_control.h>

#include <algorithm>
#include <cstring>
#include <utility>

// Without vectors there is nothing to win: portable machines decode rows.
#if HWY_TARGET != HWY_SCALAR

HWY_BEFORE_NAMESPACE();
namespace bitsmith::cpu {
namespace HWY_NAMESPACE {

template <class W>
using VecOf = hn::Vec<typename W::Tag>;
template <class W>
using WordTag = hn::RebindToUnsigned<typename W::Tag>;
template <class W>
using WordVec = hn::Vec<WordTag<W>>;

// Blocks of 16 bytes, `step` bytes apart.
template <class D>
HWY_INLINE hn::Vec<D> loadBlocks(D d, const std::uint8_t* from, std::size_t step) {
    if constexpr (hn::MaxLanes(D()) <= 16) {
        return hn::LoadU(d, from);
    } else {
        const hn::Half<D> half;
        return hn::Combine(d, loadBlocks(half, from + hn::MaxLanes(half) / 16 * step, step),
                           loadBlocks(half, from, step));
    }
}

// Code J of `Bits` bits in each word as a float times 2^shift; the topmost one without the factor.
template <class D, int Bits, std::size_t J>
HWY_INLINE hn::Vec<D> maskedField(hn::Vec<hn::RebindToUnsigned<D>> words) {
    constexpr int Shift = Bits * static_cast<int>(J);
    const hn::RebindToUnsigned<D> du;
    const hn::RebindToSigned<D> di;
    const hn::Vec<decltype(du)> bits = [&] {
        if constexpr (Shift + Bits == 32)
            return hn::ShiftRight<Shift>(words);
        else
            return hn::And(words, hn::Set(du, ((1U << Bits) - 1) << Shift));
    }();
    return hn::ConvertTo(D(), hn::BitCast(di, bits));
}
template <int Bits>
constexpr float maskedFactor(std::size_t j) {
    const auto shift = static_cast<unsigned>(Bits) * static_cast<unsigned>(j);
    return shift + Bits == 32 ? 1.0F : 1.0F / static_cast<float>(std::uint64_t{1} << shift);
}

template <class W>
constexpr std::size_t lanesOf() {
    return hn::MaxLanes(typename W::Tag());
}
template <class W>
constexpr std::size_t stripeOf() {
    return lanesOf<W>() * W::Parts * W::Fields;
}

// Sums of `Rows` rows times `Tokens` vectors, two each: neighbouring fields go to different ones.
template <class W, std::size_t Rows, std::size_t Tokens>
struct Sums {
    VecOf<W> of[Rows][Tokens][2];
};

template <class W, std::size_t P, std::size_t J, bool Fresh, std::size_t Rows, std::size_t Tokens>
HWY_INLINE void addField(const typename W::Codes (&codes)[Rows], const typename W::Table& table,
                         const float* x, std::size_t stride, Sums<W, Rows, Tokens>& sums) {
    const typename W::Tag d;
    constexpr std::size_t At = (P * W::Fields + J) * lanesOf<W>();
    VecOf<W> values[Tokens];
    BITSMITH_UNROLL
    for (std::size_t t = 0; t < Tokens; ++t) values[t] = hn::LoadU(d, x + t * stride + At);
    BITSMITH_UNROLL
    for (std::size_t r = 0; r < Rows; ++r) {
        const VecOf<W> code = W::template field<P, J>(codes[r], table);
        BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) {
            auto& sum = sums.of[r][t][J % 2];
            if constexpr (Fresh && J < 2)
                sum = hn::Mul(code, values[t]);
            else
                sum = hn::MulAdd(code, values[t], sum);
        }
    }
}

template <class W, std::size_t P, bool Fresh, std::size_t Rows, std::size_t Tokens,
          std::size_t... J>
HWY_INLINE void addPart(std::index_sequence<J...>, const typename W::Codes (&codes)[Rows],
                        const typename W::Table& table, const float* x, std::size_t stride,
                        Sums<W, Rows, Tokens>& sums) {
    (addField<W, P, J, Fresh>(codes, table, x, stride, sums), ...);
}

template <class W, std::size_t Rows, std::size_t Tokens>
class PackedRows {
    using D = typename W::Tag;
    using V = hn::Vec<D>;
    static constexpr std::size_t Lanes = hn::MaxLanes(D()), Stripe = stripeOf<W>();
    using Fields = std::make_index_sequence<W::Fields>;

public:
    PackedRows(const PackedPanel& panel, std::size_t first) : m_panel(panel), m_first(first) {
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) { // beyond the last one: that one again
            const std::size_t row = std::min(first + r, panel.count - 1);
            m_rows[r] = panel.rows[row];
            m_scales[r] = panel.scales + row * panel.scaleStride;
        }
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) m_totals[r][t] = hn::Zero(D());
    }

    // Groups of whole stripes: their sums are multiplied once.
    HWY_INLINE void wide(const float* x, std::size_t stride) {
        const std::size_t stripes = (m_panel.cols + Stripe - 1) / Stripe;
        const std::size_t perGroup =
            std::min(stripes, std::max<std::size_t>(1, m_panel.groupSize / Stripe));
        const typename W::Table table = W::tableOf(m_panel.levels);
        std::size_t group = 0;
        for (std::size_t first = 0; first < stripes; first += perGroup, ++group) {
            Sums<W, Rows, Tokens> sums;
            BITSMITH_UNROLL
            for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
            for (std::size_t t = 0; t < Tokens; ++t)
                sums.of[r][t][0] = sums.of[r][t][1] = hn::Zero(D());
            const std::size_t last = std::min(stripes, first + perGroup);
            for (std::size_t s = first; s < last; ++s) {
                typename W::Codes codes[Rows];
                load(s, codes);
                addPart<W, 0, false>(Fields(), codes, table, x + s * Stripe, stride, sums);
            }
            BITSMITH_UNROLL
            for (std::size_t r = 0; r < Rows; ++r) {
                const V scale = hn::Set(D(), m_scales[r][group]);
                addTotals(r, sums, scale);
            }
        }
    }

    // Several groups in a stripe, or one for each part: a vector of scales per part.
    HWY_INLINE void narrow(const float* x, std::size_t stride) {
        const std::size_t stripes = (m_panel.cols + Stripe - 1) / Stripe;
        const std::size_t slots = m_panel.groupSize / W::Fields, step = Lanes / slots;
        HWY_ALIGN std::int32_t lanes[Lanes];
        for (std::size_t l = 0; l < Lanes; ++l) lanes[l] = static_cast<std::int32_t>(l / slots);
        const auto spread = hn::SetTableIndices(D(), lanes);
        const typename W::Table table = W::tableOf(m_panel.levels);
        for (std::size_t s = 0; s < stripes; ++s) {
            typename W::Codes codes[Rows];
            load(s, codes);
            addParts(std::make_index_sequence<W::Parts>(), codes, table, x + s * Stripe, stride,
                     s * W::Parts * step, step, spread);
        }
    }

    HWY_INLINE void store(float* y, std::size_t stride) const {
        const std::size_t count = std::min(Rows, m_panel.count - m_first);
        for (std::size_t r = 0; r < count; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t)
            y[t * stride + m_first + r] = hn::GetLane(hn::SumOfLanes(D(), m_totals[r][t]));
    }

private:
    HWY_INLINE void load(std::size_t s, typename W::Codes (&codes)[Rows]) const {
        const std::size_t at = s / W::StripesPerBlock * W::blockBytes(Lanes);
        const std::size_t sub = s % W::StripesPerBlock;
        // The same place some rows on: their turn comes soon, and it reads their scales first.
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r)
            hwy::Prefetch(m_rows[r] + at + PackedRowsAhead * m_panel.rowBytes);
        if (HWY_LIKELY(at + W::readBytes(Lanes, sub) <= m_panel.rowBytes)) {
            BITSMITH_UNROLL
            for (std::size_t r = 0; r < Rows; ++r) codes[r] = W::load(m_rows[r] + at, sub);
            return;
        }
        // The end of a row: what lies behind it need not be readable.
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) {
            std::uint8_t end[256] = {};
            std::memcpy(end, m_rows[r] + at, std::min(sizeof end, m_panel.rowBytes - at));
            codes[r] = W::load(end, sub);
        }
    }

    HWY_INLINE void addTotals(std::size_t r, const Sums<W, Rows, Tokens>& sums, V scale) {
        BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t)
            m_totals[r][t] =
                hn::MulAdd(scale, hn::Add(sums.of[r][t][0], sums.of[r][t][1]), m_totals[r][t]);
    }

    template <std::size_t P, class Spread>
    HWY_INLINE void addScaledPart(const typename W::Codes (&codes)[Rows],
                                  const typename W::Table& table, const float* x,
                                  std::size_t stride, std::size_t group, const Spread& spread) {
        Sums<W, Rows, Tokens> sums;
        addPart<W, P, true>(Fields(), codes, table, x, stride, sums);
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r)
            addTotals(r, sums, hn::TableLookupLanes(hn::LoadU(D(), m_scales[r] + group), spread));
    }
    template <std::size_t... P, class Spread>
    HWY_INLINE void addParts(std::index_sequence<P...>, const typename W::Codes (&codes)[Rows],
                             const typename W::Table& table, const float* x, std::size_t stride,
                             std::size_t group, std::size_t step, const Spread& spread) {
        (addScaledPart<P>(codes, table, x, stride, group + P * step, spread), ...);
    }

    const PackedPanel& m_panel;
    std::size_t m_first;
    const std::uint8_t* m_rows[Rows];
    const float* m_scales[Rows];
    V m_totals[Rows][Tokens];
};

template <class W, std::size_t Rows, std::size_t Tokens>
HWY_NOINLINE void multiplyTokens(const PackedPanel& panel, const float* x, std::size_t stride,
                                 float* y, std::size_t yStride) {
    const std::size_t slots = panel.groupSize / W::Fields;
    for (std::size_t r = 0; r < panel.count; r += Rows) {
        PackedRows<W, Rows, Tokens> rows(panel, r);
        if constexpr (W::Parts == 1) {
            if (slots >= lanesOf<W>()) {
                rows.wide(x, stride);
                rows.store(y, yStride);
                continue;
            }
        }
        rows.narrow(x, stride);
        rows.store(y, yStride);
    }
}

template <class W>
void multiplyPacked(const PackedPanel& panel, const PackedInput& x, MatrixView y) {
    std::size_t t = 0;
    const auto from = [&] { return x.values + t * x.stride; };
    const auto to = [&] { return y.data + t * y.stride; };
    for (; t + 4 <= x.tokens; t += 4)
        multiplyTokens<W, 1, 4>(panel, from(), x.stride, to(), y.stride);
    for (; t + 2 <= x.tokens; t += 2)
        multiplyTokens<W, 2, 2>(panel, from(), x.stride, to(), y.stride);
    for (; t < x.tokens; ++t) multiplyTokens<W, 4, 1>(panel, from(), x.stride, to(), y.stride);
}

template <class W>
void reorderFor(ConstMatrixView x, float* out) {
    const typename W::Tag d;
    const hn::RebindToSigned<decltype(d)> di;
    constexpr std::size_t Lanes = lanesOf<W>(), Stripe = stripeOf<W>();
    constexpr std::size_t Vectors = W::Parts * W::Fields;
    HWY_ALIGN std::int32_t columns[Stripe];
    for (std::size_t p = 0; p < W::Parts; ++p)
        for (std::size_t j = 0; j < W::Fields; ++j)
            for (std::size_t l = 0; l < Lanes; ++l)
                columns[(p * W::Fields + j) * Lanes + l] =
                    static_cast<std::int32_t>(W::column(p, j, l, Lanes));
    for (std::size_t t = 0; t < x.rows; ++t) {
        const float* row = x.row(t).data();
        for (std::size_t first = 0; first < x.cols; first += Stripe, out += Stripe) {
            float end[Stripe];
            const float* from = row + first;
            if (first + Stripe > x.cols) {
                std::fill(std::copy(from, row + x.cols, end), end + Stripe, 0.0F);
                from = end;
            }
            for (std::size_t v = 0; v < Vectors; ++v) {
                const auto values = hn::GatherIndex(d, from, hn::Load(di, columns + v * Lanes));
                hn::StoreU(hn::Mul(values, hn::Set(d, W::factor(v / W::Fields, v % W::Fields))), d,
                           out + v * Lanes);
            }
        }
    }
}

template <class W>
PackedKernel kernelOf() {
    return {.stripe = stripeOf<W>(),
            .slot = W::Fields,
            .slotsPerPart = lanesOf<W>(),
            .scalePadding = lanesOf<W>(),
            .reorder = reorderFor<W>,
            .multiply = multiplyPacked<W>};
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#endif
#endif

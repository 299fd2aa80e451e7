// The loop behind the kernels of codes whose parameters lie beside them, over any format of words
// (packed_affine.cpp, packed_levels.cpp). Included once per instruction set.
//
// A format W describes one stripe, a vector of words: each lane holds `Fields` codes of columns
// that share a scale, in column order of lanes.
//   Codes load(at)               the stripe's words
//   StripeBytes, ReadBytes       where stripes begin and how far load() reads
//   Sums<Rows, Tokens>           how codes meet the vector: FloatSums below, or IntegerSums
//                                (packed_integer_inl.h)
// and for FloatSums
//   FloatVec field<J>(codes, table)   code times 2^shift, J-th of each lane
//   factor(j)                    2^-shift
//   column(j, lane)              its column in the stripe
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
constexpr std::size_t stripeOf() {
    return MaxFloats * W::Fields;
}

// Sums of `Rows` rows times `Tokens` vectors, two each: neighbouring fields go to different ones.
template <class W, std::size_t Rows, std::size_t Tokens>
class FloatSums {
public:
    using Input = float;
    static constexpr bool OwnScales = false; // of each token
    static const Input* inputOf(const PackedInput& x) { return x.values; }

    HWY_INLINE void clear() {
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t)
            m_of[r][t][0] = m_of[r][t][1] = hn::Zero(FloatTag());
    }
    // Codes times x; `Fresh`: in place of what was there.
    template <bool Fresh>
    HWY_INLINE void add(const typename W::Codes (&codes)[Rows], const typename W::Table& table,
                        const float* x, std::size_t stride) {
        addFields<Fresh>(std::make_index_sequence<W::Fields>(), codes, table, x, stride);
    }
    HWY_INLINE FloatVec total(std::size_t r, std::size_t t) const {
        return hn::Add(m_of[r][t][0], m_of[r][t][1]);
    }

private:
    template <bool Fresh, std::size_t... J>
    HWY_INLINE void addFields(std::index_sequence<J...>, const typename W::Codes (&codes)[Rows],
                              const typename W::Table& table, const float* x, std::size_t stride) {
        (addField < J, Fresh && (J < 2) > (codes, table, x + J * MaxFloats, stride), ...);
    }
    template <std::size_t J, bool Fresh>
    HWY_INLINE void addField(const typename W::Codes (&codes)[Rows], const typename W::Table& table,
                             const float* x, std::size_t stride) {
        FloatVec values[Tokens];
        BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) values[t] = hn::LoadU(FloatTag(), x + t * stride);
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) {
            const FloatVec code = W::template field<J>(codes[r], table);
            BITSMITH_UNROLL
            for (std::size_t t = 0; t < Tokens; ++t) {
                auto& sum = m_of[r][t][J % 2];
                if constexpr (Fresh)
                    sum = hn::Mul(code, values[t]);
                else
                    sum = hn::MulAdd(code, values[t], sum);
            }
        }
    }

    FloatVec m_of[Rows][Tokens][2];
};

template <class W, std::size_t Rows, std::size_t Tokens>
class PackedRows {
    using D = FloatTag;
    using V = FloatVec;
    using Totals = V[Rows][Tokens];
    using Codes = typename W::Codes[Rows];
    using Sums = typename W::template Sums<Rows, Tokens>;
    using Input = typename Sums::Input;
    static constexpr std::size_t Lanes = MaxFloats, Stripe = stripeOf<W>();

public:
    PackedRows(const PackedPanel& panel, std::size_t first)
        : m_panel(panel), m_first(first), m_stripes((panel.cols + Stripe - 1) / Stripe),
          m_whole(m_stripes), m_ahead(PackedRowsAhead * panel.rowBytes) {
        while (m_whole > 0 && (m_whole - 1) * W::StripeBytes + W::ReadBytes > panel.rowBytes)
            --m_whole;
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) { // beyond the last one: that one again
            const std::size_t row = std::min(first + r, panel.count - 1);
            m_rows[r] = panel.rows[row];
            m_scales[r] = panel.scales + row * panel.tables * panel.scaleStride;
        }
    }

    // Groups of whole stripes: their sums are multiplied once.
    HWY_INLINE void wide(const Input* x, std::size_t stride, float* y, std::size_t yStride) const {
        const std::size_t perGroup =
            std::min(m_stripes, std::max<std::size_t>(1, m_panel.groupSize / Stripe));
        const typename W::Table table = W::tableOf(m_panel.levels);
        Totals totals;
        clear(totals);
        std::size_t group = 0;
        for (std::size_t first = 0; first < m_stripes; first += perGroup, ++group) {
            Sums sums;
            sums.clear();
            const std::size_t last = std::min(m_stripes, first + perGroup);
            for (std::size_t s = first; s < last; ++s) {
                Codes codes;
                if (HWY_LIKELY(s < m_whole))
                    load(s, codes);
                else
                    loadEnd(s, codes);
                sums.template add<false>(codes, table, x + s * Stripe, stride);
            }
            addTotals(sums, totals, group,
                      [](const float* scales) HWY_ATTR { return hn::Set(D(), *scales); });
        }
        store(totals, y, yStride);
    }

    // Several groups in a stripe: a vector of scales.
    HWY_INLINE void narrow(const Input* x, std::size_t stride, float* y,
                           std::size_t yStride) const {
        const std::size_t slots = m_panel.groupSize / W::Fields, groups = Lanes / slots;
        HWY_ALIGN std::int32_t lanes[Lanes];
        for (std::size_t l = 0; l < Lanes; ++l) lanes[l] = static_cast<std::int32_t>(l / slots);
        const auto spread = hn::SetTableIndices(D(), lanes);
        const typename W::Table table = W::tableOf(m_panel.levels);
        Totals totals;
        clear(totals);
        const auto add = [&](std::size_t s, const Codes& codes) HWY_ATTR {
            Sums sums;
            sums.template add<true>(codes, table, x + s * Stripe, stride);
            addTotals(sums, totals, s * groups, [&](const float* scales) HWY_ATTR {
                return hn::TableLookupLanes(hn::LoadU(D(), scales), spread);
            });
        };
        Codes codes;
        for (std::size_t s = 0; s < m_whole; ++s) {
            load(s, codes);
            add(s, codes);
        }
        for (std::size_t s = m_whole; s < m_stripes; ++s) {
            loadEnd(s, codes);
            add(s, codes);
        }
        store(totals, y, yStride);
    }

private:
    static HWY_INLINE void clear(Totals& totals) {
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) totals[r][t] = hn::Zero(D());
    }
    HWY_INLINE void store(const Totals& totals, float* y, std::size_t stride) const {
        const std::size_t count = std::min(Rows, m_panel.count - m_first);
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) BITSMITH_UNROLL
        for (std::size_t t = 0; t < Tokens; ++t) {
            const float sum = hn::GetLane(hn::SumOfLanes(D(), totals[r][t]));
            if (r < count) y[t * stride + m_first + r] = sum;
        }
    }

    HWY_INLINE void load(std::size_t s, Codes& codes) const {
        // The same place some rows on: their turn comes soon.
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r)
            hwy::Prefetch(m_rows[r] + s * W::StripeBytes + m_ahead);
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) codes[r] = W::load(m_rows[r] + s * W::StripeBytes);
    }
    // The end of a row: what lies behind it need not be readable.
    HWY_NOINLINE void loadEnd(std::size_t s, Codes& codes) const {
        const std::size_t at = s * W::StripeBytes;
        for (std::size_t r = 0; r < Rows; ++r) {
            std::uint8_t end[256] = {};
            std::memcpy(end, m_rows[r] + at, std::min(sizeof end, m_panel.rowBytes - at));
            codes[r] = W::load(end);
        }
    }

    // scaleOf(where a row's scales from `group` on are): a vector of them.
    template <class ScaleOf>
    HWY_INLINE void addTotals(const Sums& sums, Totals& totals, std::size_t group,
                              ScaleOf scaleOf) const {
        BITSMITH_UNROLL
        for (std::size_t r = 0; r < Rows; ++r) {
            V scale = scaleOf(m_scales[r] + group);
            BITSMITH_UNROLL
            for (std::size_t t = 0; t < Tokens; ++t) {
                if (Sums::OwnScales && t > 0)
                    scale = scaleOf(m_scales[r] + t * m_panel.scaleStride + group);
                totals[r][t] = hn::MulAdd(scale, sums.total(r, t), totals[r][t]);
            }
        }
    }

    const PackedPanel& m_panel;
    std::size_t m_first, m_stripes;
    std::size_t m_whole; // stripes that may be read as they are
    std::size_t m_ahead;
    const std::uint8_t* m_rows[Rows];
    const float* m_scales[Rows];
};

template <class W, std::size_t Rows, std::size_t Tokens>
HWY_NOINLINE void multiplyTokens(const PackedPanel& panel, const PackedInput& input,
                                 std::size_t token, MatrixView to) {
    using Sums = typename W::template Sums<Rows, Tokens>;
    const typename Sums::Input* x = Sums::inputOf(input) + token * input.stride;
    const std::size_t stride = input.stride, yStride = to.stride;
    float* y = to.data + token * yStride;
    const std::size_t slots = panel.groupSize / W::Fields;
    for (std::size_t r = 0; r < panel.count; r += Rows) {
        const PackedRows<W, Rows, Tokens> rows(panel, r);
        if (slots >= MaxFloats)
            rows.wide(x, stride, y, yStride);
        else
            rows.narrow(x, stride, y, yStride);
    }
}

template <class W>
void multiplyPacked(const PackedPanel& panel, const PackedInput& x, MatrixView y) {
    std::size_t t = 0;
    const auto some = [&]<std::size_t Rows, std::size_t Tokens>() {
        for (; t + Tokens <= x.tokens; t += Tokens) {
            PackedPanel part = panel;
            if (panel.tables > 1) part.scales += t * panel.scaleStride;
            multiplyTokens<W, Rows, Tokens>(part, x, t, y);
        }
    };
    some.template operator()<1, 4>();
    some.template operator()<2, 2>();
    some.template operator()<4, 1>();
}

template <class W>
void reorderFor(ConstMatrixView x, std::size_t, const PackedSpace& to) {
    float* out = to.values;
    const FloatTag d;
    constexpr std::size_t Stripe = stripeOf<W>();
    HWY_ALIGN std::int32_t columns[Stripe];
    for (std::size_t j = 0; j < W::Fields; ++j)
        for (std::size_t l = 0; l < MaxFloats; ++l)
            columns[j * MaxFloats + l] = static_cast<std::int32_t>(W::column(j, l));
    for (std::size_t t = 0; t < x.rows; ++t) {
        const float* row = x.row(t).data();
        for (std::size_t first = 0; first < x.cols; first += Stripe, out += Stripe) {
            float end[Stripe];
            const float* from = row + first;
            if (first + Stripe > x.cols) {
                std::fill(std::copy(from, row + x.cols, end), end + Stripe, 0.0F);
                from = end;
            }
            for (std::size_t j = 0; j < W::Fields; ++j) {
                const auto at = hn::Load(IntTag(), columns + j * MaxFloats);
                hn::StoreU(hn::Mul(hn::GatherIndex(d, from, at), hn::Set(d, W::factor(j))), d,
                           out + j * MaxFloats);
            }
        }
    }
}

template <class W>
PackedKernel kernelWith(decltype(PackedKernel::reorder) reorder) {
    return {.stripe = stripeOf<W>(),
            .slot = W::Fields,
            .slots = MaxFloats,
            .scalePadding = MaxFloats,
            .reorder = reorder,
            .multiply = multiplyPacked<W>};
}
template <class W>
PackedKernel kernelOf() {
    return kernelWith<W>(reorderFor<W>);
}

} // namespace HWY_NAMESPACE
} // namespace bitsmith::cpu
HWY_AFTER_NAMESPACE();

#endif
#endif

// Branch-free conversions, so that the compiler can vectorise the loops over them. NaN payloads
// that fit are kept: every half, bfloat and 8-bit float comes back from float bit for bit.
#include "core/tensor/convert.h"

#include "core/tensor/vector_clones.h"

#include <array>
#include <cassert>
#include <cstring>

namespace bitsmith {
namespace {

constexpr std::uint32_t Infinity32 = 0x7F800000;

// Puts the half's exponent and fraction where a float has them and corrects the bias by an exact
// multiplication, which also normalises subnormals.
BITSMITH_INLINE float halfValue(std::uint16_t half) {
    const std::uint32_t magnitude = (half & 0x7FFFU) << 13;
    const std::uint32_t sign = (half & 0x8000U) << 16;
    const float scaled = std::bit_cast<float>(magnitude) * 0x1.0p112F;
    const std::uint32_t finite = std::bit_cast<std::uint32_t>(scaled);
    const std::uint32_t bits = magnitude >= (0x7C00U << 13) ? magnitude | Infinity32 : finite;
    return std::bit_cast<float>(bits | sign);
}

// A small IEEE-like format with `Fraction` stored bits and `Exponent` bits in a word of
// 1 + Exponent + Fraction bits. Subnormals: adding a power of two whose unit in the last place is
// the format's smallest step lets the FPU round to even. Normals: the usual carry into the
// exponent.
template <int Exponent, int Fraction>
BITSMITH_INLINE std::uint32_t narrowBits(float value) {
    constexpr int Bias = (1 << (Exponent - 1)) - 1;
    constexpr int Drop = 23 - Fraction;
    constexpr std::uint32_t SmallestNormal = static_cast<std::uint32_t>(127 + 1 - Bias) << 23;
    constexpr std::uint32_t Magic = static_cast<std::uint32_t>(127 + 1 - Bias + Drop) << 23;
    constexpr std::uint32_t Infinity = ((1U << Exponent) - 1) << Fraction;

    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 31) << (Exponent + Fraction);
    const std::uint32_t a = bits & 0x7FFFFFFFU;
    const std::uint32_t subnormal =
        std::bit_cast<std::uint32_t>(std::bit_cast<float>(a) + std::bit_cast<float>(Magic)) - Magic;
    const std::uint32_t rebiased = a - (static_cast<std::uint32_t>(127 - Bias) << 23);
    const std::uint32_t rounded = (rebiased + (1U << (Drop - 1)) - 1 + ((a >> Drop) & 1)) >> Drop;
    const std::uint32_t normal = rounded < Infinity ? rounded : Infinity;
    const std::uint32_t payload = (a & 0x7FFFFFU) >> Drop;
    const std::uint32_t nan = Infinity | (payload ? payload : 1U << (Fraction - 1));
    const std::uint32_t finite = a < SmallestNormal ? subnormal : normal;
    return sign | (a > Infinity32 ? nan : finite);
}

// As narrowBits, but the largest exponent holds numbers and only all ones is NaN; saturates.
BITSMITH_INLINE std::uint32_t e4m3Bits(float value) {
    constexpr std::uint32_t Magic = (127U + 14U) << 23; // unit in the last place: 2^-9
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t sign = (bits >> 31) << 7;
    const std::uint32_t a = bits & 0x7FFFFFFFU;
    const std::uint32_t subnormal =
        std::bit_cast<std::uint32_t>(std::bit_cast<float>(a) + std::bit_cast<float>(Magic)) - Magic;
    const std::uint32_t rounded = (a - (120U << 23) + 0x7FFFFU + ((a >> 20) & 1)) >> 20;
    const std::uint32_t normal = rounded < 0x7EU ? rounded : 0x7EU;
    const std::uint32_t finite = a < (121U << 23) ? subnormal : normal;
    return sign | (a > Infinity32 ? 0x7FU : finite);
}

BITSMITH_INLINE std::uint16_t bfloatBits(float value) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(value);
    const std::uint32_t rounded = (bits + 0x7FFFU + ((bits >> 16) & 1)) >> 16;
    const std::uint32_t kept = bits >> 16;
    const std::uint32_t nan = (kept & 0x7F) ? kept : kept | 0x40U;
    return static_cast<std::uint16_t>((bits & 0x7FFFFFFFU) > Infinity32 ? nan : rounded);
}

float e4m3Value(std::uint8_t bits) {
    const std::uint32_t sign = (bits & 0x80U) << 24;
    const std::uint32_t magnitude = bits & 0x7FU;
    if (magnitude == 0x7F) return std::bit_cast<float>(sign | 0x7FF00000U);
    const float value = std::bit_cast<float>(magnitude << 20) * 0x1.0p120F;
    return std::bit_cast<float>(sign | std::bit_cast<std::uint32_t>(value));
}

using ByteTable = std::array<float, 256>;

template <class F>
ByteTable tabulate(F function) {
    ByteTable table;
    for (unsigned i = 0; i < 256; ++i) table[i] = function(static_cast<std::uint8_t>(i));
    return table;
}

const ByteTable& e4m3Table() {
    static const ByteTable table = tabulate(e4m3Value);
    return table;
}

const ByteTable& e5m2Table() {
    static const ByteTable table = tabulate(
        [](std::uint8_t bits) { return halfValue(static_cast<std::uint16_t>(bits << 8)); });
    return table;
}

template <class T>
BITSMITH_INLINE T loadElement(const std::byte* in, std::size_t i) {
    T value;
    std::memcpy(&value, in + i * sizeof(T), sizeof(T));
    return value;
}

template <class T>
BITSMITH_INLINE void storeElement(std::byte* out, std::size_t i, T value) {
    std::memcpy(out + i * sizeof(T), &value, sizeof(T));
}

BITSMITH_VECTOR_CLONES(halvesToFloats, (const std::byte* in, float* out, std::size_t n),
                       (in, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = halfValue(loadElement<std::uint16_t>(in, i));
                       })
BITSMITH_VECTOR_CLONES(bfloatsToFloats, (const std::byte* in, float* out, std::size_t n),
                       (in, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = bfloatToFloat(loadElement<std::uint16_t>(in, i));
                       })
BITSMITH_VECTOR_CLONES(floatsToHalves, (const float* in, std::byte* out, std::size_t n),
                       (in, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               storeElement(out, i,
                                            static_cast<std::uint16_t>(narrowBits<5, 10>(in[i])));
                       })
BITSMITH_VECTOR_CLONES(floatsToBfloats, (const float* in, std::byte* out, std::size_t n),
                       (in, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               storeElement(out, i, bfloatBits(in[i]));
                       })
BITSMITH_VECTOR_CLONES(floatsToE4m3s, (const float* in, std::byte* out, std::size_t n),
                       (in, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = static_cast<std::byte>(e4m3Bits(in[i]));
                       })
BITSMITH_VECTOR_CLONES(floatsToE5m2s, (const float* in, std::byte* out, std::size_t n),
                       (in, out, n), {
                           for (std::size_t i = 0; i < n; ++i)
                               out[i] = static_cast<std::byte>(narrowBits<5, 2>(in[i]));
                       })

template <class T>
void castToFloats(std::span<const std::byte> in, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = static_cast<float>(loadElement<T>(in.data(), i));
}

void lookUp(const ByteTable& table, std::span<const std::byte> in, std::span<float> out) {
    for (std::size_t i = 0; i < out.size(); ++i)
        out[i] = table[std::to_integer<std::uint8_t>(in[i])];
}

} // namespace

float halfToFloat(std::uint16_t half) { return halfValue(half); }
std::uint16_t floatToHalf(float value) {
    return static_cast<std::uint16_t>(narrowBits<5, 10>(value));
}
std::uint16_t floatToBfloat(float value) { return bfloatBits(value); }
float e4m3ToFloat(std::uint8_t bits) { return e4m3Table()[bits]; }
std::uint8_t floatToE4m3(float value) { return static_cast<std::uint8_t>(e4m3Bits(value)); }
float e5m2ToFloat(std::uint8_t bits) { return e5m2Table()[bits]; }
std::uint8_t floatToE8m0(float value) {
    constexpr std::uint32_t Half = std::uint32_t{1} << 22; // of the mantissa's range
    const std::uint32_t magnitude = std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU;
    if (magnitude >= 0x7F800000U) return 255;
    return static_cast<std::uint8_t>(std::min<std::uint32_t>((magnitude + Half) >> 23, 254));
}
std::uint8_t floatToE5m2(float value) { return static_cast<std::uint8_t>(narrowBits<5, 2>(value)); }

void toFloat(DType dtype, std::span<const std::byte> in, std::span<float> out) {
    assert(in.size() == out.size() * byteSize(dtype));
    switch (dtype) {
    case DType::F64:
        return castToFloats<double>(in, out);
    case DType::F32:
        if (!out.empty()) std::memcpy(out.data(), in.data(), in.size());
        return;
    case DType::F16:
        return halvesToFloats(in.data(), out.data(), out.size());
    case DType::BF16:
        return bfloatsToFloats(in.data(), out.data(), out.size());
    case DType::F8E4M3:
        return lookUp(e4m3Table(), in, out);
    case DType::F8E5M2:
        return lookUp(e5m2Table(), in, out);
    case DType::F8E8M0:
        for (std::size_t i = 0; i < out.size(); ++i)
            out[i] = e8m0ToFloat(std::to_integer<std::uint8_t>(in[i]));
        return;
    case DType::I64:
        return castToFloats<std::int64_t>(in, out);
    case DType::I32:
        return castToFloats<std::int32_t>(in, out);
    case DType::I16:
        return castToFloats<std::int16_t>(in, out);
    case DType::I8:
        return castToFloats<std::int8_t>(in, out);
    case DType::U64:
        return castToFloats<std::uint64_t>(in, out);
    case DType::U32:
        return castToFloats<std::uint32_t>(in, out);
    case DType::U16:
        return castToFloats<std::uint16_t>(in, out);
    case DType::U8:
        return castToFloats<std::uint8_t>(in, out);
    case DType::Bool:
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = in[i] == std::byte{0} ? 0.0F : 1.0F;
        return;
    }
}

void fromFloat(DType dtype, std::span<const float> in, std::span<std::byte> out) {
    assert(isFloating(dtype));
    assert(out.size() == in.size() * byteSize(dtype));
    switch (dtype) {
    case DType::F64:
        for (std::size_t i = 0; i < in.size(); ++i)
            storeElement(out.data(), i, static_cast<double>(in[i]));
        return;
    case DType::F32:
        if (!in.empty()) std::memcpy(out.data(), in.data(), out.size());
        return;
    case DType::F16:
        return floatsToHalves(in.data(), out.data(), in.size());
    case DType::BF16:
        return floatsToBfloats(in.data(), out.data(), in.size());
    case DType::F8E4M3:
        return floatsToE4m3s(in.data(), out.data(), in.size());
    case DType::F8E5M2:
        return floatsToE5m2s(in.data(), out.data(), in.size());
    case DType::F8E8M0:
        for (std::size_t i = 0; i < in.size(); ++i) out[i] = std::byte{floatToE8m0(in[i])};
        return;
    default:
        return;
    }
}

} // namespace bitsmith

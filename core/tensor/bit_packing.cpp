// Eight codes of `Bits` bits fill `Bits` whole bytes. Both directions move eight codes at a time
// between a dense 8*Bits-bit word and eight bytes, by halving: 4+4 codes into 32-bit lanes, 2+2
// into 16-bit lanes, 1+1 into bytes. No tables, no special instructions, the same loop for every
// width.
#include "core/tensor/bit_packing.h"

#include "core/tensor/vector_clones.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cstring>

static_assert(std::endian::native == std::endian::little,
              "codes are packed as little-endian words");

namespace bitsmith {
namespace {

template <int Bits>
struct Lanes {
    static constexpr std::uint64_t Four = (std::uint64_t{1} << (4 * Bits)) - 1;
    static constexpr std::uint64_t Two =
        ((std::uint64_t{1} << (2 * Bits)) - 1) * 0x0000000100000001;
    static constexpr std::uint64_t One = ((std::uint64_t{1} << Bits) - 1) * 0x0001000100010001;
};

template <int Bits>
BITSMITH_INLINE std::uint64_t spread(std::uint64_t x) {
    using L = Lanes<Bits>;
    x = (x & L::Four) | ((x & (L::Four << (4 * Bits))) << (32 - 4 * Bits));
    x = (x & L::Two) | ((x & (L::Two << (2 * Bits))) << (16 - 2 * Bits));
    return (x & L::One) | ((x & (L::One << Bits)) << (8 - Bits));
}

template <int Bits>
BITSMITH_INLINE std::uint64_t gather(std::uint64_t x) {
    using L = Lanes<Bits>;
    x = (x & L::One) | ((x >> (8 - Bits)) & (L::One << Bits));
    x = (x & L::Two) | ((x >> (16 - 2 * Bits)) & (L::Two << (2 * Bits)));
    return (x & L::Four) | ((x >> (32 - 4 * Bits)) & (L::Four << (4 * Bits)));
}

// Reads whole words while eight bytes are there, though only `Bits` of them are used.
template <int Bits>
BITSMITH_INLINE void unpackAll(const std::byte* in, std::uint8_t* codes, std::size_t count) {
    const std::byte* const end = in + packedBytes(count, Bits);
    std::size_t i = 0;
    for (; end - in >= 8 && i + 8 <= count; i += 8, in += Bits) {
        std::uint64_t word;
        std::memcpy(&word, in, 8);
        word = spread<Bits>(word);
        std::memcpy(codes + i, &word, 8);
    }
    for (; i < count; i += 8, in += Bits) {
        const std::size_t left = count - i < 8 ? count - i : 8;
        std::uint64_t word = 0;
        std::memcpy(&word, in, packedBytes(left, Bits));
        word = spread<Bits>(word);
        std::memcpy(codes + i, &word, left);
    }
}

template <int Bits>
BITSMITH_INLINE void packAll(const std::uint8_t* codes, std::byte* out, std::size_t count) {
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8, out += Bits) {
        std::uint64_t word;
        std::memcpy(&word, codes + i, 8);
        word = gather<Bits>(word);
        std::memcpy(out, &word, Bits);
    }
    if (i < count) {
        std::uint64_t word = 0;
        std::memcpy(&word, codes + i, count - i);
        word = gather<Bits>(word);
        std::memcpy(out, &word, packedBytes(count - i, Bits));
    }
}

// The one width for which plain loops are faster: twice, with AVX2.
BITSMITH_VECTOR_CLONES(unpackFour, (const std::byte* in, std::uint8_t* codes, std::size_t n),
                       (in, codes, n), {
                           const std::size_t whole = n / 2;
                           for (std::size_t i = 0; i < whole; ++i) {
                               const auto byte = std::to_integer<std::uint8_t>(in[i]);
                               codes[2 * i] = byte & 15;
                               codes[2 * i + 1] = byte >> 4;
                           }
                           unpackAll<4>(in + whole, codes + 2 * whole, n - 2 * whole);
                       })

BITSMITH_VECTOR_CLONES(packFour, (const std::uint8_t* codes, std::byte* out, std::size_t n),
                       (codes, out, n), {
                           const std::size_t whole = n / 2;
                           for (std::size_t i = 0; i < whole; ++i)
                               out[i] =
                                   static_cast<std::byte>(codes[2 * i] | codes[2 * i + 1] << 4);
                           if (n % 2 != 0) out[whole] = static_cast<std::byte>(codes[n - 1]);
                       })

} // namespace

void packBits(std::span<const std::uint8_t> codes, int bits, std::span<std::byte> out) {
    assert(bits >= 1 && bits <= 8);
    assert(out.size() == packedBytes(codes.size(), bits));
    const std::uint8_t* in = codes.data();
    const std::size_t count = codes.size();
    switch (bits) {
    case 1:
        return packAll<1>(in, out.data(), count);
    case 2:
        return packAll<2>(in, out.data(), count);
    case 3:
        return packAll<3>(in, out.data(), count);
    case 4:
        return packFour(in, out.data(), count);
    case 5:
        return packAll<5>(in, out.data(), count);
    case 6:
        return packAll<6>(in, out.data(), count);
    case 7:
        return packAll<7>(in, out.data(), count);
    default:
        if (count > 0) std::memcpy(out.data(), in, count);
    }
}

void unpackBits(std::span<const std::byte> in, int bits, std::span<std::uint8_t> codes) {
    assert(bits >= 1 && bits <= 8);
    assert(in.size() == packedBytes(codes.size(), bits));
    std::uint8_t* out = codes.data();
    const std::size_t count = codes.size();
    switch (bits) {
    case 1:
        return unpackAll<1>(in.data(), out, count);
    case 2:
        return unpackAll<2>(in.data(), out, count);
    case 3:
        return unpackAll<3>(in.data(), out, count);
    case 4:
        return unpackFour(in.data(), out, count);
    case 5:
        return unpackAll<5>(in.data(), out, count);
    case 6:
        return unpackAll<6>(in.data(), out, count);
    case 7:
        return unpackAll<7>(in.data(), out, count);
    default:
        if (count > 0) std::memcpy(out, in.data(), count);
    }
}

namespace {

// Codes that pass through a narrow buffer at a time: a multiple of 8, so that pieces of every
// width end on whole bytes.
constexpr std::size_t Piece = 256;

} // namespace

void packBits(std::span<const std::uint16_t> codes, int bits, std::span<std::byte> out) {
    if (bits == 16) {
        assert(out.size() == codes.size_bytes());
        if (!codes.empty()) std::memcpy(out.data(), codes.data(), codes.size_bytes());
        return;
    }
    std::uint8_t narrow[Piece];
    for (std::size_t first = 0; first < codes.size(); first += Piece) {
        const auto piece = codes.subspan(first, std::min(Piece, codes.size() - first));
        for (std::size_t i = 0; i < piece.size(); ++i)
            narrow[i] = static_cast<std::uint8_t>(piece[i]);
        packBits(std::span<const std::uint8_t>(narrow, piece.size()), bits,
                 out.subspan(packedBytes(first, bits), packedBytes(piece.size(), bits)));
    }
}

void unpackBits(std::span<const std::byte> in, int bits, std::span<std::uint16_t> codes) {
    if (bits == 16) {
        assert(in.size() == codes.size_bytes());
        if (!codes.empty()) std::memcpy(codes.data(), in.data(), in.size());
        return;
    }
    std::uint8_t narrow[Piece];
    for (std::size_t first = 0; first < codes.size(); first += Piece) {
        const auto piece = codes.subspan(first, std::min(Piece, codes.size() - first));
        unpackBits(in.subspan(packedBytes(first, bits), packedBytes(piece.size(), bits)), bits,
                   std::span(narrow, piece.size()));
        for (std::size_t i = 0; i < piece.size(); ++i) piece[i] = narrow[i];
    }
}

} // namespace bitsmith

#include "core/codec/plane_kernels.h"

#include <cstring>

// Fields of bytes are moved eight at a time in 64-bit words: masked first, they cannot reach a
// neighbour.
namespace bitsmith::planes {
namespace {

constexpr std::uint64_t EachByte = 0x0101010101010101;

std::uint64_t load(const std::uint8_t* at, std::size_t bytes) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, bytes);
    return word;
}

// 8 codes of a word of `Bits` bytes.
template <int Bits>
std::uint8_t* unpackWide(std::span<const std::uint8_t> bytes, std::uint8_t* codes) {
    constexpr std::uint64_t Mask = (1U << Bits) - 1;
    const std::size_t groups = bytes.size() / Bits;
    const auto group = [&](std::uint64_t word, std::size_t count) {
        for (std::size_t k = 0; k < count; ++k)
            codes[k] = static_cast<std::uint8_t>(word >> (k * Bits) & Mask);
        codes += count;
    };
    for (std::size_t g = 0; g < groups; ++g) group(load(bytes.data() + g * Bits, Bits), 8);
    const std::size_t left = bytes.size() % Bits;
    group(load(bytes.data() + groups * Bits, left), 8 * left / Bits);
    return codes;
}

template <int Bits>
const std::uint8_t* packWide(const std::uint8_t* codes, std::span<std::uint8_t> bytes) {
    constexpr std::uint64_t Mask = (1U << Bits) - 1;
    const std::size_t groups = bytes.size() / Bits;
    const auto group = [&](std::size_t count) {
        std::uint64_t word = 0;
        for (std::size_t k = 0; k < count; ++k) word |= (codes[k] & Mask) << (k * Bits);
        codes += count;
        return word;
    };
    for (std::size_t g = 0; g < groups; ++g) {
        const std::uint64_t word = group(8);
        std::memcpy(bytes.data() + g * Bits, &word, Bits);
    }
    const std::size_t left = bytes.size() % Bits;
    const std::uint64_t word = group(8 * left / Bits);
    std::memcpy(bytes.data() + groups * Bits, &word, left);
    return codes;
}

template <int Bits>
std::uint8_t* unpackNarrow(std::span<const std::uint8_t> bytes, std::uint8_t* codes) {
    constexpr int PerByte = 8 / Bits;
    for (std::size_t i = 0; i < bytes.size(); ++i)
        for (int k = 0; k < PerByte; ++k)
            codes[i * PerByte + static_cast<std::size_t>(k)] =
                static_cast<std::uint8_t>(bytes[i] >> (k * Bits) & ((1U << Bits) - 1));
    return codes + bytes.size() * PerByte;
}

template <int Bits>
const std::uint8_t* packNarrow(const std::uint8_t* codes, std::span<std::uint8_t> bytes) {
    constexpr int PerByte = 8 / Bits;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        unsigned byte = 0;
        for (int k = 0; k < PerByte; ++k)
            byte |= (codes[i * PerByte + static_cast<std::size_t>(k)] & ((1U << Bits) - 1))
                    << (k * Bits);
        bytes[i] = static_cast<std::uint8_t>(byte);
    }
    return codes + bytes.size() * PerByte;
}

} // namespace

void takeEvery(std::span<const std::uint8_t> in, std::size_t first, std::size_t step,
               std::uint8_t* out) {
    for (std::size_t i = first; i < in.size(); i += step) *out++ = in[i];
}

void putEvery(const std::uint8_t* in, std::size_t first, std::size_t step,
              std::span<std::uint8_t> out) {
    for (std::size_t i = first; i < out.size(); i += step) out[i] = *in++;
}

std::uint8_t* unpack(std::span<const std::uint8_t> bytes, int bits, std::uint8_t* codes) {
    switch (bits) {
    case 1:
        return unpackNarrow<1>(bytes, codes);
    case 2:
        return unpackNarrow<2>(bytes, codes);
    case 3:
        return unpackWide<3>(bytes, codes);
    case 4:
        return unpackNarrow<4>(bytes, codes);
    case 5:
        return unpackWide<5>(bytes, codes);
    case 6:
        return unpackWide<6>(bytes, codes);
    default:
        return unpackWide<7>(bytes, codes);
    }
}

const std::uint8_t* pack(const std::uint8_t* codes, int bits, std::span<std::uint8_t> bytes) {
    switch (bits) {
    case 1:
        return packNarrow<1>(codes, bytes);
    case 2:
        return packNarrow<2>(codes, bytes);
    case 3:
        return packWide<3>(codes, bytes);
    case 4:
        return packNarrow<4>(codes, bytes);
    case 5:
        return packWide<5>(codes, bytes);
    case 6:
        return packWide<6>(codes, bytes);
    default:
        return packWide<7>(codes, bytes);
    }
}

void splitColumns(const std::uint8_t* in, int bits, std::size_t rowBytes, std::uint8_t* codes) {
    const std::uint64_t mask = (1U << bits) - 1;
    for (std::size_t column = 0; column < rowBytes; column += 4) {
        std::uint64_t bitsAhead = 0;
        int ahead = 0;
        for (int row = 0; row < bits; ++row) {
            bitsAhead |= load(in + static_cast<std::size_t>(row) * rowBytes + column, 4) << ahead;
            for (ahead += 32; ahead >= bits; ahead -= bits, bitsAhead >>= bits)
                *codes++ = static_cast<std::uint8_t>(bitsAhead & mask);
        }
    }
}

void joinColumns(const std::uint8_t* codes, int bits, std::size_t rowBytes, std::uint8_t* out) {
    const std::uint64_t mask = (1U << bits) - 1;
    for (std::size_t column = 0; column < rowBytes; column += 4) {
        std::uint64_t bitsAhead = 0;
        int ahead = 0;
        for (int row = 0; row < bits; ++row) {
            for (; ahead < 32; ahead += bits) bitsAhead |= (*codes++ & mask) << ahead;
            const auto word = static_cast<std::uint32_t>(bitsAhead);
            std::memcpy(out + static_cast<std::size_t>(row) * rowBytes + column, &word, 4);
            bitsAhead >>= 32;
            ahead -= 32;
        }
    }
}

void splitHalf(const std::uint8_t* in, std::size_t count, std::uint8_t* exponents,
               std::uint8_t* rest) {
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned low = in[2 * i], high = in[2 * i + 1];
        exponents[i] = static_cast<std::uint8_t>(high << 1 | low >> 7);
        rest[i] = static_cast<std::uint8_t>((high & 128) | (low & 127));
    }
}

void joinHalf(const std::uint8_t* exponents, const std::uint8_t* rest, std::size_t count,
              std::uint8_t* out) {
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned e = exponents[i], r = rest[i];
        out[2 * i] = static_cast<std::uint8_t>(e << 7 | (r & 127));
        out[2 * i + 1] = static_cast<std::uint8_t>((r & 128) | e >> 1);
    }
}

void splitSingle(const std::uint8_t* in, std::size_t count, std::uint8_t* exponents,
                 std::uint8_t* rest, std::uint8_t* middle, std::uint8_t* low) {
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned third = in[4 * i + 2], high = in[4 * i + 3];
        low[i] = in[4 * i];
        middle[i] = in[4 * i + 1];
        exponents[i] = static_cast<std::uint8_t>(high << 1 | third >> 7);
        rest[i] = static_cast<std::uint8_t>((high & 128) | (third & 127));
    }
}

void joinSingle(const std::uint8_t* exponents, const std::uint8_t* rest, const std::uint8_t* middle,
                const std::uint8_t* low, std::size_t count, std::uint8_t* out) {
    for (std::size_t i = 0; i < count; ++i) {
        const unsigned e = exponents[i], r = rest[i];
        out[4 * i] = low[i];
        out[4 * i + 1] = middle[i];
        out[4 * i + 2] = static_cast<std::uint8_t>(e << 7 | (r & 127));
        out[4 * i + 3] = static_cast<std::uint8_t>((r & 128) | e >> 1);
    }
}

void splitRun(const BlockRun& run, const std::uint8_t* in, std::size_t blockBytes,
              std::size_t blocks, std::size_t symbols, std::uint8_t* out) {
    const std::uint64_t mask = (1U << run.bits) - 1;
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::uint8_t* from = in + b * blockBytes + run.from;
        std::uint8_t* to = out + b * symbols + run.to;
        std::size_t i = 0;
        if (run.toStep == 1)
            for (; i + 8 <= run.count; i += 8) {
                const std::uint64_t fields = load(from + i, 8) >> run.shift & mask * EachByte;
                const std::uint64_t word = load(to + i, 8) | fields << run.place;
                std::memcpy(to + i, &word, 8);
            }
        for (; i < run.count; ++i)
            to[i * run.toStep] = static_cast<std::uint8_t>(
                to[i * run.toStep] | (from[i] >> run.shift & mask) << run.place);
    }
}

void joinRun(const BlockRun& run, const std::uint8_t* in, std::size_t symbols, std::size_t blocks,
             std::size_t blockBytes, std::uint8_t* out) {
    const std::uint64_t mask = (1U << run.bits) - 1;
    for (std::size_t b = 0; b < blocks; ++b) {
        const std::uint8_t* from = in + b * symbols + run.to;
        std::uint8_t* to = out + b * blockBytes + run.from;
        std::size_t i = 0;
        if (run.toStep == 1)
            for (; i + 8 <= run.count; i += 8) {
                const std::uint64_t fields = load(from + i, 8) >> run.place & mask * EachByte;
                const std::uint64_t word = load(to + i, 8) | fields << run.shift;
                std::memcpy(to + i, &word, 8);
            }
        for (; i < run.count; ++i)
            to[i] = static_cast<std::uint8_t>(to[i] | (from[i * run.toStep] >> run.place & mask)
                                                          << run.shift);
    }
}

} // namespace bitsmith::planes

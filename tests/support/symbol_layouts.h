// All layouts of symbols that tests go through, and bytes that are hard for them.
#pragma once

#include "core/codec/symbol_layout.h"

#include <cstring>
#include <random>
#include <vector>

namespace bitsmith::test {

inline std::vector<SymbolLayout> everyLayout() {
    std::vector<SymbolLayout> all = {SymbolLayout::bytes()};
    for (const int bytes : {2, 3, 4, 8, 17, 64}) all.push_back(SymbolLayout::bytePlanes(bytes));
    for (int bits = 1; bits <= 7; ++bits)
        for (const std::uint64_t row : {0, 1, 4, 5, 77}) {
            all.push_back(SymbolLayout::packed(bits, row));
        }
    for (int bits = 1; bits <= 8; ++bits)
        for (const std::uint64_t row : {4, 20, 64})
            all.push_back(SymbolLayout::wordColumns(bits, row));
    for (const DType dtype :
         {DType::F64, DType::F32, DType::F16, DType::BF16, DType::F8E4M3, DType::I64, DType::U16})
        all.push_back(SymbolLayout::ofDType(dtype));
    for (const BlockFormat& format : allBlockFormats())
        all.push_back(SymbolLayout::ofBlocks(format));
    return all;
}

enum class Filling { Random, Zero, Ones, FewValues, Skewed, Counting, Gaussian };
inline constexpr Filling EveryFilling[] = {Filling::Random,    Filling::Zero,   Filling::Ones,
                                           Filling::FewValues, Filling::Skewed, Filling::Counting,
                                           Filling::Gaussian};

inline std::vector<std::byte> fill(Filling filling, std::size_t size, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::normal_distribution<float> normal(0, 0.02F);
    std::vector<std::byte> bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        unsigned b = 0;
        switch (filling) {
        case Filling::Random:
            b = random();
            break;
        case Filling::Zero:
            b = 0;
            break;
        case Filling::Ones:
            b = 255;
            break;
        case Filling::FewValues:
            b = 0x11 * (random() % 3);
            break;
        case Filling::Skewed:
            b = random() % 1000 == 0 ? random() : 0x40;
            break;
        case Filling::Counting:
            b = static_cast<unsigned>(i);
            break;
        case Filling::Gaussian: {
            const float value = normal(random);
            std::uint32_t word = 0;
            std::memcpy(&word, &value, sizeof word);
            b = word >> (8 * (2 + i % 2)); // bf16
            break;
        }
        }
        bytes[i] = static_cast<std::byte>(b);
    }
    return bytes;
}

} // namespace bitsmith::test

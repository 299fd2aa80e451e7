// What writer and reader of coded matrices share: the forms, and what each block's checksum covers.
// Private to core/codec.
#pragma once

#include "core/base/hash.h"
#include "core/tensor/quantized_matrix.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bitsmith {

enum class MatrixForm : std::uint8_t { Runs = 1, Stream = 2, Beside = 4 };
inline constexpr std::uint8_t PairedSymbols = 128; // with the number of lanes

inline bool storesZeros(const MatrixLayout& l) { return l.grid == "affine" && !l.symmetric; }

// Books of halves are cut into planes of their bytes.
inline std::size_t bookElementBytes(const MatrixLayout& l) { return l.book.width == 16 ? 2 : 1; }

inline std::size_t blockCount(const MatrixLayout& layout, std::size_t blockRows) {
    return layout.rows / blockRows + (layout.rows % blockRows != 0);
}

// Damage of the parameters shows in every block.
inline std::uint32_t rowsChecksum(std::span<const std::byte> codes, std::uint64_t seed) {
    return static_cast<std::uint32_t>(
        hash64({reinterpret_cast<const char*>(codes.data()), codes.size()}, seed));
}

inline std::uint32_t sideChecksum(std::span<const std::byte> side) { return rowsChecksum(side, 0); }

inline std::uint64_t checksumSeed(std::span<const std::byte> head, const MatrixLayout& layout) {
    const std::array<std::uint64_t, 2> shape{layout.rows, layout.cols};
    return hash64({reinterpret_cast<const char*>(head.data()), head.size()},
                  hash64({reinterpret_cast<const char*>(shape.data()), sizeof shape}));
}

} // namespace bitsmith

// What a quantized matrix keeps beside its codes, each part optional:
//
//   W ~ (decode(codes) Q^T) diag(factors) + outliers + left right,   y = x W^T + shift
//
//   rotation     the seed of Q (core/tensor/rotation.h)
//   factors      one per input column (AWQ, SmoothQuant)
//   outliers     single weights that are added in full (SpQR, EasyQuant)
//   low rank     left (rows x rank), right (rank x cols) (LQER, EoRA)
//   shift        one per output row, what rounding took from the mean output (bias correction)
//
// They lie in one run of bytes, in this order, numbers little-endian, values F16:
//   u64 seed | cols factors | rows x u32: outliers up to and with this row, then a column each
//   (u16, u32 above 65536 columns), then a value each | left | right | rows shifts
#pragma once

#include "core/base/result.h"
#include "core/tensor/matrix.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

struct SideLayout {
    bool rotated = false, columnFactors = false, shifted = false;
    std::uint64_t outliers = 0; // below 2^32
    std::size_t rank = 0;

    bool any() const { return *this != SideLayout(); }
    std::uint64_t bytes(std::size_t rows, std::size_t cols) const;
    std::string names() const; // for people: "a rotation and 512 outliers"; empty: nothing
    bool operator==(const SideLayout&) const = default;
};

struct Outlier {
    std::uint32_t row = 0, col = 0;
    float value = 0;
};

// The parts as numbers, to be written. Values are rounded to F16 when packed.
struct SideParts {
    std::optional<std::uint64_t> rotationSeed;
    std::vector<float> columnFactors; // empty or cols
    std::vector<Outlier> outliers;    // by row, then column; none twice
    Matrix left, right;               // empty, or (rows x rank) and (rank x cols)
    std::vector<float> shift;         // empty or rows

    SideLayout layout() const;
    std::vector<std::byte> pack(std::size_t rows, std::size_t cols) const;
};

// Errors (BadInput): not layout.bytes() long, a row's outliers out of order or beyond the columns,
// values that are not finite.
Status checkSide(const SideLayout& layout, std::size_t rows, std::size_t cols,
                 std::span<const std::byte> bytes);
// bytes: as packed, checked.
SideParts unpackSide(const SideLayout& layout, std::size_t rows, std::size_t cols,
                     std::span<const std::byte> bytes);
std::vector<float> sideShift(const SideLayout& layout, std::size_t rows, std::size_t cols,
                             std::span<const std::byte> bytes); // empty where there is none
// values: rows [first, first + values.rows) as the codes give them; becomes what W has there.
void applySide(const SideLayout& layout, std::size_t rows, std::span<const std::byte> bytes,
               std::size_t first, MatrixView values);

} // namespace bitsmith

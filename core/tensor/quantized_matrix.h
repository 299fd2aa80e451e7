// The value that all stages after rounding share: codes, grid parameters and what is kept beside
// them.
//
//   W ~ inverse_transform( decode(codes; parameters) ) + sparse + low_rank   (side_parts.h)
//
// Ways to decode, named by `grid`:
//   affine   scale * (code - zero), codes of 2-8 bits, a scale per row and group of input columns;
//            integer lattices of entropy-coded recipes have 8 or 16 bits, symmetric, and may have
//            columnScales: scale * columnScale * (code - zero)
//   float    scale * tensorScale * level[code], the levels being all values of a small
//   floating-point
//            format ("e2m1", "e4m3"), core/tensor/levels.h
//   mixed    as affine, with zeros, but every group of columns has its own width, 1-8 bits, shared
//   by
//            all rows; groups of 1 bit have a zero point of 7/16 or 9/16
//   codebook level[row, group, code]: any numbers, which groups, rows or the tensor share; stored
//   as
//            they are, or as combinations of a few templates (core/tensor/codebooks.h)
//   nested   scale * code - min, both of which are whole numbers that further scales multiply, as
//            in k-quants (core/tensor/codebooks.h)
//   gguf     blocks that hold scales and codes side by side ("Q4_K"), core/tensor/blocks/
#pragma once

#include "core/tensor/dtype.h"
#include "core/tensor/matrix.h"
#include "core/tensor/side_parts.h"
#include "core/tensor/weight_matrix.h"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bitsmith {

// How the levels of groups lie in `books`: of codebook and nested.
struct CodebookLayout {
    std::size_t rank = 0; // codebook: templates that all groups combine; 0: each has its own levels
    int width = 16;       // bits of a number that a group has; 16: F16
    std::size_t block = 0; // of fewer bits: groups that share an F16 factor of these numbers
    bool operator==(const CodebookLayout&) const = default;
};

// What a quantized matrix looks like, without its numbers: decides the stored size, what a runtime
// accepts, and which format can hold it. Known before any work.
struct MatrixLayout {
    std::string grid = "affine";    // how codes and parameters decode
    std::string format;             // within the grid: "e2m1", "Q4_K"; empty for affine
    std::size_t rows = 0, cols = 0; // output x input features
    int bits = 0;                   // of a code: 2..8; 16 symmetric (gguf: nominal, 16 for F16)
    // mixed: of each group of columns, their mean near `bits`; else empty. Sizes before any work
    // are those of groups that all have `bits`, and the same for every choice with that mean.
    std::vector<std::uint8_t> groupBits = {};
    std::size_t groupSize = 0;     // input columns per group; the last group may be shorter
    std::size_t groupsPerRow = 0;  // ceil(cols / groupSize); 1 per channel and per tensor
    std::size_t parameterRows = 0; // rows, or 1 per tensor; gguf: 0
    DType scaleType = DType::F16;  // of the scales: F16, BF16, F32, F8_E4M3, F8_E8M0
    bool symmetric = false;        // affine: no zeros are stored, zero = 2^(bits-1)
    bool columnGroups = false;     // a group index per column is stored (act order)
    bool columnScaled = false;     // affine: a factor per column is stored, 2 bytes each
    CodebookLayout book = {};      // codebook, nested
    SideLayout side = {};          // what is kept beside the codes

    std::size_t parameters() const { return parameterRows * groupsPerRow; }
    bool storesZeros() const { return grid == "mixed" || (grid == "affine" && !symmetric); }
    bool hasBooks() const { return grid == "codebook" || grid == "nested"; }
    int widthOf(std::size_t group) const { return groupBits.empty() ? bits : groupBits[group]; }
    int widest() const; // of all groups: codes lie below 2^widest()
    // What a group's stored zero stands for, in steps. In groups of 1 bit the levels lie half a
    // step beside a 16th of one: mean weights are small but not 0, and 1 bit says on which side.
    float zeroPoint(std::size_t group, int stored) const {
        return widthOf(group) > 1 ? static_cast<float>(stored)
                                  : static_cast<float>(7 + 2 * stored) / 16.0F;
    }
    std::size_t rowBytes() const; // of the codes: each row on its own bytes
    // Of the scales. None lie beside blocks and codebooks.
    std::size_t scaleBytes() const { return hasBooks() ? 0 : parameters() * byteSize(scaleType); }
    std::size_t bookBytes() const; // 0 without
    std::size_t zeroBytes() const; // packed at their groups' widths, all together; 0: none stored
    // Exact bytes that the container stores: codes, scales, codebooks, zeros, 4 bytes a column for
    // group indices, 2 a column for its factors, 1 a group for its own width, and what is beside.
    std::uint64_t storedBytes() const;
    double bitsPerWeight() const; // 8 * storedBytes() / (rows * cols)
    std::string name() const;     // for people: "affine4", "mixed2", "e2m1", "Q4_K"
    bool operator==(const MatrixLayout&) const = default;
};

// Invariants: codes.size() == rows * rowBytes(); scales.size() == scaleBytes();
// books.size() == bookBytes(); zeros.size() == (storesZeros() ? parameters() : 0), each below
// 2^width of its group;
// groupOfColumn.size() == (columnGroups ? cols : 0); columnScales.size() == (columnScaled ? 2 *
// cols : 0), finite; groupBits.size() == (mixed ? groupsPerRow : 0), each 1..8, and then symmetric,
// columnGroups and columnScaled are false and parameterRows == rows; bits == 16 and columnScaled
// only where affine and symmetric; sideBytes.size() == side.bytes(rows, cols). Parameter (r, g)
// lies at r * groupsPerRow + g; with parameterRows == 1 there is one parameter per group for all
// rows (one group then).
struct QuantizedMatrix : MatrixLayout {
    std::vector<std::byte> codes;             // packed (core/tensor/bit_packing.h), or blocks
    std::vector<std::byte> scales;            // of scaleType, as stored and as used when quantizing
    std::vector<std::byte> books;             // core/tensor/codebooks.h
    std::vector<std::uint8_t> zeros;          // one byte each here, packed on disk
    std::vector<std::uint32_t> groupOfColumn; // one entry a column
    std::vector<std::byte> columnScales;      // F16, one a column
    std::vector<std::byte> sideBytes;         // core/tensor/side_parts.h
    float tensorScale = 1;                    // float: multiplies all scales (NVFP4)

    const MatrixLayout& layout() const { return *this; }
    float scale(std::size_t parameter) const; // without tensorScale
    int zero(std::size_t parameter) const {   // affine
        return symmetric ? 1 << (bits - 1) : zeros[parameter];
    }
    // out: count x cols floats, all of W but the shift of its outputs.
    void decodeRows(std::size_t first, std::size_t count, float* out) const;
    // The same without what is beside the codes: what rounding made, in the transformed basis.
    void decodeCodes(std::size_t first, std::size_t count, float* out) const;
    bool operator==(const QuantizedMatrix&) const = default;
};

Matrix decode(const QuantizedMatrix& matrix);
// A WeightMatrix that keeps the packed form and decodes rows on demand.
std::shared_ptr<const WeightMatrix> packedWeights(std::shared_ptr<const QuantizedMatrix> matrix);

} // namespace bitsmith

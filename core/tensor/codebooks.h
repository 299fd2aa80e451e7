// The levels of groups that more than one scale describes: what `books` of a QuantizedMatrix holds,
// numbers little-endian.
//
//   codebook, rank 0   2^bits levels of each group, F16
//   codebook, rank r   c_ik = sum_q S_qi V_qk - beta_i, of group i and code k
//                      (LCQ, Cai et al. 2024, arXiv 2405.20973)
//                      V (r x 2^bits, F16) | S_1 | .. | S_r | beta
//   nested             c_ik = scale_i k - min_i (k-quants of llama.cpp)
//                      scales | mins
//
// S_q, beta, scales and mins are a number for each group, in the order of parameters: F16, or
// whole numbers of `width` bits (packed, core/tensor/bit_packing.h), and then an F16 factor for
// every `block` of them, the last block may be shorter. Of those of a codebook 2^(width - 1) is
// taken off before the factor multiplies.
#pragma once

#include "core/base/result.h"
#include "core/tensor/quantized_matrix.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

// A number for each group.
struct GroupNumbers {
    std::vector<std::uint8_t> codes; // empty: each factor is the number of a group
    std::vector<float> factors;      // of blocks; rounded to F16 when packed
};

// Books as numbers, to be written.
struct BookParts {
    std::vector<float> levels;         // rank 0: all levels; else V; rounded to F16 when packed
    std::vector<GroupNumbers> numbers; // in the order above
};

class Codebooks {
public:
    // layout: hasBooks(). bytes: bytes(layout) of them, borrowed.
    Codebooks(const MatrixLayout& layout, std::span<const std::byte> bytes);
    static std::size_t bytes(const MatrixLayout& layout);
    // Numbers of a group that are stored besides levels: r + 1 or 2.
    static std::size_t lists(const MatrixLayout& layout);

    // All levels of a group in code order, in fp32. out: 2^bits.
    void levels(std::size_t parameter, std::span<float> out) const;
    // Of one of the lists above, as decoded.
    float number(std::size_t list, std::size_t parameter) const;
    std::span<const float> templates() const { return m_templates; } // V

private:
    std::size_t m_rank, m_size, m_parameters, m_block;
    int m_width, m_offset;
    bool m_nested;
    std::span<const std::byte> m_levels, m_numbers;
    std::vector<float> m_templates;
};

// For people: "codebooks of 16 levels for each row", "combinations of 2 templates".
std::string describeLevels(const MatrixLayout& layout);

std::vector<std::byte> packBooks(const MatrixLayout& layout, const BookParts& parts);
// Errors (BadInput): not of the layout's size, a number that is not finite.
Status checkBooks(const MatrixLayout& layout, std::span<const std::byte> bytes);

} // namespace bitsmith

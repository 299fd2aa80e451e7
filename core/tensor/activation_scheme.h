// Which numbers the inputs of a block's matrix products may take: the quantization of activations,
// as a value. Its text form is what recipes, containers and command lines hold:
//
//   FORMAT[:SHARED][:PRODUCTS]      "int8:token", "bfp6", "int8:static:q+k+v+up", "mxfp6:linear"
//
//   FORMAT    int2 .. int8          whole multiples of a scale, as far up as down
//             e4m3 e5m2 e3m2 e2m3 e2m1, ...    a small float format times a scale
//             bfp3 .. bfp8          block floating point (Zhang et al. 2023, arXiv 2310.05079)
//             block_minifloat4 .. 8 floats whose bias is shared (there, section 3)
//             mxint8 mxfp8 mxfp8_e5m2 mxfp6 mxfp6_e3m2 mxfp4    (OCP MX 1.0)
//   SHARED    what shares a scale: token (one row of one operand; the default of int and floats),
//             groupN (N neighbours in a row), blockN (the same for formats whose scale is a power
//             of two; 16 of bfp and block_minifloat, 32 of mx), tensor (all tokens that are run
//             together), static (one number for all texts, measured beforehand), unscaled (floats)
//   PRODUCTS  all (default), linear, attention, or names joined by +: q k v qk pv out gate up down
//
// Both operands of the attention's products are activations: q k^T and softmax(..) v. Sums, norms
// and softmax stay in full precision.
#pragma once

#include "core/base/result.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace bitsmith {

// The matrix products of a transformer block (arXiv 2310.05079, figure 2; gate where there is one).
enum class Product : unsigned char { Q, K, V, QK, PV, Out, Gate, Up, Down };
inline constexpr std::size_t ProductCount = 9;
std::string_view productName(Product product); // "qk"

enum class ScaleShared : unsigned char { Token, Group, Tensor, Static, Unscaled };

struct LevelFormat;

// Immutable once parsed. Equal texts, equal schemes.
struct ActivationScheme {
    std::string format = "int8";
    ScaleShared shared = ScaleShared::Token;
    std::size_t group = 0; // values that share a scale; 0 where not Group
    std::array<bool, ProductCount> products{};

    bool covers(Product product) const { return products[static_cast<std::size_t>(product)]; }
    bool powerOfTwo() const;           // scales are exponents of 8 bits, else F16
    int integerBits() const;           // of int2 .. int8; 0: of a table of levels
    const LevelFormat* levels() const; // the table; nullptr: whole numbers
    int bits() const;                  // of one value
    // Bits per value of a row of `width` values, its scales included (F16 or 8 bits).
    double bitsPerValue(std::size_t width) const;
    std::string text() const; // canonical; parses to the same
    bool operator==(const ActivationScheme&) const = default;
};

// Errors (Usage): not a scheme, naming what there is; a combination that is none, with the nearest
// one that is.
Result<ActivationScheme> parseActivationScheme(std::string_view text);

// Largest magnitudes of static schemes, by "blocks.3.attn_in"; also query, key, value, attn_out,
// mlp_in, mlp_hidden.
using ActivationRanges = std::map<std::string, float, std::less<>>;

} // namespace bitsmith

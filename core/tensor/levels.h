// Small number formats of 2 to 8 bits: what the codes of "float" matrices stand for.
//
//   e2m1 e2m2 e2m3 e3m2 e3m3   minifloats, all codes finite: sign, exponent, fraction; numbers
//   below
//                              the first binade share its step (e2m1, e2m3, e3m2: OCP MX 1.0)
//   e4m3 e5m2                  the 8-bit formats with NaN, e5m2 with infinities (arXiv 2209.05433)
//   e4m3x                      e4m3 whose last code is 480 instead of NaN
//   int8                       two's complement, code / 64: MXINT8 (OCP MX 1.0)
//   bfp3 .. bfp8               sign and magnitude M / 2^(bits - 1): block floating point, MSFP
//   log3 .. log8               sign and k, 2^(k - (2^(bits - 1) - 1)): no zero, 1 the largest
//   nf4 fp4                    the tables of bitsandbytes, largest 1 (arXiv 2305.14314)
#pragma once

#include <span>
#include <string_view>

namespace bitsmith {

enum class LevelKind : unsigned char {
    Float,     // sign, then exponent and fraction
    Integer,   // two's complement
    Logarithm, // sign, then exponent
    Listed     // a table without a rule
};

// A magnitude below 2^(least + 1) has the step 2^(least - fraction); each binade above twice that
// of the one below. `largest` is the largest finite level; of int8 127 / 64, so that both signs
// reach as far.
struct LevelFormat {
    std::string_view name;
    LevelKind kind;
    int bits;
    int fraction, least; // Float and Integer
    float largest;
};

// All of them, by name.
std::span<const LevelFormat> levelFormats();
const LevelFormat* findLevelFormat(std::string_view name); // nullptr if unknown

// All 2^bits values in code order, NaN and infinities included. Empty for an unknown name.
std::span<const float> floatLevels(std::string_view format);

} // namespace bitsmith

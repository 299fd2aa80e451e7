// What coders really make of a matrix's codes: each is run, its result decoded again and compared.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/quantized_matrix.h"

#include <cstdint>
#include <string>
#include <vector>

namespace bitsmith {

struct CoderSize {
    std::string id;                              // "packed", "rans", "zstd-19"
    std::string title;                           // for people
    std::uint64_t bytes = 0;                     // tables included
    double bitsPerCode = 0;                      // 8 * bytes / codes
    double encodeSeconds = 0, decodeSeconds = 0; // on one thread; 0 for packed
};

struct CoderSizes {
    std::uint64_t codes = 0; // that were coded: all, or whole rows spread over the matrix
    double entropy = 0;      // of these, bits per code
    double packedBytes = 0;  // of these at the stored width, without padding
    std::vector<CoderSize> coders;
};

struct CoderOptions {
    std::uint64_t mostCodes = std::uint64_t{1} << 23; // at least one row; 0: all
    bool slow = true;                                 // zstd -19 too (a few MB/s)
};

// Coders: packed codes; canonical Huffman; rANS with one table; zstd at levels 1, 3 and 19 over two
// codes a byte (one where they have more than 4 bits). Codes of 16 bits are coded as a low and a
// high byte each. Errors: as codeStatistics; Failed, a coder does not give back what it was given.
Result<CoderSizes> measureCoders(const QuantizedMatrix& matrix, const CoderOptions& options,
                                 RunContext& context);

} // namespace bitsmith

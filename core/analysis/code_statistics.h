// How many bits the codes and parameters of a quantized matrix are worth, against those that it
// pays for (Mao et al. 2024, On the Compressibility of Quantized Large Language Models, arXiv
// 2403.01384). Order-0 entropy is what a static coder cannot beat; conditional entropies say
// whether knowing the row, the group or the neighbour would help one.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/tensor/matrix.h"
#include "core/tensor/quantized_matrix.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

// -sum p log2 p of counts, in bits per symbol; 0 for at most one kind of symbol.
double entropyBits(std::span<const std::uint64_t> counts);

// How far the largest weight of a group lies above its root mean square: every factor of 2 leaves
// half the levels almost unused, so that log2(absmax / rms) counts wasted bits (a normal's codes
// waste about log2(absmax / rms) - 1.05 of them). Groups of zeros are not counted.
struct RangeStatistics {
    static constexpr double Step = 0.125; // of the histogram, in bits
    std::uint64_t groups = 0;
    double mean = 0, max = 0;             // log2(absmax / rms), bits
    std::vector<std::uint64_t> histogram; // [i * Step, (i + 1) * Step); as long as needed
};
// groupSize: columns that share a scale; the last group of a row may be shorter.
RangeStatistics rangeStatistics(ConstMatrixView weights, std::size_t groupSize);

// Bits of a whole matrix, by what they are for.
struct BitsSplit {
    double codes = 0, scales = 0, zeros = 0;
    double index = 0; // a group number per column (act order), or the widths of groups
    double total() const { return codes + scales + zeros + index; }
};

struct CodeStatistics {
    MatrixLayout layout;
    int codeBits = 0;                     // the width of a code as stored; mixed: the largest
    std::size_t groupSize = 0;            // weights that share a scale
    std::uint64_t codes = 0;              // rows * cols
    std::vector<std::uint64_t> histogram; // one count per possible code (3 for trits)

    // Bits per code. The conditional ones correct each context's estimate for its few symbols
    // (Miller and Madow 1955: + (kinds - 1) / (2 n ln 2)) and are no more than `entropy`; contexts
    // as short as a group leave them uncertain by some hundredths.
    double entropy = 0;
    double entropyGivenRow = 0;      // each row with its own distribution
    double entropyGivenGroup = 0;    // each group of each row
    double entropyGivenPrevious = 0; // by the code before it in the row; codes beyond 256 kinds are
                                     // limited to the 256 around the middle

    // Bits per scale and per zero as stored; a 16-bit scale counts as two independent bytes. Of
    // blocks within blocks: of all bits that belong to one sub-block, on the average.
    double scaleEntropy = 0, zeroEntropy = 0;
    std::uint64_t scales = 0, zeros = 0; // how many

    // paid: exactly 8 * storedBytes(). needed: the entropies above times the counts, without the
    // tables that a coder stores.
    BitsSplit paid, needed;
    double bitsPaid() const { return codes ? paid.total() / static_cast<double>(codes) : 0; }
    double bitsNeeded() const { return codes ? needed.total() / static_cast<double>(codes) : 0; }

    RangeStatistics ranges; // of the decoded weights
};

// One parallel pass; the same result on any number of threads. Errors (Unsupported): a block type
// without codes of its own (F16, IQ2_XXS). Throws Cancelled.
Result<CodeStatistics> codeStatistics(const QuantizedMatrix& matrix, RunContext& context);

// Sums over matrices, for a whole model. `entropy` becomes the mean over all codes, each with the
// table of its own matrix; histograms and ranges are left out. Empty layout.
void addTo(CodeStatistics& total, const CodeStatistics& matrix);

} // namespace bitsmith

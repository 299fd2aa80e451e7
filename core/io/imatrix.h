// Importance matrices: how strongly each input of each weight matrix was driven while llama.cpp's
// imatrix tool, or our calibration, ran a text through the model. Two forms of file: GGUF, and the
// older .dat (tools/imatrix of ggml-org/llama.cpp).
#pragma once

#include "core/base/result.h"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

struct ImatrixEntry {
    std::string tensor;            // as in a GGUF model: "blk.0.attn_q.weight"
    std::vector<float> sumSquares; // (cols): sum of x^2 over tokens; (experts * cols), see below
    double count = 0;              // tokens in that sum; in a .dat chunks, and sums of chunk means
    // Of a tensor with several matrices (mixture of experts) the tokens of each, and sumSquares
    // holds one row of cols per expert; empty for a plain matrix.
    std::vector<double> expertCounts;

    // Mean of x^2 per input, as the quantizers weigh errors. 1 where no token came by: all inputs
    // count the same then.
    std::vector<float> meanSquares() const;
};

struct Imatrix {
    std::vector<ImatrixEntry> entries; // in file order; names differ
    std::vector<std::string> datasets; // names of the calibration texts
    std::uint64_t chunks = 0;          // pieces of text that were run
    std::uint64_t chunkSize = 0;       // tokens of a piece; 0: not known (.dat)
};

// Either form, told by its first bytes. Errors (BadInput, naming file, tensor and place): a file
// that is cut, is no imatrix, holds a name twice, sums that are negative or not finite.
Result<Imatrix> readImatrix(const std::filesystem::path& path);

// GGUF where the path ends in ".gguf", otherwise .dat (which keeps means to float precision, no
// chunk size and only the first data set). Errors: those of AtomicFile; Failed: no entries, a name
// twice or too long, no sums.
Status writeImatrix(const std::filesystem::path& path, const Imatrix& imatrix);

} // namespace bitsmith

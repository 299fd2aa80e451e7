// Does compression make models load faster on this machine? Everything is measured here and now:
// what the medium delivers, what the cores decode, and both at once (Mao et al. 2024, arXiv
// 2403.01384, on loading from storage as what slows small devices). Nothing is extrapolated.
#pragma once

#include "core/pipeline/engine.h"
#include "core/pipeline/storage_medium.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

struct LoadStudyOptions {
    // A safetensors or GGUF file, a folder with such files (the largest is taken), or a file that
    // `bitsmith compress` wrote; empty: bfloat16 weights made for the purpose.
    std::filesystem::path input;
    std::filesystem::path against; // the uncompressed form of a compressed input; empty: made
    std::filesystem::path folder;  // for temporary files; empty: the cache folder
    std::uint64_t madeBytes = std::uint64_t{256} << 20; // of the weights that are made
    std::vector<int> threads; // to decode with; empty: 1, 2, 4 .. all cores
    int repeats = 3;          // of every load; the fastest counts
};

struct DecodeRate {
    int threads = 0;
    double bytesPerSecond = 0; // of decoded bytes, from memory to memory
};

struct LoadTime {
    double cold = 0, warm = 0; // seconds, the fastest
    std::vector<double> allCold;
};

struct LoadStudy {
    std::string what; // the file, or "made: bfloat16 weights"
    std::uint64_t rawBytes = 0, codedBytes = 0;
    StorageMedium medium;         // of both files while they were measured
    TimedRead coldRead, warmRead; // of the uncompressed file
    double leftInCache = 0; // largest fraction of a file's pages that could not be dropped before
                            // a cold load
    std::string kernel;     // of the decoder: "avx2"
    std::vector<DecodeRate> decode;
    LoadTime raw, coded;     // into memory; coded: a reader thread beside one worker per core
    double codedReading = 0; // seconds inside read calls of the fastest cold coded load
    double fraction() const; // codedBytes / rawBytes
    double bestDecode() const;
    double coldBandwidth() const; // bytes/s, the best of coldRead and the cold loads

    // The roofline, from the figures above: reading and decoding at the same time takes as long as
    // the slower of the two.
    double expectedRaw() const;   // rawBytes / cold bandwidth
    double expectedCoded() const; // max(codedBytes / cold bandwidth, rawBytes / decoding)
    // A medium slower than this loads the compressed form faster (0: none does); bytes/s.
    double breakEven() const;
    bool decodesFasterThanDisk() const; // all cores against the cold read
    std::string verdict() const;        // a sentence or two for people
};

// Published as they come, with what is known so far.
struct LoadStudyProgress {
    LoadStudy soFar;
};

// Temporary files are removed on every way out. Errors: BadInput, the input is no such file; the
// disk has no room (Resources); Failed, what was decoded is not what was encoded. Throws Cancelled.
Result<LoadStudy> runLoadStudy(const LoadStudyOptions& options, const Engine& engine,
                               RunContext& context);

} // namespace bitsmith

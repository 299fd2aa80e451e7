// Compress as a use case: a safetensors or GGUF file of anyone's, coded without loss and given back
// bit for bit.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/codec/coded_stream.h"

#include <filesystem>
#include <string>
#include <vector>

namespace bitsmith {

struct CompressOptions {
    std::filesystem::path input, output; // an existing folder as output: a file of its own in it
    StreamCoder coder = StreamCoder::Auto;
    bool replace = false; // a file at the output
};

// Bytes of one kind: of a tensor type, of codes of a width, of headers.
struct CompressedKind {
    std::string what;
    std::uint64_t bytesIn = 0, bytesOut = 0;
};

struct CompressResult {
    std::filesystem::path output; // the file
    std::string format;           // "safetensors", "gguf"
    std::uint64_t bytesIn = 0, bytesOut = 0;
    double encodeSeconds = 0, decodeSeconds = 0; // reading and writing included
    std::vector<CompressedKind> kinds;           // largest first; empty after decompress

    double ratio() const { // of the coded to the original size
        return static_cast<double>(bytesOut) / static_cast<double>(bytesIn);
    }
};

// Writes the coded file, decodes it again, compares it with the input, and only then puts it in
// place. Memory: a segment of 16 MB and its blocks, whatever the file. Same bytes for any number of
// threads. Errors: those of segmentsOf; BadInput, a folder or a file that is compressed already;
// Failed, something is at the output.
Result<CompressResult> compressFile(const CompressOptions& options, RunContext& context);

// bytesIn and bytesOut: of the original and of the coded file, as for compressFile. What is written
// has the size and XXH3 of the original, or nothing is put in place. Errors: those of
// CompressedFile::open and readCoded; Failed, something is at the output.
Result<CompressResult> decompressFile(const std::filesystem::path& input,
                                      const std::filesystem::path& output, bool replace,
                                      RunContext& context);

// Decodes all blocks against their checksums and the whole against its own; returns how many
// blocks.
Result<std::size_t> verifyCompressedFile(const std::filesystem::path& path, RunContext& context);

} // namespace bitsmith

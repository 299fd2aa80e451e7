// Decodes coded strings of a file in order of use: one thread reads ahead in large pieces, one
// worker per core decodes blocks, and what comes out is handed over in order. Memory is bounded by
// what may be under way at once, whatever the size of the file.
#pragma once

#include "core/base/result.h"
#include "core/base/run_context.h"
#include "core/io/bitsmith_file.h"

#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace bitsmith {

// One coded string of the file. It becomes `rawSize` bytes in `out`; or, where `out` is empty, for
// the sink; or `decode` gets all of its coded bytes at once, on any thread.
struct CodedPart {
    BitsmithBlob blob;
    std::uint64_t rawSize = 0; // exactly
    std::span<std::byte> out;  // borrowed
    std::function<Status(std::span<const std::byte> coded)> decode;
    std::string name; // for messages: "tensor 'x'"
};

struct CodedReadOptions {
    std::size_t readBytes = std::size_t{4} << 20;      // read at once
    std::size_t bytesUnderWay = std::size_t{64} << 20; // coded and decoded; one block always goes
    int workers = 0;                                   // 0: threads()
    // Tells the system that the file is not needed again: its pages leave the page cache.
    bool forget = false;
};

struct CodedReadReport {
    std::uint64_t codedBytes = 0, rawBytes = 0;
    std::size_t blocks = 0;
    double seconds = 0;       // from the first read to the last block
    double readSeconds = 0;   // the reader inside read calls
    double decodeSeconds = 0; // of all workers together
};

// Raw bytes of part `index`, in order of parts and bytes, on the calling thread.
using CodedSink = std::function<Status(std::size_t index, std::span<const std::byte> raw)>;

// Parts may lie in any order; in order of their offsets is fastest. Progress goes over the present
// range of `context`. Errors: BadInput, unreadable or damaged (of several damaged blocks the first
// in order is named, with file and part); those of sink and decode. Cancelled is thrown when all
// threads have ended.
Result<CodedReadReport> readCoded(const std::filesystem::path& file,
                                  std::span<const CodedPart> parts, const CodedSink& sink,
                                  const CodedReadOptions& options, RunContext& context);

} // namespace bitsmith

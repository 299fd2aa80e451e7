// rANS with interleaved states: symbols of a run go round-robin to the lanes, all lanes share one
// stream of 16-bit words in decoding order, and a new run goes on with the states of the one
// before, so that changing the table costs nothing. 12-bit probabilities, states in [2^16, 2^32).
//
//   payload := states, lanes x u32 | words, u16 each
//
// Symbol i of a run belongs to lane i % lanes. The escaped symbols of a run, if any, are a run of
// their own right after it, in their order, with table.rest(). The decoder ends with every state at
// 2^16 and all bytes used, which finish() checks. Scalar, AVX2 and both AVX-512 kernels agree bit
// for bit, on damaged payloads too.
//
// Speed is per symbol, so codes of up to 4 bits are read twice as fast in pairs: packBits(codes, 4)
// makes one symbol of two codes (core/tensor/bit_packing.h), alphabets of 3 codes become 9 symbols,
// of 7 codes 49, which are still looked up in registers. Pays where the run is long enough for the
// larger table: from some ten thousand codes.
#pragma once

#include "core/codec/rans_table.h"

#include <string_view>

namespace bitsmith {

inline constexpr int MostRansLanes = 64;
// Enough lanes for vector units, few enough that the states do not show: a power of 2.
int ransLanes(std::size_t symbols);

class RansEncoder {
public:
    explicit RansEncoder(int lanes); // 1, 2, 4 .. 64
    // symbols: borrowed until finish(). Each must be writable with the table.
    void add(const RansTable& table, std::span<const std::uint8_t> symbols);
    std::vector<std::byte> finish();

private:
    struct Run {
        RansTable table;
        std::span<const std::uint8_t> symbols;
    };
    int m_lanes;
    std::vector<Run> m_runs;
};

class RansDecoder {
public:
    // payload: borrowed. Errors (BadInput): shorter than its states; a state out of range.
    static Result<RansDecoder> open(std::span<const std::byte> payload, int lanes);
    // The next run. Errors (BadInput): the payload ends early; `out` is then undefined.
    Status decode(const RansTable& table, std::span<std::uint8_t> out);
    // Errors (BadInput): something is left, or the states are not where every encoder begins.
    Status finish() const;

private:
    RansDecoder() = default;
    Status decodeRun(const RansTable& table, std::span<std::uint8_t> out); // no escapes
    Status decodeChecked(const RansTable& table, std::span<std::uint8_t> out);
    std::array<std::uint32_t, MostRansLanes> m_states{};
    int m_lanes = 1;
    const std::byte* m_next = nullptr;
    const std::byte* m_end = nullptr;
};

// The kernels of this machine, best last; tests and benchmarks choose one for the whole process.
// Errors (Usage): not available here.
std::span<const std::string_view> ransKernels(); // "scalar", "avx2", "avx512", "avx512vbmi"
Status useRansKernel(std::string_view name);     // "": the best

} // namespace bitsmith

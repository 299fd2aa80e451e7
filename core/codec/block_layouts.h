// The parts of GGUF blocks as symbols: one description per type. Private to core/codec.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace bitsmith {

// `count` symbols of a plane, each with `bits` bits of one byte:
//   symbol[to + i * toStep] gets (byte[from + i] >> shift) at `place`.
struct BlockRun {
    std::size_t plane = 0, to = 0, toStep = 1, from = 0, count = 0;
    int shift = 0, bits = 8, place = 0;
};

struct BlockPlane {
    std::size_t symbols = 0; // per block
    int bits = 8;
};

// Every bit of a block is in exactly one run.
struct BlockLayout {
    std::size_t bytes = 0; // of one block
    std::vector<BlockPlane> planes;
    std::vector<BlockRun> runs;
};

// ggufType: of a type with blocks of several elements; nullptr for others. Types that only exist
// while a model runs (Q8_1, Q8_K) are one plane of bytes.
const BlockLayout* findBlockLayout(std::uint32_t ggufType);

} // namespace bitsmith

// Weights that lie in a file as GGUF blocks, for backends that multiply with blocks as they are.
// Kinds of WeightMatrix inherit this, too, where it applies; backends ask by dynamic_cast.
#pragma once

#include "core/tensor/blocks/block_format.h"

#include <cstdint>
#include <span>

namespace bitsmith {

// Row r of the matrix begins at data + fileRow * format->rowBytes(cols), where fileRow is
// fileRows[r], or r where that is empty.
struct PackedBlocks {
    const BlockFormat* format = nullptr; // nullptr: no blocks
    const std::byte* data = nullptr;
    std::span<const std::uint32_t> fileRows = {};
};

class DirectBlocks {
public:
    virtual ~DirectBlocks() = default;
    virtual PackedBlocks blocks() const = 0; // lives as long as this
};

} // namespace bitsmith

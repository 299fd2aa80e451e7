// Keys and values of one sequence's past tokens, per block. Grows by doubling up to its capacity.
#pragma once

#include "core/tensor/matrix.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace bitsmith {

class KvCache {
public:
    struct Block {
        Matrix keys, values; // (rows >= length x kvHeads * headDim)
    };

    KvCache(std::size_t capacity, std::size_t blocks, std::size_t features)
        : m_capacity(capacity), m_features(features), m_blocks(blocks) {}

    std::size_t capacity() const { return m_capacity; } // tokens, at most
    std::size_t length() const { return m_length; }     // tokens held
    Block& block(std::size_t i) { return m_blocks[i]; }
    void clear() { m_length = 0; }

    // Room for `tokens` in all blocks; tokens <= capacity.
    void reserve(std::size_t tokens) {
        for (Block& block : m_blocks) {
            grow(block.keys, tokens);
            grow(block.values, tokens);
        }
    }
    void advance(std::size_t tokens) { m_length += tokens; }

private:
    void grow(Matrix& matrix, std::size_t tokens) const {
        if (matrix.rows() >= tokens) return;
        Matrix larger(std::min(m_capacity, std::max(tokens, 2 * matrix.rows())), m_features);
        std::ranges::copy(matrix.values(), larger.data());
        matrix = std::move(larger);
    }

    std::size_t m_capacity, m_features, m_length = 0;
    std::vector<Block> m_blocks;
};

} // namespace bitsmith

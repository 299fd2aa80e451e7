// Keys and values of one sequence's past tokens, per block. Grows by doubling up to its capacity.
// With a scheme, all but the newest tokens are packed (packed_kv.h).
#pragma once

#include "core/model/packed_kv.h"
#include "core/tensor/matrix.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace bitsmith {

class KvCache {
public:
    struct Block {
        Matrix keys, values; // (rows >= length x kvHeads * headDim); packed: of the tail alone
        std::optional<PackedKv> packed{};
    };

    // features: kvHeads * headDim.
    KvCache(std::size_t capacity, std::size_t blocks, std::size_t features, std::size_t headDim,
            const std::optional<KvScheme>& scheme = {})
        : m_capacity(capacity), m_features(features), m_headDim(headDim), m_scheme(scheme),
          m_blocks(blocks) {
        clear();
    }

    std::size_t capacity() const { return m_capacity; } // tokens, at most
    std::size_t length() const { return m_length; }     // tokens held
    Block& block(std::size_t i) { return m_blocks[i]; }
    void clear() {
        m_length = 0;
        for (Block& block : m_blocks)
            if (m_scheme) block = {{}, {}, PackedKv(*m_scheme, m_features, m_headDim)};
    }

    // Room for `tokens` in all blocks; tokens <= capacity.
    void reserve(std::size_t tokens) {
        if (m_scheme) return;
        for (Block& block : m_blocks) {
            grow(block.keys, tokens);
            grow(block.values, tokens);
        }
    }
    void advance(std::size_t tokens) { m_length += tokens; }

    // What the tokens held take: packed ones their codes and scales, others fp32.
    std::uint64_t bytes() const {
        std::uint64_t sum = 0;
        for (const Block& block : m_blocks) {
            const std::size_t packed = block.packed ? block.packed->tokens() : 0;
            sum += (block.packed ? block.packed->bytes() : 0) +
                   2 * sizeof(float) * m_features * (m_length - packed);
        }
        return sum;
    }
    // The same tokens in 16 bits a value.
    std::uint64_t bytesF16() const { return 4 * m_features * m_length * m_blocks.size(); }

private:
    void grow(Matrix& matrix, std::size_t tokens) const {
        if (matrix.rows() >= tokens) return;
        Matrix larger(std::min(m_capacity, std::max(tokens, 2 * matrix.rows())), m_features);
        std::ranges::copy(matrix.values(), larger.data());
        matrix = std::move(larger);
    }

    std::size_t m_capacity, m_features, m_headDim, m_length = 0;
    std::optional<KvScheme> m_scheme;
    std::vector<Block> m_blocks;
};

} // namespace bitsmith

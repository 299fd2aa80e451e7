// A baseline's log-probabilities, kept while several models are compared with it on one text, so
// that the baseline runs once. Bounded: what does not fit is computed again.
#pragma once

#include "core/tensor/matrix.h"

#include <cstdint>
#include <map>
#include <vector>

namespace bitsmith {

// Belongs to one baseline: whoever shares it between evaluations with different ones gets wrong
// results. One evaluation at a time.
class BaselineCache {
public:
    explicit BaselineCache(std::uint64_t limitBytes) : m_limit(limitBytes) {}

    // batch: identifies its tokens and positions. The chunks of a batch, each (positions x
    // vocabulary); nullptr: not kept.
    const std::vector<Matrix>* find(std::uint64_t batch) const {
        const auto at = m_batches.find(batch);
        return at == m_batches.end() ? nullptr : &at->second;
    }
    void add(std::uint64_t batch, std::vector<Matrix> chunks) {
        std::uint64_t bytes = 0;
        for (const Matrix& chunk : chunks) bytes += chunk.values().size_bytes();
        if (m_bytes + bytes > m_limit) return;
        m_bytes += bytes;
        m_batches.emplace(batch, std::move(chunks));
    }
    std::uint64_t bytes() const { return m_bytes; }
    std::uint64_t room() const { return m_limit - m_bytes; }

private:
    std::uint64_t m_limit, m_bytes = 0;
    std::map<std::uint64_t, std::vector<Matrix>> m_batches;
};

} // namespace bitsmith

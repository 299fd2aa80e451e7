// Uninitialised float buffers that a thread keeps and reuses: tiles ask for megabytes thousands of
// times a second, and fresh pages cost more than the arithmetic on them.
#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace bitsmith::cpu {

// Borrowed for a scope. Nested scopes get different buffers.
class Scratch {
public:
    explicit Scratch(std::size_t floats) {
        auto& free = freeList();
        if (!free.empty()) {
            m_buffer = std::move(free.back());
            free.pop_back();
        }
        if (m_buffer.size < floats) {
            m_buffer.data.reset(); // not both at once
            m_buffer.data = std::make_unique_for_overwrite<float[]>(floats);
            m_buffer.size = floats;
        }
    }
    ~Scratch() {
        auto& free = freeList();
        if (free.size() < KeptPerThread) free.push_back(std::move(m_buffer));
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    float* data() { return m_buffer.data.get(); }

private:
    static constexpr std::size_t KeptPerThread = 2;
    struct Buffer {
        std::unique_ptr<float[]> data;
        std::size_t size = 0;
    };
    static std::vector<Buffer>& freeList() {
        thread_local std::vector<Buffer> list;
        list.reserve(KeptPerThread);
        return list;
    }
    Buffer m_buffer;
};

} // namespace bitsmith::cpu
